import LinearAlgebra
import NetworkFiles
import ReLUNetworks
import TestSupport
import Testing

@Suite("Networks as ONNX models")
struct ONNXFileTests {
  @Test("a feed-forward network is a Gemm for each layer, a Relu between two")
  func dense() throws {
    let network = PropertyCase(seed: 171).interpolant(.normal)
    let model = try ONNXReader(ONNXFile.bytes(of: network.expanded))
    #expect(model.version == 8)
    #expect(model.operatorSet == 13)
    #expect(model.inputs == [["z", "11", "N", "3"]])
    #expect(model.outputs == [["y", "11", "N", "3"]])
    #expect(
      model.nodes == [
        .init(
          type: "Gemm", inputs: ["z", "layers.0.weight", "layers.0.bias"],
          outputs: ["preactivations.0"], attributes: ["transB": 1]),
        .init(
          type: "Relu", inputs: ["preactivations.0"], outputs: ["activations.0"], attributes: [:]),
        .init(
          type: "Gemm", inputs: ["activations.0", "layers.1.weight", "layers.1.bias"],
          outputs: ["y"], attributes: ["transB": 1]),
      ])
    #expect(
      try ONNXFile.bytes(of: network, layout: .expanded) == ONNXFile.bytes(of: network.expanded))
  }

  @Test("a shared direction is one projection that every hidden unit reads")
  func shared() throws {
    let network = PropertyCase(seed: 2 + 3 * 7 + 1 * 49).interpolant(.normal)
    let model = try ONNXReader(ONNXFile.bytes(of: network))
    #expect(model.nodes.map(\.type) == ["MatMul", "Sub", "Relu", "MatMul"])
    #expect(
      model.initializers.mapValues(\.shape) == [
        "direction": [3, 1], "thresholds": [2], "outputWeights": [2, 1],
      ])
    #expect(model.initializers["direction"]?.values == network.direction)
    #expect(model.initializers["thresholds"]?.values == network.thresholds)
    #expect(model.initializers["outputWeights"]?.values == network.outputWeights.elements)
    #expect(model.inputs == [["z", "11", "N", "3"]])
    #expect(model.outputs == [["y", "11", "N", "1"]])
  }

  @Test(
    "a model of whole numbers, evaluated operator by operator, gives the network's outputs exactly",
    arguments: PropertyCase.all)
  func evaluation(_ property: PropertyCase) throws {
    let (interpolant, network) = (property.interpolant(.integer), property.network(.integer))
    let inputs = property.inputs(.integer)
    for (bytes, outputs) in [
      (try ONNXFile.bytes(of: interpolant), interpolant.predict(inputs)),
      (try ONNXFile.bytes(of: interpolant, layout: .expanded), interpolant.predict(inputs)),
      (try ONNXFile.bytes(of: network), network.predict(inputs)),
    ] {
      let found = ONNXReader(bytes).evaluate(rowMajor(inputs))
      #expect(found == rowMajor(outputs))
    }
  }

  @Test("weights are stored bit for bit", arguments: PropertyCase.all.prefix(200))
  func bits(_ property: PropertyCase) throws {
    let network = property.network(.bits)
    let model = try ONNXReader(ONNXFile.bytes(of: network))
    for (index, layer) in network.layers.enumerated() {
      let weight = try #require(model.initializers["layers.\(index).weight"])
      let bias = try #require(model.initializers["layers.\(index).bias"])
      #expect(weight.shape == [layer.units, layer.inputs])
      #expect(
        weight.values.map(\.bitPattern)
          == rowMajor(layer.dense()).values.map(\.bitPattern))
      #expect(bias.values.map(\.bitPattern) == layer.biases.map(\.bitPattern))
    }
  }

  @Test("a model beyond the limit of protocol buffers is refused before it is made")
  func tooLarge() throws {
    let network = ReLUInterpolant(
      direction: [Double](repeating: 1, count: 3072), thresholds: (0..<100_000).map(Double.init),
      outputWeights: Matrix(rows: 100_000, columns: 1))
    let error = #expect(throws: ONNXFileError.self) {
      try ONNXFile.bytes(of: network, layout: .expanded)
    }
    guard case .tooLarge(let byteCount, 2_147_483_647, let advice) = error else {
      Issue.record("\(error?.description ?? "no error")")
      return
    }
    let entries = 100_000 * (3072 + 1 + 1) + 1
    #expect(8 * entries..<8 * entries + 1024 ~= byteCount)
    #expect(advice.contains("shared"))
    #expect(try ONNXFile.bytes(of: network).count < 8 * (3072 + 200_000) + 1024)
  }

  @Test("depth 8 for 10,000 samples takes no more bytes than its matrices and a few hundred")
  func large() throws {
    let entries = deepNetwork.layers.reduce(0) { $0 + $1.units * ($1.inputs + 1) }
    let size = try ONNXFile.bytes(of: deepNetwork).count
    #expect(8 * entries..<8 * entries + 4096 ~= size)
  }

  @Test("the description is one line with the size, the limit and what to try")
  func description() {
    let error = ONNXFileError.tooLarge(byteCount: 3_000_000_000, limit: 5, whatToTry: "less")
    for part in ["3000000000 bytes", "at most 5", "less"] {
      #expect(error.description.contains(part))
    }
    #expect(!error.description.contains("\n"))
  }

  private func rowMajor(_ matrix: Matrix<Double>) -> ONNXReader.Array2 {
    .init(
      shape: [matrix.rows, matrix.columns],
      values: (0..<matrix.rows).flatMap { matrix.row($0) })
  }
}
