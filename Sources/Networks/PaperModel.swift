public import LinearAlgebra

/// A network of the paper, by name.
public enum PaperModel: String, Sendable, Codable, CaseIterable {
  /// One hidden layer of 512 units: 1,209,866 parameters on 28 × 28 × 3 inputs.
  case mlp1x512
  /// Three hidden layers of 512 units: 1,735,178 parameters on 28 × 28 × 3 inputs.
  case mlp3x512

  /// The sizes of the hidden layers.
  public var hiddenSizes: [Int] {
    switch self {
    case .mlp1x512: [512]
    case .mlp3x512: [512, 512, 512]
    }
  }

  /// The paper's name for it.
  public var title: String {
    switch self {
    case .mlp1x512: "MLP 1x512"
    case .mlp3x512: "MLP 3x512"
    }
  }

  /// The network at its start.
  ///
  /// - Parameters:
  ///   - inputs: the input dimension d.
  ///   - classes: the number of classes C.
  ///   - initialization: the distribution of the weights.
  ///   - seed: names the draw.
  /// - Returns: a network with random weights and zero biases.
  public func network<Scalar: LinearAlgebraScalar>(
    inputs: Int, classes: Int, initialization: Initialization = .he, seed: UInt64
  ) -> MultilayerPerceptron<Scalar> {
    MultilayerPerceptron(
      sizes: [inputs] + hiddenSizes + [classes], initialization: initialization, seed: seed)
  }
}
