public import LinearAlgebra

extension NetworkGraph {
  /// The Jacobian of the logits of some samples with respect to all parameters.
  ///
  /// Row j C + c holds ∂f_c(x_j)/∂θ, the columns run through the parameters in the graph's order.
  /// The plain way: one pass backward for each sample and logit, in evaluation mode, so dropout
  /// does nothing. It is what ``DenseChainPass/tangentKernel()`` is tested against.
  ///
  /// - Parameters:
  ///   - parameters: θ, in the graph's shapes.
  ///   - samples: d × n, one column a sample.
  /// - Returns: the n C × P Jacobian.
  /// - Throws: ``LinearisationError/batchNormalization(layer:)``.
  /// - Complexity: O(n C) passes; memory for n C P numbers.
  public func outputJacobian(
    parameters: NetworkParameters<Double>, samples: Matrix<Double>
  ) throws(LinearisationError) -> Matrix<Double> {
    precondition(parameters.fits(self), "parameters in the graph's shapes")
    precondition(samples.rows == input.count, "as many rows as a sample has values")
    for node in nodes {
      if case .batchNormalization = node.operation {
        throw .batchNormalization(layer: node.title)
      }
    }
    let (count, classes) = (self.parameters.reduce(0) { $0 + $1.count }, classCount)
    // Parameters run fastest, so that each row of the Jacobian is filled in one piece.
    var transposed: [Double] = []
    transposed.reserveCapacity(count * classes * samples.columns)
    for j in 0..<samples.columns {
      let pass = ForwardPass(
        self, parameters: parameters,
        input: Activations(input, count: 1, values: samples.column(j)), mode: .evaluation)
      for c in 0..<classes {
        var backward = BackwardPass(pass, parameters: parameters, batch: nil)
        let unit = (0..<classes).map { $0 == c ? 1.0 : 0 }
        transposed += backward.parameterGradients(outputGradient: unit).joined()
      }
    }
    return Matrix(
      rows: count, columns: classes * samples.columns, columnMajor: transposed
    ).transposed()
  }

  /// The empirical neural tangent kernel of some samples, K = J Jᵀ of the Jacobian.
  ///
  /// The entry in row j C + c and column j' C + c' is ⟨∂f_c(x_j)/∂θ, ∂f_c'(x_j')/∂θ⟩.
  /// Source: Jacot, Gabriel, Hongler, "Neural tangent kernel" (NeurIPS 2018).
  ///
  /// - Parameters:
  ///   - parameters: θ, in the graph's shapes.
  ///   - samples: d × n, one column a sample.
  /// - Returns: n C × n C, symmetric, positive semidefinite.
  /// - Throws: ``LinearisationError/batchNormalization(layer:)``.
  /// - Complexity: O(n C) passes and O(n² C² P); ``DenseChainPass/tangentKernel()`` is faster.
  public func tangentKernel(
    parameters: NetworkParameters<Double>, samples: Matrix<Double>
  ) throws(LinearisationError) -> Matrix<Double> {
    try outputJacobian(parameters: parameters, samples: samples).timesOwnTranspose()
  }
}
