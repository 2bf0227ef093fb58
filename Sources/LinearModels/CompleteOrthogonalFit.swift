public import LinearAlgebra

/// The solution of least norm by a complete orthogonal factorisation.
///
/// The same W = X⁺Y as by singular values, for a fraction of their work. Pivots decide the rank, so
/// where a singular value lies within a modest factor of the cut-off the two may differ in it.
/// A computed W solves a problem that differs from the given one by O(max(n, d) ε ‖X‖), with the
/// left-out pivots besides; so its distance to X⁺Y is at most a constant times
/// max(n, d) ε (σ₁/σᵣ) (‖W‖ + ‖Y‖/σᵣ). Source: Zhang et al. (2017), Section 5; Golub and Van Loan,
/// *Matrix Computations*, 4th edition, Section 5.5.
///
/// - Parameters:
///   - features: X, n × d, finite, of rank 1 at least.
///   - targets: Y, n × k, finite.
///   - relativeCutOff: from 0 to below 1; the rank ends before the estimated condition of the
///     leading columns exceeds the inverse of this. By default max(n, d) times the distance from 1
///     to the next number.
/// - Returns: the fit; its evidence carries the rank, the method the cut-off.
/// - Throws: ``LinearModelError``: sizes of 0 or that disagree, an entry that is no number, a
///   cut-off out of range, ``LinearModelError/rankZero``.
/// - Complexity: O(n d min(n, d)).
public func completeOrthogonalFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>, relativeCutOff: Scalar? = nil
) throws(LinearModelError) -> LinearFit<Scalar> {
  try checkSample(features, targets)
  try checkFraction(relativeCutOff.map { Double($0) }, as: "the relative cut-off")
  let result = try solving { () throws(LinearAlgebraError) in
    try features.completeOrthogonalSolve(targets, relativeCutOff: relativeCutOff)
  }
  if result.solution.evidence.rank == 0 { throw .rankZero }
  return LinearFit(
    weights: result.solution.values,
    method: .completeOrthogonal(relativeCutOff: Double(result.relativeCutOff)),
    evidence: result.solution.evidence)
}
