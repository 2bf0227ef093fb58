/// Why a network cannot be linearised in the way asked for.
public enum LinearisationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Batch normalisation couples the samples of a batch: a sample has no gradient of its own.
  case batchNormalization(layer: String)
  /// A layer is none of those of which a ``DenseChain`` is made.
  case notInChain(layer: String)
  /// The kernel is singular: the linearised network does not fit every choice of values.
  case singularKernel(network: String, values: Int)

  /// What is wrong and what to try.
  public var description: String {
    switch self {
    case .batchNormalization(let layer):
      "Layer \(layer) couples the samples of a batch, so no sample has a gradient of its own. "
        + "Leave the layer out."
    case .notInChain(let layer):
      "Layer \(layer) is neither dense nor ReLU, flatten or dropout. "
        + "Use outputJacobian, which knows all layers but batch normalisation."
    case .singularKernel(let network, let values):
      "Kernel of \(network): singular, so the linearised network cannot fit any \(values) values. "
        + "Take wider networks or fewer samples."
    }
  }
}
