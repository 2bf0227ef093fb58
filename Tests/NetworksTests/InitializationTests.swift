import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Weights start at random, biases at zero")
struct InitializationTests {
  private func layer(
    _ inputs: Int, _ outputs: Int, _ initialization: Initialization, _ seed: Int, _ place: Int = 0
  ) -> DenseLayer<Double> {
    DenseLayer(
      inputs: inputs, outputs: outputs, initialization: initialization, seed: UInt64(seed),
      layer: place)
  }

  @Test("Mean and variance are those of He and of Glorot", arguments: 0..<200)
  func moments(_ seed: Int) {
    let (inputs, outputs) = (20 + 7 * (seed % 11), 30 + 5 * (seed % 7))
    let count = Double(inputs * outputs)
    for initialization in Initialization.allCases {
      let weights = layer(inputs, outputs, initialization, seed).weights.elements
      let isHe = initialization == .he
      let variance = isHe ? 2 / Double(inputs) : 2 / Double(inputs + outputs)
      // The kurtosis, 3 for the normal and 9/5 for the uniform distribution, sets the variance of
      // the variance. Six standard deviations.
      let kurtosis = isHe ? 3.0 : 1.8
      let mean = weights.reduce(0, +) / count
      let square = weights.reduce(0) { $0 + $1 * $1 } / count
      #expect(abs(mean) <= 6 * (variance / count).squareRoot())
      #expect(abs(square - variance) <= 6 * variance * ((kurtosis - 1) / count).squareRoot())
      let fourth = weights.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count / (square * square)
      #expect(isHe ? fourth > 2.4 : fourth < 2.4)
      if !isHe {
        let reach = (3 * variance).squareRoot()
        #expect(weights.allSatisfy { abs($0) <= reach })
        #expect((weights.max() ?? 0) > 0.98 * reach)
      }
    }
  }

  @Test("Seed, layer and distribution name the draw", arguments: PropertyCase.all)
  func names(_ property: PropertyCase) {
    let (inputs, outputs) = (max(1, property.first), max(1, property.second))
    for initialization in Initialization.allCases {
      let first = layer(inputs, outputs, initialization, property.seed)
      #expect(first == layer(inputs, outputs, initialization, property.seed))
      #expect(first.weights != layer(inputs, outputs, initialization, property.seed + 1).weights)
      #expect(first.weights != layer(inputs, outputs, initialization, property.seed, 1).weights)
      #expect(first.biases == Matrix(rows: outputs, columns: 1))
      #expect(first.inputs == inputs && first.outputs == outputs)
    }
    #expect(
      layer(inputs, outputs, .he, property.seed)
        != layer(inputs, outputs, .glorot, property.seed))
  }

  @Test("The single-precision draw is the double one, rounded")
  func precision() {
    let double = layer(17, 5, .he, 3).weights
    let single = DenseLayer<Float>(
      inputs: 17, outputs: 5, initialization: .he, seed: 3, layer: 0
    ).weights
    #expect(single == double.converted(to: Float.self))
  }
}
