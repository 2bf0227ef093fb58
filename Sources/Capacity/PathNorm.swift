internal import LinearAlgebra
internal import Networks
private import RealModule

/// The path norm of a network: a sum over all ways from an input, or a bias, to an output.
///
/// φ_p = (Σ_paths Π_edges |w|^p)^{1/p}, for each output. A pooling window passes on all that it
/// holds, an average with its share as a weight. Rescaling the units of a ReLU network does not change
/// it.
///
/// Source: Neyshabur, Tomioka, Srebro, "Norm-based capacity control in neural networks" (COLT 2015),
/// section 4; Neyshabur, Salakhutdinov, Srebro, "Path-SGD" (NeurIPS 2015). Pooling as in Gonon,
/// Brisebarre, Riccietti, Gribonval, "A path-norm toolkit for modern networks" (ICLR 2024).
public struct PathNorm: Sendable, Equatable {
  /// p.
  public let exponent: Double
  /// φ_p of each output.
  public let outputs: [Double]
  /// (Σ_outputs φ_p^p)^{1/p}, of the network as a whole.
  public let value: Double

  /// Measures a network; nil where local response normalisation makes paths no products of weights.
  ///
  /// - Parameters:
  ///   - network: the network, its batch normalisation folded.
  ///   - exponent: p, at least 1.
  /// - Complexity: as that of one way forward.
  public init?(_ network: FoldedNetwork, exponent: Double) {
    precondition(exponent >= 1, "an exponent of at least 1")
    let graph = network.graph
    var results: [[Double]] = []
    for node in graph.nodes {
      let x = node.inputs.first.map { results[$0] } ?? []
      let shape = node.inputs.first.map { graph.nodes[$0].shape } ?? node.shape
      switch node.operation {
      case .input: results.append([Double](repeating: 1, count: node.shape.count))
      case .rectifier, .dropout, .flatten: results.append(x)
      case .concatenation: results.append(node.inputs.flatMap { results[$0] })
      case .dense, .convolution:
        let own = Array(network.parameters.values[node.parameters])
        guard let linear = LayerOperator(node, of: graph, weights: own[0]) else { return nil }
        var y = linear.mapWeights { magnitude($0, exponent) }.times(x)
        if node.hasBias {
          for i in y.indices { y[i] += magnitude(own[1][i / node.shape.area], exponent) }
        }
        results.append(y)
      case .maxPooling(let pooling):
        results.append(pooling.window.sums(x, shape, node.shape) { _ in 1 })
      case .averagePooling(let pooling):
        results.append(
          pooling.window.sums(x, shape, node.shape) { Double.pow(1 / Double($0), exponent) })
      case .globalAveragePooling:
        let share = Double.pow(1 / Double(shape.area), exponent)
        results.append(
          (0..<shape.channels).map { c in
            share * x[c * shape.area..<(c + 1) * shape.area].reduce(0, +)
          })
      case .localResponseNormalization, .batchNormalization: return nil
      }
    }
    self.exponent = exponent
    let sums = results[results.count - 1]
    outputs = sums.map { Double.pow($0, 1 / exponent) }
    value = Double.pow(sums.reduce(0, +), 1 / exponent)
  }
}

private func magnitude(_ x: Double, _ exponent: Double) -> Double {
  exponent == 1 ? abs(x) : exponent == 2 ? x * x : Double.pow(abs(x), exponent)
}

extension Window {
  /// The sums of an image's windows, each value times a share of its window's count.
  fileprivate func sums(
    _ x: [Double], _ input: TensorShape, _ output: TensorShape, share: (_ count: Int) -> Double
  ) -> [Double] {
    var y: [Double] = []
    y.reserveCapacity(output.count)
    for c in 0..<input.channels {
      for row in 0..<output.height {
        let rows = covered(row, on: input.height)
        for column in 0..<output.width {
          let columns = covered(column, on: input.width)
          var sum = 0.0
          for u in rows {
            for v in columns { sum += x[(c * input.height + u) * input.width + v] }
          }
          y.append(sum * share(rows.count * columns.count))
        }
      }
    }
    return y
  }
}
