internal import LinearAlgebra

/// The best rate of a square product of five repetitions, in 10⁹ operations a second.
///
/// The limit that other computations are held against.
///
/// - Parameters:
///   - size: rows and columns.
///   - type: of the entries.
///   - product: replaces the first matrix by the square of the second; by default as all products of
///     this package are computed, large ones in `Float` by oneDNN.
/// - Returns: 2 size³ operations over the seconds of the quickest.
func productRate<Scalar: LinearAlgebraScalar>(
  _ size: Int, of type: Scalar.Type,
  product: (inout Matrix<Scalar>, Matrix<Scalar>) -> Void = {
    $0.addProduct(of: $1, $1, keeping: 0)
  }
) -> Double {
  let a = Matrix<Scalar>(rows: size, columns: size) { i, j in Scalar((i + 3 * j) % 7) }
  var c = Matrix<Scalar>(rows: size, columns: size)
  var best = Double.infinity
  for _ in 0..<5 {
    let watch = Stopwatch()
    product(&c, a)
    best = min(best, watch.seconds)
  }
  return 2e-9 * Double(size) * Double(size) * Double(size) / best
}
