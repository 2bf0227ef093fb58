import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("A layer is a matrix and a vector")
struct DenseLayerTests {
  @Test("One layer gives W x + b", arguments: PropertyCase.all)
  func forward(_ property: PropertyCase) {
    var stream = property.stream("layer")
    let (inputs, outputs) = (property.first, property.second)
    // Integers, so that no order of summation matters.
    let weights = Matrix<Float>(rows: outputs, columns: inputs) { _, _ in
      Float(stream.integer(below: 21) - 10)
    }
    let biases = (0..<outputs).map { _ in Float(stream.integer(below: 21) - 10) }
    let batch = Matrix<Float>(rows: inputs, columns: property.third) { _, _ in
      Float(stream.integer(below: 21) - 10)
    }
    let layer = DenseLayer(weights: weights, biases: biases)
    #expect(layer.inputs == inputs && layer.outputs == outputs)
    let network = MultilayerPerceptron(layers: [layer])
    let logits = network.logits(batch)
    #expect(
      logits
        == Matrix(rows: outputs, columns: property.third) { i, j in
          (0..<inputs).reduce(biases[i]) { $0 + weights[i, $1] * batch[$1, j] }
        })
    #expect(network.parameterCount == outputs * (inputs + 1))
    #expect(layer.zeros.weights == Matrix(rows: outputs, columns: inputs))
    #expect(layer.zeros.biases == Matrix(rows: outputs, columns: 1))
  }

  @Test("A bias too few stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = DenseLayer(weights: Matrix<Float>(rows: 2, columns: 1), biases: [1])
    }
  }
}
