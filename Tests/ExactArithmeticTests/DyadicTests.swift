import BigInt
import ExactArithmetic
import RandomStreams
import TestSupport
import Testing

@Suite("Dyadic rationals hold every double and round as defined")
struct DyadicTests {
  private func fraction(_ dyadic: Dyadic) -> Rational {
    let power = BigInt(1) << abs(dyadic.exponent)
    return dyadic.exponent < 0
      ? Rational(dyadic.significand, over: power) : Rational(dyadic.significand * power, over: 1)
  }

  @Test("A double is its significand times a power of two", arguments: 0..<300)
  func doubles(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "dyadic doubles")
    let double = someDouble(from: &stream)
    let dyadic = Dyadic(double)
    #expect(
      Double(sign: .plus, exponent: dyadic.exponent, significand: Double(Int64(dyadic.significand)))
        == double)
    #expect(dyadic.significand.magnitude < BigUInt(1) << 53)
    #expect(dyadic.nearestDouble == double && dyadic.roundedUp == double)
    // The least number of binary places: one fewer does not do.
    let places = dyadic.places
    #expect(
      fraction(dyadic) * Rational(BigInt(1) << places, over: 1)
        == Rational(dyadic.integer(places: places), over: 1))
    #expect(dyadic.integer(places: places + 9) == dyadic.integer(places: places) << 9)
    if places > 0 { #expect(dyadic.integer(places: places) & 1 == 1) }
  }

  @Test("Rounding is that of the fraction", arguments: 0..<400)
  func rounding(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "dyadic rounding")
    let dyadic = Dyadic(someInteger(from: &stream), exponent: stream.integer(below: 2600) - 1300)
    #expect(fraction(dyadic).isRoundedUp(to: dyadic.roundedUp))
    #expect(dyadic.nearestDouble == fraction(dyadic).nearestDouble)
    // Rounding up is to the nearest or one unit above it.
    #expect(
      dyadic.roundedUp == dyadic.nearestDouble || dyadic.roundedUp == dyadic.nearestDouble.nextUp)
  }

  @Test("Products and sums are those of the fractions", arguments: 0..<300)
  func arithmetic(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "dyadic arithmetic")
    let numbers = (0..<seed % 7).map { _ in
      Dyadic(someInteger(from: &stream), exponent: stream.integer(below: 2600) - 1300)
    }
    #expect(
      Rational(Dyadic.sum(numbers)) == numbers.reduce(Rational(0)) { $0 + Rational($1) })
    #expect(
      Rational(numbers.reduce(Dyadic(1), *))
        == numbers.reduce(Rational(1)) { $0 * fraction($1) })
  }

  @Test("Numbers of any length beyond the doubles")
  func extremes() {
    #expect(Dyadic(1, exponent: 1_000_000).nearestDouble == .infinity)
    #expect(Dyadic(1, exponent: 1_000_000).roundedUp == .infinity)
    #expect(Dyadic(-1, exponent: 1_000_000).nearestDouble == -.infinity)
    #expect(Dyadic(-1, exponent: 1_000_000).roundedUp == -.greatestFiniteMagnitude)
    #expect(Dyadic(1, exponent: -1_000_000).roundedUp == .leastNonzeroMagnitude)
    #expect(Dyadic(-1, exponent: -1_000_000).roundedUp == 0)
    #expect(Dyadic(1, exponent: -1_000_000).nearestDouble == 0)
    #expect(Dyadic(0, exponent: 7).roundedUp == 0 && Dyadic(0, exponent: 7).places == 0)
    #expect(Dyadic(12, exponent: -1).places == 0 && Dyadic(12, exponent: -3).places == 1)
    #expect(Dyadic(3, exponent: -1).integer(places: 1) == 3)
    #expect(Dyadic(0, exponent: -5).integer(places: 0) == 0)
  }

  @Test("Too few places and what is no number stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = Dyadic(3, exponent: -2).integer(places: 1) }
    await #expect(processExitsWith: .failure) { _ = Dyadic(Double.infinity) }
  }
}
