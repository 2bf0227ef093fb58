public import LinearAlgebra

// Legend: j sample of n, c logit of C, a_l what layer l gives, δ_l^c = ∂f_c/∂(W_l a_{l-1} + b_l),
// W_l weights (outputs × inputs), b_l bias.

/// What every layer of a ``DenseChain`` gives for some samples, and the derivatives there.
public struct DenseChainPass: Sendable {
  /// The network.
  public let chain: DenseChain
  /// a_0 to a_L, one column a sample.
  let activations: [Matrix<Double>]

  /// The number of samples n.
  public var count: Int { outputs.columns }
  /// C × n logits, one column a sample.
  public var outputs: Matrix<Double> { activations[activations.count - 1] }

  /// The empirical neural tangent kernel of the samples.
  ///
  /// K = Σ_l (⟨a_{l-1}(x), a_{l-1}(x')⟩ + 1) ⟨δ_l^c(x), δ_l^c'(x')⟩ in row j C + c and column
  /// j' C + c', without the 1 for a layer without bias: the gradient of a dense layer's weights is
  /// an outer product, so the Jacobian is never formed. Source: Jacot, Gabriel, Hongler, "Neural
  /// tangent kernel" (NeurIPS 2018).
  ///
  /// - Returns: n C × n C, symmetric, positive semidefinite.
  /// - Complexity: O(n² C² Σ widths); memory for two kernels and n C Σ widths numbers.
  public func tangentKernel() -> Matrix<Double> {
    let (n, classes) = (count, outputs.rows)
    var kernel = Matrix<Double>(rows: n * classes, columns: n * classes)
    forEachSensitivity { l, sensitivity in
      kernel.addProducts(
        activations[l].timesOwnTranspose(transposingSelf: true), bias: chain.layers[l].bias,
        sensitivity.timesOwnTranspose(transposingSelf: true), classes: classes)
    }
    return kernel
  }

  /// The neural tangent kernel between these samples and those of another pass of the network.
  ///
  /// - Parameter other: a pass of the same network with n' samples.
  /// - Returns: n C × n' C.
  /// - Complexity: O(n n' C² Σ widths).
  public func tangentKernel(with other: DenseChainPass) -> Matrix<Double> {
    let classes = outputs.rows
    precondition(other.activations.map(\.rows) == activations.map(\.rows), "one network")
    var others: [Matrix<Double>] = []
    other.forEachSensitivity { others.insert($1, at: 0) }
    var kernel = Matrix<Double>(rows: count * classes, columns: other.count * classes)
    forEachSensitivity { l, sensitivity in
      kernel.addProducts(
        activations[l].times(other.activations[l], transposingSelf: true),
        bias: chain.layers[l].bias, sensitivity.times(others[l], transposingSelf: true),
        classes: classes)
    }
    return kernel
  }

  /// The share of ReLU units that are on in one pass and off in the other, over all samples.
  ///
  /// - Parameter other: a pass of the same layers and samples at other parameters.
  /// - Returns: from 0 to 1; 0 where there is no unit.
  /// - Complexity: O(n Σ widths).
  public func switchedShare(_ other: DenseChainPass) -> Double {
    precondition(
      other.activations.map(\.elements.count) == activations.map(\.elements.count),
      "the same layers and samples")
    var (switched, units) = (0, 0)
    for (l, layer) in chain.layers.enumerated() where layer.isRectified {
      let (own, others) = (activations[l + 1].elements, other.activations[l + 1].elements)
      for i in own.indices where (own[i] > 0) != (others[i] > 0) { switched += 1 }
      units += own.count
    }
    return units == 0 ? 0 : Double(switched) / Double(units)
  }

  /// J(X)ᵀ α: the gradient of Σ_j Σ_c α_cj f_c(x_j) with respect to each parameter.
  ///
  /// - Parameter coefficients: α, C × n.
  /// - Returns: one array for each of the graph's parameters, in its order.
  /// - Complexity: O(n P); the Jacobian is never formed.
  public func transposedJacobian(times coefficients: Matrix<Double>) -> [[Double]] {
    precondition(
      coefficients.rows == outputs.rows && coefficients.columns == count, "C × n coefficients")
    var result: [[Double]] = NetworkParameters.zeros(chain.graph)
    backward(from: coefficients) { l, sensitivity in
      let layer = chain.layers[l]
      result[layer.parameters.lowerBound] =
        activations[l].times(sensitivity, transposingOther: true).elements
      if layer.bias != nil {
        result[layer.parameters.lowerBound + 1] = sensitivity.times(
          [Double](repeating: 1, count: count))
      }
    }
    return result
  }

  /// J(X) v: how fast the logits change when the parameters move along v.
  ///
  /// - Parameter direction: v, one array for each of the graph's parameters.
  /// - Returns: C × n.
  /// - Complexity: O(n P), by one pass forward; the Jacobian is never formed.
  public func jacobian(times direction: [[Double]]) -> Matrix<Double> {
    precondition(
      direction.map(\.count) == chain.graph.parameters.map(\.count), "the graph's shapes")
    var change: Matrix<Double>?
    for (l, layer) in chain.layers.enumerated() {
      let shape = layer.transposedWeights
      let own = Matrix(
        rows: shape.rows, columns: shape.columns,
        columnMajor: direction[layer.parameters.lowerBound])
      var next = own.times(activations[l], transposingSelf: true)
      if let change { next.addProduct(of: shape, change, transposingFirst: true) }
      if layer.bias != nil { next.addToColumns(direction[layer.parameters.lowerBound + 1]) }
      if layer.isRectified { next.clear(where: activations[l + 1]) }
      change = next
    }
    return change ?? outputs
  }

  /// Calls a closure with each layer's δ_l of all samples and logits, from the last layer on.
  ///
  /// Column j C + c is δ_l^c(x_j).
  private func forEachSensitivity(_ body: (_ layer: Int, _ sensitivity: Matrix<Double>) -> Void) {
    let classes = outputs.rows
    backward(
      from: Matrix(rows: classes, columns: classes * count) { $0 == $1 % classes ? 1 : 0 }, body)
  }

  /// Sends gradients with respect to the logits back, any equal number of them for each sample.
  private func backward(
    from outputGradient: Matrix<Double>,
    _ body: (_ layer: Int, _ sensitivity: Matrix<Double>) -> Void
  ) {
    var sensitivity = outputGradient
    for (l, layer) in chain.layers.enumerated().reversed() {
      if layer.isRectified { sensitivity.clear(where: activations[l + 1]) }
      body(l, sensitivity)
      if l > 0 { sensitivity = layer.transposedWeights * sensitivity }
    }
  }
}

extension Matrix<Double> {
  /// Adds (G + 1) D, entry by entry, each entry of G serving C × C consecutive entries of D.
  ///
  /// - Parameters:
  ///   - inner: G, n × n'.
  ///   - bias: nil leaves out the 1.
  ///   - sensitivities: D, n C × n' C.
  ///   - classes: C.
  fileprivate mutating func addProducts(
    _ inner: Matrix, bias: [Double]?, _ sensitivities: Matrix, classes: Int
  ) {
    let (rows, columns, one) = (rows, columns, bias == nil ? 0.0 : 1)
    if rows == 0 { return }
    inner.withUnsafeElements { g in
      sensitivities.withUnsafeElements { d in
        withUnsafeMutableElements { k in
          for column in 0..<columns {
            let own = g + column / classes * (rows / classes)
            for j in 0..<rows / classes {
              let factor = own[j] + one
              let first = column * rows + j * classes
              for i in first..<first + classes { k[i] += factor * d[i] }
            }
          }
        }
      }
    }
  }
}
