public import LinearAlgebra
private import RandomStreams

/// A fully connected layer, x ↦ W x + b.
public struct DenseLayer<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// The weights W, outputs × inputs.
  public var weights: Matrix<Scalar>
  /// The biases b, outputs × 1.
  public var biases: Matrix<Scalar>

  /// The number of inputs.
  public var inputs: Int { weights.columns }
  /// The number of outputs.
  public var outputs: Int { weights.rows }

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - weights: W, outputs × inputs.
  ///   - biases: b, one for each output.
  public init(weights: Matrix<Scalar>, biases: [Scalar]) {
    precondition(weights.rows == biases.count, "one bias for each output")
    self.weights = weights
    self.biases = Matrix(rows: biases.count, columns: 1, columnMajor: biases)
  }

  /// A layer of the same shape filled with zeros, to gather gradients in.
  public var zeros: DenseLayer {
    DenseLayer(
      weights: Matrix(rows: outputs, columns: inputs),
      biases: [Scalar](repeating: 0, count: outputs))
  }

  /// W x + b for each column x, cut at zero if wanted.
  func forward(_ batch: Matrix<Scalar>, rectified: Bool) -> Matrix<Scalar> {
    var result = Matrix<Scalar>(rows: outputs, columns: batch.columns)
    result.addProduct(of: weights, batch, keeping: 0)
    addBiases(biases, to: &result, rectified: rectified)
    return result
  }

  /// Wᵀ times the gradient of the outputs.
  func inputGradient(_ outputGradient: Matrix<Scalar>) -> Matrix<Scalar> {
    weights.times(outputGradient, transposingSelf: true)
  }

  /// Reads this layer as a buffer of gradients: buffer ← keeping · buffer + ∂loss/∂(W, b).
  mutating func addGradient(
    input: Matrix<Scalar>, outputGradient: Matrix<Scalar>, keeping: Scalar
  ) {
    weights.addProduct(of: outputGradient, input, transposingSecond: true, keeping: keeping)
    let ones = Matrix<Scalar>(rows: outputGradient.columns, columns: 1, repeating: 1)
    biases.addProduct(of: outputGradient, ones, keeping: keeping)
  }

  /// Adds a multiple of another layer of the same shape.
  mutating func add(_ other: DenseLayer, scaledBy scale: Scalar) {
    weights.add(other.weights, scaledBy: scale)
    biases.add(other.biases, scaledBy: scale)
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func addBiases<Scalar: LinearAlgebraScalar>(
  _ biases: Matrix<Scalar>, to batch: inout Matrix<Scalar>, rectified: Bool
) {
  biases.withUnsafeElements { b in
    let (rows, columns) = (batch.rows, batch.columns)
    batch.withUnsafeMutableElements { x in
      for j in 0..<columns {
        for i in 0..<rows {
          let value = x[i + j * rows] + b[i]
          x[i + j * rows] = rectified ? max(value, 0) : value
        }
      }
    }
  }
}

/// Sets a gradient to zero where the unit's output was.
@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
func maskRectified<Scalar: LinearAlgebraScalar>(
  _ gradient: inout Matrix<Scalar>, by output: Matrix<Scalar>
) {
  let count = gradient.elements.count
  output.withUnsafeElements { h in
    gradient.withUnsafeMutableElements { g in
      for i in 0..<count where h[i] <= 0 { g[i] = 0 }
    }
  }
}

extension DenseLayer {
  /// Creates a layer with random weights and zero biases.
  public init(
    inputs: Int, outputs: Int, initialization: Initialization, seed: UInt64, layer: Int
  ) {
    var stream = RandomStream(seed: seed, purpose: "initial weights", indices: layer)
    self.init(
      weights: Matrix(
        rows: outputs, columns: inputs,
        columnMajor: initialization.draw(
          inputs * outputs, inputs: inputs, outputs: outputs, from: &stream)),
      biases: [Scalar](repeating: 0, count: outputs))
  }
}
