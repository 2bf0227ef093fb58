import BigInt
import ExactArithmetic
import Foundation
import RandomStreams
import TestSupport
import Testing

@Suite("Fractions as text")
struct RationalCodableTests {
  @Test("A fraction comes back from its text and from JSON", arguments: PropertyCase.all)
  func roundTrip(_ property: PropertyCase) throws {
    var stream = property.stream("text")
    var value = Rational(stream.integer(below: 2001) - 1000, over: 1 + stream.integer(below: 50))
    for _ in 0..<min(property.first, 10) { value = value * Rational(stream.normal()) }
    #expect(Rational(value.description) == value)
    let data = try JSONEncoder().encode([value])
    #expect(try JSONDecoder().decode([Rational].self, from: data) == [value])
  }

  @Test("Dyadic numbers become fractions in lowest terms", arguments: PropertyCase.all)
  func dyadic(_ property: PropertyCase) {
    var stream = property.stream("dyadic")
    let integer = stream.integer(below: 4001) - 2000
    let exponent = stream.integer(below: 41) - 20
    let power = Rational(Double(sign: .plus, exponent: exponent, significand: 1))
    let value = Rational(Dyadic(BigInt(integer), exponent: exponent))
    #expect(value == Rational(integer, over: 1) * power)
    #expect(value.denominator > 0)
  }

  @Test(
    "What is no fraction is refused",
    arguments: [
      "", "-", "/", "1/", "/2", "1/0", "1/-2", "+1", " 1", "1 ", "1.5", "0x1", "1/2/3",
      "--1", "1e3", "nan", "٣",
    ])
  func refused(_ text: String) {
    #expect(Rational(text) == nil)
    let data = Data("[\"\(text)\"]".utf8)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Rational].self, from: data)
    }
  }

  @Test("Texts by hand")
  func byHand() {
    #expect(Rational("-6/4") == Rational(-3, over: 2))
    #expect(Rational("0/7") == 0 && Rational("-0") == 0)
    #expect(Rational("12") == Rational(12, over: 1))
  }
}
