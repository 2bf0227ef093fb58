import LinearAlgebra

/// A matrix of 8-bit values, plain or divided by 255, whose inner products are exact.
///
/// With a_ij = 255 x_ij - 128, a product a_ij a_kj is a whole number of at most 2¹⁴. Those of 1,024
/// columns add up to at most 2²⁴, so BLAS sums them in `Float` without rounding, in whatever order:
/// the inner products of images in `Double` at the speed of `Float`.
struct EightBitMatrix: Sendable {
  /// The most columns whose products `Float` sums exactly.
  static let exactColumns = 1024
  private static let center = 128.0

  /// What the 8-bit values are divided by: 1 or 255.
  let divisor: Double
  /// The number of rows.
  var rows: Int { centered.rows }
  private let centered: Matrix<Float>
  /// Σ_j a_ij of each row.
  private let sums: [Double]

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
    self.init(bytes: matrix, dividedBy: divisor)
  }

  private init(bytes matrix: Matrix<Double>, dividedBy divisor: Double) {
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
    self.sums = sums
  }

  /// The inner products of some rows with some rows of another matrix.
  ///
  /// - Parameters:
  ///   - own: rows of this matrix.
  ///   - other: a matrix of as many columns.
  ///   - others: rows of the other.
  /// - Returns: ⟨x_i, z_k⟩, one row for each of `own`, one column for each of `others`, each rounded
  ///   once.
  /// - Complexity: O(m w d) for m rows and w others, in `Float`.
  func innerProducts(
    ofRows own: Range<Int>, with other: EightBitMatrix, rows others: Range<Int>
  ) -> Matrix<Double> {
    let d = centered.columns
    precondition(other.centered.columns == d, "inputs of one dimension")
    // Σ x z = (Σ a b + 128 Σ a + 128 Σ b + 128² d) / (s t).
    let scale = divisor * other.divisor
    let shifts = own.map { Self.center * sums[$0] + Self.center * Self.center * Double(d) }
    let otherShifts = others.map { Self.center * other.sums[$0] }
    if d <= Self.exactColumns {
      let products = centered.innerProducts(
        ofRows: own, with: other.centered, rows: others, columns: 0..<d)
      return products.scaled(by: scale, shifts, otherShifts)
    }
    var result = Matrix<Double>(rows: own.count, columns: others.count)
    for first in stride(from: 0, to: d, by: Self.exactColumns) {
      let products = centered.innerProducts(
        ofRows: own, with: other.centered, rows: others,
        columns: first..<min(first + Self.exactColumns, d))
      result.forEachColumn { k, column in
        products.withUnsafeElements { c in
          for i in column.indices { column[i] += Double(c[i + k * column.count]) }
        }
      }
    }
    return result.scaled(by: scale, shifts, otherShifts)
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

extension Matrix {
  /// (c_ik + shift_i + shift'_k) / s in `Double`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func scaled(
    by divisor: Double, _ shifts: [Double], _ otherShifts: [Double]
  ) -> Matrix<Double> {
    Matrix<Double>(rows: rows, columns: columns) { target in
      withUnsafeElements { c in
        nonisolated(unsafe) let (target, c) = (target, c)
        let rows = rows
        inParallel(count: columns) { k in
          let shift = otherShifts[k]
          shifts.withUnsafeBufferPointer { shifts in
            for i in 0..<rows {
              target[i + k * rows] = (Double(c[i + k * rows]) + (shifts[i] + shift)) / divisor
            }
          }
        }
      }
    }
  }
}
