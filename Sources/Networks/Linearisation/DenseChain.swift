public import LinearAlgebra

/// A network of dense layers and ReLU one after another, with its parameters in `Double`.
///
/// a_l = φ(W_l a_{l-1} + b_l) from a_0 = x to the logits a_L, φ being ReLU or nothing. Flattening
/// changes nothing about a vector of values, and dropout nothing in evaluation mode.
///
/// ```swift
/// let pass = try DenseChain(graph, parameters: parameters).pass(samples)
/// let kernel = pass.tangentKernel()
/// ```
public struct DenseChain: Sendable {
  /// One layer l.
  struct Layer: Sendable {
    /// W_lᵀ, inputs × outputs.
    var transposedWeights: Matrix<Double>
    /// b_l; nil where there is none.
    var bias: [Double]?
    /// Whether ReLU follows.
    var isRectified = false
    /// The places of W_l and b_l in the graph's parameters.
    var parameters: Range<Int>
  }

  /// The network.
  public let graph: NetworkGraph
  private(set) var layers: [Layer] = []
  /// Whether ReLU stands before all dense layers.
  private(set) var rectifiesInput = false

  /// Reads a network as a chain.
  ///
  /// - Parameters:
  ///   - graph: the network, of dense layers, ReLU, flatten and dropout alone, a dense one among
  ///     them.
  ///   - parameters: its parameters, each taken over exactly.
  /// - Throws: ``LinearisationError/notInChain(layer:)`` for a network of other layers.
  public init<Scalar: LinearAlgebraScalar>(
    _ graph: NetworkGraph, parameters: NetworkParameters<Scalar>
  ) throws(LinearisationError) {
    precondition(parameters.fits(graph), "parameters in the graph's shapes")
    self.graph = graph
    for node in graph.nodes {
      switch node.operation {
      case .input, .flatten, .dropout: continue
      case .rectifier:
        if layers.isEmpty {
          rectifiesInput = true
        } else {
          layers[layers.count - 1].isRectified = true
        }
      case .dense(let dense):
        let values = parameters.values[node.parameters].map { $0.map { Double($0) } }
        layers.append(
          Layer(
            transposedWeights: Matrix(
              rows: graph.nodes[node.inputs[0]].shape.count, columns: dense.outputs,
              columnMajor: values[0]),
            bias: dense.hasBias ? values[1] : nil, parameters: node.parameters))
      default: throw .notInChain(layer: node.title)
      }
    }
    guard !layers.isEmpty else { throw .notInChain(layer: graph.nodes[0].title) }
  }

  /// Sends samples through the network.
  ///
  /// - Parameter samples: d × n, one column a sample.
  /// - Returns: what every layer gives.
  /// - Complexity: O(n P).
  public func pass(_ samples: Matrix<Double>) -> DenseChainPass {
    precondition(samples.rows == graph.input.count, "as many rows as a sample has values")
    var activations = [rectifiesInput ? samples.rectified() : samples]
    for layer in layers {
      var next = layer.transposedWeights.times(
        activations[activations.count - 1], transposingSelf: true)
      if let bias = layer.bias { next.addToColumns(bias) }
      activations.append(layer.isRectified ? next.rectified() : next)
    }
    return DenseChainPass(chain: self, activations: activations)
  }
}

extension Matrix<Double> {
  /// max(x, 0) of each entry.
  fileprivate func rectified() -> Matrix { map { max($0, 0) } }

  /// Adds a vector to each column.
  mutating func addToColumns(_ vector: [Double]) {
    precondition(vector.count == rows, "a value for each row")
    let (rows, columns) = (rows, columns)
    withUnsafeMutableElements { elements in
      for j in 0..<columns {
        for i in 0..<rows { elements[i + j * rows] += vector[i] }
      }
    }
  }

  /// Sets entries to zero where another matrix is not positive.
  ///
  /// - Parameter other: of as many rows; each of its columns serves as many consecutive columns of
  ///   this matrix as there are for each.
  mutating func clear(where other: Matrix) {
    precondition(rows == other.rows, "the shapes must agree")
    let (rows, columns) = (rows, columns)
    let share = other.columns == 0 ? 1 : columns / other.columns
    other.withUnsafeElements { mask in
      withUnsafeMutableElements { elements in
        for j in 0..<columns {
          let (own, others) = (elements + j * rows, mask + j / share * rows)
          for i in 0..<rows where others[i] <= 0 { own[i] = 0 }
        }
      }
    }
  }
}
