public import LinearAlgebra

/// The solution of least norm by singular values, W = X⁺Y.
///
/// Among all W that minimise ‖X W - Y‖ the one of least Frobenius norm; rank-deficient X is no
/// matter. Source: Zhang et al. (2017), Section 5.
///
/// - Parameters:
///   - features: X, n × d, finite.
///   - targets: Y, n × k, finite.
///   - relativeCutOff: singular values at or below this fraction of the largest count as zero; by
///     default max(n, d) times the distance from 1 to the next number.
/// - Returns: the fit; its evidence carries the numerical rank.
/// - Throws: `LinearAlgebraError` for an entry that is no number, or no convergence.
/// - Complexity: O(n d min(n, d)).
public func minimumNormFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>, relativeCutOff: Scalar? = nil
) throws(LinearAlgebraError) -> LinearFit<Scalar> {
  let result = try features.leastSquares(targets, relativeCutOff: relativeCutOff)
  return LinearFit(
    weights: result.solution.values, method: .singularValues, evidence: result.solution.evidence)
}

/// The solution of least norm by the Gram system, X Xᵀ α = Y and W = Xᵀ α.
///
/// The paper's equation 3. It uses inner products of samples alone, so it squares the condition of
/// X, and it needs linearly independent samples: n ≤ d and rank n.
///
/// - Parameters:
///   - features: X, n × d of rank n, finite.
///   - targets: Y, n × k, finite.
/// - Returns: the fit; its evidence is that of the Gram system, its residual that of X W = Y.
/// - Throws: `LinearAlgebraError.notPositiveDefinite(pivot:)` where sample `pivot` depends linearly
///   on those before it.
/// - Complexity: O(n² d + n³).
public func gramFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>
) throws(LinearAlgebraError) -> LinearFit<Scalar> {
  try dualFit(features, targets: targets, ridge: 0, method: .gram)
}

/// The ridge solution, which minimises ‖X W - Y‖² + λ‖W‖².
///
/// Solved in the smaller of the two forms: (XᵀX + λI) W = XᵀY for n ≥ d, or
/// W = Xᵀ (X Xᵀ + λI)⁻¹ Y.
///
/// - Parameters:
///   - features: X, n × d, finite.
///   - targets: Y, n × k, finite.
///   - ridge: λ > 0, on the scale of squared features.
/// - Returns: the fit; its method names the form that was solved.
/// - Throws: `LinearAlgebraError` for an entry that is no number, or where λ is lost in rounding
///   and the system is singular.
/// - Complexity: O(n d min(n, d)).
public func ridgeFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>, ridge: Double
) throws(LinearAlgebraError) -> LinearFit<Scalar> {
  precondition(ridge > 0, "a ridge is positive; use minimumNormFit for none")
  if features.rows < features.columns {
    return try dualFit(features, targets: targets, ridge: ridge, method: .dualRidge(ridge))
  }
  return try primalFit(features, targets: targets, ridge: ridge, method: .primalRidge(ridge))
}

/// The least-squares solution by the normal equations, XᵀX W = XᵀY.
///
/// The primal counterpart of ``gramFit(_:targets:)``: it squares the condition of X, and it needs
/// linearly independent features: n ≥ d and rank d. Then W is the only least-squares solution.
///
/// - Parameters:
///   - features: X, n × d of rank d, finite.
///   - targets: Y, n × k, finite.
/// - Returns: the fit; its evidence is that of the normal equations, its residual that of X W = Y.
/// - Throws: `LinearAlgebraError.notPositiveDefinite(pivot:)` where feature `pivot` depends linearly
///   on those before it.
/// - Complexity: O(n d² + d³).
public func normalEquationsFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>
) throws(LinearAlgebraError) -> LinearFit<Scalar> {
  try primalFit(features, targets: targets, ridge: 0, method: .normalEquations)
}

private func primalFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>, ridge: Double, method: LinearMethod
) throws(LinearAlgebraError) -> LinearFit<Scalar> {
  try features.checkFinite(as: "the features")
  try targets.checkFinite(as: "the targets")
  var normal = features.lowerTimesOwnTranspose(transposingSelf: true)
  normal.addToDiagonal(Scalar(ridge))
  let solution = try Cholesky(factoring: normal)
    .solve(features.times(targets, transposingSelf: true))
  return fit(features, targets, solution.values, method, solution.evidence)
}

private func dualFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>, ridge: Double, method: LinearMethod
) throws(LinearAlgebraError) -> LinearFit<Scalar> {
  try features.checkFinite(as: "the features")
  try targets.checkFinite(as: "the targets")
  var gram = features.lowerTimesOwnTranspose()
  gram.addToDiagonal(Scalar(ridge))
  let solution = try Cholesky(factoring: gram).solve(targets)
  let weights = features.times(solution.values, transposingSelf: true)
  return fit(features, targets, weights, method, solution.evidence)
}

private func fit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, _ targets: Matrix<Scalar>, _ weights: Matrix<Scalar>,
  _ method: LinearMethod, _ evidence: SolveEvidence
) -> LinearFit<Scalar> {
  var evidence = evidence
  evidence.maxAbsoluteResidual = Double((targets - features * weights).largestAbsoluteEntry)
  return LinearFit(weights: weights, method: method, evidence: evidence)
}
