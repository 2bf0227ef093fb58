import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("The paper's networks have the paper's parameters")
struct PaperModelTests {
  @Test("Table 1's counts at 28 x 28 x 3 inputs and ten classes")
  func parameterCounts() {
    let one: MultilayerPerceptron<Float> = PaperModel.mlp1x512.network(
      inputs: 28 * 28 * 3, classes: 10, seed: 0)
    let three: MultilayerPerceptron<Float> = PaperModel.mlp3x512.network(
      inputs: 28 * 28 * 3, classes: 10, seed: 0)
    #expect(one.parameterCount == 1_209_866)
    #expect(three.parameterCount == 1_735_178)
    #expect(one.layers.map(\.outputs) == [512, 10])
    #expect(three.layers.map(\.outputs) == [512, 512, 512, 10])
  }

  @Test("Count, sizes and draws are those of the sizes given", arguments: PropertyCase.all)
  func sizes(_ property: PropertyCase) {
    let sizes = [property.first, property.second, property.third].map { max(1, $0) }
    let network = MultilayerPerceptron<Double>(sizes: sizes, seed: UInt64(property.seed))
    #expect(network.layers.map(\.inputs) == [sizes[0], sizes[1]])
    #expect(network.layers.map(\.outputs) == [sizes[1], sizes[2]])
    #expect(network.parameterCount == network.parameters.count)
    #expect(network.parameterCount == (sizes[0] + 1) * sizes[1] + (sizes[1] + 1) * sizes[2])
    for (index, layer) in network.layers.enumerated() {
      #expect(
        layer
          == DenseLayer(
            inputs: layer.inputs, outputs: layer.outputs, initialization: .he,
            seed: UInt64(property.seed), layer: index))
    }
  }

  @Test("Names are kept, titles are the paper's")
  func names() {
    #expect(PaperModel.allCases.map(\.rawValue) == ["mlp1x512", "mlp3x512"])
    #expect(PaperModel.allCases.map(\.title) == ["MLP 1x512", "MLP 3x512"])
  }
}
