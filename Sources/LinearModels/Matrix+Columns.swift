import LinearAlgebra

extension Matrix {
  /// The squares of all entries.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func squaringEntries() -> Matrix {
    var result = self
    result.forEachColumn { _, entries in
      for i in entries.indices { entries[i] *= entries[i] }
    }
    return result
  }

  /// ‖a‖² of each column a, summed in doubles.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func squaredColumnNorms() -> [Double] {
    withUnsafeElements { start in
      (0..<columns).map { j in
        var sum = 0.0
        for i in j * rows..<(j + 1) * rows {
          let entry = Double(start[i])
          sum += entry * entry
        }
        return sum
      }
    }
  }

  /// The sum of absolute values of each column, in doubles.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func absoluteColumnSums() -> [Double] {
    withUnsafeElements { start in
      (0..<columns).map { j in
        var sum = 0.0
        for i in j * rows..<(j + 1) * rows { sum += Double(abs(start[i])) }
        return sum
      }
    }
  }

  /// Subtracts from each column its components along orthonormal vectors of its own.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  mutating func removeComponents(along basis: [[[Scalar]]]) {
    forEachColumn { j, entries in
      for vector in basis[j] {
        var product: Scalar = 0
        for i in entries.indices { product += vector[i] * entries[i] }
        for i in entries.indices { entries[i] -= product * vector[i] }
      }
    }
  }

  /// The matrix with each row multiplied by its factor.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func scalingRows(by factors: [Double]) -> Matrix {
    Matrix(rows: rows, columns: columns) { i, j in Scalar(factors[i]) * self[i, j] }
  }
}
