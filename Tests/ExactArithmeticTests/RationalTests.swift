import BigInt
import ExactArithmetic
import Foundation
import RandomStreams
import TestSupport
import Testing

@Suite("Fractions are exact and in lowest terms")
struct RationalTests {
  @Test("Fractions by hand")
  func byHand() {
    #expect(Rational(6, over: -4) == Rational(-3, over: 2))
    #expect(Rational(1, over: 3) + Rational(1, over: 6) == Rational(1, over: 2))
    #expect(Rational(1, over: 3) - Rational(1, over: 3) == 0)
    #expect(Rational(2, over: 3) * Rational(9, over: 4) == Rational(3, over: 2))
    #expect(Rational(2, over: 3) / Rational(-4, over: 3) == Rational(-1, over: 2))
    #expect(Rational(-1, over: 2) < Rational(-1, over: 3))
    #expect(Rational(-0.75) == Rational(-3, over: 4))
    #expect(Rational(Double.leastNonzeroMagnitude) * Rational(0x1p1000) * Rational(0x1p74) == 1)
    #expect(Rational(0x1p1000) == Rational(1, over: 1) * Rational(0x1p500) * Rational(0x1p500))
    #expect(Rational(-5, over: 8).bitWidth == 7 && Rational(0).bitWidth == 1)
    #expect(Rational(0).reciprocal == nil && Rational(-0.0) == 0)
    #expect(Rational(exactly: UInt64.max) == Rational(0x1p64) - 1)
  }

  @Test("Results are the fractions of the definition, in lowest terms", arguments: 0..<300)
  func definitions(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "definitions")
    let (a, b) = (someFraction(from: &stream), someFraction(from: &stream))
    let (p, q, r, s) = (a.numerator, a.denominator, b.numerator, b.denominator)
    #expect(isFraction(a + b, p * s + r * q, q * s))
    #expect(isFraction(a - b, p * s - r * q, q * s))
    #expect(isFraction(a * b, p * r, q * s))
    #expect(isFraction(-a, -p, q))
    #expect(isFraction(a.magnitude, p < 0 ? -p : p, q))
    if b != 0 {
      #expect(isFraction(a / b, p * s, q * r))
      #expect(b.reciprocal == 1 / b)
    }
    var product = a
    product *= b
    #expect(product == a * b)
    #expect((a < b) == (p * s < r * q) && (a == b) == (p * s == r * q))
    #expect((a < a) == false && (a <= a))
    #expect(isFraction(Rational(p * 6, over: q * -4), -3 * p, 2 * q))
  }

  @Test("The laws of an ordered field", arguments: 0..<300)
  func laws(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "laws")
    let numbers = (0..<3).map { _ in someFraction(from: &stream) }
    let (a, b, c) = (numbers[0], numbers[1], numbers[2])
    #expect(a + b == b + a && a * b == b * a)
    #expect((a + b) + c == a + (b + c) && (a * b) * c == a * (b * c))
    #expect(a * (b + c) == a * b + a * c)
    #expect(a + 0 == a && a * 1 == a && a - a == 0 && a + -a == 0)
    if a != 0 { #expect(a * (1 / a) == 1 && b / a * a == b) }
    #expect([a < b, a == b, a > b].count { $0 } == 1)
    if a < b {
      #expect(a + c < b + c)
      if c > 0 { #expect(a * c < b * c) }
      if b < c { #expect(a < c) }
      #expect(a < (a + b) / 2 && (a + b) / 2 < b)
    }
    #expect(a.magnitude >= 0 && (a.magnitude == a || a.magnitude == -a))
    #expect(Set([a, a + b - b]).count == 1)
  }

  @Test("The greatest common divisor is the library's", arguments: 0..<300)
  func commonDivisors(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "common divisors")
    let numbers = (0..<3).map { _ in someInteger(from: &stream) }
    // Through the fraction p/q: q over its lowest denominator is gcd(p, q).
    for (p, q) in [
      (numbers[0], numbers[1]), (numbers[0] * numbers[2], numbers[1] * numbers[2]),
      (numbers[0] << 70, numbers[1] << 3), (numbers[0], numbers[0] * numbers[1]),
    ] where q != 0 {
      let fraction = Rational(p, over: q)
      let common = p.greatestCommonDivisor(with: q)
      #expect(fraction.denominator * common == BigInt(q.magnitude))
      #expect(fraction.numerator * common == (q < 0 ? -p : p))
    }
  }

  @Test("A double is its own fraction, and comes back", arguments: 0..<300)
  func doubles(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "doubles")
    let double = someDouble(from: &stream)
    let fraction = Rational(double)
    // Independent of Dyadic: doubling and halving a number does not round it above 2⁻¹⁰²².
    var (value, shift) = (double, 0)
    while value != value.rounded() { (value, shift) = (value * 2, shift + 1) }
    #expect(isFraction(fraction, BigInt(value), BigInt(1) << shift))
    #expect(fraction.nearestDouble == double && fraction.roundedUp == double)
    #expect(fraction.isRoundedUp(to: double) && !fraction.isRoundedUp(to: double.nextUp))
    if double.nextDown.isFinite { #expect(!fraction.isRoundedUp(to: double.nextDown)) }
  }

  @Test("Rounding up and to the nearest are as defined", arguments: 0..<400)
  func rounding(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "rounding")
    let double = someDouble(from: &stream)
    let gap = Rational(double.nextUp.isFinite ? double.nextUp : double) - Rational(double)
    // Fractions of the gap between two doubles, ties and hairs' breadths among them.
    let (hair, half) = (Rational(1, over: BigInt(3) << 200), Rational(1, over: 2))
    for part in [0, hair, Rational(1, over: 3), half - hair, half, half + hair, 1] {
      let fraction = Rational(double) + gap * part
      #expect(fraction.isRoundedUp(to: fraction.roundedUp))
      #expect(isNearest(fraction.nearestDouble, to: fraction))
    }
    let fraction = someFraction(from: &stream)
    #expect(fraction.isRoundedUp(to: fraction.roundedUp))
    #expect(isNearest(fraction.nearestDouble, to: fraction))
  }

  @Test("A short fraction rounds to its double", arguments: 0..<300)
  func shortest(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "shortest")
    let double = someDouble(from: &stream)
    let fraction = Rational(shortestFor: double)
    #expect(
      fraction.nearestDouble == double
        && isFraction(fraction, fraction.numerator, fraction.denominator))
    #expect(fraction.bitWidth <= Rational(double).bitWidth)
    let (p, q) = (stream.integer(below: 2000) - 1000, 1 + stream.integer(below: 1000))
    #expect(Rational(shortestFor: Double(p) / Double(q)) == Rational(p, over: q))
    #expect(Rational(shortestFor: 0.01) == Rational(1, over: 100))
  }

  @Test("Beyond the largest double a fraction rounds to infinity")
  func overflow() {
    let largest = Rational(Double.greatestFiniteMagnitude)
    let half = Rational(Double.greatestFiniteMagnitude.ulp) / 2
    #expect(
      (largest + 1).roundedUp == .infinity && (-largest - 1).roundedUp == -largest.nearestDouble)
    #expect((largest + half - 1).nearestDouble == .greatestFiniteMagnitude)
    #expect(
      (largest + half).nearestDouble == .infinity && (-largest - half).nearestDouble == -.infinity)
    #expect(Rational(BigInt(1) << 100_000, over: 3).nearestDouble == .infinity)
    #expect(Rational(-(BigInt(1) << 100_000), over: 3).roundedUp == -.greatestFiniteMagnitude)
    #expect(Rational(1, over: BigInt(1) << 100_000).roundedUp == .leastNonzeroMagnitude)
    #expect(Rational(-1, over: BigInt(1) << 100_000).roundedUp == 0)
    #expect(Rational(1, over: BigInt(1) << 1075).nearestDouble == 0)
    #expect(Rational(3, over: BigInt(1) << 1075).nearestDouble == 2 * .leastNonzeroMagnitude)
  }

  @Test("As text and in JSON a fraction is p/q, and comes back", arguments: 0..<300)
  func text(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "text")
    let fractions = [someFraction(from: &stream), someFraction(from: &stream), 0, -7]
    for fraction in fractions {
      #expect(Rational(fraction.description) == fraction)
      let doubled = "\(fraction.numerator * 2)/\(fraction.denominator * 2)"
      #expect(Rational(doubled) == fraction)
    }
    let data = try JSONEncoder().encode(fractions)
    #expect(try JSONDecoder().decode([Rational].self, from: data) == fractions)
  }

  @Test(
    "Text that is no fraction is refused",
    arguments: [
      "", "-", "/", "1/", "/2", "1/0", "1/-2", "+1", "1/+2", "1 /2", " 1", "1.5", "1e3", "--1",
      "1/2/3", "0x10", "a", "١",
    ])
  func notText(_ text: String) {
    #expect(Rational(text) == nil)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Rational].self, from: Data("[\"\(text)\"]".utf8))
    }
  }

  @Test("Short and long operands mix")
  func mixedLengths() {
    var stream = RandomStream(seed: 1, purpose: "mixed lengths")
    let words = (0..<800).map { _ in UInt(stream.next()) }
    let long = Rational(
      BigInt(words: words[..<400] + [1]), over: BigInt(words: words[400...] + [1]))
    for k in 1...200 {
      let short = Rational(22 * k, over: 7)
      #expect((long + short) - short == long)
      #expect((long * short) / short == long)
      #expect((long < short) != (short < long))
    }
  }

  @Test("A denominator of 0, division by 0 and what is no number stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = Rational(1, over: 0) }
    await #expect(processExitsWith: .failure) { _ = Rational(1) / 0 }
    await #expect(processExitsWith: .failure) { _ = Rational(Double.nan) }
    await #expect(processExitsWith: .failure) { _ = Rational(Double.infinity) }
  }
}

/// Whether a fraction is p/q, and in lowest terms by the library's greatest common divisor.
private func isFraction(_ found: Rational, _ p: BigInt, _ q: BigInt) -> Bool {
  found.numerator * q == p * found.denominator && found.denominator > 0
    && found.numerator.greatestCommonDivisor(with: found.denominator) == 1
}

/// Whether no double is nearer to a fraction, nor as near and even; beyond half a unit above the
/// largest one, infinity.
private func isNearest(_ double: Double, to fraction: Rational) -> Bool {
  let largest = Double.greatestFiniteMagnitude
  if double.isInfinite {
    return fraction.magnitude >= Rational(largest) + Rational(largest.ulp) / 2
      && (double < 0) == (fraction < 0)
  }
  let distance = (fraction - Rational(double)).magnitude
  return [double.nextDown, double.nextUp].filter(\.isFinite).allSatisfy { other in
    let otherDistance = (fraction - Rational(other)).magnitude
    return distance < otherDistance
      || distance == otherDistance && double.bitPattern & 1 == 0
  }
}
