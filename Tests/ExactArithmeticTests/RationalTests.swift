import ExactArithmetic
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
  }

  @Test("Rounding up is recognised, one step either side is not", arguments: PropertyCase.all)
  func roundedUp(_ property: PropertyCase) {
    var stream = property.stream("fractions")
    let double = stream.normal()
    #expect(Rational(double).isRoundedUp(to: double))
    #expect(!Rational(double).isRoundedUp(to: double.nextUp))
    #expect(!Rational(double).isRoundedUp(to: double.nextDown))
    let between = (Rational(double) + Rational(double.nextUp)) / 2
    #expect(between.isRoundedUp(to: double.nextUp))
    #expect(!between.isRoundedUp(to: double))
  }
}
