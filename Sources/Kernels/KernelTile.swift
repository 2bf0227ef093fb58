import LinearAlgebra

/// Room for a part of a kernel matrix, which stays in cache from its inner products to its use.
struct KernelTile<Scalar: LinearAlgebraScalar> {
  /// The most rows of a tile.
  static var rows: Int { 512 }
  /// The most columns of a tile.
  static var columns: Int { 256 }

  /// The entries, column after column.
  let values: UnsafeMutablePointer<Scalar>
  /// Room for as many whole numbers.
  let products: UnsafeMutablePointer<Int32>

  /// Calls a closure with room for a tile.
  static func with(_ body: (KernelTile) -> Void) {
    let tile = KernelTile(
      values: .allocate(capacity: rows * columns), products: .allocate(capacity: rows * columns))
    defer {
      tile.values.deallocate()
      tile.products.deallocate()
    }
    body(tile)
  }
}

extension Kernel {
  /// Writes a tile of kernel values, on this thread.
  ///
  /// - Parameters:
  ///   - tile: receives k(x_i, z_j), a column for each of `others`.
  ///   - inputs: X.
  ///   - own: at most ``KernelTile/rows`` rows of X.
  ///   - other: Z, of which X makes tiles.
  ///   - others: at most ``KernelTile/columns`` rows of Z.
  func write<Scalar: LinearAlgebraScalar>(
    _ tile: KernelTile<Scalar>, _ inputs: KernelInputs<Scalar>, rows own: Range<Int>,
    with other: KernelInputs<Scalar>, rows others: Range<Int>
  ) {
    inputs.writeInnerProducts(ofRows: own, with: other, rows: others, to: tile)
    for (k, row) in others.enumerated() {
      let column = UnsafeMutableBufferPointer(
        start: tile.values + k * own.count, count: own.count)
      var values = column.mutableSpan
      apply(
        to: &values, squaredNorms: inputs.squaredNorms.span.extracting(own),
        squaredNorm: other.squaredNorms[row])
    }
  }
}
