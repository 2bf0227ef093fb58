/// What shows that a linear system was solved.
public struct SolveEvidence: Sendable, Codable, Equatable {
  /// The largest absolute entry of B - AX, in the units of B.
  public var maxAbsoluteResidual: Double
  /// LAPACK's test ratio, at most 30 for a sound solve.
  ///
  /// ‖B - AX‖₁ / (‖A‖₁ ‖X‖₁ n ε) for a square system. For least squares with m × n A it is
  /// ‖Aᵀ(B - AX)‖₁ / (‖A‖₁ ‖B‖₁ max(m, n) ε), zero at the exact solution.
  public var testRatio: Double
  /// An estimate of 1 / (‖A‖ ‖A⁻¹‖) in the 1-norm; for least squares the ratio of the smallest to
  /// the largest singular value that count.
  public var reciprocalCondition: Double
  /// The numerical rank of A.
  public var rank: Int

  /// The condition number that ``reciprocalCondition`` estimates; infinite at 0.
  public var conditionEstimate: Double { 1 / reciprocalCondition }

  /// Creates evidence from its parts.
  ///
  /// - Parameters:
  ///   - maxAbsoluteResidual: largest absolute entry of B - AX.
  ///   - testRatio: LAPACK's test ratio.
  ///   - reciprocalCondition: reciprocal condition estimate, 0 to 1.
  ///   - rank: numerical rank.
  public init(
    maxAbsoluteResidual: Double, testRatio: Double, reciprocalCondition: Double, rank: Int
  ) {
    self.maxAbsoluteResidual = maxAbsoluteResidual
    self.testRatio = testRatio
    self.reciprocalCondition = reciprocalCondition
    self.rank = rank
  }
}

/// The solution of a linear system with the evidence for it.
public struct Solution<Scalar: LinearAlgebraScalar>: Sendable {
  /// X, one column for each right-hand side.
  public var values: Matrix<Scalar>
  /// What shows that AX = B, or how nearly.
  public var evidence: SolveEvidence
}

/// ‖R‖₁ / (scale · size · ε), and 0 where R is 0 whatever the scale.
func testRatio<Scalar: LinearAlgebraScalar>(
  residual: Matrix<Scalar>, scale: Double, size: Int
) -> Double {
  let norm = Double(residual.oneNorm)
  return norm == 0 ? 0 : norm / (scale * Double(max(1, size)) * Double(Scalar.roundingUnit))
}
