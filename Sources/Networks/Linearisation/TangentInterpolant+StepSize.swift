private import LinearAlgebra
private import RandomStreams

extension TangentInterpolant {
  /// The step size of SGD that contracts the linearised network's error fastest, b / (β + (b-1) λ).
  ///
  /// λ is the largest eigenvalue of K / n and β the largest of a sample's own C × C block. On the
  /// squared loss ½ Σ_c (f_c - y_c)², mean over the batch, with interpolation possible, plain SGD
  /// with batches of b drawn at random converges at this size; for b = n it is about 1 / λ. Source:
  /// Ma, Bassily, Belkin, "The power of interpolation" (ICML 2018), theorem 3.
  ///
  /// λ comes from 50 rounds of power iteration and is raised by a tenth, because the rounds bound
  /// it from below; β is bounded by the block's largest row sum.
  ///
  /// - Parameter batchSize: b, at least 1.
  /// - Returns: η, on the scale of a step along the gradient of the batch's mean loss.
  /// - Complexity: O(n² C²).
  public func stepSize(batchSize: Int) -> Double {
    precondition(batchSize >= 1, "a batch holds a sample")
    let (classes, n) = (coefficients.rows, coefficients.columns)
    let largest = 1.1 * largestEigenvalue() / Double(n)
    let own = (0..<n).map { j in
      let block = j * classes..<(j + 1) * classes
      return block.map { row in block.reduce(0) { $0 + abs(kernel[row, $1]) } }.max() ?? 0
    }
    let b = Double(batchSize)
    return b / ((own.max() ?? 0) + (b - 1) * largest)
  }

  /// The largest eigenvalue of K, from below.
  private func largestEigenvalue() -> Double {
    var stream = RandomStream(seed: 0, purpose: "power iteration")
    var vector = (0..<kernel.rows).map { _ in stream.normal() }
    var value = 0.0
    for _ in 0..<50 {
      let length = euclideanNorm(vector)
      vector = kernel.times(vector.map { $0 / length })
      value = euclideanNorm(vector)
    }
    return value
  }
}
