internal import Networks

/// A network as norm bounds know it: matrices one after another, Lipschitz functions between.
public struct NetworkChain: Sendable {
  /// A layer and what follows it.
  struct Link: Sendable {
    let name: String
    let layer: AugmentedLayer
    /// The Lipschitz constant, for Euclidean norms, of what stands before the next layer.
    var lipschitz: Double
  }

  let links: [Link]
  /// Whether nothing but ReLU, dropout and flattening stands between the layers.
  public let isPlain: Bool
  /// Whether some layer has a bias, so that inputs carry a 1.
  public let isAugmented: Bool
  /// The number of layers L.
  public var depth: Int { links.count }
  /// W: the most inputs or outputs of a layer.
  public var width: Int { links.map { max($0.layer.inputs, $0.layer.outputs) }.max() ?? 0 }

  /// Reads a folded network as a chain.
  ///
  /// Max pooling is Lipschitz with the square root of the most windows that hold one place; average
  /// pooling with that of the largest sum of shares of one place.
  ///
  /// - Parameter network: the network.
  /// - Throws: ``NotAChain``, where layers branch, normalise by their neighbours, or pool before the
  ///   first layer or after the last.
  public init(_ network: FoldedNetwork) throws(NotAChain) {
    let graph = network.graph
    isAugmented = graph.nodes.contains(where: \.hasBias)
    var links: [Link] = []
    var isPlain = true
    let last = graph.nodes.lastIndex(where: \.isAffine)
    for (index, node) in graph.nodes.enumerated() {
      if index > 0 && node.inputs != [index - 1] { throw NotAChain(layer: node.title) }
      switch node.operation {
      case .input, .rectifier, .dropout, .flatten: continue
      case .dense, .convolution:
        let first = node.parameters.lowerBound
        guard
          let linear = LayerOperator(node, of: graph, weights: network.parameters.values[first])
        else { continue }
        var bias = [Double](repeating: 0, count: isAugmented ? node.shape.count : 0)
        if node.hasBias {
          let own = network.parameters.values[first + 1]
          for i in bias.indices { bias[i] = own[i / node.shape.area] }
        }
        links.append(
          Link(
            name: node.name,
            layer: AugmentedLayer(linear: linear, bias: bias, isLast: index == last), lipschitz: 1))
      case .maxPooling, .averagePooling, .globalAveragePooling:
        guard !links.isEmpty && index < last ?? 0 else { throw NotAChain(layer: node.title) }
        isPlain = false
        let constant = node.poolingLipschitz(on: graph.nodes[index - 1].shape)
        // The 1 at the end is not pooled.
        links[links.count - 1].lipschitz *= isAugmented ? max(1, constant) : constant
      case .localResponseNormalization, .concatenation, .batchNormalization:
        throw NotAChain(layer: node.title)
      }
    }
    (self.links, self.isPlain) = (links, isPlain)
  }
}

/// The layer at which a network is no chain of matrices and Lipschitz functions.
public struct NotAChain: Error, Equatable, CustomStringConvertible {
  /// The layer's name and operation.
  public let layer: String

  /// What is wrong.
  public var description: String {
    "layer \(layer) is not covered by bounds for chains of matrices, ReLU and pooling"
  }
}

extension NetworkGraph.Node {
  /// How far a pooling layer can enlarge Euclidean distances.
  func poolingLipschitz(on input: TensorShape) -> Double {
    switch operation {
    case .maxPooling(let pooling):
      let rows = pooling.window.shares(on: input.height) { _ in 1 }
      let columns = pooling.window.shares(on: input.width) { _ in 1 }
      return ((rows.max() ?? 1) * (columns.max() ?? 1)).squareRoot()
    case .averagePooling(let pooling):
      let rows = pooling.window.shares(on: input.height) { 1 / Double($0) }
      let columns = pooling.window.shares(on: input.width) { 1 / Double($0) }
      return ((rows.max() ?? 1) * (columns.max() ?? 1)).squareRoot()
    case .globalAveragePooling: return 1 / Double(input.area).squareRoot()
    default: return 1
    }
  }
}

extension Window {
  /// The positions of a line under the window at place p.
  func covered(_ p: Int, on length: Int) -> Range<Int> {
    let first = p * stride - margins(on: length).before
    return max(0, first)..<max(0, min(length, first + size))
  }

  /// For each position of a line the sum, over the windows that hold it, of a share.
  fileprivate func shares(on length: Int, share: (_ count: Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: length)
    for p in 0..<places(on: length) {
      let covered = covered(p, on: length)
      for position in covered { sums[position] += share(covered.count) }
    }
    return sums
  }
}
