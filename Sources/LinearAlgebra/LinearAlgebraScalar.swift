public import RealModule

/// A scalar type for which BLAS and LAPACK exist: `Float` and `Double`.
///
/// The routine tables keep C and unsafe pointers out of the public interface; conform no type of
/// your own.
public protocol LinearAlgebraScalar: Real, BinaryFloatingPoint, Sendable, Codable {
  /// The BLAS routines of this type.
  static var blas: BLASRoutines<Self> { get }
  /// The LAPACK routines of this type.
  static var lapack: LAPACKRoutines<Self> { get }
}

extension LinearAlgebraScalar {
  /// LAPACK's relative machine precision, half a unit in the last place of 1.
  ///
  /// 2⁻⁵³ for `Double` and 2⁻²⁴ for `Float`: the ε of every test ratio.
  public static var roundingUnit: Self { ulpOfOne / 2 }
}
