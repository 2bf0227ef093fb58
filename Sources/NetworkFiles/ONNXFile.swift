private import LinearAlgebra
public import ReLUNetworks

/// Networks as ONNX models, for onnxruntime and other programs.
///
/// IR version 8 and operator set 13; networks of ``ReLUNetworks`` in double precision. The input `z` is N × d with one row a
/// sample, N free; the output `y` is N × C. Weights are initialisers named as in
/// ``SafetensorsFile``.
///
/// Source: ONNX, "Open Neural Network Exchange Intermediate Representation Specification" and
/// `onnx.proto`.
public enum ONNXFile {
  /// The largest model in bytes, that of a protocol buffer: 2³¹ - 1.
  public static let largestByteCount = 2_147_483_647

  /// A feed-forward network, a `Gemm` for each layer and a `Relu` between two.
  ///
  /// - Parameter network: the network.
  /// - Returns: the file's bytes, 8 for each entry of each dense matrix and a few hundred more.
  /// - Throws: ``ONNXFileError/tooLarge(byteCount:limit:whatToTry:)``.
  /// - Complexity: O(Σ_ℓ units · inputs); no other copy of the dense matrices is made.
  public static func bytes(of network: ReLUNetwork) throws(ONNXFileError) -> [UInt8] {
    try dense(
      NamedTensor.layers(of: network), inputs: network.inputs, outputs: network.outputs
    ).bytes(whenTooLarge: "write safetensors, or give the network more and so narrower layers")
  }

  /// A two-layer network whose hidden units share their direction.
  ///
  /// Shared, the graph is `MatMul` by the direction, `Sub` of the thresholds, `Relu`, and `MatMul`
  /// by the output weights. Expanded, it is that of two dense layers, with minus the thresholds as
  /// biases; then a runtime rounds each projection n times, and in an order of its own.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - layout: how the direction is kept.
  /// - Returns: the file's bytes, 8 for each of n (1 + C) + d or n (d + 1 + C) + C numbers.
  /// - Throws: ``ONNXFileError/tooLarge(byteCount:limit:whatToTry:)``.
  /// - Complexity: linear in the size of the file; no other copy of the n × d matrix is made.
  public static func bytes(
    of network: ReLUInterpolant, layout: DirectionLayout = .shared
  ) throws(ONNXFileError) -> [UInt8] {
    switch layout {
    case .shared:
      try shared(network).bytes(whenTooLarge: "write safetensors")
    case .expanded:
      try dense(
        NamedTensor.expandedLayers(of: network), inputs: network.direction.count,
        outputs: network.outputs
      ).bytes(whenTooLarge: "keep the direction as a shared layer, or write safetensors")
    }
  }
}

/// The graph of dense layers, given as weight and bias in turn.
private func dense(_ tensors: [NamedTensor], inputs: Int, outputs: Int) -> ONNXGraph {
  var graph = ONNXGraph(input: [inputs], outputs: outputs, initializers: tensors)
  let layers = tensors.count / 2
  var values = ONNXGraph.input
  for layer in 0..<layers {
    let isLast = layer + 1 == layers
    let sums = isLast ? ONNXGraph.output : "preactivations.\(layer)"
    graph.add(
      "Gemm", [values, NamedTensor.weightName(layer), NamedTensor.biasName(layer)], to: sums,
      attributes: ["transB": .integer(1)])
    if !isLast {
      values = "activations.\(layer)"
      graph.add("Relu", [sums], to: values)
    }
  }
  return graph
}

/// The graph in which all hidden units read one projection.
private func shared(_ network: ReLUInterpolant) -> ONNXGraph {
  let direction = NamedTensor(
    "direction",
    Matrix(rows: network.direction.count, columns: 1, columnMajor: network.direction))
  var graph = ONNXGraph(
    input: [network.direction.count], outputs: network.outputs,
    initializers: [direction] + NamedTensor.parts(of: network).dropFirst())
  graph.add("MatMul", [ONNXGraph.input, "direction"], to: "projections")
  graph.add("Sub", ["projections", "thresholds"], to: "preactivations")
  graph.add("Relu", ["preactivations"], to: "activations")
  graph.add("MatMul", ["activations", "outputWeights"], to: ONNXGraph.output)
  return graph
}
