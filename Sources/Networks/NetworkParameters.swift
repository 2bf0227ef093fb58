public import LinearAlgebra
private import RandomStreams

/// The numbers of a network: its parameters and the running statistics of batch normalisation.
public struct NetworkParameters<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// One array for each of the graph's parameters, last index fastest.
  public var values: [[Scalar]]
  /// One array for each of the graph's statistics: mean and variance of each channel.
  public var statistics: [[Scalar]]

  /// Creates a set of numbers.
  ///
  /// - Parameters:
  ///   - values: one array for each of the graph's parameters.
  ///   - statistics: one array for each of the graph's statistics.
  public init(values: [[Scalar]], statistics: [[Scalar]]) {
    self.values = values
    self.statistics = statistics
  }

  /// A network at its start: random weights, biases 0, γ = 1, β = 0, mean 0 and variance 1.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - initialization: the distribution of the weights.
  ///   - seed: names the draw, together with the parameter's place in the graph.
  public init(_ graph: NetworkGraph, initialization: Initialization = .he, seed: UInt64) {
    values = graph.parameters.enumerated().map { index, parameter in
      switch parameter.role {
      case .weight:
        var stream = RandomStream(seed: seed, purpose: "initial weights", indices: index)
        let field = parameter.dimensions.dropFirst(2).reduce(1, *)
        return initialization.draw(
          parameter.count, inputs: parameter.dimensions[1] * field,
          outputs: parameter.dimensions[0] * field, from: &stream)
      case .bias, .shift: return [Scalar](repeating: 0, count: parameter.count)
      case .scale: return [Scalar](repeating: 1, count: parameter.count)
      }
    }
    statistics = graph.statistics.map { statistic in
      [Scalar](repeating: statistic.role == .scale ? 1 : 0, count: statistic.count)
    }
  }

  /// Zeros in the shapes of the parameters, to gather gradients or a velocity in.
  ///
  /// - Parameter graph: the network.
  /// - Returns: one array for each parameter.
  public static func zeros(_ graph: NetworkGraph) -> [[Scalar]] {
    graph.parameters.map { [Scalar](repeating: 0, count: $0.count) }
  }

  /// Whether every array has the length that the graph gives it.
  public func fits(_ graph: NetworkGraph) -> Bool {
    values.map(\.count) == graph.parameters.map(\.count)
      && statistics.map(\.count) == graph.statistics.map(\.count)
  }

  /// The Frobenius norm of all parameters, statistics left out.
  public var norm: Double {
    euclideanNorm(values.map { Double(euclideanNorm($0)) })
  }
}
