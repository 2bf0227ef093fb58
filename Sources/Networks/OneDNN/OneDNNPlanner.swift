/// Writes down the computations of a pass, operation by operation, forward and backward.
final class OneDNNPlanner {
  let graph: NetworkGraph
  let fused: [FusedOperation]
  let library: OneDNN
  let storage: OneDNNParameters
  let current: CurrentBatch
  let loss: Loss
  let builder: OneDNNPassBuilder
  /// What the backward part wants to know of the forward part, by node.
  var primitives: [Int: Primitive] = [:]
  var workspaces: [Int: OneDNNPassBuilder.Tensor] = [:]
  var sources: [Int: OneDNNPassBuilder.Tensor] = [:]

  var count: Int { builder.count }
  var training: Bool { builder.training }
  var threads: Int { builder.threads }

  init(
    _ graph: NetworkGraph, _ fused: [FusedOperation], library: OneDNN, count: Int, training: Bool,
    threads: Int, storage: OneDNNParameters, current: CurrentBatch, loss: Loss
  ) {
    (self.graph, self.fused, self.library) = (graph, fused, library)
    (self.storage, self.current, self.loss) = (storage, current, loss)
    builder = OneDNNPassBuilder(
      graph, library: library, count: count, training: training, threads: threads)
  }

  /// The layouts in which the filters of each convolution are stored, by node.
  static func filterLayouts(
    _ graph: NetworkGraph, _ fused: [FusedOperation], library: OneDNN, count: Int
  ) -> [Int: TensorLayout] {
    var result: [Int: TensorLayout] = [:]
    for operation in fused {
      let node = graph.nodes[operation.node]
      guard case .convolution(let convolution) = node.operation else { continue }
      let primitive = convolutionPrimitive(
        graph, operation, convolution, library: library, count: count, training: true,
        weights: .any(graph.parameters[node.parameters.lowerBound].dimensions))
      result[operation.node] = primitive?.weights
    }
    return result
  }

  static func convolutionPrimitive(
    _ graph: NetworkGraph, _ operation: FusedOperation, _ convolution: Convolution,
    library: OneDNN, count: Int, training: Bool, weights: TensorLayout
  ) -> Primitive? {
    let node = graph.nodes[operation.node]
    let (input, output) = (graph.nodes[node.inputs[0]].shape, node.shape)
    return library.convolution(
      source: .any([count, input.channels, input.height, input.width]), weights: weights,
      bias: convolution.hasBias ? .plain([convolution.filters]) : nil,
      result: .any([count, output.channels, output.height, output.width]),
      window: PlacedWindow(convolution.window, on: input), relu: operation.rectified,
      training: training)
  }

  /// Plans everything.
  ///
  /// - Parameter memory: of an earlier pass, used again if it is large enough.
  /// - Returns: the pass and its memory.
  func pass(in memory: SharedMemory?) -> (OneDNNPass, SharedMemory) {
    for operation in fused { forward(operation) }
    let last = graph.nodes.count - 1
    let logits = plain(builder.value(of: last), of: last)
    if training {
      let (current, loss, classes) = (current, loss, graph.classCount)
      let values = count * classes
      builder.add("loss", using: [logits]) { places in
        let target = UnsafeMutableBufferPointer(start: places.floats(logits), count: values)
        return {
          current.score = loss.evaluate(target, classes: classes, labels: current.batch.labels)
        }
      }
      builder.forgetCopies(of: logits)
      builder.gradients[last] = logits
      for operation in fused.reversed() { backward(operation) }
    }
    return builder.build(logits: logits, in: memory)
  }

  /// A value with the last index fastest.
  func plain(
    _ tensor: OneDNNPassBuilder.Tensor, of node: Int
  ) -> OneDNNPassBuilder.Tensor {
    builder.arranged(tensor, as: .plain(builder.sizes(of: node)), graph.nodes[node].title)
  }

  /// The same memory under other sizes; both layouts are plain.
  func reshaped(
    _ tensor: OneDNNPassBuilder.Tensor, _ sizes: [Int]
  ) -> OneDNNPassBuilder.Tensor {
    OneDNNPassBuilder.Tensor(layout: .plain(sizes), buffer: tensor.buffer)
  }
}
