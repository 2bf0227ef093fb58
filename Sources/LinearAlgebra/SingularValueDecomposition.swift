/// The thin singular value decomposition A = U diag(σ) Vᵀ.
public struct SingularValueDecomposition<Scalar: LinearAlgebraScalar>: Sendable {
  /// The singular values σ, from the largest, r = min(m, n) of them.
  public let values: [Scalar]
  /// The left singular vectors U, m × r.
  public let left: Matrix<Scalar>
  /// The right singular vectors, transposed: Vᵀ, r × n.
  public let rightTransposed: Matrix<Scalar>
  /// LAPACK's test ratio ‖A - U diag(σ) Vᵀ‖₁ / (‖A‖₁ max(m, n) ε), at most 50 for a sound result.
  public let testRatio: Double

  /// Decomposes a matrix by LAPACK's gesdd.
  ///
  /// - Parameter matrix: A, m × n, finite.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``,
  ///   ``LinearAlgebraError/didNotConverge(routine:count:)``,
  ///   ``LinearAlgebraError/tooLarge(routine:size:largest:)`` where m and n exceed about 23,000.
  /// - Complexity: O(m n min(m, n)).
  public init(of matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
    let (m, n) = (matrix.rows, matrix.columns)
    let r = min(m, n)
    var u = Matrix<Scalar>(rows: m, columns: r)
    var vt = Matrix<Scalar>(rows: r, columns: n)
    values = try decompose(matrix, left: &u, rightTransposed: &vt, vectors: true)
    left = u
    rightTransposed = vt
    let singularValues = values
    let scaled = Matrix(rows: m, columns: r) { i, j in u[i, j] * singularValues[j] }
    testRatio = LinearAlgebra.testRatio(
      residual: matrix - scaled.times(vt), scale: Double(matrix.oneNorm), size: max(m, n))
  }
}

extension Matrix {
  /// The singular values, from the largest, min(m, n) of them.
  ///
  /// - Returns: the singular values alone, cheaper than the whole decomposition.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``,
  ///   ``LinearAlgebraError/didNotConverge(routine:count:)``.
  /// - Complexity: O(m n min(m, n)).
  public func singularValues() throws(LinearAlgebraError) -> [Scalar] {
    var (u, vt) = (Matrix(rows: 0, columns: 0), Matrix(rows: 0, columns: 0))
    return try decompose(self, left: &u, rightTransposed: &vt, vectors: false)
  }
}

private func decompose<Scalar: LinearAlgebraScalar>(
  _ matrix: Matrix<Scalar>, left: inout Matrix<Scalar>, rightTransposed: inout Matrix<Scalar>,
  vectors: Bool
) throws(LinearAlgebraError) -> [Scalar] {
  let (m, n) = (matrix.rows, matrix.columns)
  let r = min(m, n)
  // The entries of its workspace, at most, with blocks of 64 columns.
  if vectors { try checkCount(of: r, in: "gesdd") { $0 * (4 * $0 + 200) } }
  try matrix.checkFinite(as: "the matrix")
  if r == 0 { return [] }
  var a = matrix
  var values = [Scalar](repeating: 0, count: r)
  let info = a.withUnsafeMutableElements { a in
    left.withUnsafeMutableElements { u in
      rightTransposed.withUnsafeMutableElements { vt in
        withWorkspace(of: Scalar.self, integerCount: 8 * r) { work, length, integers, _ in
          Scalar.lapack.gesdd(
            vectors, m, n, a, m, &values, u, m, vt, r, work, length, integers)
        }
      }
    }
  }
  checkArguments(info, of: "gesdd")
  if info > 0 { throw .didNotConverge(routine: "gesdd", count: info) }
  return values
}
