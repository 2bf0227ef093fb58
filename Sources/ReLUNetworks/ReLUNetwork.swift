public import LinearAlgebra

/// A feed-forward ReLU network: h₀ = z, h_ℓ = max(W_ℓ h_{ℓ-1} + b_ℓ, 0), and the last layer without
/// the maximum.
///
/// Its depth k is the number of its layers of weights, so that k - 1 of them are hidden. Weights are
/// kept by blocks, each with its purpose; what stands outside the blocks is zero.
public struct ReLUNetwork: Sendable, Equatable {
  /// The layers, from the inputs on; at least one.
  public let layers: [ReLULayer]

  /// Creates a network.
  ///
  /// - Parameter layers: at least one, each with as many inputs as the one before has units.
  public init(layers: [ReLULayer]) {
    precondition(!layers.isEmpty, "a network has a layer")
    precondition(
      zip(layers, layers.dropFirst()).allSatisfy { $0.units == $1.inputs },
      "a layer reads the units of the one before")
    self.layers = layers
  }

  /// The depth k, the number of layers of weights.
  public var depth: Int { layers.count }
  /// The input dimension d.
  public var inputs: Int { layers.first?.inputs ?? 0 }
  /// The number of outputs C.
  public var outputs: Int { layers.last?.units ?? 0 }
  /// The largest number of units of a hidden layer; 0 where none is hidden.
  public var width: Int { layers.dropLast().map(\.units).max() ?? 0 }
  /// The number of weights and biases that are not zero.
  public var nonZeroWeights: Int { layers.reduce(0) { $0 + $1.nonZeroWeights } }
  /// The largest absolute weight or bias; 0 where there is none.
  public var largestWeight: Double { layers.map(\.largestWeight).max() ?? 0 }

  /// The outputs for some inputs, by plain matrix products in doubles.
  ///
  /// - Parameter inputs: Z, m × d, one row an input.
  /// - Returns: an m × C matrix.
  /// - Complexity: O(m Σ_ℓ p_ℓ) with p_ℓ the size of layer ℓ's blocks; memory O(m width).
  public func predict<Scalar: LinearAlgebraScalar>(_ inputs: Matrix<Scalar>) -> Matrix<Double> {
    precondition(inputs.columns == self.inputs, "inputs have the network's dimension")
    var values = Matrix<Double>(
      rows: inputs.rows, columns: inputs.columns,
      columnMajor: inputs.elements.map { Double($0) })
    for (index, layer) in layers.enumerated() {
      values = layer.preactivations(values)
      if index + 1 < depth { values.rectify() }
    }
    return values
  }
}

extension Matrix<Double> {
  /// Replaces each entry by its positive part.
  fileprivate mutating func rectify() {
    let rows = rows
    forEachColumn { _, values in
      for i in 0..<rows { values[i] = max(values[i], 0) }
    }
  }
}
