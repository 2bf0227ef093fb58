/// The Cholesky factorisation A = L Lᵀ of a symmetric positive definite matrix.
///
/// Factor once, solve for any number of right-hand sides. The factor and the matrix share one
/// square: L fills the lower triangle, A stays in the upper one, so that each solve can show its
/// residual without a second copy.
public struct Cholesky<Scalar: LinearAlgebraScalar>: Sendable {
  private let factorBelowMatrix: Matrix<Scalar>
  private let diagonal: [Scalar]
  /// ‖A‖₁.
  package let matrixOneNorm: Scalar

  /// The reciprocal condition number of A in the 1-norm, as LAPACK's pocon estimates it.
  public let reciprocalCondition: Scalar

  /// The number of rows and of columns of A.
  public var size: Int { factorBelowMatrix.rows }

  /// Factors a symmetric positive definite matrix.
  ///
  /// - Parameter matrix: A, n × n, finite. Only its lower triangle is read.
  /// - Throws: ``LinearAlgebraError/notPositiveDefinite(pivot:)`` with the first pivot that is not
  ///   positive, ``LinearAlgebraError/notFinite(argument:row:column:)``.
  /// - Complexity: n³/3 multiplications; no second n × n matrix is made when the caller hands over
  ///   its only copy.
  public init(factoring matrix: consuming Matrix<Scalar>) throws(LinearAlgebraError) {
    precondition(matrix.isSquare, "a Cholesky factorisation wants a square matrix")
    var shared = matrix
    let n = shared.rows
    shared.mirrorLowerTriangle()
    try shared.checkFinite(as: "the matrix")
    matrixOneNorm = shared.oneNorm
    diagonal = (0..<n).map { shared[$0, $0] }
    let info = shared.withUnsafeMutableElements { Scalar.lapack.potrf(n, $0, max(1, n)) }
    checkArguments(info, of: "potrf")
    if info > 0 { throw .notPositiveDefinite(pivot: info - 1) }
    reciprocalCondition = Self.reciprocalCondition(of: shared, oneNorm: matrixOneNorm)
    factorBelowMatrix = shared
  }

  private static func reciprocalCondition(of factor: Matrix<Scalar>, oneNorm: Scalar) -> Scalar {
    let n = factor.rows
    if n == 0 { return 1 }
    var reciprocal: Scalar = 0
    var work = [Scalar](repeating: 0, count: 3 * n)
    var integers = [Int32](repeating: 0, count: n)
    let info = factor.withUnsafeElements { a in
      Scalar.lapack.pocon(n, a, n, oneNorm, &reciprocal, &work, &integers)
    }
    checkArguments(info, of: "pocon")
    return reciprocal
  }

  /// Solves A X = B.
  ///
  /// - Parameter rightHandSides: B, n × k, finite.
  /// - Returns: X, n × k, with its evidence.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``.
  /// - Complexity: O(n² k).
  public func solve(
    _ rightHandSides: Matrix<Scalar>
  ) throws(LinearAlgebraError) -> Solution<Scalar> {
    try rightHandSides.checkFinite(as: "the right-hand side")
    let x = solveWithoutEvidence(rightHandSides)
    let residual = rightHandSides - matrixTimes(x)
    let scale = Double(matrixOneNorm) * Double(x.oneNorm)
    return Solution(
      values: x,
      evidence: SolveEvidence(
        maxAbsoluteResidual: Double(residual.largestAbsoluteEntry),
        testRatio: testRatio(residual: residual, scale: scale, size: size),
        reciprocalCondition: Double(reciprocalCondition),
        rank: size))
  }

  /// The bare X with A X = B: no check of the entries, no evidence.
  package func solveWithoutEvidence(_ rightHandSides: Matrix<Scalar>) -> Matrix<Scalar> {
    let n = size
    precondition(rightHandSides.rows == n, "as many right-hand side rows as rows of the matrix")
    var x = rightHandSides
    let info = factorBelowMatrix.withUnsafeElements { a in
      x.withUnsafeMutableElements { b in
        Scalar.lapack.potrs(n, rightHandSides.columns, a, max(1, n), b, max(1, n))
      }
    }
    checkArguments(info, of: "potrs")
    return x
  }

  /// The product A B with the matrix that was factored.
  ///
  /// - Parameter other: B, n × k.
  /// - Returns: the n × k product.
  public func matrixTimes(_ other: Matrix<Scalar>) -> Matrix<Scalar> {
    let n = size
    precondition(other.rows == n, "the shapes of a product must agree")
    var result = Matrix<Scalar>(rows: n, columns: other.columns)
    let k = other.columns
    if n == 0 || k == 0 { return result }
    let gemm = Scalar.blas.gemm
    // Block columns from the diagonal up. To multiply by L's diagonal and subtract it afterwards
    // would be wrong by its rounding, which swamps A's where A is small.
    let width = 128
    factorBelowMatrix.withUnsafeElements { a in
      other.withUnsafeElements { b in
        result.withUnsafeMutableElements { c in
          for first in stride(from: 0, to: n, by: width) {
            let block = diagonalBlock(first..<min(first + width, n))
            let size = block.rows
            block.withUnsafeElements {
              gemm(false, false, size, k, size, 1, $0, size, b + first, n, 1, c + first, n)
            }
            if first == 0 { continue }
            let above = a + first * n
            gemm(false, false, first, k, size, 1, above, n, b + first, n, 1, c, n)
            gemm(true, false, size, k, first, 1, above, n, b, n, 1, c + first, n)
          }
        }
      }
    }
    return result
  }

  /// The block of A in these rows and columns, both triangles.
  private func diagonalBlock(_ range: Range<Int>) -> Matrix<Scalar> {
    Matrix(rows: range.count, columns: range.count) { i, j in
      i == j
        ? diagonal[range.lowerBound + i]
        : factorBelowMatrix[range.lowerBound + min(i, j), range.lowerBound + max(i, j)]
    }
  }

  /// The factor L.
  ///
  /// - Returns: an n × n lower triangular matrix with positive diagonal.
  public func lowerFactor() -> LowerTriangularMatrix<Scalar> {
    LowerTriangularMatrix(lowerTriangleOf: factorBelowMatrix)
  }
}
