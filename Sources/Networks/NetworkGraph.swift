/// An architecture with every shape checked and every parameter named.
///
/// Nodes stand in an order in which each comes after its inputs; node 0 is the input, the last one
/// gives the logits. Layers are counted from 0 as in the architecture, inside a branch after the
/// branch: `3.1.0` is the first layer of the second branch of the fourth layer. The same names
/// belong to `torch.nn.Sequential` modules nested in the same way.
public struct NetworkGraph: Sendable, Hashable {
  /// One operation with its place in the graph.
  public struct Node: Sendable, Hashable {
    /// The layer's place, such as `3.1.0`; `input` for the input.
    public var name: String
    /// What is computed.
    public var operation: Operation
    /// The nodes whose results are taken.
    public var inputs: [Int]
    /// The shape of the result of one sample.
    public var shape: TensorShape
    /// The node's parameters: indices in ``NetworkGraph/parameters``.
    public var parameters: Range<Int>
    /// The node's running statistics, mean and variance: indices in ``NetworkGraph/statistics``.
    public var statistics: Range<Int>

    /// The name and the operation, for messages.
    public var title: String { "\(name) (\(operation.name))" }
  }

  /// What a parameter does in its layer.
  public enum Role: Sendable, Hashable {
    /// The W of a dense layer or a convolution: drawn at random, subject to weight decay.
    case weight
    /// The b of a dense layer or a convolution.
    case bias
    /// The γ of batch normalisation.
    case scale
    /// The β of batch normalisation.
    case shift
  }

  /// A named array of parameters.
  public struct Parameter: Sendable, Hashable {
    /// The layer's name and `weight` or `bias`.
    public var name: String
    /// What it does.
    public var role: Role
    /// The sizes: outputs × inputs; filters × channels × rows × columns; or the length.
    ///
    /// Values are stored with the last index running fastest.
    public var dimensions: [Int]
    /// The number of values.
    public var count: Int { dimensions.reduce(1, *) }
  }

  /// The architecture.
  public let architecture: Architecture
  /// All operations, the input first.
  public private(set) var nodes: [Node] = []
  /// All parameters, in the order of their layers.
  public private(set) var parameters: [Parameter] = []
  /// The running statistics of batch normalisation, a mean and a variance for each layer.
  public private(set) var statistics: [Parameter] = []

  /// The shape of a sample.
  public var input: TensorShape { architecture.input }
  /// The number of classes C, which is the length of the logits.
  public var classCount: Int { nodes[nodes.count - 1].shape.count }

  /// Checks an architecture and names its parameters.
  ///
  /// - Parameter architecture: the layers.
  /// - Throws: ``ArchitectureError``, which names the layer that is at fault.
  public init(_ architecture: Architecture) throws(ArchitectureError) {
    self.architecture = architecture
    let input = architecture.input
    guard input.channels >= 1 && input.height >= 1 && input.width >= 1 else {
      throw .emptyInput(input)
    }
    guard !architecture.layers.isEmpty else { throw .noLayers(layer: "") }
    nodes.append(
      Node(
        name: "input", operation: .input, inputs: [], shape: input, parameters: 0..<0,
        statistics: 0..<0))
    let last = try append(architecture.layers, after: 0, prefix: "")
    guard case .vector = nodes[last].shape else { throw .output(nodes[last].shape) }
  }

  /// Adds layers one after another and returns the last node.
  private mutating func append(
    _ layers: [Layer], after node: Int, prefix: String
  ) throws(ArchitectureError) -> Int {
    var last = node
    for (index, layer) in layers.enumerated() {
      let name = "\(prefix)\(index)"
      switch layer {
      case .operation(let operation):
        last = try append(operation, name: name, inputs: [last])
      case .branches(let branches):
        guard !branches.isEmpty else { throw .noLayers(layer: "\(name) (branches)") }
        var ends: [Int] = []
        for (branch, layers) in branches.enumerated() {
          ends.append(try append(layers, after: last, prefix: "\(name).\(branch)."))
        }
        last = try append(.concatenation, name: name, inputs: ends)
      }
    }
    return last
  }

  private mutating func append(
    _ operation: Operation, name: String, inputs: [Int]
  ) throws(ArchitectureError) -> Int {
    let checked = try CheckedOperation(
      operation, name: name, inputs: inputs.map { nodes[$0].shape })
    let firstParameter = parameters.count
    let firstStatistic = statistics.count
    parameters += checked.parameters
    statistics += checked.statistics
    nodes.append(
      Node(
        name: name, operation: operation, inputs: inputs, shape: checked.shape,
        parameters: firstParameter..<parameters.count,
        statistics: firstStatistic..<statistics.count))
    return nodes.count - 1
  }
}
