public import LinearAlgebra
public import Networks

extension ONNXFile {
  /// A network graph as it computes after training: running statistics, no dropout.
  ///
  /// In single precision, the only one in which onnxruntime has convolutions. The input `z` is
  /// N × channels × height × width, or N × d; the output `y` holds N × C logits. Parameters are
  /// initialisers named as in the graph.
  ///
  /// - Parameters:
  ///   - parameters: the numbers; doubles are rounded.
  ///   - graph: the network that they fit.
  /// - Returns: the file's bytes, 4 for each number and a few thousand more.
  /// - Throws: ``ONNXFileError/tooLarge(byteCount:limit:whatToTry:)``.
  /// - Complexity: linear in the size of the file.
  public static func bytes<Scalar: LinearAlgebraScalar>(
    of parameters: NetworkParameters<Scalar>, graph: NetworkGraph
  ) throws(ONNXFileError) -> [UInt8] {
    precondition(parameters.fits(graph), "parameters in the shapes of the graph")
    let singles = NetworkParameters<Float>(
      values: parameters.values.map { $0.map { Float($0) } },
      statistics: parameters.statistics.map { $0.map { Float($0) } })
    var model = ONNXGraph(
      input: graph.input.sizes, outputs: graph.classCount, type: .float32,
      initializers: NamedTensor.arrays(singles.values, of: graph.parameters)
        + NamedTensor.arrays(singles.statistics, of: graph.statistics)
        + fixedScales(of: graph))
    var values = [ONNXGraph.input]
    for node in graph.nodes.dropFirst() {
      values.append(add(node, of: graph, inputs: node.inputs.map { values[$0] }, to: &model))
    }
    model.add("Identity", [values[values.count - 1]], to: ONNXGraph.output)
    return try model.bytes(whenTooLarge: "write safetensors")
  }
}

/// Adds the operator of a node and returns the name of its result.
private func add(
  _ node: NetworkGraph.Node, of graph: NetworkGraph, inputs: [String], to model: inout ONNXGraph
) -> String {
  let result = "value.\(node.name)"
  let shape = graph.nodes[node.inputs[0]].shape
  let parameters = graph.parameters[node.parameters].map(\.name)
  switch node.operation {
  case .input, .dropout: return inputs[0]
  case .dense:
    model.add("Gemm", inputs + parameters, to: result, attributes: ["transB": .integer(1)])
  case .convolution(let convolution):
    let window = convolution.window
    model.add(
      "Conv", inputs + parameters, to: result,
      attributes: [
        "kernel_shape": window.kernel, "strides": window.strides, "pads": window.pads(on: shape),
      ])
  case .maxPooling(let pooling):
    let window = pooling.window
    model.add(
      "MaxPool", inputs, to: result,
      attributes: [
        "kernel_shape": window.kernel, "strides": window.strides, "pads": window.pads(on: shape),
      ])
  case .averagePooling(let pooling):
    let window = pooling.window
    model.add(
      "AveragePool", inputs, to: result,
      attributes: [
        "kernel_shape": window.kernel, "strides": window.strides, "pads": window.pads(on: shape),
        "count_include_pad": .integer(0),
      ])
  case .globalAveragePooling:
    model.add("GlobalAveragePool", inputs, to: result + ".image")
    model.add("Flatten", [result + ".image"], to: result, attributes: ["axis": .integer(1)])
  case .batchNormalization(let normalization):
    let scales = parameters.isEmpty ? scaleNames(node) : parameters
    model.add(
      "BatchNormalization", inputs + scales + graph.statistics[node.statistics].map(\.name),
      to: result, attributes: ["epsilon": .float(Float(normalization.epsilon))])
  case .localResponseNormalization(let normalization):
    // ONNX divides α by the number of channels in the sum.
    let size = 2 * normalization.radius + 1
    model.add(
      "LRN", inputs, to: result,
      attributes: [
        "size": .integer(size), "alpha": .float(Float(normalization.alpha * Double(size))),
        "beta": .float(Float(normalization.beta)), "bias": .float(Float(normalization.bias)),
      ])
  case .rectifier: model.add("Relu", inputs, to: result)
  case .flatten: model.add("Flatten", inputs, to: result, attributes: ["axis": .integer(1)])
  case .concatenation:
    model.add("Concat", inputs, to: result, attributes: ["axis": .integer(1)])
  }
  return result
}

/// γ = 1 and β = 0 for each batch normalisation that does not learn them: ONNX wants them given.
private func fixedScales(of graph: NetworkGraph) -> [NamedTensor] {
  graph.nodes.filter { !$0.statistics.isEmpty && $0.parameters.isEmpty }.flatMap { node in
    let channels = node.shape.channels
    return zip(scaleNames(node), [1, 0] as [Float]).map { name, value in
      NamedTensor(name, shape: [channels], [Float](repeating: value, count: channels))
    }
  }
}

private func scaleNames(_ node: NetworkGraph.Node) -> [String] {
  ["\(node.name).scale", "\(node.name).shift"]
}

extension Window {
  fileprivate var kernel: ONNXGraph.Attribute { .integers([size, size]) }
  fileprivate var strides: ONNXGraph.Attribute { .integers([stride, stride]) }

  /// The margins above, left, below and right of an image.
  fileprivate func pads(on shape: TensorShape) -> ONNXGraph.Attribute {
    let (rows, columns) = (margins(on: shape.height), margins(on: shape.width))
    return .integers([rows.before, columns.before, rows.after, columns.after])
  }
}

extension TensorShape {
  /// The sizes in the order of their indices, the fastest last.
  fileprivate var sizes: [Int] {
    switch self {
    case .vector(let length): [length]
    case .image(let channels, let height, let width): [channels, height, width]
    }
  }
}
