/// A node together with the ReLU that only it feeds, computed at once.
struct FusedOperation {
  /// The node.
  var node: Int
  /// The node whose value comes out: the ReLU's, or the node itself.
  var output: Int
  /// Whether a ReLU is applied.
  var rectified: Bool { node != output }

  /// The nodes of a graph after its input, ReLU joined to what can take it in.
  ///
  /// - Parameter graph: the network.
  /// - Returns: in the graph's order.
  static func all(of graph: NetworkGraph) -> [FusedOperation] {
    var consumers = [[Int]](repeating: [], count: graph.nodes.count)
    for (index, node) in graph.nodes.enumerated() {
      for input in node.inputs { consumers[input].append(index) }
    }
    var result: [FusedOperation] = []
    var taken: Set<Int> = []
    for (index, node) in graph.nodes.enumerated().dropFirst() where !taken.contains(index) {
      var operation = FusedOperation(node: index, output: index)
      switch node.operation {
      case .convolution, .dense, .batchNormalization:
        if consumers[index].count == 1, graph.nodes[consumers[index][0]].operation == .rectifier {
          operation.output = consumers[index][0]
          taken.insert(operation.output)
        }
      default: break
      }
      result.append(operation)
    }
    return result
  }
}
