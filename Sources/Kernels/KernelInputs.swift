import LinearAlgebra

/// Inputs of a kernel with what their inner products are made from.
struct KernelInputs<Scalar: LinearAlgebraScalar>: Sendable {
  /// X, n × d, one row an input.
  let samples: Matrix<Scalar>
  /// ‖x_i‖² of each.
  let squaredNorms: [Scalar]
  /// The same inputs as 8-bit values, where `Double` profits from them.
  private let bytes: EightBitMatrix?

  /// Looks at inputs once, for many blocks of inner products.
  ///
  /// - Complexity: O(n d); memory half that of X in `Double` where its values have 8 bits.
  init(_ samples: Matrix<Scalar>) {
    self.samples = samples
    squaredNorms = samples.squaredRowNorms()
    bytes = (samples as? Matrix<Double>).flatMap(EightBitMatrix.init)
  }

  /// Inner products of some inputs with some of these or of others.
  ///
  /// - Parameters:
  ///   - own: rows of X.
  ///   - other: Z, of the dimension of X.
  ///   - others: rows of Z.
  /// - Returns: one row for each of `own`, one column for each of `others`.
  func innerProducts(
    ofRows own: Range<Int>, with other: KernelInputs, rows others: Range<Int>
  ) -> Matrix<Scalar> {
    if let bytes, let otherBytes = other.bytes,
      let exact = bytes.innerProducts(ofRows: own, with: otherBytes, rows: others)
        as? Matrix<Scalar>
    {
      return exact
    }
    return samples.innerProducts(
      ofRows: own, with: other.samples, rows: others, columns: 0..<samples.columns)
  }
}
