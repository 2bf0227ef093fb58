public import LinearAlgebra

/// How far a computed number may lie from the exact one: constant · size · ε · scale.
///
/// ε is ``LinearAlgebra/LinearAlgebraScalar/roundingUnit`` of the scalar type, so one table serves
/// both types. The constants of the solvers are the thresholds of LAPACK's own test programs.
public struct Tolerance: Sendable {
  /// The constant; for a solver, the largest test ratio that passes.
  public let constant: Double

  /// Sums and products: each of `size` operations rounds once, on either side of a comparison.
  public static let arithmetic = Tolerance(constant: 2)
  /// Linear systems, least squares, and factors that multiply back to their matrix.
  public static let linearSystem = Tolerance(constant: 30)
  /// Singular values and vectors.
  public static let singularValues = Tolerance(constant: 50)
  /// Eigenvalues and eigenvectors of symmetric matrices.
  public static let symmetricEigenvalues = Tolerance(constant: 60)

  /// The largest error that passes.
  ///
  /// - Parameters:
  ///   - type: the scalar type of the computation.
  ///   - size: the dimension of the problem or the number of operations; 0 counts as 1.
  ///   - scale: the size of what is computed, condition numbers included.
  /// - Returns: constant · size · ε · scale.
  public func bound<Scalar: LinearAlgebraScalar>(
    _ type: Scalar.Type, size: Int, scale: Double
  ) -> Double {
    constant * Double(max(1, size)) * Double(Scalar.roundingUnit) * scale
  }
}
