/// The thin QR factorisation A = Q R by Householder reflections.
public struct QRFactorization<Scalar: LinearAlgebraScalar>: Sendable {
  /// The orthonormal factor Q, m × r with r = min(m, n).
  public let orthonormal: Matrix<Scalar>
  /// The upper triangular (or trapezoidal) factor R, r × n.
  public let upperTriangular: Matrix<Scalar>

  /// Factors a matrix by LAPACK's geqrf.
  ///
  /// - Parameter matrix: A, m × n, finite.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``.
  /// - Complexity: O(m n min(m, n)).
  public init(factoring matrix: Matrix<Scalar>) throws(LinearAlgebraError) {
    try matrix.checkFinite(as: "the matrix")
    let (m, n) = (matrix.rows, matrix.columns)
    let r = min(m, n)
    var reflections = matrix
    var tau = [Scalar](repeating: 0, count: r)
    if r > 0 {
      let info = reflections.withUnsafeMutableElements { a in
        withWorkspace(of: Scalar.self, integerCount: 1) { work, length, _, _ in
          Scalar.lapack.geqrf(m, n, a, m, &tau, work, length)
        }
      }
      checkArguments(info, of: "geqrf")
    }
    let factored = reflections
    upperTriangular = Matrix(rows: r, columns: n) { i, j in i <= j ? factored[i, j] : 0 }
    var q = factored.columns(0..<r)
    if r > 0 {
      let info = q.withUnsafeMutableElements { a in
        withWorkspace(of: Scalar.self, integerCount: 1) { work, length, _, _ in
          Scalar.lapack.orgqr(m, r, r, a, m, tau, work, length)
        }
      }
      checkArguments(info, of: "orgqr")
    }
    orthonormal = q
  }

  /// The product Q R, the matrix that was factored up to rounding.
  public func reconstruct() -> Matrix<Scalar> { orthonormal * upperTriangular }
}
