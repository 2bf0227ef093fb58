import Networks
import Testing

@Suite("The paper's networks have the paper's parameters")
struct PaperModelTests {
  @Test(
    "Table 1's counts at 28 x 28 x 3 inputs and ten classes",
    arguments: [
      (PaperModel.mlp1x512, 1_209_866), (.mlp3x512, 1_735_178), (.alexnet, 1_387_786),
      (.inception, 1_649_402), (.inceptionWithoutBatchNorm, 1_649_402),
    ])
  func parameterCounts(_ model: PaperModel, _ count: Int) throws {
    let architecture = model.architecture(
      input: .image(channels: 3, height: 28, width: 28), classes: 10)
    let graph = try NetworkGraph(architecture)
    #expect(graph.parameterCount == count && graph.classCount == 10)
    #expect(graph.normalizationParameterCount == (model == .inception ? 3424 : 0))
    #expect(architecture.name == model.rawValue)
  }

  @Test("Titles and learning rates are the paper's")
  func names() {
    #expect(
      PaperModel.allCases.map(\.title)
        == [
          "MLP 1x512", "MLP 3x512", "Alexnet (small)", "Inception (small)",
          "Inception w/o BatchNorm",
        ])
    #expect(PaperModel.allCases.map(\.learningRate) == [0.01, 0.01, 0.01, 0.1, 0.1])
  }
}
