import BigInt
import RealModule

/// A fraction of integers of any length: the arithmetic that says what a double should have been.
struct Rational: AlgebraicField, Comparable {
  /// The numerator, prime to the denominator.
  let numerator: BigInt
  /// The denominator, positive.
  let denominator: BigInt

  /// The fraction in lowest terms; the denominator is not 0.
  private init(reducing numerator: BigInt, _ denominator: BigInt) {
    let twos = min(trailingZeros(numerator), trailingZeros(denominator))
    let (n, d) = (numerator >> twos, denominator >> twos)
    // Sums of doubles have powers of two below: no common divisor is left to look for.
    let isPowerOfTwo = d > 0 && trailingZeros(d) == d.magnitude.bitWidth - 1
    let common = isPowerOfTwo ? 1 : n.greatestCommonDivisor(with: d) * (d < 0 ? -1 : 1)
    self.numerator = n / common
    self.denominator = d / common
  }

  /// The fraction of two machine integers.
  init(_ numerator: Int, over denominator: Int) {
    self.init(reducing: BigInt(numerator), BigInt(denominator))
  }

  /// The exact value of a finite double.
  init(_ double: Double) {
    precondition(double.isFinite, "only a finite double is a fraction")
    if double == 0 {
      self.init(0, over: 1)
      return
    }
    let significand = BigInt(Int64(double.significand * 0x1p52)) * (double < 0 ? -1 : 1)
    let places = 52 - Int(double.exponent)
    self.init(reducing: significand << max(0, -places), BigInt(1) << max(0, places))
  }

  init(integerLiteral value: Int) { self.init(value, over: 1) }

  init?<T: BinaryInteger>(exactly source: T) { self.init(reducing: BigInt(source), 1) }

  var magnitude: Rational { Rational(reducing: BigInt(numerator.magnitude), denominator) }

  var reciprocal: Rational? { numerator == 0 ? nil : Rational(reducing: denominator, numerator) }

  static func + (a: Rational, b: Rational) -> Rational {
    Rational(
      reducing: a.numerator * b.denominator + b.numerator * a.denominator,
      a.denominator * b.denominator)
  }

  static func - (a: Rational, b: Rational) -> Rational {
    a + Rational(reducing: -b.numerator, b.denominator)
  }

  static func * (a: Rational, b: Rational) -> Rational {
    Rational(reducing: a.numerator * b.numerator, a.denominator * b.denominator)
  }

  static func *= (a: inout Rational, b: Rational) { a = a * b }

  static func / (a: Rational, b: Rational) -> Rational {
    Rational(reducing: a.numerator * b.denominator, a.denominator * b.numerator)
  }

  static func /= (a: inout Rational, b: Rational) { a = a / b }

  static func < (a: Rational, b: Rational) -> Bool {
    a.numerator * b.denominator < b.numerator * a.denominator
  }

  /// Whether a number is the least double that is at least this fraction, or infinite beyond them.
  func isRoundedUp(to double: Double) -> Bool {
    if double == .infinity { return self > Rational(Double.greatestFiniteMagnitude) }
    return self <= Rational(double)
      && (double == -.greatestFiniteMagnitude || self > Rational(double.nextDown))
  }
}

private func trailingZeros(_ integer: BigInt) -> Int {
  integer == 0 ? .max : integer.trailingZeroBitCount
}

/// Σ_j w_j max(x - b_j, 0) without rounding.
func exactOutput(at point: Double, thresholds: [Double], weights: [Double]) -> Rational {
  zip(thresholds, weights).reduce(0) { sum, unit in
    unit.0 < point ? sum + Rational(unit.1) * (Rational(point) - Rational(unit.0)) : sum
  }
}
