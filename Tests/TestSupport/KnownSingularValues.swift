public import LinearAlgebra
public import RandomStreams

/// A matrix A = U diag(σ) Vᵀ built from its singular values, so that its answers are known.
public struct KnownSingularValues: Sendable {
  /// The left singular vectors U, m × r.
  public let left: Matrix<Double>
  /// The positive singular values, from the largest, r of them.
  public let values: [Double]
  /// The right singular vectors V, n × r.
  public let right: Matrix<Double>

  /// Draws singular vectors for given singular values.
  ///
  /// - Parameters:
  ///   - rows: m, at least r.
  ///   - columns: n, at least r.
  ///   - values: the r positive singular values, from the largest.
  ///   - stream: where the singular vectors come from.
  /// - Throws: what the QR factorisation throws; drawn numbers are finite and give no cause.
  public init(
    rows: Int, columns: Int, values: [Double], from stream: inout RandomStream
  ) throws(LinearAlgebraError) {
    self.left = try randomOrthonormal(rows: rows, columns: values.count, from: &stream)
    self.values = values
    self.right = try randomOrthonormal(rows: columns, columns: values.count, from: &stream)
  }

  /// The matrix A, m × n.
  public var matrix: Matrix<Double> {
    scalingColumns(of: left, by: values).times(right, transposingOther: true)
  }

  /// The pseudo-inverse A⁺ = V diag(1/σ) Uᵀ, n × m.
  public var pseudoInverse: Matrix<Double> {
    scalingColumns(of: right, by: values.map { 1 / $0 }).times(left, transposingOther: true)
  }

  /// The largest over the smallest singular value; 1 where there is none.
  public var condition: Double {
    guard let largest = values.first, let smallest = values.last else { return 1 }
    return largest / smallest
  }
}
