public import LinearAlgebra
private import RealModule

/// Lemma 1's matrix A_ij = max(x_i - b_j, 0) for b₁ < x₁ < b₂ < x₂ < … < b_n < x_n.
///
/// Interleaving makes it lower triangular with the positive diagonal x_i - b_i, hence invertible.
/// Its eigenvalues are that diagonal, so the smallest is min (x_i - b_i). The matrix is not
/// symmetric: this eigenvalue is not its smallest singular value and says nothing of its condition.
///
/// Source: Zhang et al. (2017), Lemma 1.
public struct InterleavingMatrix: Sendable, Equatable {
  /// The points x, increasing.
  public let points: [Double]
  /// The thresholds b, each between two neighbouring points.
  public let thresholds: [Double]

  /// Creates the matrix if points and thresholds interleave strictly.
  ///
  /// - Parameters:
  ///   - points: x₁ < … < x_n, finite.
  ///   - thresholds: as many, with b_i < x_i and x_i < b_{i+1}; otherwise the result is nil.
  public init?(points: [Double], thresholds: [Double]) {
    guard points.count == thresholds.count, points.allSatisfy(\.isFinite),
      thresholds.allSatisfy(\.isFinite), zip(thresholds, points).allSatisfy({ $0 < $1 }),
      zip(points, thresholds.dropFirst()).allSatisfy({ $0 < $1 })
    else { return nil }
    self.points = points
    self.thresholds = thresholds
  }

  /// The number n of rows and of columns.
  public var size: Int { points.count }

  /// The entry max(x_i - b_j, 0), rows and columns counted from 0.
  public subscript(row: Int, column: Int) -> Double {
    max(points[row] - thresholds[column], 0)
  }

  /// The eigenvalues x_i - b_i in the order of the points.
  public var eigenvalues: [Double] { zip(points, thresholds).map { $0 - $1 } }

  /// The smallest eigenvalue, min (x_i - b_i) > 0; infinite for n = 0.
  public var smallestEigenvalue: Double { eigenvalues.min() ?? .infinity }

  /// The determinant Π (x_i - b_i); it overflows or underflows where ``logDeterminant`` does not.
  public var determinant: Double { eigenvalues.reduce(1, *) }

  /// The natural logarithm of the determinant.
  public var logDeterminant: Double { eigenvalues.reduce(0) { $0 + .log($1) } }

  /// The n × n matrix itself, for LAPACK.
  ///
  /// - Returns: a lower triangular matrix.
  /// - Complexity: O(n²) time and memory.
  public func dense() -> LowerTriangularMatrix<Double> {
    LowerTriangularMatrix(
      lowerTriangleOf: Matrix(rows: size, columns: size) { i, j in self[i, j] })
  }

  /// The condition number σ₁ / σ_n in the 2-norm, by singular values.
  ///
  /// - Returns: at least 1, infinite where σ_n vanishes in rounding; 1 for n = 0.
  /// - Throws: `LinearAlgebraError.didNotConverge(routine:count:)`.
  /// - Complexity: O(n³).
  public func conditionNumber() throws(LinearAlgebraError) -> Double {
    let values = try dense().matrix.singularValues()
    guard let largest = values.first, let smallest = values.last else { return 1 }
    return largest / smallest
  }
}
