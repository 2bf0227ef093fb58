/// A graph of ONNX operators with one input and one output, both matrices of doubles.
///
/// Field numbers and constants are those of `onnx.proto`.
struct ONNXGraph {
  /// The name of the input, N × d.
  static let input = "z"
  /// The name of the output, N × C.
  static let output = "y"

  private let inputs: Int
  private let outputs: Int
  private let initializers: [NamedTensor]
  private var nodes: [ProtocolBufferMessage] = []

  init(inputs: Int, outputs: Int, initializers: [NamedTensor]) {
    (self.inputs, self.outputs, self.initializers) = (inputs, outputs, initializers)
  }

  /// Adds an operator with one output; operators stand in the order of their evaluation.
  mutating func add(
    _ type: String, _ inputs: [String], to output: String,
    attributes: KeyValuePairs<String, Int> = [:]
  ) {
    var node = ProtocolBufferMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, "\(type) \(nodes.count)")
    node.add(4, type)
    for (name, value) in attributes {
      var attribute = ProtocolBufferMessage()
      attribute.add(1, name)
      attribute.add(3, value)
      attribute.add(20, integerAttribute)
      node.add(5, attribute)
    }
    nodes.append(node)
  }

  /// The model with this graph.
  ///
  /// - Parameter advice: what to try when the model is too large.
  /// - Returns: the model's bytes.
  /// - Throws: ``ONNXFileError/tooLarge(byteCount:limit:whatToTry:)``, before anything is made.
  func bytes(whenTooLarge advice: String) throws(ONNXFileError) -> [UInt8] {
    let model = message
    guard model.byteCount <= ONNXFile.largestByteCount else {
      throw .tooLarge(
        byteCount: model.byteCount, limit: ONNXFile.largestByteCount, whatToTry: advice)
    }
    return model.bytes()
  }

  private var message: ProtocolBufferMessage {
    var graph = ProtocolBufferMessage()
    for node in nodes { graph.add(1, node) }
    graph.add(2, "network")
    for tensor in initializers { graph.add(5, initializer(tensor)) }
    graph.add(11, matrix(Self.input, columns: inputs))
    graph.add(12, matrix(Self.output, columns: outputs))
    var operatorSet = ProtocolBufferMessage()
    operatorSet.add(1, "")
    operatorSet.add(2, 13)
    var model = ProtocolBufferMessage()
    model.add(1, 8)
    model.add(2, "rethink")
    model.add(7, graph)
    model.add(8, operatorSet)
    return model
  }
}

/// `AttributeProto.INT`.
private let integerAttribute = 2
/// `TensorProto.DOUBLE`.
private let double = 11

private func initializer(_ tensor: NamedTensor) -> ProtocolBufferMessage {
  var message = ProtocolBufferMessage()
  for size in tensor.shape { message.add(1, size) }
  message.add(2, double)
  message.add(8, tensor.name)
  message.add(9, byteCount: tensor.byteCount) { tensor.append(to: &$0) }
  return message
}

/// The type of a matrix with any number of rows.
private func matrix(_ name: String, columns: Int) -> ProtocolBufferMessage {
  var (rowSize, columnSize) = (ProtocolBufferMessage(), ProtocolBufferMessage())
  rowSize.add(2, "N")
  columnSize.add(1, columns)
  var shape = ProtocolBufferMessage()
  shape.add(1, rowSize)
  shape.add(1, columnSize)
  var tensorType = ProtocolBufferMessage()
  tensorType.add(1, double)
  tensorType.add(2, shape)
  var type = ProtocolBufferMessage()
  type.add(1, tensorType)
  var information = ProtocolBufferMessage()
  information.add(1, name)
  information.add(2, type)
  return information
}
