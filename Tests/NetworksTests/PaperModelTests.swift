import Networks
import Testing

@Suite("The paper's networks have the paper's parameters")
struct PaperModelTests {
  private func graph(
    _ model: PaperModel, _ input: TensorShape = .image(channels: 3, height: 28, width: 28)
  ) throws -> NetworkGraph {
    try NetworkGraph(model.architecture(input: input, classes: 10))
  }

  @Test("Table 1's counts at 28 x 28 x 3 inputs and ten classes")
  func parameterCounts() throws {
    #expect(
      try PaperModel.allCases.map { try graph($0).parameterCount } == [
        1_209_866, 1_735_178, 1_387_786, 1_649_402, 1_649_402,
      ])
    #expect(
      try PaperModel.allCases.map { try graph($0).normalizationParameterCount } == [
        0, 0, 0, 3424, 0,
      ])
  }

  @Test("Training work of an image, in multiplications and additions")
  func work() throws {
    func millions(_ model: PaperModel) throws -> Double {
      Double(try graph(model).trainingWork) / 1e6
    }
    #expect(abs(try millions(.mlp1x512) - 4.85) < 0.005)
    #expect(abs(try millions(.mlp3x512) - 7.99) < 0.005)
    #expect(abs(try millions(.alexnet) - 143) < 0.5)
    #expect(abs(try millions(.inception) - 1221) < 0.5)
    #expect(try millions(.inceptionWithoutBatchNorm) == millions(.inception))
    // By hand: 2352 inputs, 512 units, 10 classes; nothing flows back to the image.
    #expect(try graph(.mlp1x512).trainingWork == 2 * 2 * 2352 * 512 + 3 * 2 * 512 * 10)
  }

  @Test("Names are kept, titles are the paper's")
  func names() throws {
    #expect(
      PaperModel.allCases.map(\.rawValue) == [
        "mlp1x512", "mlp3x512", "alexnet", "inception", "inception-nobn",
      ])
    #expect(
      PaperModel.allCases.map(\.title) == [
        "MLP 1x512", "MLP 3x512", "Alexnet (small)", "Inception (small)",
        "Inception w/o BatchNorm",
      ])
    #expect(PaperModel.allCases.map(\.learningRate) == [0.01, 0.01, 0.01, 0.1, 0.1])
    for model in PaperModel.allCases {
      #expect(try graph(model).architecture.name == model.rawValue)
    }
  }

  @Test("Layers of the perceptrons and of AlexNet, one after another")
  func layers() throws {
    #expect(
      try graph(.mlp3x512).nodes.map(\.title) == [
        "input (input)", "0 (flatten)", "1 (dense)", "2 (ReLU)", "3 (dense)", "4 (ReLU)",
        "5 (dense)", "6 (ReLU)", "7 (dense)",
      ])
    #expect(
      try graph(.alexnet).nodes.map { "\($0.operation.name) \($0.shape)" } == [
        "input 28x28x3", "convolution 28x28x64", "ReLU 28x28x64", "max pooling 14x14x64",
        "local response normalisation 14x14x64", "convolution 14x14x64", "ReLU 14x14x64",
        "max pooling 7x7x64", "local response normalisation 7x7x64", "flatten 3136", "dense 384",
        "ReLU 384", "dense 192", "ReLU 192", "dense 10",
      ])
  }

  @Test("Figure 3's modules: channels and sizes of Inception, with and without normalisation")
  func inception() throws {
    for model in [PaperModel.inception, .inceptionWithoutBatchNorm] {
      let graph = try graph(model)
      let joints = graph.nodes.filter { $0.operation == .concatenation }
      #expect(
        joints.map(\.shape.description) == [
          "28x28x64", "28x28x80", "14x14x160", "14x14x160", "14x14x160", "14x14x160", "14x14x144",
          "7x7x240", "7x7x336", "7x7x336",
        ])
      let convolutions = graph.nodes.filter { $0.operation.name == "convolution" }
      let normalizations = graph.nodes.filter { $0.operation.name == "batch normalisation" }
      let rectifiers = graph.nodes.filter { $0.operation == .rectifier }
      #expect(convolutions.count == 19 && rectifiers.count == 19)
      #expect(normalizations.count == (model == .inception ? 19 : 0))
    }
  }

  @Test("Other inputs and numbers of classes are taken", arguments: PaperModel.allCases)
  func otherInputs(_ model: PaperModel) throws {
    for input in [
      TensorShape.image(channels: 1, height: 28, width: 28),
      .image(channels: 3, height: 32, width: 32), .image(channels: 1, height: 1, width: 1),
    ] {
      for classes in [1, 2, 1000] {
        let graph = try NetworkGraph(model.architecture(input: input, classes: classes))
        #expect(graph.classCount == classes && graph.input == input)
      }
    }
  }
}
