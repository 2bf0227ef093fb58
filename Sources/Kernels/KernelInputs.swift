import LinearAlgebra

/// Inputs of a kernel with what their inner products are made from.
struct KernelInputs<Scalar: LinearAlgebraScalar>: Sendable {
  /// X, n × d, one row an input.
  let samples: Matrix<Scalar>
  /// ‖x_i‖² of each.
  let squaredNorms: [Scalar]
  private let tiled: Tiled?

  /// Inputs whose inner products come tile by tile, on each thread.
  private enum Tiled {
    case single(Matrix<Float>)
    case bytes(EightBitMatrix)
  }

  /// Looks at inputs once, for many blocks of inner products.
  ///
  /// - Complexity: O(n d); memory 2 n d bytes where the values have 8 bits.
  init(_ samples: Matrix<Scalar>) {
    self.samples = samples
    squaredNorms = samples.squaredRowNorms()
    tiled =
      EightBitMatrix(samples).map(Tiled.bytes) ?? (samples as? Matrix<Float>).map(Tiled.single)
  }

  /// Whether inner products with other inputs come in tiles.
  func makesTiles(with other: KernelInputs) -> Bool {
    switch (tiled, other.tiled) {
    case (.single, .single), (.bytes, .bytes): true
    default: false
    }
  }

  /// All inner products of some inputs with some of these or of others, by BLAS on all threads.
  ///
  /// - Parameters:
  ///   - own: rows of X.
  ///   - other: Z, of the dimension of X.
  ///   - others: rows of Z.
  /// - Returns: one row for each of `own`, one column for each of `others`.
  func innerProducts(
    ofRows own: Range<Int>, with other: KernelInputs, rows others: Range<Int>
  ) -> Matrix<Scalar> {
    samples.innerProducts(
      ofRows: own, with: other.samples, rows: others, columns: 0..<samples.columns)
  }

  /// Writes a tile of inner products, on this thread.
  ///
  /// - Parameters:
  ///   - own: rows of X.
  ///   - other: Z, of which ``makesTiles(with:)`` holds.
  ///   - others: rows of Z.
  ///   - tile: receives a column for each of `others`.
  func writeInnerProducts(
    ofRows own: Range<Int>, with other: KernelInputs, rows others: Range<Int>,
    to tile: KernelTile<Scalar>
  ) {
    switch (tiled, other.tiled) {
    case (.single(let x), .single(let z)):
      tile.values.withMemoryRebound(to: Float.self, capacity: own.count * others.count) {
        x.writeInnerProducts(ofRows: own, with: z, rows: others, columns: 0..<x.columns, to: $0)
      }
    case (.bytes(let x), .bytes(let z)):
      x.writeInnerProducts(
        ofRows: own, with: z, rows: others, to: tile.values, products: tile.products)
    default: preconditionFailure("inputs that make tiles")
    }
  }
}
