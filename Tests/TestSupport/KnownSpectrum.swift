private import Foundation
public import LinearAlgebra
public import RandomStreams

/// A symmetric matrix A = V diag(λ) Vᵀ built from its eigenvalues, so that its answers are known.
public struct KnownSpectrum: Sendable {
  /// The eigenvalues λ, from the largest.
  public let values: [Double]
  /// The orthonormal eigenvectors V, one a column in the order of ``values``.
  public let vectors: Matrix<Double>

  /// Draws eigenvectors for given eigenvalues.
  ///
  /// - Parameters:
  ///   - values: the n eigenvalues, from the largest; positive ones give a positive definite A.
  ///   - stream: where the eigenvectors come from.
  /// - Throws: what the QR factorisation throws; drawn numbers are finite and give no cause.
  public init(values: [Double], from stream: inout RandomStream) throws(LinearAlgebraError) {
    self.values = values
    self.vectors = try randomOrthonormal(rows: values.count, columns: values.count, from: &stream)
  }

  /// The matrix A, n × n and exactly symmetric.
  public var matrix: Matrix<Double> { symmetric { $0 } }

  /// The inverse A⁻¹, n × n; the eigenvalues must not be 0.
  public var inverse: Matrix<Double> { symmetric { 1 / $0 } }

  /// The condition number ‖A‖ ‖A⁻¹‖ in the 1-norm; 1 for the 0 × 0 matrix.
  public var conditionInOneNorm: Double {
    values.isEmpty ? 1 : matrix.oneNorm * inverse.oneNorm
  }

  private func symmetric(_ function: (Double) -> Double) -> Matrix<Double> {
    let product = scalingColumns(of: vectors, by: values.map(function))
      .times(vectors, transposingOther: true)
    return Matrix(rows: values.count, columns: values.count) { i, j in
      product[max(i, j), min(i, j)]
    }
  }
}

/// Values that fall from `largest` by equal ratios to `largest / condition`.
///
/// - Parameters:
///   - count: how many, at least 0.
///   - largest: the first one, positive.
///   - condition: the first over the last, at least 1.
/// - Returns: the values, from the largest.
public func geometricSpectrum(
  count: Int, largest: Double = 1, condition: Double
) -> [Double] {
  (0..<count).map { largest * pow(condition, -Double($0) / Double(max(1, count - 1))) }
}

/// The product A diag(s).
///
/// - Parameters:
///   - matrix: A, m × n.
///   - factors: s, n factors, one a column.
/// - Returns: A with each column multiplied by its factor.
public func scalingColumns(of matrix: Matrix<Double>, by factors: [Double]) -> Matrix<Double> {
  precondition(factors.count == matrix.columns, "one factor a column")
  return Matrix(rows: matrix.rows, columns: matrix.columns) { i, j in matrix[i, j] * factors[j] }
}
