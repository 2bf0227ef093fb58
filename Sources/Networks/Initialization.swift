import LinearAlgebra
private import RandomStreams

/// A distribution of initial weights; biases start at zero.
public enum Initialization: String, Sendable, Codable, CaseIterable {
  /// Normal with variance 2 / inputs, made for ReLU.
  ///
  /// Source: He, Zhang, Ren, Sun, "Delving deep into rectifiers" (ICCV 2015).
  case he
  /// Uniform with variance 2 / (inputs + outputs).
  ///
  /// Source: Glorot, Bengio, "Understanding the difficulty of training deep feedforward neural
  /// networks" (AISTATS 2010).
  case glorot
}

extension DenseLayer {
  /// Creates a layer with random weights and zero biases.
  ///
  /// - Parameters:
  ///   - inputs: number of inputs, at least 1.
  ///   - outputs: number of outputs, at least 1.
  ///   - initialization: the distribution of the weights.
  ///   - seed: names the draw, together with the layer.
  ///   - layer: the layer's place in its network.
  public init(
    inputs: Int, outputs: Int, initialization: Initialization, seed: UInt64, layer: Int
  ) {
    var stream = RandomStream(seed: seed, purpose: "initial weights", indices: layer)
    let draw: () -> Double
    switch initialization {
    case .he:
      let deviation = (2 / Double(inputs)).squareRoot()
      draw = { deviation * stream.normal() }
    case .glorot:
      let reach = (6 / Double(inputs + outputs)).squareRoot()
      draw = { reach * (2 * stream.uniform() - 1) }
    }
    self.init(
      weights: Matrix(rows: outputs, columns: inputs) { _, _ in Scalar(draw()) },
      biases: [Scalar](repeating: 0, count: outputs))
  }
}
