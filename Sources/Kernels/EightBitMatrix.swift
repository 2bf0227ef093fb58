import LinearAlgebra

/// A matrix of 8-bit values, plain or divided by 255, whose inner products are exact.
///
/// Whole numbers from 0 to 255 are multiplied and summed in 32 bits without rounding: the inner
/// products of images several times as fast as in `Float`.
struct EightBitMatrix: Sendable {
  /// What is subtracted from one factor of each product, which is to have a sign.
  private static let center = 128

  /// What the 8-bit values are divided by: 1 or 255.
  private let divisor: Double
  private let columns: Int
  /// The values, row after row, and the same less 128.
  private let values: [UInt8]
  private let centered: [Int8]
  /// 128 times the sum of each row.
  private let shifts: [Int32]

  /// Finds the 8-bit values of a matrix.
  ///
  /// There are none where some entry is neither k / 255 nor k for k from 0 to 255, the same for all,
  /// nor where the processor does not sum them exactly.
  ///
  /// - Parameter matrix: X, n × d.
  /// - Complexity: O(n d); memory 2 n d bytes.
  init?<Scalar: LinearAlgebraScalar>(_ matrix: Matrix<Scalar>) {
    let (n, d) = (matrix.rows, matrix.columns)
    guard OneDNNProduct.sumsBytesExactly(d),
      let divisor = [255.0, 1].first(where: { matrix.holdsBytes(dividedBy: $0) })
    else { return nil }
    self.divisor = divisor
    columns = d
    let values = matrix.bytes(dividedBy: divisor)
    self.values = values
    centered = values.map { Int8(truncatingIfNeeded: Int($0) - Self.center) }
    shifts = (0..<n).map { i in
      Int32(Self.center) * values[i * d..<(i + 1) * d].reduce(0) { $0 + Int32($1) }
    }
  }

  /// Writes the inner products of some rows with some rows of another matrix, each rounded once.
  ///
  /// - Parameters:
  ///   - own: rows of this matrix.
  ///   - other: a matrix of as many columns.
  ///   - others: rows of the other.
  ///   - target: receives ⟨x_i, z_k⟩, a column for each of `others`, side by side.
  ///   - products: room for as many numbers.
  /// - Complexity: O(m w d) for m rows and w others, on this thread.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func writeInnerProducts<Scalar: LinearAlgebraScalar>(
    ofRows own: Range<Int>, with other: EightBitMatrix, rows others: Range<Int>,
    to target: UnsafeMutablePointer<Scalar>, products: UnsafeMutablePointer<Int32>
  ) {
    precondition(columns == other.columns, "inputs of one dimension")
    // Σ x z = (Σ (x - 128) z + 128 Σ z) / (s t).
    OneDNNProduct.writeInnerProducts(
      other.values, rows: others, centered, rows: own, columns: columns, to: products)
    let (m, scale) = (own.count, divisor * other.divisor)
    for (k, row) in others.enumerated() {
      let shift = other.shifts[row]
      for i in k * m..<(k + 1) * m { target[i] = Scalar(Double(products[i] + shift) / scale) }
    }
  }
}

extension Matrix {
  /// Whether each entry is k / s, rounded, for a whole k from 0 to 255.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func holdsBytes(dividedBy divisor: Double) -> Bool {
    withUnsafeElements { x in
      (0..<rows * columns).allSatisfy { i in
        // Truncation after adding 1/2 rounds what lies within the range.
        let scaled = Double(x[i]) * divisor
        return scaled >= 0 && scaled < 255.5
          && Scalar(Double(Int32(scaled + 0.5)) / divisor) == x[i]
      }
    }
  }

  /// The k of each entry k / s, row after row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func bytes(dividedBy divisor: Double) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: rows * columns) { target, count in
      withUnsafeElements { x in
        for i in 0..<rows {
          for j in 0..<columns {
            target[i * columns + j] = UInt8(Double(x[i + j * rows]) * divisor + 0.5)
          }
        }
      }
      count = rows * columns
    }
  }
}
