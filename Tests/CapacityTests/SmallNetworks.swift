import LinearAlgebra
import Networks
import RandomStreams

/// A network with all numbers drawn, statistics of batch normalisation too.
func randomParameters(_ graph: NetworkGraph, seed: Int) -> NetworkParameters<Double> {
  var stream = RandomStream(seed: UInt64(seed), purpose: "random parameters")
  return NetworkParameters(
    values: graph.parameters.map { parameter in
      (0..<parameter.count).map { _ in stream.normal() }
    },
    statistics: graph.statistics.map { statistic in
      (0..<statistic.count).map { _ in
        statistic.role == .scale ? 0.5 + stream.uniform() : stream.normal()
      }
    })
}

/// A chain of dense layers with ReLU between.
func denseGraph(_ sizes: [Int], hasBias: Bool = true) throws -> NetworkGraph {
  try NetworkGraph(
    Architecture("dense", input: .vector(sizes[0])) {
      for size in sizes.dropFirst().dropLast() {
        Dense(size, hasBias: hasBias)
        Rectifier()
      }
      Dense(sizes[sizes.count - 1], hasBias: hasBias)
    })
}

/// Convolutions with batch normalisation, a branch, and pooling.
func convolutionalGraph() throws -> NetworkGraph {
  try NetworkGraph(
    Architecture("convolutional", input: .image(channels: 2, height: 5, width: 6)) {
      BatchNormalization()
      Convolution(3, size: 3, stride: 2, hasBias: false)
      BatchNormalization()
      Rectifier()
      Branches {
        Branch {
          Convolution(2, size: 1)
          BatchNormalization(learnsScaleAndShift: false)
        }
        MaxPooling(size: 3, stride: 1)
      }
      BatchNormalization()
      GlobalAveragePooling()
      Dense(4)
      BatchNormalization()
      Rectifier()
      Dense(3)
    })
}

/// The logits at some inputs, one column each.
func logits(
  _ graph: NetworkGraph, _ parameters: NetworkParameters<Double>, _ inputs: Matrix<Double>
) -> Matrix<Double> {
  let engine = ReferenceEngine(
    graph, loss: .crossEntropy, batchSize: max(1, inputs.columns), parameters: parameters)
  return engine.logits(count: inputs.columns) { place in
    for (i, value) in inputs.elements.enumerated() { place[i] = value }
  }
}

/// A dense layer's weights as a matrix, one row an output.
func weightMatrix(_ weights: [Double], outputs: Int) -> Matrix<Double> {
  let inputs = weights.count / outputs
  return Matrix(rows: outputs, columns: inputs) { weights[$0 * inputs + $1] }
}

/// √x.
func root(_ x: Double) -> Double { x.squareRoot() }
