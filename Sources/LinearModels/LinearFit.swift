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
  /// X⁺Y by a complete orthogonal factorisation; leading columns of X count up to a condition of
  /// the inverse of the cut-off.
  case completeOrthogonal(relativeCutOff: Double)
  /// XᵀX W = XᵀY by Cholesky, for independent features: n ≥ d and rank d.
  case normalEquations
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
    case .completeOrthogonal(let cutOff):
      "minimum norm by a complete orthogonal factorisation, cut-off \(cutOff)"
    case .normalEquations: "minimum norm by the normal equations, primal"
    case .gram: "minimum norm by the Gram system"
    case .primalRidge(let lambda): "ridge \(lambda), primal"
    case .dualRidge(let lambda): "ridge \(lambda), dual"
    }
  }
}
