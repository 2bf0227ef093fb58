internal import LinearAlgebra

/// The best rate of OpenBLAS at a square product of some repetitions, in 10⁹ operations a second.
///
/// The limit that other computations are held against.
func productRate<Scalar: LinearAlgebraScalar>(_ size: Int, of type: Scalar.Type) -> Double {
  let a = Matrix<Scalar>(rows: size, columns: size) { i, j in Scalar((i + 3 * j) % 7) }
  var c = Matrix<Scalar>(rows: size, columns: size)
  var best = Double.infinity
  for _ in 0..<5 {
    let watch = Stopwatch()
    c.addProduct(of: a, a, keeping: 0)
    best = min(best, watch.seconds)
  }
  return 2e-9 * Double(size) * Double(size) * Double(size) / best
}
