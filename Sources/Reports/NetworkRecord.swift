public import NetworkFiles
public import Networks

/// A network's layers, its parameters and its work, before any training.
public struct NetworkRecord: Sendable, Encodable {
  /// The name of the architecture.
  public var name: String
  /// The shape of a sample, height × width × channels or a length.
  public var input: String
  /// The number of classes C.
  public var classes: Int
  /// The layers in the order of their evaluation.
  public var layers: [LayerRecord]
  /// The number of weights and biases, as the paper counts.
  public var parameters: Int
  /// The number of γ and β of batch normalisation.
  public var normalizationParameters: Int
  /// Multiplications and additions of one sample's way through the network.
  public var forwardWork: Int
  /// Multiplications and additions of one sample in a step of training.
  public var trainingWork: Int
  /// The layers as an architecture file has them.
  public var architecture: ArchitectureDescription

  /// Counts a network.
  ///
  /// - Parameter graph: the network.
  /// - Throws: ``ArchitectureFileError/unwritable(layer:reason:)``.
  public init(_ graph: NetworkGraph) throws(ArchitectureFileError) {
    name = graph.architecture.name
    input = graph.input.description
    classes = graph.classCount
    layers = graph.nodes.dropFirst().map { LayerRecord($0, of: graph) }
    parameters = graph.parameterCount
    normalizationParameters = graph.normalizationParameterCount
    forwardWork = graph.forwardWork
    trainingWork = graph.trainingWork
    architecture = try ArchitectureFile.description(of: graph.architecture)
  }
}

/// One layer of a network, counted.
public struct LayerRecord: Sendable, Encodable {
  /// The place, such as `3.1.0`.
  public var name: String
  /// What it does.
  public var layer: String
  /// The shape of the result of one sample.
  public var output: String
  /// The number of weights and biases.
  public var parameters: Int
  /// The number of γ and β of batch normalisation.
  public var normalizationParameters: Int
  /// Multiplications and additions of one sample's way through the layer.
  public var forwardWork: Int
  /// Multiplications and additions of one sample in a step of training.
  public var trainingWork: Int

  init(_ node: NetworkGraph.Node, of graph: NetworkGraph) {
    name = node.name
    layer = ([node.operation.name] + node.operation.options).joined(separator: ", ")
    output = node.shape.description
    let isNormalization = !node.statistics.isEmpty
    let count = graph.parameterCount(of: node)
    parameters = isNormalization ? 0 : count
    normalizationParameters = isNormalization ? count : 0
    forwardWork = graph.forwardWork(of: node)
    trainingWork = graph.trainingWork(of: node)
  }
}

extension Operation {
  /// The options that are no part of the shape of the result.
  fileprivate var options: [String] {
    switch self {
    case .convolution(let convolution): convolution.window.options
    case .maxPooling(let pooling): pooling.window.options
    case .averagePooling(let pooling): pooling.window.options
    case .localResponseNormalization(let normalization): ["radius \(normalization.radius)"]
    case .dropout(let dropout): ["rate \(dropout.rate)"]
    default: []
    }
  }
}

extension Window {
  fileprivate var options: [String] {
    ["\(size)x\(size)"] + (stride == 1 ? [] : ["stride \(stride)"])
      + (padding == .same ? [] : ["padding \(padding)"])
  }
}
