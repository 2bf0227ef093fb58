internal import LinearAlgebra
private import RealModule

extension NetworkParameters {
  /// Weights of one deviation in all layers, which is the neural tangent parametrisation.
  ///
  /// That parametrisation, f = √(1/m_L) U_L φ(√(2/m_{L-1}) U_{L-1} ⋯ φ(√(2/d) U_1 x)) with standard
  /// normal U, gives its kernel a limit in width. As ReLU is homogeneous, f is the same for
  /// W_l = s U_l with s^L the product of all roots, and gradient descent moves both alike with its
  /// step size times s², while a plain step of SGD does for W_l. So this start needs no factors
  /// between layers: W_l = s U_l, K = K_U / s². Biases are zero, and exact is the correspondence
  /// without them. Source: Jacot, Gabriel, Hongler, "Neural tangent kernel" (NeurIPS 2018).
  ///
  /// - Parameters:
  ///   - graph: a network of dense layers and ReLU.
  ///   - seed: names the draw, as for ``init(_:initialization:seed:)``.
  /// - Returns: the parameters and s.
  public static func tangentScaled(
    _ graph: NetworkGraph, seed: UInt64
  ) -> (parameters: NetworkParameters, deviation: Double) {
    var parameters = NetworkParameters(graph, initialization: .he, seed: seed)
    let weights = graph.parameters.indices.filter { graph.parameters[$0].role == .weight }
    // He's deviation √(2/inputs), and √(1/inputs) in the last layer, which no ReLU follows.
    let own = weights.map { index in
      (2 / Double(graph.parameters[index].dimensions.dropFirst().reduce(1, *))).squareRoot()
    }
    let layers = Double(max(weights.count, 1))
    let logarithms = own.reduce(0) { $0 + Double.log($1) } - Double.log(2) / 2
    let deviation = Double.exp(logarithms / layers)
    for (index, he) in zip(weights, own) {
      let factor = Scalar(deviation / he)
      parameters.values[index] = parameters.values[index].map { $0 * factor }
    }
    return (parameters, deviation)
  }
}
