internal import LinearAlgebra
private import RandomStreams

extension Dropout {
  /// Draws the mask of a batch: each value 0 with probability `rate`, otherwise 1 / (1 - rate).
  ///
  /// A sample's mask is named by the batch's seed, the node, the epoch and the sample, so it does
  /// not depend on the batch that the sample is in.
  ///
  /// - Parameters:
  ///   - mask: room for the same number of values of each sample, sample after sample.
  ///   - node: the index of the layer's node in the graph.
  ///   - batch: which samples, which epoch and which seed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func writeMask<Scalar: LinearAlgebraScalar>(
    to mask: UnsafeMutableBufferPointer<Scalar>, node: Int, batch: Batch
  ) {
    precondition(mask.count % batch.count == 0, "as many values for each sample")
    let length = mask.count / batch.count
    let kept = Scalar(1 / (1 - rate))
    guard length > 0, let start = mask.baseAddress else { return }
    nonisolated(unsafe) let values = start
    inParallel(count: batch.count) { place in
      var stream = RandomStream(
        seed: batch.seed, purpose: "dropout", indices: node, batch.epoch, batch.samples[place])
      for i in place * length..<(place + 1) * length {
        values[i] = stream.uniform() < rate ? 0 : kept
      }
    }
  }
}
