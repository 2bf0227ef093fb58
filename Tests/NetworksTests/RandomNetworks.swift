import LinearAlgebra
import Networks
import RandomStreams
import TestSupport

/// A network with a batch to evaluate it on.
struct NetworkCase {
  var network: MultilayerPerceptron<Double>
  let batch: Matrix<Double>
  let labels: [Int]

  /// A network of up to three hidden layers with random biases, a batch of at least one sample.
  ///
  /// Biases of 0 would put dead units exactly on the kink of ReLU, where there is no derivative.
  init(_ property: PropertyCase) {
    var stream = property.stream("network")
    let hidden = (0..<stream.integer(below: 4)).map { _ in 1 + stream.integer(below: 10) }
    let inputs = max(1, property.first)
    let classes = max(1, min(property.second, 10))
    var network = MultilayerPerceptron<Double>(
      sizes: [inputs] + hidden + [classes], seed: UInt64(property.seed))
    for index in network.layers.indices {
      network.layers[index].biases = network.layers[index].biases.map { _ in
        0.3 * stream.normal()
      }
    }
    self.network = network
    let count = max(1, min(property.third, 10))
    batch = randomMatrix(rows: inputs, columns: count, from: &stream)
    labels = (0..<count).map { _ in stream.integer(below: classes) }
  }

  /// A buffer for the gradient, filled with random numbers.
  func randomBuffer(from stream: inout RandomStream) -> [DenseLayer<Double>] {
    network.layers.map { layer in
      DenseLayer(
        weights: randomMatrix(rows: layer.outputs, columns: layer.inputs, from: &stream),
        biases: (0..<layer.outputs).map { _ in stream.normal() })
    }
  }

  /// The gradient of the mean cross-entropy, and the score.
  var gradient: (layers: [DenseLayer<Double>], score: BatchScore) {
    var buffer = network.layers.map(\.zeros)
    let score = network.addGradient(to: &buffer, keeping: 0, batch: batch, labels: labels)
    return (buffer, score)
  }
}

extension MultilayerPerceptron {
  /// All weights and biases, layer after layer.
  var parameters: [Scalar] { layers.flatMap { $0.weights.elements + $0.biases.elements } }
}

/// The largest difference of the parameters of two networks of one shape.
func largestDifference<Scalar: LinearAlgebraScalar>(
  _ a: [DenseLayer<Scalar>], _ b: [DenseLayer<Scalar>]
) -> Double {
  zip(a, b).reduce(0) { largest, layers in
    max(
      largest, Double((layers.0.weights - layers.1.weights).largestAbsoluteEntry),
      Double((layers.0.biases - layers.1.biases).largestAbsoluteEntry))
  }
}
