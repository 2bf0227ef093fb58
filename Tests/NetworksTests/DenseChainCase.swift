import LinearAlgebra
import Networks
import RandomStreams

/// A random chain of dense layers and ReLU with random parameters and samples.
struct DenseChainCase: Sendable, CustomStringConvertible {
  /// 240 cases.
  static let seeds = 0..<240

  let seed: Int
  let graph: NetworkGraph
  let parameters: NetworkParameters<Double>
  /// d × n.
  let samples: Matrix<Double>

  /// Draws one to four dense layers with and without biases, with ReLU in some places.
  init(seed: Int) throws(ArchitectureError) {
    self.seed = seed
    let sizes = [1, 2, 3, 5, 10]
    let counts = [0, 1, 2, 3, 5, 10]
    var stream = RandomStream(seed: UInt64(seed), purpose: "random chain")
    func size() -> Int { sizes[stream.integer(below: sizes.count)] }
    let isImage = seed % 3 == 0
    let input: TensorShape =
      isImage ? .image(channels: 1 + seed % 2, height: size(), width: 2) : .vector(size())
    var layers: [Layer] = isImage ? Flatten().layers : []
    if seed % 11 == 0 { layers += Rectifier().layers }
    for _ in 0..<stream.integer(below: 4) {
      layers += Dense(size(), hasBias: stream.integer(below: 3) > 0).layers
      if stream.integer(below: 4) > 0 { layers += Rectifier().layers }
      if stream.integer(below: 4) == 0 { layers += Dropout(0.5).layers }
    }
    layers += Dense(1 + stream.integer(below: 4), hasBias: stream.integer(below: 2) == 0).layers
    if seed % 13 == 0 { layers += Rectifier().layers }
    graph = try NetworkGraph(Architecture("chain \(seed)", input: input, layers: layers))
    parameters = randomParameters(of: graph, seed: seed)
    let d = graph.input.count
    samples = Matrix(rows: d, columns: counts[seed % counts.count]) { _, _ in stream.normal() }
  }

  /// Seed and layers, for the report of a failure.
  var description: String {
    "seed \(seed), \(samples.columns) samples: "
      + graph.nodes.map { "\($0.title) \($0.shape)" }.joined(separator: ", ")
  }
}
