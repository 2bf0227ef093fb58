import BigInt
import ExactArithmetic
import RandomStreams
import TestSupport
import Testing

@Suite("An exact sum is the sum of its terms in fractions")
struct ExactSumTests {
  /// A finite double of any size that products may have.
  private func anyDouble(from stream: inout RandomStream) -> Double {
    switch stream.integer(below: 8) {
    case 0: return 0
    case 1: return Double(stream.integer(below: 9) - 4)
    case 2: return stream.normal()
    case 3: return .leastNonzeroMagnitude * Double(stream.integer(below: 5) - 2)
    case 4: return .greatestFiniteMagnitude * (stream.uniform() < 0.5 ? -1 : 1)
    case 5: return Double(sign: .minus, exponent: stream.integer(below: 80) - 40, significand: 1)
    default:
      let bits =
        UInt64(stream.integer(below: 1 << 32)) << 32
        | UInt64(stream.integer(below: 1 << 32))
      let double = Double(bitPattern: bits)
      return double.isFinite ? double : stream.normal()
    }
  }

  private func fraction(_ dyadic: Dyadic) -> Rational {
    dyadic.exponent >= 0
      ? Rational(dyadic.significand << dyadic.exponent, over: 1)
      : Rational(dyadic.significand, over: 1 << -dyadic.exponent)
  }

  /// Whether no double is closer to a fraction, and of two equally close ones the even one is taken.
  private func isNearest(_ double: Double, to value: Rational) -> Bool {
    guard double.isFinite else {
      // Half a unit beyond the largest double.
      let limit = Rational(Double.greatestFiniteMagnitude) + Rational(0x1p970)
      return double > 0 ? value >= limit : value <= -limit
    }
    let miss = (value - Rational(double)).magnitude
    for neighbour in [double.nextUp, double.nextDown] where neighbour.isFinite {
      let other = (value - Rational(neighbour)).magnitude
      if other < miss || (other == miss && double.bitPattern & 1 == 1) { return false }
    }
    return miss <= Rational(double.ulp)
  }

  private func check(_ sum: ExactSum, _ value: Rational) {
    #expect(fraction(sum.dyadic) == value)
    #expect(sum.sign == (value == 0 ? 0 : value < 0 ? -1 : 1))
    #expect(isNearest(sum.rounded, to: value), "\(sum.rounded) for \(value)")
    #expect(value.isRoundedUp(to: sum.roundedUp))
    guard let expansion = sum.expansion else {
      // Too large for doubles, or with bits below the least one.
      #expect(!sum.rounded.isFinite || (value / Rational(0x1p-1074)).denominator != 1)
      return
    }
    var rest = value
    for component in expansion {
      #expect(component != 0 && isNearest(component, to: rest))
      rest = rest - Rational(component)
    }
    #expect(rest == 0)
  }

  @Test("Sums of doubles and products of any size", arguments: PropertyCase.all)
  func sums(_ property: PropertyCase) {
    var stream = property.stream("exact sums")
    var (sum, value) = (ExactSum(), Rational(integerLiteral: 0))
    check(sum, value)
    for _ in 0..<min(property.first, 10) {
      let (x, y, z) = (
        anyDouble(from: &stream), anyDouble(from: &stream), anyDouble(from: &stream)
      )
      sum.add(x)
      sum.addProduct(y, z)
      value = value + Rational(x) + Rational(y) * Rational(z)
      check(sum, value)
    }
    sum.removeAll()
    check(sum, 0)
  }

  @Test("Sums of ordinary size cancel to the last bit", arguments: PropertyCase.all)
  func cancellation(_ property: PropertyCase) {
    var stream = property.stream("cancelling sums")
    var (sum, value) = (ExactSum(), Rational(integerLiteral: 0))
    var terms: [(Double, Double)] = []
    for _ in 0..<property.first {
      let scale = [1, 1e-9, 1e9, 0x1p60][stream.integer(below: 4)]
      terms.append((stream.normal() * scale, Double(stream.integer(below: 2001) - 1000)))
    }
    for (x, y) in terms {
      sum.addProduct(x, y)
      value = value + Rational(x) * Rational(y)
    }
    check(sum, value)
    for (x, y) in terms.reversed() { sum.addProduct(-x, y) }
    check(sum, 0)
  }

  @Test("Ties go to the even double, unless anything is left", arguments: PropertyCase.all)
  func ties(_ property: PropertyCase) {
    var stream = property.stream("ties")
    for _ in 0..<4 {
      // A double, half a unit of its last place, and perhaps something far below; also at a power
      // of two, below which doubles stand twice as close.
      let isPower = stream.integer(below: 2) == 0
      let scale = Double(sign: .plus, exponent: stream.integer(below: 40) - 20, significand: 1)
      let x = (isPower ? 1 : 1 + stream.uniform()) * scale * (stream.uniform() < 0.5 ? -1 : 1)
      let half = x.ulp * [0.5, -0.5, 0.25, -0.25][stream.integer(below: 4)]
      let far = [0, 1, -1, 0x1p40, -0x1p40][stream.integer(below: 5)] * x.ulp * 0x1p-90
      var sum = ExactSum()
      for term in [x, half, far] { sum.add(term) }
      check(sum, Rational(x) + Rational(half) + Rational(far))
    }
  }

  @Test("Expansions are in the order of their sums", arguments: PropertyCase.all)
  func order(_ property: PropertyCase) throws {
    var stream = property.stream("order")
    func sum() -> (ExactSum, Rational) {
      var (sum, value) = (ExactSum(), Rational(integerLiteral: 0))
      for exponent in [0, -53, -54, -108] {
        let x = Double(stream.integer(below: 3) - 1) * 0x1p0
        let term = Double(sign: .plus, exponent: exponent, significand: x)
        sum.add(term)
        value = value + Rational(term)
      }
      return (sum, value)
    }
    let (a, x) = sum()
    let (b, y) = sum()
    let (first, second) = (try #require(a.expansion), try #require(b.expansion))
    let length = max(first.count, second.count)
    func padded(_ e: [Double]) -> [Double] { e + [Double](repeating: 0, count: length - e.count) }
    #expect(padded(first).lexicographicallyPrecedes(padded(second)) == (x < y))
    #expect((first == second) == (x == y))
  }

  @Test("Many terms carry: a million of the largest products, and of the least")
  func carries() {
    var (large, small) = (ExactSum(), ExactSum())
    let (huge, tiny) = (Double.greatestFiniteMagnitude, Double.leastNonzeroMagnitude)
    for _ in 0..<1_000_000 {
      large.addProduct(huge, -huge)
      small.addProduct(tiny, tiny)
    }
    #expect(
      fraction(large.dyadic) == Rational(huge) * Rational(-huge) * Rational(1_000_000, over: 1))
    #expect(
      fraction(small.dyadic) == Rational(1_000_000, over: 1) * Rational(BigInt(1), over: 1 << 2148))
    #expect(large.rounded == -.infinity && large.expansion == nil)
    #expect(small.rounded == 0 && small.sign == 1 && small.expansion == nil)
    #expect(small.roundedUp == tiny)
  }

  @Test("What is not finite stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      var sum = ExactSum()
      sum.add(.nan)
    }
    await #expect(processExitsWith: .failure) {
      var sum = ExactSum()
      sum.addProduct(0, .infinity)
    }
  }
}
