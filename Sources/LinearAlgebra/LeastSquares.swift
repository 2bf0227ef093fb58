/// The minimum-norm least-squares solution with what the singular values say of it.
public struct LeastSquaresSolution<Scalar: LinearAlgebraScalar>: Sendable {
  /// The solution X and its evidence.
  public var solution: Solution<Scalar>
  /// All singular values of A, from the largest.
  public var singularValues: [Scalar]
  /// Singular values at or below this fraction of the largest count as zero.
  public var relativeCutOff: Scalar
}

extension Matrix {
  /// The X of least Frobenius norm among all that minimise ‖A X - B‖, by singular values.
  ///
  /// X = A⁺ B, LAPACK's gelsd.
  ///
  /// - Parameters:
  ///   - rightHandSides: B, m × k, finite.
  ///   - relativeCutOff: singular values at or below this fraction of the largest count as zero;
  ///     by default max(m, n) times the distance from 1 to the next number.
  /// - Returns: X, n × k, with rank, singular values and evidence.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``,
  ///   ``LinearAlgebraError/didNotConverge(routine:count:)``,
  ///   ``LinearAlgebraError/tooLarge(routine:size:largest:)`` where m and n exceed about 46,000.
  /// - Complexity: O(m n min(m, n)).
  public func leastSquares(
    _ rightHandSides: Matrix, relativeCutOff: Scalar? = nil
  ) throws(LinearAlgebraError) -> LeastSquaresSolution<Scalar> {
    precondition(rightHandSides.rows == rows, "as many right-hand side rows as rows of the matrix")
    try checkFinite(as: "the matrix")
    try rightHandSides.checkFinite(as: "the right-hand side")
    let (m, n, k) = (rows, columns, rightHandSides.columns)
    // The entries of its workspace, at most, with blocks of 64 columns.
    try checkCount(of: min(m, n), in: "gelsd") { $0 * ($0 + 512 + k) + 64 * k }
    let cutOff = relativeCutOff ?? Scalar(max(m, n)) * Scalar.ulpOfOne
    // gelsd writes the n rows of X where it read the m rows of B, and wants at least one column.
    let ldb = max(1, m, n)
    var b = Matrix(rows: ldb, columns: max(1, k)) { i, j in
      i < m && j < k ? rightHandSides[i, j] : 0
    }
    var singularValues = [Scalar](repeating: 0, count: min(m, n))
    var rank: Int32 = 0
    var info = 0
    if min(m, n) > 0 {
      var a = self
      info = a.withUnsafeMutableElements { a in
        b.withUnsafeMutableElements { b in
          withWorkspace(of: Scalar.self) { work, lwork, integers, _ in
            Scalar.lapack.gelsd(
              m, n, max(1, k), a, max(1, m), b, ldb, &singularValues, cutOff, &rank, work, lwork,
              integers)
          }
        }
      }
    }
    checkArguments(info, of: "gelsd")
    if info > 0 { throw .didNotConverge(routine: "gelsd", count: info) }
    let x = Matrix(rows: n, columns: k) { i, j in min(m, n) > 0 ? b[i, j] : 0 }
    let last = max(0, Int(rank) - 1)
    let condition =
      singularValues.first.map { $0 == 0 ? 0 : singularValues[last] / $0 } ?? 1
    return LeastSquaresSolution(
      solution: Solution(
        values: x,
        evidence: leastSquaresEvidence(
          x, rightHandSides, reciprocalCondition: Double(condition), rank: Int(rank))),
      singularValues: singularValues, relativeCutOff: cutOff)
  }

  /// The evidence that X minimises ‖A X - B‖, from A and B as they were given.
  func leastSquaresEvidence(
    _ x: Matrix, _ rightHandSides: Matrix, reciprocalCondition: Double, rank: Int
  ) -> SolveEvidence {
    let residual = rightHandSides - times(x)
    let projected = times(residual, transposingSelf: true)
    let scale = Double(oneNorm) * Double(rightHandSides.oneNorm)
    return SolveEvidence(
      maxAbsoluteResidual: Double(residual.largestAbsoluteEntry),
      testRatio: testRatio(residual: projected, scale: scale, size: max(rows, columns)),
      reciprocalCondition: reciprocalCondition, rank: rank)
  }
}
