extension NetworkGraph {
  /// The number of weights and biases of dense layers and convolutions.
  ///
  /// As the paper counts: without the γ and β of batch normalisation.
  public var parameterCount: Int {
    count { $0 == .weight || $0 == .bias }
  }

  /// The number of the γ and β of batch normalisation.
  public var normalizationParameterCount: Int {
    count { $0 == .scale || $0 == .shift }
  }

  private func count(_ isCounted: (Role) -> Bool) -> Int {
    parameters.reduce(0) { isCounted($1.role) ? $0 + $1.count : $0 }
  }

  /// The number of weights and biases of one layer.
  public func parameterCount(of node: Node) -> Int {
    parameters[node.parameters].reduce(0) { $0 + $1.count }
  }

  /// Multiplications and additions of one sample's way through one dense layer or convolution.
  ///
  /// 2 × outputs × inputs, for each position of a convolution's result; 0 for other layers, whose
  /// work is small beside it.
  public func forwardWork(of node: Node) -> Int {
    switch node.operation {
    case .dense, .convolution:
      2 * parameters[node.parameters.lowerBound].count * node.shape.area
    default: 0
    }
  }

  /// Multiplications and additions of one sample's way through the network.
  public var forwardWork: Int { nodes.reduce(0) { $0 + forwardWork(of: $1) } }

  /// Multiplications and additions of one sample in a step of training.
  public var trainingWork: Int { nodes.reduce(0) { $0 + trainingWork(of: $1) } }

  /// Multiplications and additions of one sample in a step of training, in one layer.
  ///
  /// Forward, gradient of the weights and gradient of the input, each as much as forward; layers
  /// on the network's input want no gradient of it.
  public func trainingWork(of node: Node) -> Int {
    (wantsInputGradient(node) ? 3 : 2) * forwardWork(of: node)
  }

  /// Whether some parameter lies before the layer, so that the gradient of its input is needed.
  public func wantsInputGradient(_ node: Node) -> Bool {
    // Each node once: the number of ways through branches grows exponentially.
    var reached = Set(node.inputs)
    var open = node.inputs
    while let index = open.popLast() {
      if !nodes[index].parameters.isEmpty { return true }
      for input in nodes[index].inputs where reached.insert(input).inserted { open.append(input) }
    }
    return false
  }
}
