/// A minimum-norm least-squares solution with what its pivots say of the rank.
public struct CompleteOrthogonalSolution<Scalar: LinearAlgebraScalar>: Sendable {
  /// The solution X and its evidence.
  ///
  /// Its condition is LAPACK's estimate for the triangular factor in the ∞-norm.
  public var solution: Solution<Scalar>
  /// The rank ends before the leading triangle's condition would exceed the inverse of this.
  public var relativeCutOff: Scalar
}

extension Matrix {
  /// The X of least Frobenius norm among all that minimise ‖A X - B‖, without singular values.
  ///
  /// A P = Q [T 0; 0 0] Z with Q, Z orthogonal, T triangular of the size of the rank and P the
  /// column pivots; then X = P Zᵀ [T⁻¹ Q₁ᵀ B; 0]. LAPACK's gelsy. The columns that the pivots leave
  /// out count as zero, so X solves a problem that differs from A by at most about their norm.
  /// Source: Golub and Van Loan, *Matrix Computations*, 4th edition, Section 5.4.
  ///
  /// - Parameters:
  ///   - rightHandSides: B, m × k, finite.
  ///   - relativeCutOff: the rank is the size of the largest leading triangle whose estimated
  ///     condition stays below the inverse of this; by default max(m, n) times the distance from 1
  ///     to the next number. Pivots estimate singular values up to a modest factor, so a rank may
  ///     differ from that of the singular values where one lies near the cut-off.
  /// - Returns: X, n × k, with rank and evidence.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``.
  /// - Complexity: O(m n min(m, n)), a fraction of the work of singular values.
  public func completeOrthogonalSolve(
    _ rightHandSides: Matrix, relativeCutOff: Scalar? = nil
  ) throws(LinearAlgebraError) -> CompleteOrthogonalSolution<Scalar> {
    precondition(rightHandSides.rows == rows, "as many right-hand side rows as rows of the matrix")
    try checkFinite(as: "the matrix")
    try rightHandSides.checkFinite(as: "the right-hand side")
    let (m, n, k) = (rows, columns, rightHandSides.columns)
    let asked = relativeCutOff ?? Scalar(max(m, n)) * Scalar.ulpOfOne
    // At 0 gelsy would divide by the pivots that are 0.
    let cutOff = max(asked, Scalar.leastNormalMagnitude.squareRoot())
    // gelsy writes the n rows of X where it read the m rows of B, and wants at least one column.
    let ldb = max(1, m, n)
    var b = Matrix(rows: ldb, columns: max(1, k)) { i, j in
      i < m && j < k ? rightHandSides[i, j] : 0
    }
    var factored = self
    var rank: Int32 = 0
    if min(m, n) > 0 {
      let info = factored.withUnsafeMutableElements { a in
        b.withUnsafeMutableElements { b in
          // The fresh integer workspace is zero: every column may be a pivot.
          withWorkspace(of: Scalar.self, integerCount: n) { work, length, pivots, _ in
            Scalar.lapack.gelsy(
              m, n, max(1, k), a, m, b, ldb, pivots, cutOff, &rank, work, length)
          }
        }
      }
      checkArguments(info, of: "gelsy")
    }
    let x = Matrix(rows: n, columns: k) { i, j in min(m, n) > 0 ? b[i, j] : 0 }
    let condition =
      min(m, n) == 0 ? 1 : Double(factored.reciprocalCondition(ofUpperTriangle: Int(rank)))
    return CompleteOrthogonalSolution(
      solution: Solution(
        values: x,
        evidence: leastSquaresEvidence(
          x, rightHandSides, reciprocalCondition: condition, rank: Int(rank))),
      relativeCutOff: cutOff)
  }

  /// LAPACK's estimate of 1 / (‖T‖ ‖T⁻¹‖) in the ∞-norm, T the leading upper triangle; 0 for none.
  private func reciprocalCondition(ofUpperTriangle size: Int) -> Scalar {
    if size == 0 { return 0 }
    // The routine table knows lower triangles: Tᵀ in the 1-norm is T in the ∞-norm.
    let lower = Matrix(rows: size, columns: size) { i, j in i >= j ? self[j, i] : 0 }
    var reciprocal: Scalar = 0
    var work = [Scalar](repeating: 0, count: 3 * size)
    var integers = [Int32](repeating: 0, count: size)
    let info = lower.withUnsafeElements { t in
      Scalar.lapack.trcon(size, t, size, &reciprocal, &work, &integers)
    }
    checkArguments(info, of: "trcon")
    return reciprocal
  }
}
