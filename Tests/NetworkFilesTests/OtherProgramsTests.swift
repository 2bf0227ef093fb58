import Foundation
import LinearAlgebra
import NetworkFiles
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite(
  "onnxruntime, NumPy and safetensors read the files",
  .enabled("\(Python.advice("onnxruntime"))") { try await Python.has("onnxruntime") })
struct OtherProgramsTests {
  @Test("whole numbers give the same outputs, and every array comes back bit for bit")
  func integers() async throws {
    let cases = try PropertyCase.all.map { try StoredCase($0, .integer) }
    for (stored, answer) in zip(cases, try await answers(to: cases)) {
      #expect(answer.onnxruntime == stored.expected, "\(stored.property)")
      #expect(answer.numpy == stored.expected, "\(stored.property)")
      #expect(answer.copy == stored.bitPatterns, "\(stored.property)")
    }
  }

  @Test("real numbers give outputs within 2 M ε of the sums of absolute terms")
  func reals() async throws {
    let cases = try PropertyCase.all.map { try StoredCase($0, .normal) }
    for (stored, answer) in zip(cases, try await answers(to: cases)) {
      for outputs in [answer.onnxruntime, answer.numpy] {
        #expect(stored.largestExcess(of: outputs) <= 0, "\(stored.property)")
      }
      #expect(answer.copy == stored.bitPatterns, "\(stored.property)")
    }
  }

  @Test("a fitted network gives its labels in onnxruntime, in every layout and depth")
  func labels() async throws {
    var stream = RandomStream(seed: 7, purpose: "sample for other programs")
    let samples = distinctByteRows(200, dimension: 50, from: &stream)
    let labels = Matrix<Double>(rows: 200, columns: 1) { _, _ in
      Double(stream.integer(below: 10))
    }
    let network = try ReLUInterpolant.fit(
      samples, targets: labels, direction: .integer, seed: 7
    ).network
    let cases =
      try DirectionLayout.allCases.map { try StoredCase(network, $0, inputs: samples) }
      + [2, 3, 8, 64].map {
        try StoredCase(ReLUNetwork(deepening: network, depth: $0), inputs: samples)
      }
    for (stored, answer) in zip(cases, try await answers(to: cases)) {
      for outputs in [answer.onnxruntime, answer.numpy] {
        #expect(outputs.map { $0.rounded() } == labels.elements)
        #expect(stored.largestExcess(of: outputs) <= 0)
      }
      #expect(answer.copy == stored.bitPatterns)
    }
  }
}

/// A network with inputs, as files, and what it should give.
private struct StoredCase {
  let property: PropertyCase?
  let onnx: [UInt8]
  let safetensors: [UInt8]
  let inputs: Matrix<Double>
  /// The outputs and their bounds, row-major.
  let expected: [Double]
  let bounds: [Double]
  let bitPatterns: [[UInt64]]

  /// The case's interpolant with shared or expanded direction, or its feed-forward network, in turn.
  init(_ property: PropertyCase, _ kind: WeightKind) throws {
    let inputs = property.inputs(kind)
    switch property.seed % 3 {
    case 0:
      try self.init(property.network(kind), inputs: inputs, property: property)
    case let remainder:
      try self.init(
        property.interpolant(kind), remainder == 1 ? .shared : .expanded, inputs: inputs,
        property: property)
    }
  }

  init(_ network: ReLUNetwork, inputs: Matrix<Double>, property: PropertyCase? = nil) throws {
    try self.init(
      property, onnx: ONNXFile.bytes(of: network),
      safetensors: SafetensorsFile.bytes(of: network), inputs: inputs,
      expected: network.predict(inputs), layers: network, bitPatterns: network.bitPatterns)
  }

  init(
    _ network: ReLUInterpolant, _ layout: DirectionLayout, inputs: Matrix<Double>,
    property: PropertyCase? = nil
  ) throws {
    try self.init(
      property, onnx: ONNXFile.bytes(of: network, layout: layout),
      safetensors: SafetensorsFile.bytes(of: network, layout: layout), inputs: inputs,
      expected: network.predict(inputs), layers: network.expanded,
      bitPatterns: layout == .shared ? network.bitPatterns : network.expanded.bitPatterns)
  }

  private init(
    _ property: PropertyCase?, onnx: [UInt8], safetensors: [UInt8], inputs: Matrix<Double>,
    expected: Matrix<Double>, layers: ReLUNetwork, bitPatterns: [[UInt64]]
  ) throws {
    (self.property, self.onnx, self.safetensors) = (property, onnx, safetensors)
    (self.inputs, self.bitPatterns) = (inputs, bitPatterns)
    self.expected = expected.transposed().elements
    // A sum of m products and a bias, in any order, is off by (m + 1) ε of its absolute terms; the
    // layers' errors add up, as a positive part enlarges none.
    let terms = layers.layers.reduce(0) { $0 + $1.inputs + 1 }
    bounds = layers.absoluteOutputs(inputs).transposed().elements.map {
      Tolerance.arithmetic.bound(Double.self, size: terms, scale: $0)
    }
  }

  /// How far the outputs lie beyond their bounds; infinite where there are more or fewer of them.
  func largestExcess(of outputs: [Double]) -> Double {
    guard outputs.count == expected.count else { return .infinity }
    return outputs.indices.map { abs(outputs[$0] - expected[$0]) - bounds[$0] }.max() ?? 0
  }
}

/// What Python makes of a case.
private struct Answer {
  /// The outputs of onnxruntime and of NumPy's matrix products, row-major.
  var onnxruntime: [Double]
  var numpy: [Double]
  /// The weights as safetensors wrote them after reading them.
  var copy: [[UInt64]]
}

/// Hands all cases to one Python process.
private func answers(to cases: [StoredCase]) async throws -> [Answer] {
  let folder = try Python.folder()
  defer { try? FileManager.default.removeItem(at: folder) }
  func file(_ index: Int, _ suffix: String) -> URL {
    folder.appendingPathComponent("\(index).\(suffix)")
  }
  for (index, stored) in cases.enumerated() {
    try Data(stored.onnx).write(to: file(index, "onnx"))
    try Data(stored.safetensors).write(to: file(index, "safetensors"))
    // The number of rows comes first: inputs of dimension 0 do not tell it.
    let numbers = [Double(stored.inputs.rows)] + stored.inputs.transposed().elements
    try numbers.withUnsafeBytes { try Data($0).write(to: file(index, "inputs")) }
  }
  try await Python.run(script, folder.path, "\(cases.count)")
  return try cases.indices.map { index in
    let outputs = try SafetensorsFile(reading: Array(Data(contentsOf: file(index, "outputs"))))
    func values(_ name: String) throws -> [Double] {
      outputs.values(of: try #require(outputs.tensors.first { $0.name == name }))
    }
    let copy = try SafetensorsFile(reading: Array(Data(contentsOf: file(index, "copy"))))
    return Answer(
      onnxruntime: try values("onnxruntime"), numpy: try values("numpy"),
      copy: try copy.network().bitPatterns)
  }
}

extension AnyReLUNetwork {
  fileprivate var bitPatterns: [[UInt64]] {
    switch self {
    case .sharedDirection(let network): network.bitPatterns
    case .feedForward(let network): network.bitPatterns
    // Other programs read doubles only.
    case .rational: []
    }
  }
}

private let script = """
  import sys
  import numpy
  import onnx
  import onnxruntime
  from safetensors import safe_open
  from safetensors.numpy import load_file, save_file

  def plain_products(tensors, h):
      if "direction" in tensors:
          projections = (h @ tensors["direction"])[:, None]
          return numpy.maximum(projections - tensors["thresholds"], 0) @ tensors["outputWeights"]
      depth = len(tensors) // 2
      for layer in range(depth):
          h = h @ tensors[f"layers.{layer}.weight"].T + tensors[f"layers.{layer}.bias"]
          if layer + 1 < depth:
              h = numpy.maximum(h, 0)
      return h

  folder, count = sys.argv[1], int(sys.argv[2])
  options = onnxruntime.SessionOptions()
  options.intra_op_num_threads = 1
  for index in range(count):
      name = f"{folder}/{index}"
      onnx.checker.check_model(f"{name}.onnx", full_check=True)
      session = onnxruntime.InferenceSession(
          f"{name}.onnx", options, providers=["CPUExecutionProvider"])
      numbers = numpy.fromfile(f"{name}.inputs")
      z = numbers[1:].reshape(int(numbers[0]), session.get_inputs()[0].shape[1])
      tensors = load_file(f"{name}.safetensors")
      with safe_open(f"{name}.safetensors", framework="np") as file:
          metadata = file.metadata()
      save_file(tensors, f"{name}.copy", metadata=metadata)
      outputs = {
          "onnxruntime": session.run(["y"], {"z": z})[0],
          "numpy": plain_products(tensors, z),
      }
      save_file({key: numpy.ascontiguousarray(value) for key, value in outputs.items()},
                f"{name}.outputs")
  """
