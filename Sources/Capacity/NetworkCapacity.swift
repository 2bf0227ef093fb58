public import LinearAlgebra
public import Networks
private import RealModule

/// What the measures of a trained network are told besides the network.
public struct NetworkCapacityOptions: Sendable, Hashable, Codable {
  /// The probability 1 - δ with which each bound holds, by itself.
  public var confidence: Double
  /// Draws of the noise for each variance of PAC-Bayes.
  public var perturbations: Int
  /// ε of the sharpness.
  public var sharpnessReach: Double
  /// The residual of spectral norms, as a share of them, at which to stop.
  public var spectralTolerance: Double
  /// Products for each spectral norm before giving up.
  public var spectralSteps: Int
  /// Names the noise.
  public var seed: UInt64

  /// Creates options.
  public init(
    confidence: Double = 0.95, perturbations: Int = 10, sharpnessReach: Double = 1e-3,
    spectralTolerance: Double = 1e-6, spectralSteps: Int = 60, seed: UInt64 = 0
  ) {
    self.confidence = confidence
    self.perturbations = perturbations
    self.sharpnessReach = sharpnessReach
    self.spectralTolerance = spectralTolerance
    self.spectralSteps = spectralSteps
    self.seed = seed
  }
}

/// All measures of a trained network on its sample.
public struct NetworkCapacity: Sendable {
  /// The measures, each with its bound.
  public let measures: [CapacityMeasure]
  /// The norms of each dense layer and convolution, batch normalisation folded in.
  public let layers: [LayerNorms]
  /// The margins of the training sample.
  public let margins: Margins

  /// Measures a network.
  ///
  /// - Parameters:
  ///   - engine: holds the trained network.
  ///   - start: the network before training.
  ///   - source: the training sample, n ≥ 8, as the network sees it.
  ///   - loss: the loss that was made small.
  ///   - options: confidence and effort.
  ///   - progress: called with what is measured next.
  /// - Complexity: some 150 evaluations of the sample, and 60 products with each layer.
  public init<Engine: NetworkEngine<Float>>(
    of engine: Engine, start: NetworkParameters<Float>, source: some BatchSource<Float>,
    loss: Loss, options: NetworkCapacityOptions = NetworkCapacityOptions(),
    progress: (String) -> Void = { _ in }
  ) {
    let graph = engine.graph
    let trained = engine.parameters
    progress("margins")
    let logits = engine.allLogits(source)
    margins = Margins(logits: logits, labels: source.labels)
    progress("norms of the layers")
    let folded = FoldedNetwork(graph, trained)
    layers = folded.graph.nodes.compactMap { node in
      guard node.isAffine else { return nil }
      let weights = folded.parameters.values[node.parameters.lowerBound]
      return LayerOperator(node, of: folded.graph, weights: weights).map {
        LayerNorms(
          name: node.name, $0, tolerance: options.spectralTolerance,
          maximalSteps: options.spectralSteps)
      }
    }
    var assembly = Assembly(
      engine: engine, start: start, folded: folded, layers: layers, margins: margins,
      inputs: InputNorms(source, inputs: graph.input.count), options: options, loss: loss,
      error: wrongShare(logits, source.labels))
    assembly.addCounts()
    assembly.addMargins()
    progress("norms of the network")
    assembly.addNorms()
    progress("perturbations of the weights")
    assembly.addPerturbations(source)
    measures = assembly.measures
  }
}

/// The norms of a sample's inputs that bounds ask for.
struct InputNorms: Sendable {
  /// √(Σ_i ‖x_i‖²).
  let all: Double
  /// max_j √(Σ_i x_ij²).
  let largestColumn: Double
  /// max_i ‖x_i‖.
  let largestRow: Double

  init(_ source: some BatchSource<Float>, inputs d: Int) {
    var columns = [Double](repeating: 0, count: d)
    var largest = 0.0
    let n = source.labels.count
    let width = 256
    var block = [Float](repeating: 0, count: d * width)
    for first in stride(from: 0, to: n, by: width) {
      let samples = Array(first..<min(first + width, n))
      block.withUnsafeMutableBufferPointer {
        source.write(
          samples, epoch: nil,
          to: UnsafeMutableBufferPointer(rebasing: $0[0..<samples.count * d]))
      }
      for place in samples.indices {
        var square = 0.0
        for j in 0..<d {
          let x = Double(block[place * d + j])
          columns[j] += x * x
          square += x * x
        }
        largest = max(largest, square)
      }
    }
    all = columns.reduce(0, +).squareRoot()
    largestColumn = (columns.max() ?? 0).squareRoot()
    largestRow = largest.squareRoot()
  }
}
