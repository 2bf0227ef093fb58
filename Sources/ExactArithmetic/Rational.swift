public import BigInt
private import RealModule

/// A fraction of integers of any length, in lowest terms.
///
/// The ordered field in which nothing is rounded. Operations cost as much as their integers are
/// long: sums of many fractions with unrelated denominators grow without bound.
public struct Rational: OrderedField, Hashable {
  /// The numerator, prime to the denominator.
  public let numerator: BigInt
  /// The denominator, positive.
  public let denominator: BigInt

  /// The number of bits of numerator and denominator together, without a sign.
  public var bitWidth: Int { numerator.magnitude.bitWidth + denominator.magnitude.bitWidth }

  private init(lowestTerms numerator: BigInt, _ denominator: BigInt) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// Creates the fraction of two integers.
  ///
  /// - Parameters:
  ///   - numerator: any integer.
  ///   - denominator: any integer but 0.
  public init(_ numerator: BigInt, over denominator: BigInt) {
    precondition(denominator != 0, "a fraction has no denominator 0")
    let common = greatestCommonDivisor(numerator, denominator)
    let (p, q) = (quotient(numerator, common), quotient(denominator, common))
    self.init(lowestTerms: q < 0 ? -p : p, q < 0 ? -q : q)
  }

  /// Creates the fraction of two machine integers.
  ///
  /// - Parameters:
  ///   - numerator: any integer.
  ///   - denominator: any integer but 0.
  public init(_ numerator: Int, over denominator: Int) {
    self.init(BigInt(numerator), over: BigInt(denominator))
  }

  /// Creates the exact value of a double: every finite one is an integer times a power of two.
  ///
  /// - Parameter double: a finite number.
  public init(_ double: Double) {
    precondition(double.isFinite, "only a finite double is a fraction")
    self.init(Dyadic(double))
  }

  /// Creates the fraction that is a fraction already.
  ///
  /// - Parameter fraction: any fraction.
  public init(_ fraction: Rational) { self = fraction }

  /// Creates a short fraction that rounds to a double, such as 1/100 for 0.01.
  ///
  /// It is the first convergent of the double's continued fraction that rounds to the double.
  ///
  /// - Parameter double: a finite number.
  public init(shortestFor double: Double) {
    var rest = Rational(double.magnitude)
    var (before, last) = (Rational(lowestTerms: 0, 1), Rational(lowestTerms: 1, 0))
    repeat {
      let (quotient, remainder) = rest.numerator.quotientAndRemainder(dividingBy: rest.denominator)
      (before, last) = (
        last,
        Rational(
          lowestTerms: quotient * last.numerator + before.numerator,
          quotient * last.denominator + before.denominator)
      )
      if remainder == 0 { break }
      rest = Rational(rest.denominator, over: remainder)
    } while last.nearestDouble != double.magnitude
    self = double < 0 ? -last : last
  }

  /// Creates the fraction that is a dyadic rational.
  ///
  /// - Parameter dyadic: s · 2^e.
  public init(_ dyadic: Dyadic) {
    let zeros = dyadic.significand.trailingZeroBitCount
    let exponent = dyadic.exponent + zeros
    self.init(
      lowestTerms: (dyadic.significand >> zeros) << max(0, exponent),
      dyadic.significand == 0 ? 1 : BigInt(1) << max(0, -exponent))
  }

  /// Creates the fraction that is an integer.
  ///
  /// - Parameter value: any integer literal.
  public init(integerLiteral value: Int) { self.init(lowestTerms: BigInt(value), 1) }

  /// Creates the fraction that is an integer; always possible.
  ///
  /// - Parameter source: any integer.
  public init?<T: BinaryInteger>(exactly source: T) { self.init(lowestTerms: BigInt(source), 1) }

  /// The absolute value.
  public var magnitude: Rational {
    Rational(lowestTerms: BigInt(numerator.magnitude), denominator)
  }

  /// One over the number; nil for 0.
  public var reciprocal: Rational? {
    numerator == 0
      ? nil
      : Rational(
        lowestTerms: numerator < 0 ? -denominator : denominator, BigInt(numerator.magnitude))
  }

  /// The sum.
  public static func + (a: Rational, b: Rational) -> Rational { sum(a, b.numerator, b.denominator) }

  /// The difference.
  public static func - (a: Rational, b: Rational) -> Rational {
    sum(a, -b.numerator, b.denominator)
  }

  /// The sum of a fraction and n / d.
  ///
  /// What can be cancelled divides gcd(a.denominator, d): Knuth, The Art of Computer Programming,
  /// volume 2, 4.5.1.
  private static func sum(_ a: Rational, _ n: BigInt, _ d: BigInt) -> Rational {
    if a.denominator == d {
      return d == 1
        ? Rational(lowestTerms: a.numerator + n, 1) : Rational(a.numerator + n, over: d)
    }
    let common = greatestCommonDivisor(a.denominator, d)
    let share = quotient(a.denominator, common)
    let numerator = a.numerator * quotient(d, common) + n * share
    let rest = greatestCommonDivisor(numerator, common)
    return Rational(lowestTerms: quotient(numerator, rest), share * quotient(d, rest))
  }

  /// The negative.
  public static prefix func - (a: Rational) -> Rational {
    Rational(lowestTerms: -a.numerator, a.denominator)
  }

  /// The product.
  public static func * (a: Rational, b: Rational) -> Rational {
    let first = greatestCommonDivisor(a.numerator, b.denominator)
    let second = greatestCommonDivisor(b.numerator, a.denominator)
    return Rational(
      lowestTerms: quotient(a.numerator, first) * quotient(b.numerator, second),
      quotient(a.denominator, second) * quotient(b.denominator, first))
  }

  /// Replaces a number by its product with another one.
  public static func *= (a: inout Rational, b: Rational) { a = a * b }

  /// The quotient; the divisor is not 0.
  public static func / (a: Rational, b: Rational) -> Rational {
    guard let reciprocal = b.reciprocal else { preconditionFailure("division by 0") }
    return a * reciprocal
  }

  /// Replaces a number by its quotient by another one.
  public static func /= (a: inout Rational, b: Rational) { a = a / b }

  /// The order of the fractions.
  public static func < (a: Rational, b: Rational) -> Bool {
    if a.denominator == b.denominator { return a.numerator < b.numerator }
    if a.numerator.signum() != b.numerator.signum() {
      return a.numerator.signum() < b.numerator.signum()
    }
    return a.numerator * b.denominator < b.numerator * a.denominator
  }

  /// The least double that is at least this number; infinite beyond the largest double.
  public var roundedUp: Double {
    let (quotient, remainder, places) = quotientInBinary
    // Truncation is towards zero: above zero the next unit is the one that is not below.
    return Dyadic(remainder > 0 ? quotient + 1 : quotient, exponent: -places).roundedUp
  }

  /// The nearest double, of two equally near ones the even one; infinite beyond the largest double.
  public var nearestDouble: Double {
    let (quotient, remainder, places) = quotientInBinary
    // One more bit stands for all that was cut off: it can only break a tie.
    return Dyadic(quotient << 1 + remainder.signum(), exponent: -places - 1).nearestDouble
  }

  /// The quotient of numerator · 2^places by the denominator, finer than any double, towards zero.
  private var quotientInBinary: (quotient: BigInt, remainder: BigInt, places: Int) {
    let places = 1200 + denominator.bitWidth
    let (quotient, remainder) = (numerator << places).quotientAndRemainder(dividingBy: denominator)
    return (quotient, remainder, places)
  }
}

extension Rational: CustomStringConvertible, LosslessStringConvertible {
  /// The fraction as p/q, or p where q is 1.
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }

  /// Reads a fraction of two decimal integers, p/q or p.
  ///
  /// - Parameter description: what ``description`` writes; also a fraction that can be cancelled.
  ///   The denominator is positive and has no sign. For anything else the result is nil.
  public init?(_ description: String) {
    let parts = description.split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let digits = parts.first?.first == "-" ? parts[0].dropFirst() : parts[0]
    guard digits.isDecimal, let numerator = BigInt(String(parts[0])) else { return nil }
    guard parts.count == 2 else {
      self.init(lowestTerms: numerator, 1)
      return
    }
    guard parts[1].isDecimal, let denominator = BigInt(String(parts[1])), denominator > 0 else {
      return nil
    }
    self.init(numerator, over: denominator)
  }
}

extension Rational: Codable {
  /// Decodes a fraction from a string p/q or p.
  ///
  /// - Parameter decoder: holds the string.
  /// - Throws: `DecodingError`, also where the string is no fraction.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = Rational(text) else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription: "\(text.prefix(40).debugDescription) is no fraction such as \"-3/4\"")
    }
    self = value
  }

  /// Encodes the fraction as a string p/q, or p where q is 1.
  ///
  /// - Parameter encoder: receives the string.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension Substring {
  /// Whether there is at least one character and each is one of 0 … 9.
  fileprivate var isDecimal: Bool {
    !isEmpty && utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
  }
}

/// The quotient of an integer by one of its divisors.
private func quotient(_ number: BigInt, _ divisor: BigInt) -> BigInt {
  divisor == 1 ? number : number / divisor
}

/// The greatest common divisor, positive unless both are 0.
///
/// Powers of two, all that dyadic rationals share, are shifted away; then one integer is divided by
/// the other until both are short. One division is enough where one of them is short from the start
/// or divides the other; the library's own algorithm takes as many steps as there are bits.
func greatestCommonDivisor(_ a: BigInt, _ b: BigInt) -> BigInt {
  if a == 0 || b == 0 { return BigInt(a == 0 ? b.magnitude : a.magnitude) }
  let twos = min(a.trailingZeroBitCount, b.trailingZeroBitCount)
  var (a, b) = (oddPart(a.magnitude), oddPart(b.magnitude))
  while a.bitWidth > 64 || b.bitWidth > 64 {
    if b == 0 { return BigInt(a) << twos }
    (a, b) = (b, a % b)
  }
  return BigInt(greatestCommonDivisor(UInt64(a), UInt64(b))) << twos
}

private func oddPart(_ number: BigUInt) -> BigUInt {
  let zeros = number.trailingZeroBitCount
  return zeros == 0 ? number : number >> zeros
}

private func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
