public import ExactArithmetic
public import LinearAlgebra
private import RealModule

extension InterleavingMatrix<Double> {
  /// The smallest eigenvalue, min (x_i - b_i) > 0; infinite for n = 0.
  public var smallestEigenvalue: Double { eigenvalues.min() ?? .infinity }

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

  /// The inverse, each entry with a relative error of about 6 n ε.
  ///
  /// Column j is the recurrence's answer to the j-th unit vector. Its slopes alternate in sign, so
  /// that after the first differences, each rounded once, nothing ever cancels.
  ///
  /// - Returns: A⁻¹, lower triangular; entries beyond the largest double are infinite or NaN.
  /// - Complexity: O(n²).
  public func inverse() -> Matrix<Double> {
    var inverse = Matrix<Double>(rows: size, columns: size)
    inverse.forEachColumn { j, entries in
      var (slope, rise) = (0.0, 1.0)
      for i in j..<size {
        let run = points[i] - thresholds[i]
        // Before j the slope is 0; from y = 1 at j the values fall back to 0.
        let previous = i == j ? thresholds[i] : points[i - 1]
        entries[i] = (rise - slope * (points[i] - previous)) / run
        slope = (rise - slope * (thresholds[i] - previous)) / run
        rise = i == j ? -1 : 0
      }
    }
    return inverse
  }

  /// The largest singular value σ₁; 0 for n = 0.
  ///
  /// - Returns: ‖A‖ in the 2-norm.
  /// - Throws: `LinearAlgebraError.didNotConverge(routine:count:)`, and
  ///   `LinearAlgebraError.notFinite(argument:row:column:)` where x_n - b₁ overflows.
  /// - Complexity: O(n³).
  public func largestSingularValue() throws(LinearAlgebraError) -> Double {
    try dense().matrix.singularValues().first ?? 0
  }

  /// The smallest singular value σ_n = 1 / ‖A⁻¹‖; infinite for n = 0.
  ///
  /// Computed of the inverse, whose entries are accurate one by one: relatively accurate also where
  /// σ_n is below ε σ₁, where singular values of A itself are rounding and nothing else.
  ///
  /// - Returns: σ_n; 0 where A⁻¹ overflows.
  /// - Throws: `LinearAlgebraError.didNotConverge(routine:count:)`.
  /// - Complexity: O(n³).
  public func smallestSingularValue() throws(LinearAlgebraError) -> Double {
    let inverse = inverse()
    guard inverse.elements.allSatisfy(\.isFinite) else { return 0 }
    return 1 / (try inverse.singularValues().first ?? 0)
  }

  /// The condition number σ₁ / σ_n in the 2-norm, by singular values.
  ///
  /// - Returns: at least 1, infinite where A⁻¹ overflows; 1 for n = 0.
  /// - Throws: `LinearAlgebraError.didNotConverge(routine:count:)`.
  /// - Complexity: O(n³).
  public func conditionNumber() throws(LinearAlgebraError) -> Double {
    size == 0 ? 1 : try largestSingularValue() / smallestSingularValue()
  }
}
