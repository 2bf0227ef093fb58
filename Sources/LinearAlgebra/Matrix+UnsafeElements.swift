// The only file in which a matrix meets a pointer.

extension Matrix {
  /// Creates a matrix whose entries a closure writes into fresh memory.
  ///
  /// The closure must write every entry. Saves the pass of zeros over large matrices.
  package init(
    rows: Int, columns: Int,
    writing body: (UnsafeMutablePointer<Scalar>) -> Void
  ) {
    let count = rows * columns
    self.init(
      rows: rows, columns: columns,
      columnMajor: [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
        body(address(of: buffer))
        initialized = count
      })
  }

  /// Calls a closure with the address of the first entry.
  package func withUnsafeElements<R>(_ body: (UnsafePointer<Scalar>) -> R) -> R {
    storage.withUnsafeBufferPointer {
      body(UnsafePointer(address(of: UnsafeMutableBufferPointer(mutating: $0))))
    }
  }

  /// Calls a closure with the address of the first entry, for writing.
  package mutating func withUnsafeMutableElements<R>(
    _ body: (UnsafeMutablePointer<Scalar>) -> R
  ) -> R {
    storage.withUnsafeMutableBufferPointer { body(address(of: $0)) }
  }

  /// Calls a closure with each column for writing, the columns shared out among the threads.
  ///
  /// - Parameter body: receives the column's index and its entries; runs on several threads.
  package mutating func forEachColumn(
    _ body: @Sendable (_ column: Int, _ entries: UnsafeMutableBufferPointer<Scalar>) -> Void
  ) {
    let (rows, columns) = (rows, columns)
    withUnsafeMutableElements { start in
      nonisolated(unsafe) let start = start
      inParallel(count: columns) { j in
        body(j, UnsafeMutableBufferPointer(start: start + j * rows, count: rows))
      }
    }
  }

  /// Distance between columns in memory as LAPACK wants it: at least 1.
  var leadingDimension: Int { max(1, rows) }
}

/// The address of a buffer; LAPACK wants one even where it reads nothing.
private func address<T>(of buffer: UnsafeMutableBufferPointer<T>) -> UnsafeMutablePointer<T> {
  guard let address = buffer.baseAddress else {
    preconditionFailure("an array gives an address for its elements, also for none")
  }
  return address
}
