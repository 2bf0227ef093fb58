extension Matrix {
  /// The product op(A)op(B) of two matrices.
  ///
  /// - Parameters:
  ///   - other: B, k × n after its transposition if any.
  ///   - transposingSelf: whether A is transposed first; A is m × k after it.
  ///   - transposingOther: whether B is transposed first.
  /// - Returns: the m × n product.
  /// - Complexity: O(m n k).
  public func times(
    _ other: Matrix, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Matrix {
    let m = transposingSelf ? columns : rows
    let n = transposingOther ? other.rows : other.columns
    if (transposingSelf ? rows : columns) == 0 { return Matrix(rows: m, columns: n) }
    var result = Matrix(rows: m, columns: n) { _ in }
    result.addProduct(
      of: self, other, transposingFirst: transposingSelf, transposingSecond: transposingOther,
      keeping: 0)
    return result
  }

  /// The product of two matrices.
  public static func * (a: Matrix, b: Matrix) -> Matrix { a.times(b) }

  /// Replaces this matrix C by αop(A)op(B) + βC.
  ///
  /// - Parameters:
  ///   - a: A, of the rows of C after its transposition if any.
  ///   - b: B, of the columns of C after its transposition if any.
  ///   - transposingFirst: whether A is transposed first.
  ///   - transposingSecond: whether B is transposed first.
  ///   - scale: α.
  ///   - keeping: β; at 0 the old entries are not read.
  /// - Complexity: O(m n k).
  public mutating func addProduct(
    of a: Matrix, _ b: Matrix, transposingFirst: Bool = false, transposingSecond: Bool = false,
    scaledBy scale: Scalar = 1, keeping: Scalar = 1
  ) {
    let inner = transposingFirst ? a.rows : a.columns
    precondition(
      rows == (transposingFirst ? a.columns : a.rows)
        && inner == (transposingSecond ? b.columns : b.rows)
        && columns == (transposingSecond ? b.rows : b.columns),
      "the shapes of a product must agree")
    if rows == 0 || columns == 0 { return }
    let (m, n, ldc) = (rows, columns, leadingDimension)
    a.withUnsafeElements { pa in
      b.withUnsafeElements { pb in
        withUnsafeMutableElements { pc in
          Scalar.blas.gemm(
            transposingFirst, transposingSecond, m, n, inner, scale, pa, a.leadingDimension, pb,
            b.leadingDimension, keeping, pc, ldc)
        }
      }
    }
  }

  /// The product op(A)x of a matrix and a vector.
  ///
  /// - Parameters:
  ///   - vector: x, as long as op(A) has columns.
  ///   - transposingSelf: whether A is transposed first.
  /// - Returns: the vector op(A)x.
  /// - Complexity: O(m n).
  public func times(_ vector: [Scalar], transposingSelf: Bool = false) -> [Scalar] {
    precondition(vector.count == (transposingSelf ? rows : columns), "the shapes must agree")
    var result = [Scalar](repeating: 0, count: transposingSelf ? columns : rows)
    if elements.isEmpty { return result }
    withUnsafeElements { a in
      vector.withUnsafeBufferPointer { x in
        result.withUnsafeMutableBufferPointer { y in
          if let x = x.baseAddress, let y = y.baseAddress {
            Scalar.blas.gemv(transposingSelf, rows, columns, 1, a, leadingDimension, x, 0, y)
          }
        }
      }
    }
    return result
  }

  /// The product A Aᵀ, or Aᵀ A: symmetric, each entry computed once.
  ///
  /// - Parameter transposingSelf: false for A Aᵀ, true for Aᵀ A.
  /// - Returns: the full symmetric matrix.
  /// - Complexity: O(n² k) with half the work of a general product.
  public func timesOwnTranspose(transposingSelf: Bool = false) -> Matrix {
    var result = lowerTimesOwnTranspose(transposingSelf: transposingSelf)
    result.mirrorLowerTriangle()
    return result
  }

  /// The lower triangle of A Aᵀ or Aᵀ A; the strict upper triangle is zero.
  package func lowerTimesOwnTranspose(transposingSelf: Bool = false) -> Matrix {
    let n = transposingSelf ? columns : rows
    var result = Matrix(rows: n, columns: n)
    if n == 0 { return result }
    withUnsafeElements { a in
      result.withUnsafeMutableElements { c in
        Scalar.blas.syrk(
          transposingSelf, n, transposingSelf ? rows : columns, 1, a, leadingDimension, 0, c, n)
      }
    }
    return result
  }

  /// Copies the strict lower triangle to the upper one, of the square at the top of a panel.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func mirrorLowerTriangle() {
    precondition(rows >= columns, "a square at the top")
    let (n, height) = (columns, rows)
    let tile = 64
    withUnsafeMutableElements { start in
      nonisolated(unsafe) let start = start
      // Tile by tile, so that reading along rows stays in cache.
      inParallel(count: (n + tile - 1) / tile) { block in
        let first = block * tile
        let last = min(first + tile, n)
        for firstColumn in stride(from: 0, to: last, by: tile) {
          for i in first..<last {
            for j in firstColumn..<min(firstColumn + tile, i) {
              start[j + i * height] = start[i + j * height]
            }
          }
        }
      }
    }
  }

  /// Adds a multiple of another matrix of the same shape: A ← A + αB.
  ///
  /// - Parameters:
  ///   - other: B.
  ///   - scale: α.
  /// - Complexity: O(m n).
  public mutating func add(_ other: Matrix, scaledBy scale: Scalar = 1) {
    add(other, scaledBy: scale, pieceLength: largestCount)
  }

  /// Adds a number to each diagonal entry: A ← A + αI.
  ///
  /// - Parameter value: α.
  public mutating func addToDiagonal(_ value: Scalar) {
    for i in 0..<min(rows, columns) { self[i, i] += value }
  }

  /// Multiplies each column by its factor.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  package mutating func scaleColumns(by factors: [Double]) {
    precondition(factors.count == columns, "a factor for each column")
    let scalars = factors.map { Scalar($0) }
    forEachColumn { j, entries in
      for i in entries.indices { entries[i] *= scalars[j] }
    }
  }

  /// The sum of two matrices of one shape.
  public static func + (a: Matrix, b: Matrix) -> Matrix {
    var sum = a
    sum.add(b)
    return sum
  }

  /// The difference of two matrices of one shape.
  public static func - (a: Matrix, b: Matrix) -> Matrix {
    var difference = a
    difference.add(b, scaledBy: -1)
    return difference
  }
}
