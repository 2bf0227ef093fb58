import LinearAlgebra

/// A matrix of 8-bit values, plain or divided by 255, whose inner products are exact.
///
/// With a_ij = 255 x_ij - 128, a product a_ij a_kj is a whole number of at most 2¹⁴. Those of 1,024
/// columns add up to at most 2²⁴, so BLAS sums them in `Float` without rounding, in whatever order:
/// the inner products of images in `Double` at the speed of `Float`.
struct EightBitMatrix: Sendable {
  /// The most columns whose products `Float` sums exactly.
  private static let exactColumns = 1024
  private static let center = 128.0

  /// What the 8-bit values are divided by: 1 or 255.
  private let divisor: Double
  private let centered: Matrix<Float>
  /// 128 Σ_j a_ij of each row.
  private let shifts: [Double]

  /// Finds the 8-bit values of a matrix.
  ///
  /// There are none where some entry is neither k / 255 nor k for k from 0 to 255, the same for all.
  ///
  /// - Parameter matrix: X, n × d.
  /// - Complexity: O(n d); memory half that of X.
  init?(_ matrix: Matrix<Double>) {
    guard let divisor = [255.0, 1].first(where: { matrix.holdsBytes(dividedBy: $0) }) else {
      return nil
    }
    self.divisor = divisor
    centered = Matrix(rows: matrix.rows, columns: matrix.columns) { target in
      matrix.withUnsafeElements { source in
        for i in 0..<matrix.rows * matrix.columns {
          target[i] = Float((source[i] * divisor).rounded() - Self.center)
        }
      }
    }
    var sums = [Double](repeating: 0, count: matrix.rows)
    centered.withUnsafeElements { a in
      for j in 0..<matrix.columns {
        for i in 0..<matrix.rows { sums[i] += Double(a[i + j * matrix.rows]) }
      }
    }
    shifts = sums.map { Self.center * $0 }
  }

  /// Writes the inner products of some rows with some rows of another matrix, each rounded once.
  ///
  /// - Parameters:
  ///   - own: rows of this matrix.
  ///   - other: a matrix of as many columns.
  ///   - others: rows of the other.
  ///   - values: receives ⟨x_i, z_k⟩, a column for each of `others`, side by side.
  ///   - products: room for as many numbers.
  /// - Complexity: O(m w d) for m rows and w others, in `Float`, on this thread.
  func writeInnerProducts(
    ofRows own: Range<Int>, with other: EightBitMatrix, rows others: Range<Int>,
    to values: UnsafeMutablePointer<Double>, products: UnsafeMutablePointer<Float>
  ) {
    let d = centered.columns
    // Σ x z = (Σ a b + 128 Σ a + 128 Σ b + 128² d) / (s t).
    let (m, scale) = (own.count, divisor * other.divisor)
    for k in 0..<others.count {
      let shift =
        other.shifts[others.lowerBound + k] + Self.center * Self.center * Double(d)
      for i in 0..<m { values[i + k * m] = shifts[own.lowerBound + i] + shift }
    }
    for first in stride(from: 0, to: d, by: Self.exactColumns) {
      centered.writeInnerProducts(
        ofRows: own, with: other.centered, rows: others,
        columns: first..<min(first + Self.exactColumns, d), to: products)
      for i in 0..<m * others.count { values[i] += Double(products[i]) }
    }
    for i in 0..<m * others.count { values[i] /= scale }
  }
}

extension Matrix<Double> {
  /// Whether each entry is k / s for a whole k from 0 to 255.
  fileprivate func holdsBytes(dividedBy divisor: Double) -> Bool {
    withUnsafeElements { x in
      (0..<rows * columns).allSatisfy { i in
        let value = (x[i] * divisor).rounded()
        return value >= 0 && value <= 255 && value / divisor == x[i]
      }
    }
  }
}
