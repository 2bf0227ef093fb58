public import LinearAlgebra

/// The smallest change of the parameters that makes the linearised network fit given values.
///
/// f_lin(x; θ) = f(x; θ₀) + J(x)(θ - θ₀) is linear in θ. Among all θ with f_lin(X; θ) = Y the one
/// nearest to θ₀ has δθ = J(X)ᵀ α with K α = Y - f(X; θ₀), K = J(X) J(X)ᵀ. Gradient descent on the
/// squared loss of f_lin from θ₀ converges to it. Source: Lee et al., "Wide neural networks of any
/// depth evolve as linear models under gradient descent" (NeurIPS 2019), section 2.
public struct TangentInterpolant: Sendable {
  /// K, n C × n C.
  public let kernel: Matrix<Double>
  /// α, C × n.
  public let coefficients: Matrix<Double>
  /// δθ, one array for each of the graph's parameters.
  public let change: [[Double]]
  /// ‖δθ‖ = √(rᵀ K⁻¹ r) with r = Y - f(X; θ₀).
  public let norm: Double
  /// The evidence for K α = r.
  public let evidence: SolveEvidence
  private let factor: Cholesky<Double>

  /// Fits the linearised network.
  ///
  /// - Parameters:
  ///   - residuals: r = Y - f(X; θ₀), C × n.
  ///   - pass: the training samples X through the network at the parameters whose J is taken.
  /// - Throws: `LinearAlgebraError.notPositiveDefinite(pivot:)` where the kernel is singular, so
  ///   that not all values can be fitted; `LinearAlgebraError.notFinite`.
  /// - Complexity: that of the kernel and O(n³ C³).
  public init(
    fitting residuals: Matrix<Double>, _ pass: DenseChainPass
  ) throws(LinearAlgebraError) {
    let kernel = pass.tangentKernel()
    try self.init(kernel, Cholesky(factoring: kernel), fitting: residuals, pass)
  }

  /// Fits other values with the same kernel, without factoring it again.
  ///
  /// - Parameters:
  ///   - residuals: r, C × n; with r = Y this is kernel regression, which knows no f(X; θ₀).
  ///   - pass: the pass that this kernel was made of.
  /// - Returns: the fit.
  /// - Throws: `LinearAlgebraError.notFinite`.
  /// - Complexity: O(n² C²) and a pass backward.
  public func refitted(
    to residuals: Matrix<Double>, _ pass: DenseChainPass
  ) throws(LinearAlgebraError) -> TangentInterpolant {
    try TangentInterpolant(kernel, factor, fitting: residuals, pass)
  }

  private init(
    _ kernel: Matrix<Double>, _ factor: Cholesky<Double>, fitting residuals: Matrix<Double>,
    _ pass: DenseChainPass
  ) throws(LinearAlgebraError) {
    precondition(
      residuals.rows == pass.outputs.rows && residuals.columns == pass.count, "C × n residuals")
    (self.kernel, self.factor) = (kernel, factor)
    let solution = try factor.solve(residuals.asColumn)
    evidence = solution.evidence
    coefficients = Matrix(
      rows: residuals.rows, columns: residuals.columns, columnMajor: solution.values.elements)
    change = pass.transposedJacobian(times: coefficients)
    norm = max(residuals.asColumn.inner(solution.values), 0).squareRoot()
  }

  /// √(rᵀ K⁻¹ r): the length of the smallest change of parameters that changes the logits by r.
  ///
  /// - Parameter residuals: r, C × n.
  /// - Returns: the length.
  /// - Throws: `LinearAlgebraError.notFinite`.
  /// - Complexity: O(n² C²).
  public func smallestChange(of residuals: Matrix<Double>) throws(LinearAlgebraError) -> Double {
    let solution = try factor.solve(residuals.asColumn)
    return max(residuals.asColumn.inner(solution.values), 0).squareRoot()
  }
}

extension Matrix<Double> {
  /// All entries as one column.
  fileprivate var asColumn: Matrix {
    Matrix(rows: rows * columns, columns: 1, columnMajor: elements)
  }

  /// The sum of products of entries.
  fileprivate func inner(_ other: Matrix) -> Double {
    zip(elements, other.elements).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
