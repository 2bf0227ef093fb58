private import BigInt

/// A fraction that is cancelled only where that shortens it enough to be worth its price.
///
/// Sums of fractions with a long common denominator, such as a network's slopes, then need no
/// greatest common divisor of two long integers that have little in common.
package struct UnreducedFraction: Sendable {
  private var numerator: BigInt
  private var denominator: BigInt

  /// Creates the value of a fraction.
  ///
  /// - Parameter value: the fraction.
  package init(_ value: Rational) {
    (numerator, denominator) = (value.numerator, value.denominator)
  }

  /// Adds a number.
  ///
  /// - Parameter other: the number.
  package mutating func add(_ other: UnreducedFraction) {
    let common = greatestCommonDivisor(denominator, other.denominator)
    let share = denominator / common
    numerator = numerator * (other.denominator / common) + other.numerator * share
    denominator = share * other.denominator
    if denominator.bitWidth > 2 * other.denominator.bitWidth + 64 {
      self = UnreducedFraction(reduced)
    }
  }

  /// Multiplies by a fraction.
  ///
  /// - Parameter factor: the fraction.
  package mutating func multiply(by factor: Rational) {
    numerator *= factor.numerator
    denominator *= factor.denominator
  }

  /// The negative.
  package var negative: UnreducedFraction {
    var result = self
    result.numerator.negate()
    return result
  }

  /// The number in lowest terms.
  package var reduced: Rational { Rational(numerator, over: denominator) }
}
