internal import LinearAlgebra

/// What every node of a network gives for a batch.
struct ForwardPass<Scalar: LinearAlgebraScalar> {
  /// Whether statistics are the batch's and dropout draws, or neither.
  enum Mode {
    case training(Batch)
    case evaluation
  }

  let graph: NetworkGraph
  /// One for each node.
  private(set) var results: [Activations<Scalar>] = []
  /// The batch's moments, one for each node that normalises.
  private(set) var moments: [Int: ChannelMoments<Scalar>] = [:]

  /// Computes all nodes in their order.
  init(
    _ graph: NetworkGraph, parameters: NetworkParameters<Scalar>, input: Activations<Scalar>,
    mode: Mode
  ) {
    self.graph = graph
    results.reserveCapacity(graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      if case .input = node.operation {
        results.append(input)
        continue
      }
      let inputs = node.inputs.map { results[$0] }
      results.append(
        result(of: node, index, inputs, parameters: parameters, mode: mode))
    }
  }

  /// C × B logits, one column a sample.
  var logits: Matrix<Scalar> {
    let last = results[results.count - 1]
    return Matrix(rows: last.shape.count, columns: last.count, columnMajor: last.values)
  }

  /// What the running statistics become after a step with this batch.
  func followedStatistics(_ running: [[Scalar]]) -> [[Scalar]] {
    var running = running
    for (index, moments) in moments {
      let node = graph.nodes[index]
      guard case .batchNormalization(let normalization) = node.operation else { continue }
      let (mean, variance) = (node.statistics.lowerBound, node.statistics.lowerBound + 1)
      running[mean] = normalization.followed(running[mean], by: moments.mean)
      running[variance] = normalization.followed(
        running[variance], by: moments.unbiasedVariance)
    }
    return running
  }

  private mutating func result(
    of node: NetworkGraph.Node, _ index: Int, _ inputs: [Activations<Scalar>],
    parameters: NetworkParameters<Scalar>, mode: Mode
  ) -> Activations<Scalar> {
    let (x, output) = (inputs[0], node.shape)
    let own = Array(parameters.values[node.parameters])
    switch node.operation {
    case .input, .flatten: return x.reshaped(output)
    case .dense(let dense): return dense.forward(x, parameters: own)
    case .convolution(let convolution):
      return convolution.forward(x, parameters: own, output: output)
    case .maxPooling(let pooling): return pooling.forward(x, output: output)
    case .averagePooling(let pooling): return pooling.forward(x, output: output)
    case .globalAveragePooling: return GlobalAveragePooling().forward(x)
    case .batchNormalization(let normalization):
      let used: ChannelMoments<Scalar>
      switch mode {
      case .training:
        used = ChannelMoments(of: x)
        moments[index] = used
      case .evaluation:
        let first = node.statistics.lowerBound
        used = ChannelMoments(
          mean: parameters.statistics[first], variance: parameters.statistics[first + 1], count: 0)
      }
      return normalization.forward(x, used, parameters: own)
    case .localResponseNormalization(let normalization): return normalization.forward(x)
    case .rectifier: return Rectifier().forward(x)
    case .dropout(let dropout):
      guard case .training(let batch) = mode else { return x }
      return dropout.apply(to: x, node: index, batch: batch)
    case .concatenation: return Concatenation.forward(inputs, output: output)
    }
  }
}
