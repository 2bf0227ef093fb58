internal import LinearAlgebra

/// The best rate of a square product of some repetitions, in 10⁹ operations a second.
///
/// The limit that other computations are held against. Unless `form` says otherwise, the product is
/// that which this program takes for all large ones.
func productRate<Scalar: LinearAlgebraScalar>(
  _ size: Int, of type: Scalar.Type,
  form: (inout Matrix<Scalar>, Matrix<Scalar>) -> Void = { $0.addProduct(of: $1, $1, keeping: 0) }
) -> Double {
  let a = Matrix<Scalar>(rows: size, columns: size) { i, j in Scalar((i + 3 * j) % 7) }
  var c = Matrix<Scalar>(rows: size, columns: size)
  var best = Double.infinity
  for _ in 0..<5 {
    let watch = Stopwatch()
    form(&c, a)
    best = min(best, watch.seconds)
  }
  return 2e-9 * Double(size) * Double(size) * Double(size) / best
}
