import LinearAlgebra
import Networks

/// Some layers with a batch, whose results are read through the engine's own interface.
struct LayerOutputs {
  let layers: [Layer]
  let input: TensorShape
  /// The values of each sample.
  let samples: [[Double]]
  /// Parameters and statistics of the layers; what is not given starts as in training.
  var values: [[Double]] = []
  var statistics: [[Double]] = []

  /// What each sample gives with running statistics and without dropout.
  func evaluated() throws -> [[Double]] {
    let engine = try engine(layers + Flatten().layers)
    let logits = engine.logits(count: samples.count, fill: filling(samples.flatMap { $0 }))
    return (0..<logits.columns).map { logits.column($0) }
  }

  /// What each sample gives while training.
  ///
  /// A dense layer V of zeros stands behind, with an output for each sample, and the loss is
  /// ½ ‖V x - e_j‖² on sample j. Then the gradient of V_j is -x_j / B.
  func trained(_ batch: Batch? = nil) throws -> [[Double]] {
    let engine = try engine(layers + Flatten().layers + Dense(samples.count, hasBias: false).layers)
    let last = engine.parameters.values.count - 1
    engine.parameters.values[last] = engine.parameters.values[last].map { _ in 0 }
    var batch = batch ?? Batch(labels: Array(samples.indices))
    batch.labels = Array(samples.indices)
    let gradient = engine.gradient(batch, fill: filling(samples.flatMap { $0 })).gradient[last]
    let length = gradient.count / samples.count
    return samples.indices.map { j in
      gradient[j * length..<(j + 1) * length].map { -$0 * Double(samples.count) }
    }
  }

  private func engine(_ layers: [Layer]) throws -> ReferenceEngine<Double> {
    let graph = try NetworkGraph(Architecture("layers", input: input, layers: layers))
    var parameters = NetworkParameters<Double>(graph, seed: 0)
    parameters.values.replaceSubrange(0..<values.count, with: values)
    parameters.statistics.replaceSubrange(0..<statistics.count, with: statistics)
    return ReferenceEngine(
      graph, loss: .squared, batchSize: samples.count, parameters: parameters)
  }
}
