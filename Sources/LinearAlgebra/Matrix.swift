/// A dense matrix in column-major order, a value.
///
/// Entry (i, j) of a matrix with m rows stands at position i + j m of ``elements``; copies are
/// made on write. A matrix may have no rows or no columns.
public struct Matrix<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// The number of rows.
  public let rows: Int
  /// The number of columns.
  public let columns: Int
  @usableFromInline var storage: [Scalar]

  /// All entries, column after column.
  @inlinable public var elements: [Scalar] { storage }

  /// Creates a matrix from its entries in column-major order.
  ///
  /// - Parameters:
  ///   - rows: number of rows m, at least 0.
  ///   - columns: number of columns n, at least 0.
  ///   - elements: m n entries, column after column.
  public init(rows: Int, columns: Int, columnMajor elements: [Scalar]) {
    precondition(rows >= 0 && columns >= 0, "a matrix has no negative size")
    precondition(
      elements.count == rows * columns,
      "\(rows) x \(columns) entries expected, \(elements.count) found")
    self.rows = rows
    self.columns = columns
    self.storage = elements
  }

  /// Creates a matrix with all entries equal.
  ///
  /// - Parameters:
  ///   - rows: number of rows, at least 0.
  ///   - columns: number of columns, at least 0.
  ///   - value: the value of every entry.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public init(rows: Int, columns: Int, repeating value: Scalar = 0) {
    self.init(
      rows: rows, columns: columns,
      columnMajor: [Scalar](repeating: value, count: rows * columns))
  }

  /// Creates a matrix from a function of the row and the column.
  ///
  /// - Parameters:
  ///   - rows: number of rows, at least 0.
  ///   - columns: number of columns, at least 0.
  ///   - entry: the entry at (row, column), both counted from 0.
  public init(rows: Int, columns: Int, entry: (_ row: Int, _ column: Int) -> Scalar) {
    self.init(
      rows: rows, columns: columns, columnMajor: Self.filled(rows, columns, entry))
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private static func filled(
    _ rows: Int, _ columns: Int, _ entry: (_ row: Int, _ column: Int) -> Scalar
  ) -> [Scalar] {
    [Scalar](unsafeUninitializedCapacity: rows * columns) { elements, initialized in
      for j in 0..<columns {
        for i in 0..<rows {
          elements.initializeElement(at: initialized, to: entry(i, j))
          initialized += 1
        }
      }
    }
  }

  /// The identity matrix.
  ///
  /// - Parameter size: number of rows and of columns.
  /// - Returns: the matrix with ones on the diagonal and zeros elsewhere.
  public static func identity(_ size: Int) -> Matrix {
    diagonal([Scalar](repeating: 1, count: size))
  }

  /// A square diagonal matrix.
  ///
  /// - Parameter entries: the diagonal.
  /// - Returns: the matrix with `entries` on the diagonal and zeros elsewhere.
  public static func diagonal(_ entries: [Scalar]) -> Matrix {
    var result = Matrix(rows: entries.count, columns: entries.count)
    for (i, entry) in entries.enumerated() { result[i, i] = entry }
    return result
  }

  /// The entry at a row and a column, both counted from 0.
  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get {
      precondition(row >= 0 && row < rows, "row out of range")
      return storage[row + column * rows]
    }
    set {
      precondition(row >= 0 && row < rows, "row out of range")
      storage[row + column * rows] = newValue
    }
  }

  /// A copy of one column.
  ///
  /// - Parameter index: the column, counted from 0.
  /// - Returns: its entries from top to bottom.
  public func column(_ index: Int) -> [Scalar] {
    precondition(index >= 0 && index < columns, "column out of range")
    return Array(elements[index * rows..<(index + 1) * rows])
  }

  /// A copy of one row.
  ///
  /// - Parameter index: the row, counted from 0.
  /// - Returns: its entries from left to right.
  public func row(_ index: Int) -> [Scalar] { (0..<columns).map { self[index, $0] } }

  /// A copy of some consecutive columns.
  ///
  /// - Parameter range: the columns, counted from 0.
  /// - Returns: a matrix with all rows and these columns.
  public func columns(_ range: Range<Int>) -> Matrix {
    precondition(range.lowerBound >= 0 && range.upperBound <= columns, "columns out of range")
    return Matrix(
      rows: rows, columns: range.count,
      columnMajor: Array(elements[range.lowerBound * rows..<range.upperBound * rows]))
  }

  /// A copy of some columns, in the order given.
  ///
  /// - Parameter indices: the columns, counted from 0.
  /// - Returns: a matrix with all rows and these columns.
  public func columns(at indices: some Collection<Int>) -> Matrix {
    gathered(columns: Array(indices))
  }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func gathered(columns indices: [Int]) -> Matrix {
    var gathered: [Scalar] = []
    gathered.reserveCapacity(rows * indices.count)
    for j in indices {
      precondition(j >= 0 && j < columns, "column out of range")
      gathered.append(contentsOf: storage[j * rows..<(j + 1) * rows])
    }
    return Matrix(rows: rows, columns: indices.count, columnMajor: gathered)
  }

  /// A copy of some rows, in the order given.
  ///
  /// - Parameter indices: the rows, counted from 0.
  /// - Returns: a matrix with these rows and all columns.
  public func rows(_ indices: some Collection<Int>) -> Matrix { gathered(rows: Array(indices)) }

  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private func gathered(rows indices: [Int]) -> Matrix {
    Matrix(rows: indices.count, columns: columns) { i, j in self[indices[i], j] }
  }

  /// The transpose.
  ///
  /// - Returns: the matrix with rows and columns exchanged.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func transposed() -> Matrix {
    let tile = 32
    return Matrix(rows: columns, columns: rows) { target in
      for firstColumn in stride(from: 0, to: columns, by: tile) {
        for firstRow in stride(from: 0, to: rows, by: tile) {
          for j in firstColumn..<min(firstColumn + tile, columns) {
            for i in firstRow..<min(firstRow + tile, rows) {
              target[j + i * columns] = elements[i + j * rows]
            }
          }
        }
      }
    }
  }

  /// The matrix with a function applied to each entry.
  ///
  /// - Parameter transform: the function.
  /// - Returns: a matrix of the same shape.
  public func map(_ transform: (Scalar) -> Scalar) -> Matrix {
    Matrix(rows: rows, columns: columns, columnMajor: elements.map(transform))
  }

  /// The same entries in another scalar type, each rounded once.
  ///
  /// - Parameter type: the scalar type wanted.
  /// - Returns: the converted matrix.
  @specialized(where Scalar == Double, Other == Float)
  @specialized(where Scalar == Float, Other == Double)
  public func converted<Other: LinearAlgebraScalar>(to type: Other.Type) -> Matrix<Other> {
    Matrix<Other>(rows: rows, columns: columns, columnMajor: elements.map { Other($0) })
  }

  /// Whether the matrix has as many rows as columns.
  public var isSquare: Bool { rows == columns }

  /// Throws when an entry is NaN or infinite, naming the first one.
  ///
  /// - Parameter name: what to call the matrix in the error.
  /// - Throws: ``LinearAlgebraError/notFinite(argument:row:column:)``.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func checkFinite(as name: String) throws(LinearAlgebraError) {
    // A sum is finite only if its terms are (or it overflowed): one cheap pass in the usual case.
    if elements.reduce(0, +).isFinite { return }
    if let index = elements.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(argument: name, row: index % rows, column: index / rows)
    }
  }
}

extension Matrix: CustomStringConvertible {
  /// The rows, one a line.
  public var description: String {
    (0..<rows).map { "\(row($0))" }.joined(separator: "\n")
  }
}

extension Matrix {
  /// The row of the largest entry of each column, the first one of equals.
  ///
  /// - Returns: one row index a column; the matrix must have a row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func largestRowOfColumns() -> [Int] {
    (0..<columns).map { j in
      var largest = 0
      for i in 0..<rows where self[i, j] > self[largest, j] { largest = i }
      return largest
    }
  }

  /// The column of the largest entry of each row, the first one of equals.
  ///
  /// - Returns: one column index a row; the matrix must have a column.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func largestColumnOfRows() -> [Int] {
    (0..<rows).map { i in
      var largest = 0
      for j in 0..<columns where self[i, j] > self[i, largest] { largest = j }
      return largest
    }
  }
}
