public import LinearAlgebra

/// LAPACK's test ratio as its documentation defines it, ‖R‖₁ / (scale · size · ε).
///
/// - Parameters:
///   - residual: R.
///   - scale: the product of norms that the residual is measured by.
///   - size: the dimension of the problem.
/// - Returns: the ratio; 0 where R is 0.
public func documentedTestRatio<Scalar: LinearAlgebraScalar>(
  residual: Matrix<Scalar>, scale: Double, size: Int
) -> Double {
  let columnSums = (0..<residual.columns).map { residual.column($0).reduce(0) { $0 + abs($1) } }
  guard let largest = columnSums.max(), largest > 0 else { return 0 }
  return Double(largest) / (scale * Double(size) * Double(Scalar.roundingUnit))
}

/// Whether a test ratio is the documented one, up to the rounding of norms and quotients.
///
/// - Parameters:
///   - found: the ratio that came with a result.
///   - documented: the ratio of the same residual by ``documentedTestRatio(residual:scale:size:)``.
///   - type: the scalar type of the computation.
///   - size: the number of terms of the norms.
/// - Returns: whether both agree.
public func isSameRatio<Scalar: LinearAlgebraScalar>(
  _ found: Double, _ documented: Double, _ type: Scalar.Type, size: Int
) -> Bool {
  abs(found - documented)
    <= 3 * Tolerance.arithmetic.bound(type, size: size + 2, scale: documented)
}
