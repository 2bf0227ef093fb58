public import LinearAlgebra

/// The linear part x ↦ W x of a dense layer or a convolution, without its bias, and its transpose.
///
/// By the reference engine's own loops, so that a convolution acts here as it does in a network, with
/// its stride and its zeros outside the image.
public struct LayerOperator<Scalar: LinearAlgebraScalar>: Sendable {
  /// The shape of x.
  public let input: TensorShape
  /// The shape of W x.
  public let output: TensorShape
  /// The weights, last index fastest: outputs × inputs, or filters × channels × rows × columns.
  public let weights: [Scalar]
  private let layer: Layer

  private enum Layer {
    case dense(Dense)
    case convolution(Convolution)
  }

  /// Takes a layer of a network; nil where it is neither a dense layer nor a convolution.
  ///
  /// - Parameters:
  ///   - node: the layer.
  ///   - graph: its network.
  ///   - weights: its W.
  public init?(_ node: NetworkGraph.Node, of graph: NetworkGraph, weights: [Scalar]) {
    switch node.operation {
    case .dense(var dense):
      dense.hasBias = false
      layer = .dense(dense)
    case .convolution(var convolution):
      convolution.hasBias = false
      layer = .convolution(convolution)
    default: return nil
    }
    precondition(
      weights.count == graph.parameters[node.parameters.lowerBound].count, "the layer's weights")
    input = graph.nodes[node.inputs[0]].shape
    output = node.shape
    self.weights = weights
  }

  /// W x.
  ///
  /// - Parameter x: one sample in the order of the input's shape.
  /// - Returns: one sample of the output's shape.
  public func times(_ x: [Scalar]) -> [Scalar] {
    precondition(x.count == input.count, "one sample of the input")
    let values = Activations(input, count: 1, values: x)
    return switch layer {
    case .dense(let dense): dense.forward(values, parameters: [weights]).values
    case .convolution(let convolution):
      convolution.forward(values, parameters: [weights], output: output).values
    }
  }

  /// Wᵀ y.
  ///
  /// - Parameter y: one sample in the order of the output's shape.
  /// - Returns: one sample of the input's shape.
  public func transposedTimes(_ y: [Scalar]) -> [Scalar] {
    precondition(y.count == output.count, "one sample of the output")
    let values = Activations(output, count: 1, values: y)
    return switch layer {
    case .dense(let dense):
      dense.inputGradient(values, parameters: [weights], input: input).values
    case .convolution(let convolution):
      convolution.inputGradient(values, parameters: [weights], input: input).values
    }
  }

  /// The same layer with each weight replaced.
  ///
  /// - Parameter transform: the function.
  /// - Returns: the operator of the new weights.
  public func mapWeights(_ transform: (Scalar) -> Scalar) -> LayerOperator {
    LayerOperator(
      input: input, output: output, weights: weights.map(transform), layer: layer)
  }

  private init(input: TensorShape, output: TensorShape, weights: [Scalar], layer: Layer) {
    (self.input, self.output, self.weights, self.layer) = (input, output, weights, layer)
  }
}
