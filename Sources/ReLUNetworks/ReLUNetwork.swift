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
  /// - Complexity: O(m Σ_ℓ p_ℓ) with p_ℓ the size of layer ℓ's blocks; memory O(m (d + width)).
  public func predict<Scalar: LinearAlgebraScalar>(_ inputs: Matrix<Scalar>) -> Matrix<Double> {
    layers.dropFirst().reduce(firstPreactivations(inputs)) { values, layer in
      layer.preactivations(values.map { max($0, 0) })
    }
  }

  /// How far the plain prediction may lie from the exact value, whatever the order of its sums.
  ///
  /// A sum of t products is off by at most γ_t Σ|terms| with γ_t = t ε / (1 - t ε) (Higham, Accuracy
  /// and Stability of Numerical Algorithms, 2002, section 3.1), and what comes in with an error
  /// e_{ℓ-1} leaves with |W_ℓ| e_{ℓ-1}. Hence e_ℓ = |W_ℓ| e_{ℓ-1} + γ (|W_ℓ| |h_{ℓ-1}| + |b_ℓ|), here
  /// with γ doubled for the rounding of the bound itself. The maximum with 0 adds nothing, and it
  /// clears the error of a unit that is off by more than its error. The bound holds where no
  /// product underflows.
  ///
  /// - Parameter inputs: Z, m × d, taken as exact.
  /// - Returns: an m × C matrix of bounds for ``predict(_:)``.
  /// - Complexity: three times that of ``predict(_:)``.
  public func roundingBounds<Scalar: LinearAlgebraScalar>(
    of inputs: Matrix<Scalar>
  ) -> Matrix<Double> {
    var values = inputs.converted()
    var errors = Matrix<Double>(rows: inputs.rows, columns: inputs.columns)
    for (index, layer) in layers.enumerated() {
      let magnitudes = layer.magnitudes
      let unit = 2 * Double(layer.longestSum + 1) * Double.roundingUnit
      var next = magnitudes.products(errors).map { $0 * (1 + unit) }
      next.add(magnitudes.preactivations(values.map(\.magnitude)), scaledBy: unit)
      values = layer.preactivations(values)
      errors = next
      if index + 1 < depth {
        errors = Matrix(
          rows: errors.rows, columns: errors.columns,
          columnMajor: zip(values.elements, errors.elements).map { -$0 >= $1 ? 0 : $1 })
        values = values.map { max($0, 0) }
      }
    }
    return errors
  }

  private func firstPreactivations<Scalar: LinearAlgebraScalar>(
    _ inputs: Matrix<Scalar>
  ) -> Matrix<Double> {
    precondition(inputs.columns == self.inputs, "inputs have the network's dimension")
    return layers.first?.preactivations(inputs.converted()) ?? Matrix(rows: 0, columns: 0)
  }
}

extension Matrix {
  /// The same entries as doubles, exact.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func converted() -> Matrix<Double> {
    Matrix<Double>(rows: rows, columns: columns, columnMajor: elements.map { Double($0) })
  }
}
