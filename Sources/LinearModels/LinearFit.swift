public import LinearAlgebra

/// A linear map from inputs to targets, X W ≈ Y, with what shows how it was found.
public struct LinearFit<Scalar: LinearAlgebraScalar>: Sendable {
  /// The weights W, d × k: one column a target.
  public let weights: Matrix<Scalar>
  /// How W was found.
  public let method: LinearMethod
  /// What shows that the system was solved.
  ///
  /// Its residual is that of X W = Y, its ratio and condition are those of the system solved.
  public let evidence: SolveEvidence

  /// The Frobenius norm of W; for one target the Euclidean norm of w.
  public var norm: Double { Double(weights.frobeniusNorm) }

  /// The values X W of the map.
  ///
  /// - Parameter features: X, m × d, one row an input.
  /// - Returns: an m × k matrix.
  /// - Complexity: O(m d k).
  public func predict(_ features: Matrix<Scalar>) -> Matrix<Scalar> { features * weights }
}

/// A way of solving X W = Y.
public enum LinearMethod: Sendable, Hashable, CustomStringConvertible {
  /// The minimum-norm least-squares solution X⁺Y by singular values.
  case singularValues
  /// X Xᵀ α = Y and W = Xᵀ α by Cholesky: the paper's equation 3.
  case gram
  /// Ridge in the primal, (XᵀX + λI) W = XᵀY.
  case primalRidge(Double)
  /// Ridge in the dual, (X Xᵀ + λI) α = Y and W = Xᵀ α.
  case dualRidge(Double)

  /// The method in words for a report.
  public var description: String {
    switch self {
    case .singularValues: "minimum norm by singular values"
    case .gram: "minimum norm by the Gram system"
    case .primalRidge(let lambda): "ridge \(lambda), primal"
    case .dualRidge(let lambda): "ridge \(lambda), dual"
    }
  }
}
