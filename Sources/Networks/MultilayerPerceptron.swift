public import LinearAlgebra

/// A fully connected network with ReLU between its layers, a value.
///
/// h₀ = x, h_l = max(W_l h_{l-1} + b_l, 0) for the hidden layers, and logits W_L h_{L-1} + b_L.
/// A batch is a matrix with one column a sample.
public struct MultilayerPerceptron<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// The layers from the input to the logits, at least one.
  public var layers: [DenseLayer<Scalar>]

  /// Creates a network from its layers.
  ///
  /// - Parameter layers: at least one; each takes as many inputs as the one before gives outputs.
  public init(layers: [DenseLayer<Scalar>]) {
    precondition(!layers.isEmpty, "a network has a layer")
    precondition(
      zip(layers, layers.dropFirst()).allSatisfy { $0.outputs == $1.inputs },
      "each layer takes what the one before gives")
    self.layers = layers
  }

  /// Creates a network with random weights and zero biases.
  ///
  /// - Parameters:
  ///   - sizes: the number of inputs, of units of each hidden layer, and of outputs.
  ///   - initialization: the distribution of the weights.
  ///   - seed: names the draw.
  public init(sizes: [Int], initialization: Initialization = .he, seed: UInt64) {
    precondition(sizes.count >= 2, "a network has inputs and outputs")
    self.init(
      layers: zip(sizes, sizes.dropFirst()).enumerated().map { index, size in
        DenseLayer(
          inputs: size.0, outputs: size.1, initialization: initialization, seed: seed,
          layer: index)
      })
  }

  /// The number of weights and biases.
  public var parameterCount: Int {
    layers.reduce(0) { $0 + $1.outputs * ($1.inputs + 1) }
  }

  /// The logits of a batch.
  ///
  /// - Parameter batch: d × B, one column a sample.
  /// - Returns: C × B logits.
  /// - Complexity: O(B) times the number of weights.
  public func logits(_ batch: Matrix<Scalar>) -> Matrix<Scalar> {
    activations(batch).last ?? batch
  }

  /// What each layer gives, after ReLU for the hidden ones.
  private func activations(_ batch: Matrix<Scalar>) -> [Matrix<Scalar>] {
    var outputs: [Matrix<Scalar>] = []
    for (index, layer) in layers.enumerated() {
      outputs.append(layer.forward(outputs.last ?? batch, rectified: index < layers.count - 1))
    }
    return outputs
  }

  /// Adds the gradient of the mean cross-entropy of a batch to a multiple of a buffer.
  ///
  /// buffer ← keeping · buffer + ∇. With `keeping` the momentum, the buffer is the velocity of
  /// SGD and no second copy of the gradient is ever made.
  ///
  /// - Parameters:
  ///   - buffer: one layer of the same shapes for each layer of the network.
  ///   - keeping: the factor of the old buffer.
  ///   - batch: d × B, one column a sample, B ≥ 1.
  ///   - labels: B classes.
  /// - Returns: the batch's loss and number of correct answers, before any update.
  /// - Complexity: O(B) times the number of weights.
  public func addGradient(
    to buffer: inout [DenseLayer<Scalar>], keeping: Scalar, batch: Matrix<Scalar>, labels: [Int]
  ) -> BatchScore {
    let outputs = activations(batch)
    guard let logits = outputs.last else { preconditionFailure("a network has a layer") }
    var (score, difference) = Loss.crossEntropy.evaluate(
      logits: logits, labels: labels)
    for index in layers.indices.reversed() {
      let input = index == 0 ? batch : outputs[index - 1]
      buffer[index].addGradient(input: input, outputGradient: difference, keeping: keeping)
      if index > 0 {
        difference = layers[index].inputGradient(difference)
        maskRectified(&difference, by: input)
      }
    }
    return score
  }

  /// The share of samples whose largest logit is that of their label.
  ///
  /// - Parameters:
  ///   - samples: d × n, one column a sample.
  ///   - labels: n classes.
  /// - Returns: from 0 to 1; 0 for no samples.
  public func accuracy(_ samples: Matrix<Scalar>, labels: [Int]) -> Double {
    let predicted = predictedClasses(samples)
    let correct = zip(predicted, labels).count { $0 == $1 }
    return labels.isEmpty ? 0 : Double(correct) / Double(labels.count)
  }

  /// The class of the largest logit of each sample, the first one of equals.
  ///
  /// - Parameter samples: d × n, one column a sample; taken in blocks.
  /// - Returns: n classes.
  public func predictedClasses(_ samples: Matrix<Scalar>) -> [Int] {
    let block = 1000
    return stride(from: 0, to: samples.columns, by: block).flatMap { first in
      logits(samples.columns(first..<min(first + block, samples.columns))).largestRowOfColumns()
    }
  }
}
