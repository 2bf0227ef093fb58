public import LinearAlgebra
public import Networks

/// A network as it answers, in double precision, with batch normalisation folded away.
///
/// In evaluation y = γ (x - μ) / √(σ² + ε) + β is affine. After a dense layer or a convolution it is
/// taken into that layer's weights and bias; elsewhere it becomes a layer of its own, one weight and
/// one bias a channel. The function does not change, so that measures of what a network computes do
/// not depend on whether it was folded.
public struct FoldedNetwork: Sendable {
  /// The network without batch normalisation.
  public let graph: NetworkGraph
  /// Its numbers.
  public let parameters: NetworkParameters<Double>

  /// Folds a network.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - parameters: its numbers, in the graph's shapes.
  public init<Scalar: LinearAlgebraScalar>(
    _ graph: NetworkGraph, _ parameters: NetworkParameters<Scalar>
  ) {
    precondition(parameters.fits(graph), "parameters in the graph's shapes")
    var folding = Folding(
      graph: graph, values: parameters.values.map { $0.map { Double($0) } },
      statistics: parameters.statistics.map { $0.map { Double($0) } })
    var architecture = graph.architecture
    architecture.layers = folding.fold(architecture.layers, prefix: "")
    guard let folded = try? NetworkGraph(architecture) else {
      preconditionFailure("folding keeps all shapes")
    }
    self.graph = folded
    self.parameters = NetworkParameters(values: folding.result, statistics: [])
  }
}

/// Walks over the layers in the order of their parameters.
private struct Folding {
  let nodes: [String: NetworkGraph.Node]
  let values: [[Double]]
  let statistics: [[Double]]
  /// The folded network's parameters so far.
  var result: [[Double]] = []

  init(graph: NetworkGraph, values: [[Double]], statistics: [[Double]]) {
    nodes = Dictionary(graph.nodes.map { ($0.name, $0) }) { $1 }
    (self.values, self.statistics) = (values, statistics)
  }

  mutating func fold(_ layers: [Layer], prefix: String) -> [Layer] {
    var folded: [Layer] = []
    for (index, layer) in layers.enumerated() {
      let name = "\(prefix)\(index)"
      switch layer {
      case .branches(let branches):
        folded.append(
          .branches(
            branches.enumerated().map { branch, layers in
              fold(layers, prefix: "\(name).\(branch).")
            }))
      case .operation(let operation):
        guard let node = nodes[name] else { preconditionFailure("each layer has a node") }
        fold(operation, node, onto: &folded)
      }
    }
    return folded
  }

  private mutating func fold(
    _ operation: Operation, _ node: NetworkGraph.Node, onto folded: inout [Layer]
  ) {
    guard case .batchNormalization(let normalization) = operation else {
      result += values[node.parameters]
      folded.append(.operation(operation))
      return
    }
    let own = Array(values[node.parameters])
    let first = node.statistics.lowerBound
    let (mean, variance) = (statistics[first], statistics[first + 1])
    let channels = mean.count
    let scale = (0..<channels).map { c in
      (normalization.learnsScaleAndShift ? own[0][c] : 1)
        / (variance[c] + normalization.epsilon).squareRoot()
    }
    let shift = (0..<channels).map { c in
      (normalization.learnsScaleAndShift ? own[1][c] : 0) - scale[c] * mean[c]
    }
    switch folded.last {
    case .operation(.dense(var dense)):
      scaleLast(by: scale, shift: shift, hasBias: dense.hasBias)
      dense.hasBias = true
      folded[folded.count - 1] = .operation(.dense(dense))
    case .operation(.convolution(var convolution)):
      scaleLast(by: scale, shift: shift, hasBias: convolution.hasBias)
      convolution.hasBias = true
      folded[folded.count - 1] = .operation(.convolution(convolution))
    default:
      var weights = [Double](repeating: 0, count: channels * channels)
      for c in 0..<channels { weights[c * channels + c] = scale[c] }
      result += [weights, shift]
      let isVector = node.shape == .vector(channels)
      folded += isVector ? Dense(channels).layers : Convolution(channels, size: 1).layers
    }
  }

  /// W_o ← s_o W_o and b_o ← s_o b_o + t_o in the layer that was added last.
  private mutating func scaleLast(by scale: [Double], shift: [Double], hasBias: Bool) {
    let bias = hasBias ? result.removeLast() : [Double](repeating: 0, count: scale.count)
    var weights = result.removeLast()
    let inputs = weights.count / scale.count
    for o in scale.indices {
      for i in o * inputs..<(o + 1) * inputs { weights[i] *= scale[o] }
    }
    result += [weights, scale.indices.map { scale[$0] * bias[$0] + shift[$0] }]
  }
}
