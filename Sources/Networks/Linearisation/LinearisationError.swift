/// Why a network cannot be linearised in the way asked for.
public enum LinearisationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Batch normalisation couples the samples of a batch: a sample has no gradient of its own.
  case batchNormalization(layer: String)
  /// A layer is none of those of which a ``DenseChain`` is made.
  case notInChain(layer: String)

  /// What is wrong and what to try.
  public var description: String {
    switch self {
    case .batchNormalization(let layer):
      "Layer \(layer) couples the samples of a batch, so no sample has a gradient of its own. "
        + "Leave the layer out."
    case .notInChain(let layer):
      "Layer \(layer) is neither dense nor ReLU, flatten or dropout. "
        + "Use outputJacobian, which knows all layers but batch normalisation."
    }
  }
}
