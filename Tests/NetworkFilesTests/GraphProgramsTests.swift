import Foundation
import LinearAlgebra
import NetworkFiles
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("onnxruntime computes what network graphs compute")
struct GraphONNXTests {
  @Test(
    "the paper's models and random networks give the reference's logits",
    .enabled("\(Python.advice("onnxruntime"))") { try await Python.has("onnxruntime") })
  func logits() async throws {
    let cases = try graphCases()
    let answers = try await answers(to: cases, script: script) {
      Array(try ONNXFile.bytes(of: $0.parameters, graph: $0.graph))
    }
    for (graphCase, answer) in zip(cases, answers) { graphCase.expect(answer) }
  }

  private let script = """
    import sys
    import numpy, onnx, onnxruntime
    from safetensors.numpy import save_file

    folder, count = sys.argv[1], int(sys.argv[2])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    for index in range(count):
        name = f"{folder}/{index}"
        model = onnx.load(f"{name}.network")
        onnx.checker.check_model(model, full_check=True)
        session = onnxruntime.InferenceSession(
            f"{name}.network", options, providers=["CPUExecutionProvider"])
        shape = session.get_inputs()[0].shape[1:]
        z = numpy.fromfile(f"{name}.inputs", dtype=numpy.float32).reshape(-1, *shape)
        y = session.run(["y"], {"z": z})[0].astype(numpy.float64)
        save_file({"logits": numpy.ascontiguousarray(y)}, f"{name}.outputs")
    """
}

@Suite("PyTorch loads the weights of network graphs and computes the same")
struct GraphPyTorchTests {
  @Test(
    "the paper's models and random networks give the reference's logits, loaded strictly",
    .enabled("\(Python.advice("torch and safetensors"))") {
      try await Python.has("torch, safetensors.torch")
    })
  func logits() async throws {
    let cases = try graphCases()
    let answers = try await answers(to: cases, script: script) {
      try SafetensorsFile.bytes(of: $0.parameters, graph: $0.graph)
    }
    for (graphCase, answer) in zip(cases, answers) { graphCase.expect(answer) }
  }

  private let script = """
    import sys
    import numpy, torch
    from safetensors import safe_open
    from safetensors.torch import save_file
    import rethink_torch

    folder, count = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(1)
    for index in range(count):
        name = f"{folder}/{index}"
        net = rethink_torch.load(f"{name}.network")
        with safe_open(f"{name}.network", framework="pt") as file:
            assert set(file.keys()) == set(net.state_dict()), "names are one to one"
            import json
            sizes = [int(n) for n in
                     str(json.loads(file.metadata()["architecture"])["input"]).split("x")]
        shape = sizes if len(sizes) == 1 else [sizes[2], sizes[0], sizes[1]]
        z = numpy.fromfile(f"{name}.inputs", dtype=numpy.float32).reshape(-1, *shape)
        with torch.no_grad():
            y = net(torch.from_numpy(z)).to(torch.float64)
        save_file({"logits": y.contiguous()}, f"{name}.outputs")
    """
}

/// A network with samples and the logits that the reference computes in double precision.
private struct GraphCase {
  let graph: NetworkGraph
  let parameters: NetworkParameters<Float>
  let samples: [Float]
  let expected: Matrix<Double>

  init(_ architecture: Architecture, count: Int, seed: UInt64) throws {
    graph = try NetworkGraph(architecture)
    parameters = .scattered(graph, seed: seed)
    var stream = RandomStream(seed: seed, purpose: "samples for other programs")
    samples = (0..<count * graph.input.count).map { _ in Float(stream.normal()) }
    let doubles = NetworkParameters<Double>(
      values: parameters.values.map { $0.map(Double.init) },
      statistics: parameters.statistics.map { $0.map(Double.init) })
    let engine = ReferenceEngine(
      graph, loss: .crossEntropy, batchSize: count, parameters: doubles)
    let values = samples
    expected = engine.logits(count: count) { buffer in
      for (index, value) in values.enumerated() { buffer[index] = Double(value) }
    }
  }

  /// Requires logits, sample after sample, within 10⁻⁴ of the largest.
  func expect(_ logits: [Double]) {
    let largest = expected.elements.reduce(1) { max($0, abs($1)) }
    #expect(logits.count == expected.elements.count)
    let difference = zip(logits, expected.elements).map { abs($0 - $1) }.max() ?? 0
    #expect(difference <= 1e-4 * largest, "\(graph.architecture)")
  }
}

/// The paper's models and 205 random networks.
private func graphCases() throws -> [GraphCase] {
  try PaperModel.allCases.enumerated().map { index, model in
    try GraphCase(model.architecture, count: 2, seed: UInt64(index))
  }
    + PropertyCase.all.prefix(205).map {
      try GraphCase($0.architecture, count: 1 + $0.seed % 3, seed: UInt64($0.seed))
    }
}

/// The logits that Python finds for each case.
private func answers(
  to cases: [GraphCase], script: String, file bytes: (GraphCase) throws -> [UInt8]
) async throws -> [[Double]] {
  let folder = try Python.folder()
  defer { try? FileManager.default.removeItem(at: folder) }
  func file(_ index: Int, _ suffix: String) -> URL {
    folder.appendingPathComponent("\(index).\(suffix)")
  }
  for (index, graphCase) in cases.enumerated() {
    try Data(bytes(graphCase)).write(to: file(index, "network"))
    try graphCase.samples.withUnsafeBytes { try Data($0).write(to: file(index, "inputs")) }
  }
  try await Python.run(script, folder.path, "\(cases.count)")
  return try cases.indices.map { index in
    let outputs = try SafetensorsFile(reading: Array(Data(contentsOf: file(index, "outputs"))))
    return outputs.values(of: try #require(outputs.tensors.first))
  }
}
