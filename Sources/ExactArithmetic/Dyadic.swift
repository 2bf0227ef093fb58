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

  /// The least double that is at least this number; infinite beyond the largest double.
  public var roundedUp: Double {
    if significand == 0 { return 0 }
    // A double keeps 53 bits, fewer where it is subnormal: cut there, upwards.
    let magnitude = significand.magnitude
    let unit = max(exponent + magnitude.bitWidth - 53, -1074)
    let cut = unit - exponent
    let whole = cut <= 0 ? significand << -cut : ceilingShift(significand, by: cut)
    // Of 53 bits, or one more where the ceiling carried into a new power of two: exact.
    let nearest = Double(sign: .plus, exponent: unit, significand: Double(Int64(whole)))
    return max(nearest, -.greatestFiniteMagnitude)
  }
}

/// The least integer that is at least value / 2^count.
private func ceilingShift(_ value: BigInt, by count: Int) -> BigInt {
  let kept = value.magnitude >> count
  if value < 0 { return -BigInt(kept) }
  return BigInt(kept << count == value.magnitude ? kept : kept + 1)
}
