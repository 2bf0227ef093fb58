/// A lower triangular matrix and its solve by substitution.
public struct LowerTriangularMatrix<Scalar: LinearAlgebraScalar>: Sendable {
  /// The full square matrix; its strict upper triangle is zero.
  public let matrix: Matrix<Scalar>

  /// Keeps the lower triangle of a square matrix.
  ///
  /// - Parameter matrix: n × n; entries above the diagonal are dropped.
  public init(lowerTriangleOf matrix: Matrix<Scalar>) {
    precondition(matrix.isSquare, "a triangular matrix is square")
    var lower = matrix
    lower.forEachColumn { j, entries in entries[..<j].update(repeating: 0) }
    self.matrix = lower
  }

  /// The reciprocal condition number in the 1-norm, as LAPACK's trcon estimates it.
  ///
  /// - Returns: a number from 0 (singular) to 1; 1 for the 0 × 0 matrix.
  /// - Complexity: O(n²).
  public func reciprocalConditionEstimate() -> Scalar {
    let n = matrix.rows
    if n == 0 { return 1 }
    var reciprocal: Scalar = 0
    var work = [Scalar](repeating: 0, count: 3 * n)
    var integers = [Int32](repeating: 0, count: n)
    let info = matrix.withUnsafeElements { a in
      Scalar.lapack.trcon(n, a, n, &reciprocal, &work, &integers)
    }
    checkArguments(info, of: "trcon")
    return reciprocal
  }

  /// Solves op(T) X = B by substitution.
  ///
  /// - Parameters:
  ///   - rightHandSides: B, n × k, finite.
  ///   - transposed: whether Tᵀ takes the place of T.
  /// - Returns: X, n × k, with its evidence.
  /// - Throws: ``LinearAlgebraError/singular(pivot:)`` where the diagonal holds a zero,
  ///   ``LinearAlgebraError/notFinite(argument:row:column:)`` for an entry that is no number.
  /// - Complexity: O(n² k).
  public func solve(
    _ rightHandSides: Matrix<Scalar>, transposed: Bool = false
  ) throws(LinearAlgebraError) -> Solution<Scalar> {
    let n = matrix.rows
    precondition(rightHandSides.rows == n, "as many right-hand side rows as rows of the matrix")
    try matrix.checkFinite(as: "the matrix")
    try rightHandSides.checkFinite(as: "the right-hand side")
    let x = try substitution(rightHandSides, transposed: transposed)
    var residual = rightHandSides
    residual.addProduct(of: matrix, x, transposingFirst: transposed, scaledBy: -1)
    let scale = Double(matrix.oneNorm) * Double(x.oneNorm)
    return Solution(
      values: x,
      evidence: SolveEvidence(
        maxAbsoluteResidual: Double(residual.largestAbsoluteEntry),
        testRatio: testRatio(residual: residual, scale: scale, size: n),
        reciprocalCondition: Double(reciprocalConditionEstimate()),
        rank: n))
  }

  /// The bare X with op(T) X = B: no check of the entries, no evidence.
  ///
  /// - Throws: ``LinearAlgebraError/singular(pivot:)`` where the diagonal holds a zero.
  package func substitution(
    _ rightHandSides: Matrix<Scalar>, transposed: Bool = false
  ) throws(LinearAlgebraError) -> Matrix<Scalar> {
    let n = matrix.rows
    var x = rightHandSides
    let info = matrix.withUnsafeElements { a in
      x.withUnsafeMutableElements { b in
        Scalar.lapack.trtrs(transposed, n, rightHandSides.columns, a, max(1, n), b, max(1, n))
      }
    }
    checkArguments(info, of: "trtrs")
    if info > 0 { throw .singular(pivot: info - 1) }
    return x
  }

  /// The bare X with X Tᵀ = B, for T without a zero on its diagonal.
  ///
  /// - Parameter values: B, of as many columns as T.
  /// - Returns: X, of the shape of B.
  /// - Complexity: O(m n²) for m rows.
  package func rightSubstitution(_ values: Matrix<Scalar>) -> Matrix<Scalar> {
    let n = matrix.rows
    precondition(values.columns == n, "as many columns as the triangle")
    var x = values
    if x.rows == 0 || n == 0 { return x }
    let rows = x.rows
    matrix.withUnsafeElements { a in
      x.withUnsafeMutableElements { b in Scalar.blas.trsm(true, true, rows, n, a, n, b, rows) }
    }
    return x
  }
}
