/// A graph of ONNX operators with one input and one output, both with a row for each sample.
///
/// Field numbers and constants are those of `onnx.proto`.
struct ONNXGraph {
  /// The value of an operator's attribute.
  enum Attribute {
    case integer(Int)
    case integers([Int])
    case float(Float)
  }

  /// The name of the input, N × d or N × channels × height × width.
  static let input = "z"
  /// The name of the output, N × C.
  static let output = "y"

  private let input: [Int]
  private let outputs: Int
  private let type: ElementType
  private let initializers: [NamedTensor]
  private var nodes: [ProtocolBufferMessage] = []

  /// - Parameters:
  ///   - input: the sizes of one sample.
  ///   - outputs: the number of outputs C of one sample.
  ///   - type: the type of input and output.
  ///   - initializers: the constants.
  init(input: [Int], outputs: Int, type: ElementType = .float64, initializers: [NamedTensor]) {
    (self.input, self.outputs, self.type) = (input, outputs, type)
    self.initializers = initializers
  }

  /// Adds an operator with one output; operators stand in the order of their evaluation.
  mutating func add(
    _ type: String, _ inputs: [String], to output: String,
    attributes: KeyValuePairs<String, Attribute> = [:]
  ) {
    var node = ProtocolBufferMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output)
    node.add(3, "\(type) \(nodes.count)")
    node.add(4, type)
    for (name, value) in attributes {
      var attribute = ProtocolBufferMessage()
      attribute.add(1, name)
      switch value {
      case .float(let number):
        attribute.add(2, number)
        attribute.add(20, AttributeType.float.rawValue)
      case .integer(let number):
        attribute.add(3, number)
        attribute.add(20, AttributeType.integer.rawValue)
      case .integers(let numbers):
        for number in numbers { attribute.add(8, number) }
        attribute.add(20, AttributeType.integers.rawValue)
      }
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
    graph.add(11, samples(Self.input, sizes: input, type))
    graph.add(12, samples(Self.output, sizes: [outputs], type))
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

/// `AttributeProto.AttributeType`.
private enum AttributeType: Int {
  case float = 1
  case integer = 2
  case integers = 7
}

extension ElementType {
  /// The number in `TensorProto.DataType`.
  fileprivate var onnx: Int {
    switch self {
    case .float32: 1
    case .int64: 7
    case .float64: 11
    }
  }
}

private func initializer(_ tensor: NamedTensor) -> ProtocolBufferMessage {
  var message = ProtocolBufferMessage()
  for size in tensor.shape { message.add(1, size) }
  message.add(2, tensor.type.onnx)
  message.add(8, tensor.name)
  message.add(9, byteCount: tensor.byteCount) { tensor.append(to: &$0) }
  return message
}

/// The type of any number of samples.
private func samples(_ name: String, sizes: [Int], _ elements: ElementType) -> ProtocolBufferMessage {
  var shape = ProtocolBufferMessage()
  var count = ProtocolBufferMessage()
  count.add(2, "N")
  shape.add(1, count)
  for size in sizes {
    var dimension = ProtocolBufferMessage()
    dimension.add(1, size)
    shape.add(1, dimension)
  }
  var tensorType = ProtocolBufferMessage()
  tensorType.add(1, elements.onnx)
  tensorType.add(2, shape)
  var type = ProtocolBufferMessage()
  type.add(1, tensorType)
  var information = ProtocolBufferMessage()
  information.add(1, name)
  information.add(2, type)
  return information
}
