/// The eigendecomposition A = V diag(λ) Vᵀ of a symmetric matrix.
public struct SymmetricEigen<Scalar: LinearAlgebraScalar>: Sendable {
  /// The eigenvalues λ, from the smallest.
  public let values: [Scalar]
  /// The orthonormal eigenvectors V, one a column in the order of ``values``.
  public let vectors: Matrix<Scalar>
  /// LAPACK's test ratio ‖A - V diag(λ) Vᵀ‖₁ / (‖A‖₁ n ε), at most 60 for a sound result.
  public let testRatio: Double

  /// Decomposes a symmetric matrix by LAPACK's syevd.
  ///
  /// - Parameter matrix: A, n × n, finite. Only its lower triangle is read.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``,
  ///   ``LinearAlgebraError/didNotConverge(routine:count:)``,
  ///   ``LinearAlgebraError/tooLarge(routine:size:largest:)`` above n = 32,766.
  /// - Complexity: O(n³).
  public init(of matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
    precondition(matrix.isSquare, "a symmetric matrix is square")
    let n = matrix.rows
    // The entries of its workspace.
    try checkCount(of: n, in: "syevd") { 1 + 6 * $0 + 2 * $0 * $0 }
    var full = matrix
    full.mirrorLowerTriangle()
    try full.checkFinite(as: "the matrix")
    var vectors = full
    var values = [Scalar](repeating: 0, count: n)
    if n > 0 {
      let info = vectors.withUnsafeMutableElements { a in
        withWorkspace(of: Scalar.self) { work, length, integers, integerLength in
          Scalar.lapack.syevd(true, n, a, n, &values, work, length, integers, integerLength)
        }
      }
      checkArguments(info, of: "syevd")
      if info > 0 { throw .didNotConverge(routine: "syevd", count: info) }
    }
    self.values = values
    self.vectors = vectors
    let scaled = Matrix(rows: n, columns: n) { i, j in vectors[i, j] * values[j] }
    let difference = full - scaled.times(vectors, transposingOther: true)
    testRatio = LinearAlgebra.testRatio(
      residual: difference, scale: Double(full.oneNorm), size: n)
  }
}
