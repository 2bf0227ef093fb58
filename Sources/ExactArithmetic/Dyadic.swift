public import BigInt

/// A dyadic rational: an integer times a power of two, such as every finite double.
///
/// Sums and products stay dyadic, so that a network whose weights are doubles has dyadic outputs at
/// dyadic inputs, without any rounding and without a common divisor to look for.
public struct Dyadic: Sendable {
  /// The integer s of s · 2^e; not necessarily odd.
  public let significand: BigInt
  /// The exponent e of s · 2^e.
  public let exponent: Int

  /// Creates s · 2^e.
  ///
  /// - Parameters:
  ///   - significand: s.
  ///   - exponent: e.
  public init(_ significand: BigInt, exponent: Int) {
    self.significand = significand
    self.exponent = exponent
  }

  /// Creates the exact value of a double.
  ///
  /// - Parameter double: a finite number.
  public init(_ double: Double) {
    precondition(double.isFinite, "only a finite double is dyadic")
    // A subnormal has the exponent of the smallest normal and no leading bit.
    let pattern = Int64(double.significandBitPattern | (double.isNormal ? 1 << 52 : 0))
    let exponent = double.isNormal ? Int(double.exponent) - 52 : -1074
    self.init(BigInt(double < 0 ? -pattern : pattern), exponent: double == 0 ? 0 : exponent)
  }

  /// The integer that the number is when multiplied by a power of two.
  ///
  /// - Parameter places: p; large enough that this is an integer.
  /// - Returns: s · 2^(e + p).
  public func integer(places: Int) -> BigInt {
    let shift = exponent + places
    precondition(
      shift >= 0 || significand == 0 || significand.trailingZeroBitCount >= -shift,
      "more binary places needed")
    return shift >= 0 ? significand << shift : significand >> -shift
  }

  /// The least p ≥ 0 for which the number times 2^p is an integer.
  public var places: Int {
    significand == 0 ? 0 : max(0, -(exponent + significand.trailingZeroBitCount))
  }

  /// The product.
  public static func * (a: Dyadic, b: Dyadic) -> Dyadic {
    Dyadic(a.significand * b.significand, exponent: a.exponent + b.exponent)
  }

  /// The sum of some numbers, at the least exponent of those that are not 0.
  ///
  /// - Parameter terms: any number of terms.
  /// - Returns: their sum; 0 for none.
  public static func sum(_ terms: [Dyadic]) -> Dyadic {
    let counting = terms.filter { $0.significand != 0 }
    let unit = counting.map(\.exponent).min() ?? 0
    return Dyadic(
      counting.reduce(0) { $0 + $1.significand << ($1.exponent - unit) }, exponent: unit)
  }

  /// The least double that is at least this number; infinite beyond the largest double.
  public var roundedUp: Double { max(cut(shiftedUp), -.greatestFiniteMagnitude) }

  /// The nearest double, of two equally near ones the even one; infinite beyond the largest double.
  public var nearestDouble: Double { cut(shiftedToNearest) }

  /// The number cut to the bits that a double keeps.
  ///
  /// - Parameter shift: gives the integer near significand / 2^count, rounded as wanted.
  /// - Returns: that integer in its place.
  private func cut(_ shift: (_ significand: BigInt, _ count: Int) -> BigInt) -> Double {
    if significand == 0 { return 0 }
    // A double keeps 53 bits, fewer where it is subnormal.
    let unit = max(exponent + significand.magnitude.bitWidth - 53, -1074)
    let count = unit - exponent
    let whole = count <= 0 ? significand << -count : shift(significand, count)
    // Of 53 bits, or one more where rounding carried into a new power of two: exact.
    return Double(sign: .plus, exponent: unit, significand: Double(Int64(whole)))
  }
}

/// The least integer that is at least value / 2^count, count ≥ 1.
private func shiftedUp(_ value: BigInt, by count: Int) -> BigInt {
  let kept = BigInt(value.magnitude >> count)
  if value < 0 { return -kept }
  return value.trailingZeroBitCount >= count ? kept : kept + 1
}

/// The integer nearest to value / 2^count, of two equally near ones the even one; count ≥ 1.
private func shiftedToNearest(_ value: BigInt, by count: Int) -> BigInt {
  let kept = BigInt(value.magnitude >> count)
  let next = BigInt(value.magnitude >> (count - 1))
  let isTie = value.trailingZeroBitCount == count - 1
  let magnitude = next & 1 == 1 && !(isTie && kept & 1 == 0) ? kept + 1 : kept
  return value < 0 ? -magnitude : magnitude
}
