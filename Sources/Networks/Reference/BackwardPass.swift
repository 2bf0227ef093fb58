internal import LinearAlgebra

/// The chain rule, from the logits back to every parameter.
struct BackwardPass<Scalar: LinearAlgebraScalar> {
  private let pass: ForwardPass<Scalar>
  private let parameters: NetworkParameters<Scalar>
  /// Names the draws of dropout; nil for a pass in evaluation mode, where dropout does nothing.
  private let batch: Batch?
  /// The gradients of the nodes' results as far as they are known.
  private var gradients: [Activations<Scalar>?]

  init(_ pass: ForwardPass<Scalar>, parameters: NetworkParameters<Scalar>, batch: Batch?) {
    self.pass = pass
    self.parameters = parameters
    self.batch = batch
    gradients = [Activations<Scalar>?](repeating: nil, count: pass.results.count)
  }

  /// The gradient with respect to each parameter.
  ///
  /// Each node's gradient is complete when the node is reached, as all that take its result come
  /// after it.
  mutating func parameterGradients(outputGradient: [Scalar]) -> [[Scalar]] {
    let nodes = pass.graph.nodes
    var result: [[Scalar]] = NetworkParameters.zeros(pass.graph)
    let last = pass.results[nodes.count - 1]
    gradients[nodes.count - 1] = Activations(
      last.shape, count: last.count, values: outputGradient)
    for index in nodes.indices.reversed() {
      guard let dy = gradients[index] else { continue }
      let node = nodes[index]
      for (place, gradient) in zip(node.parameters, parameterGradients(of: node, index, dy)) {
        result[place] = gradient
      }
      if pass.graph.wantsInputGradient(node) {
        for (input, dx) in zip(node.inputs, inputGradients(of: node, index, dy)) {
          add(dx, to: input)
        }
      }
      gradients[index] = nil
    }
    return result
  }

  /// The gradients of all that take a node's result are summed.
  private mutating func add(_ gradient: Activations<Scalar>, to node: Int) {
    if gradients[node] == nil {
      gradients[node] = gradient
    } else {
      gradients[node]?.add(gradient)
    }
  }

  private func parameterGradients(
    of node: NetworkGraph.Node, _ index: Int, _ dy: Activations<Scalar>
  ) -> [[Scalar]] {
    if node.parameters.isEmpty { return [] }
    let x = pass.results[node.inputs[0]]
    switch node.operation {
    case .dense(let dense): return dense.parameterGradient(x, dy)
    case .convolution(let convolution): return convolution.parameterGradient(x, dy)
    case .batchNormalization(let normalization):
      guard let moments = pass.moments[index] else { return [] }
      return normalization.parameterGradient(x, moments, dy)
    default: return []
    }
  }

  private func inputGradients(
    of node: NetworkGraph.Node, _ index: Int, _ dy: Activations<Scalar>
  ) -> [Activations<Scalar>] {
    let x = pass.results[node.inputs[0]]
    let own = Array(parameters.values[node.parameters])
    switch node.operation {
    case .input: return []
    case .flatten: return [dy.reshaped(x.shape)]
    case .dense(let dense):
      return [dense.inputGradient(dy, parameters: own, input: x.shape)]
    case .convolution(let convolution):
      return [convolution.inputGradient(dy, parameters: own, input: x.shape)]
    case .maxPooling(let pooling): return [pooling.backward(x, dy)]
    case .averagePooling(let pooling): return [pooling.backward(dy, input: x.shape)]
    case .globalAveragePooling: return [GlobalAveragePooling().backward(dy, input: x.shape)]
    case .batchNormalization(let normalization):
      guard let moments = pass.moments[index] else { return [] }
      return [normalization.inputGradient(x, moments, dy, parameters: own)]
    case .localResponseNormalization(let normalization): return [normalization.backward(x, dy)]
    case .rectifier: return [Rectifier().backward(x, dy)]
    case .dropout(let dropout):
      guard let batch else { return [dy] }
      return [dropout.apply(to: dy, node: index, batch: batch)]
    case .concatenation:
      return Concatenation.backward(dy, inputs: node.inputs.map { pass.results[$0].shape })
    }
  }
}
