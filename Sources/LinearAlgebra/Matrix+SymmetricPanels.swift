// A symmetric matrix handed over in panels: some neighbouring columns from their diagonal down.

extension Matrix {
  /// The inner products of some rows with some rows of a matrix, A_R B_Sᵀ, without copying them.
  ///
  /// - Parameters:
  ///   - own: R, within the rows of A.
  ///   - other: B, with the columns of A.
  ///   - others: S, within the rows of B.
  ///   - summed: the columns that are summed over.
  /// - Returns: one row for each of R, one column for each of S.
  /// - Complexity: O(|R| |S| k) for k columns.
  package func innerProducts(
    ofRows own: Range<Int>, with other: Matrix, rows others: Range<Int>, columns summed: Range<Int>
  ) -> Matrix {
    precondition(
      own.lowerBound >= 0 && others.lowerBound >= 0 && own.upperBound <= rows
        && others.upperBound <= other.rows, "rows of the matrices")
    precondition(
      columns == other.columns && summed.lowerBound >= 0 && summed.upperBound <= columns,
      "columns of both matrices")
    if summed.isEmpty || own.isEmpty || others.isEmpty {
      return Matrix(rows: own.count, columns: others.count)
    }
    return Matrix(rows: own.count, columns: others.count) { c in
      withUnsafeElements { a in
        other.withUnsafeElements { b in
          Scalar.blas.gemm(
            false, true, own.count, others.count, summed.count, 1,
            a + own.lowerBound + summed.lowerBound * rows, rows,
            b + others.lowerBound + summed.lowerBound * other.rows, other.rows, 0, c, own.count)
        }
      }
    }
  }

  /// Adds the inner products of some rows of a matrix: C ← C + A_R A_Sᵀ.
  ///
  /// - Parameters:
  ///   - other: A.
  ///   - rows: R, as many as C has rows.
  ///   - others: S, as many as C has columns.
  /// - Complexity: O(|R| |S| k) for rows of k entries.
  package mutating func addInnerProducts(
    of other: Matrix, rows: Range<Int>, and others: Range<Int>
  ) {
    precondition(
      rows.count == self.rows && others.count == columns && rows.lowerBound >= 0
        && others.lowerBound >= 0 && rows.upperBound <= other.rows
        && others.upperBound <= other.rows, "rows of the matrix, as many as the sum has")
    if other.columns == 0 || rows.isEmpty || others.isEmpty { return }
    let (height, width) = (self.rows, columns)
    other.withUnsafeElements { a in
      withUnsafeMutableElements { c in
        Scalar.blas.gemm(
          false, true, height, width, other.columns, 1, a + rows.lowerBound, other.rows,
          a + others.lowerBound, other.rows, 1, c, height)
      }
    }
  }

  /// Writes the inner products of some rows with some rows of a matrix, on the calling thread.
  ///
  /// - Parameters: those of ``innerProducts(ofRows:with:rows:columns:)``, and
  ///   - target: receives a column for each of S, side by side.
  package func writeInnerProducts(
    ofRows own: Range<Int>, with other: Matrix, rows others: Range<Int>, columns summed: Range<Int>,
    to target: UnsafeMutablePointer<Scalar>
  ) where Scalar == Float {
    precondition(
      own.upperBound <= rows && others.upperBound <= other.rows && columns == other.columns
        && summed.upperBound <= columns, "rows and columns of the matrices")
    if own.isEmpty || others.isEmpty { return }
    if summed.isEmpty { return target.update(repeating: 0, count: own.count * others.count) }
    OpenMP.setThreads(1)
    withUnsafeElements { a in
      other.withUnsafeElements { b in
        OneDNNProduct.gemm(
          false, true, own.count, others.count, summed.count, 1,
          a + own.lowerBound + summed.lowerBound * rows, rows,
          b + others.lowerBound + summed.lowerBound * other.rows, other.rows, 0, target, own.count)
      }
    }
  }

  /// Adds what a panel of a symmetric matrix K contributes to K B: C ← C + K_panel B.
  ///
  /// Over all panels the sum is K B.
  ///
  /// - Parameters:
  ///   - panel: the columns of K from `first` on, from row `first` down; the square at its top is
  ///     whole, above the diagonal too.
  ///   - first: the panel's first column.
  ///   - other: B, with the rows and columns of C.
  /// - Complexity: O(m w k) for an m × w panel and k columns.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func addProduct(
    ofSymmetricPanel panel: Matrix, from first: Int, _ other: Matrix
  ) {
    let (n, k, height, width) = (rows, columns, panel.rows, panel.columns)
    precondition(
      other.rows == n && other.columns == k && first >= 0 && first + height == n && width <= height,
      "a panel that ends with the matrix")
    if k == 0 || width == 0 { return }
    let gemm = Scalar.blas.gemmOnThisThread
    let tile = 256
    // Each entry is read from memory once, and used for K_panel B and its transpose's part while
    // its tile is in cache. Pieces are as many on any number of threads, and so are the sums.
    let pieces = 8
    let across = width * k
    var apart = [Scalar](repeating: 0, count: pieces * across)
    panel.withUnsafeElements { a in
      other.withUnsafeElements { b in
        withUnsafeMutableElements { c in
          apart.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            nonisolated(unsafe) let (a, b, c, sums) = (a, b, c, start)
            inParallel(count: pieces) { piece in
              let end = (piece + 1) * height / pieces
              for row in stride(from: piece * height / pieces, to: end, by: tile) {
                let last = min(row + tile, end)
                // The square at the top is whole: below it the transpose's part begins.
                let low = max(row, width)
                for column in stride(from: 0, to: width, by: tile) {
                  let count = min(tile, width - column)
                  gemm(
                    false, last - row, k, count, a + row + column * height, height,
                    b + first + column, n, c + first + row, n)
                  if low < last {
                    gemm(
                      true, count, k, last - low, a + low + column * height, height,
                      b + first + low, n, sums + piece * across + column, width)
                  }
                }
              }
            }
            for piece in 0..<pieces {
              for j in 0..<k {
                Scalar.blas.axpy(
                  width, 1, sums + piece * across + j * width, c + first + j * n)
              }
            }
          }
        }
      }
    }
  }

  /// Adds Σᵢ |k_ij| over the entries that a panel of a symmetric matrix stands for.
  ///
  /// - Parameters:
  ///   - sums: one for each column of the matrix.
  ///   - first: the panel's first column.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func addSymmetricColumnSums(to sums: inout [Double], from first: Int) {
    let (rows, columns, band) = (rows, columns, 4096)
    withUnsafeElements { a in
      sums.withUnsafeMutableBufferPointer { sums in
        guard let start = sums.baseAddress else { return }
        nonisolated(unsafe) let (a, sums) = (a, start + first)
        // The entries left of the diagonal are those of the rows, each row on one thread.
        inParallel(count: (rows + band - 1) / band) { index in
          let (low, high) = (index * band, min((index + 1) * band, rows))
          for j in 0..<min(columns, high) {
            let column = a + j * rows
            for i in max(low, j + 1)..<max(high, j + 1) { sums[i] += Double(abs(column[i])) }
          }
        }
        inParallel(count: columns) { j in
          let column = a + j * rows
          var sum = 0.0
          for i in j..<max(rows, j) { sum += Double(abs(column[i])) }
          sums[j] += sum
        }
      }
    }
  }
}
