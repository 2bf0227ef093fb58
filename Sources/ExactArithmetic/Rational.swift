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
    let common = greatestCommonDivisor(numerator, denominator) * (denominator < 0 ? -1 : 1)
    self.init(lowestTerms: numerator / common, denominator / common)
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
    if double == 0 {
      self.init(lowestTerms: 0, 1)
      return
    }
    let dyadic = Dyadic(double)
    let zeros = dyadic.significand.trailingZeroBitCount
    let exponent = dyadic.exponent + zeros
    self.init(
      lowestTerms: (dyadic.significand >> zeros) << max(0, exponent),
      BigInt(1) << max(0, -exponent))
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
    let common = greatestCommonDivisor(a.denominator, d)
    if common == 1 {
      return Rational(lowestTerms: a.numerator * d + n * a.denominator, a.denominator * d)
    }
    let share = a.denominator / common
    let numerator = a.numerator * (d / common) + n * share
    if numerator == 0 { return 0 }
    let rest = greatestCommonDivisor(numerator, common)
    return Rational(lowestTerms: numerator / rest, share * (d / rest))
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
      lowestTerms: (a.numerator / first) * (b.numerator / second),
      (a.denominator / second) * (b.denominator / first))
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
    a.numerator * b.denominator < b.numerator * a.denominator
  }

  /// The least double that is at least this number; infinite beyond the largest double.
  public var roundedUp: Double {
    let places = max(0, 1200 + denominator.bitWidth)
    let (quotient, remainder) = (numerator << places).quotientAndRemainder(dividingBy: denominator)
    // Truncation is towards zero: above zero the next unit is the one that is not below.
    return Dyadic(remainder > 0 ? quotient + 1 : quotient, exponent: -places).roundedUp
  }
}

extension Rational: CustomStringConvertible {
  /// The fraction as p/q, or p where q is 1.
  public var description: String {
    denominator == 1 ? "\(numerator)" : "\(numerator)/\(denominator)"
  }
}

/// The greatest common divisor, positive unless both are 0.
///
/// Divides while one integer is longer than the other, which ends at once in the frequent case that
/// one divides the other; the library's own algorithm takes as many steps as there are bits.
func greatestCommonDivisor(_ a: BigInt, _ b: BigInt) -> BigInt {
  var (a, b) = (a.magnitude, b.magnitude)
  while b != 0 {
    if a.bitWidth <= 64 && b.bitWidth <= 64 {
      return BigInt(greatestCommonDivisor(UInt64(a), UInt64(b)))
    }
    (a, b) = (b, a % b)
  }
  return BigInt(a)
}

private func greatestCommonDivisor(_ a: UInt64, _ b: UInt64) -> UInt64 {
  var (a, b) = (a, b)
  while b != 0 { (a, b) = (b, a % b) }
  return a
}
