import LinearAlgebra
import Networks
import RandomStreams

/// A random small network with a batch for it, the same for every engine.
///
/// Over ``seeds`` all operations come up, with branches, strides and paddings of each kind, numbers
/// of channels that no vector unit divides, images of one pixel and batches of one sample. All
/// numbers are rounded to `Float`, so that engines of either precision are given the same.
struct RandomArchitecture: Sendable, CustomStringConvertible {
  /// 240 cases.
  static let seeds = 0..<240

  /// The seed.
  let seed: Int
  /// The network.
  let graph: NetworkGraph
  /// What is made small.
  let loss: Loss
  /// Labels, samples, epoch and seed of dropout.
  let batch: Batch

  /// Draws a network.
  ///
  /// - Parameters:
  ///   - seed: names the draw.
  ///   - work: the most multiplications and additions of a sample's way through the network,
  ///     without that of its last layers.
  /// - Throws: ``ArchitectureError`` if the generator put layers together that do not fit.
  init(seed: Int, work: Int = 100_000) throws(ArchitectureError) {
    self.seed = seed
    var generator = LayerGenerator(seed: seed, work: work)
    let layers = generator.network()
    graph = try NetworkGraph(
      Architecture("random \(seed)", input: generator.input, layers: layers))
    loss = seed % 3 == 0 ? .squared : .crossEntropy
    var stream = RandomStream(seed: UInt64(seed), purpose: "random batch")
    let count = seed % 6 == 0 ? 1 : 1 + stream.integer(below: 4)
    let classes = graph.classCount
    batch = Batch(
      labels: (0..<count).map { _ in stream.integer(below: classes) },
      samples: (0..<count).map { _ in stream.integer(below: 1000) },
      epoch: stream.integer(below: 10), seed: UInt64(seed))
  }

  /// Random parameters, away from 0 and 1, and random running statistics.
  func parameters<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) -> NetworkParameters<Scalar> {
    randomParameters(of: graph, seed: seed)
  }

  /// Random values for the samples of the batch.
  func input<Scalar: LinearAlgebraScalar>(_ type: Scalar.Type) -> [Scalar] {
    var stream = RandomStream(seed: UInt64(seed), purpose: "random input")
    return (0..<batch.count * graph.input.count).map { _ in Scalar(Float(stream.normal())) }
  }

  /// An engine for this network.
  func engine<Engine: NetworkEngine>(_ type: Engine.Type) throws(EngineError) -> Engine {
    try Engine(
      graph, loss: loss, batchSize: batch.count, parameters: parameters(Engine.Scalar.self))
  }

  /// The score and the gradient that an engine gives for the batch.
  func gradient<Engine: NetworkEngine>(
    _ engine: Engine
  ) -> (score: BatchScore, gradient: [[Engine.Scalar]]) {
    engine.gradient(batch, fill: filling(input(Engine.Scalar.self)))
  }

  /// Seed, shapes and operations, for the report of a failure.
  var description: String {
    let nodes = graph.nodes.map { "\($0.title) \($0.shape)" }
    return "seed \(seed), \(batch.count) samples: " + nodes.joined(separator: ", ")
  }
}

/// Writes given values where an engine wants its samples.
func filling<Scalar>(_ values: [Scalar]) -> (UnsafeMutableBufferPointer<Scalar>) -> Void {
  { target in
    precondition(target.count == values.count, "a value for each place")
    _ = target.update(from: values)
  }
}

/// Random parameters and running statistics for a network, rounded to `Float`.
///
/// Weights as He draws them; biases and β normal with deviation 0.3; γ and variances from 0.5 to
/// 1.5. Biases of 0 would put dead units exactly on the kink of ReLU, where there is no derivative.
func randomParameters<Scalar: LinearAlgebraScalar>(
  of graph: NetworkGraph, seed: Int
) -> NetworkParameters<Scalar> {
  var stream = RandomStream(seed: UInt64(seed), purpose: "random parameters")
  func draw(_ parameter: NetworkGraph.Parameter) -> [Scalar] {
    let inputs = parameter.dimensions.dropFirst().reduce(1, *)
    let deviation = (2 / Double(inputs)).squareRoot()
    return (0..<parameter.count).map { _ in
      let value: Double =
        switch parameter.role {
        case .weight: deviation * stream.normal()
        case .bias, .shift: 0.3 * stream.normal()
        case .scale: 0.5 + stream.uniform()
        }
      return Scalar(Float(value))
    }
  }
  return NetworkParameters(
    values: graph.parameters.map(draw), statistics: graph.statistics.map(draw))
}

/// Draws layers one after another and leaves out those that do not fit.
private struct LayerGenerator {
  let input: TensorShape
  private var stream: RandomStream
  private let work: Int

  init(seed: Int, work: Int) {
    self.work = work
    var stream = RandomStream(seed: UInt64(seed), purpose: "random architecture")
    let channels = Self.channelCounts[stream.integer(below: Self.channelCounts.count)]
    let (height, width) = (1 + stream.integer(below: 9), 1 + stream.integer(below: 9))
    input =
      switch seed % 8 {
      case 0: .vector(channels)
      case 1: .image(channels: channels, height: 1, width: 1)
      case 2: .image(channels: channels, height: 8, width: 8)
      default: .image(channels: channels, height: height, width: width)
      }
    self.stream = stream
  }

  private static let channelCounts = [1, 2, 3, 4, 5, 8, 9, 15, 16, 17]

  mutating func network() -> [Layer] {
    var layers: [Layer] = []
    for _ in 0..<2 + stream.integer(below: 5) {
      let part = stream.integer(below: 5) == 0 ? branches() : operation()
      if fits(layers + part) { layers += part }
    }
    layers += pick([Flatten().layers, GlobalAveragePooling().layers])
    if !fits(layers) { layers[layers.count - 1] = .operation(.flatten) }
    for _ in 0..<stream.integer(below: 3) { layers += vectorOperation() }
    return layers
      + Dense(1 + stream.integer(below: 5), hasBias: stream.integer(below: 4) > 0).layers
  }

  private func fits(_ layers: [Layer]) -> Bool {
    let architecture = Architecture("part", input: input, layers: layers + Flatten().layers)
    guard let graph = try? NetworkGraph(architecture) else { return false }
    return graph.forwardWork <= work
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value {
    values[stream.integer(below: values.count)]
  }

  private mutating func operation() -> [Layer] {
    let stride = pick([1, 1, 2, 3])
    switch stream.integer(below: 10) {
    case 0, 1, 2: return convolution(stride: stride, padding: padding())
    case 3: return MaxPooling(size: pick([1, 2, 3]), stride: stride, padding: padding()).layers
    case 4:
      return AveragePooling(size: pick([1, 2, 3, 5]), stride: stride, padding: padding()).layers
    default: return shapeKeepingOperation()
    }
  }

  private mutating func padding() -> Padding {
    pick([.same, .same, .valid, .each(0), .each(1), .each(2)])
  }

  private mutating func convolution(stride: Int, padding: Padding) -> [Layer] {
    Convolution(
      pick(Self.channelCounts), size: pick([1, 2, 3, 4, 5]), stride: stride, padding: padding,
      hasBias: stream.integer(below: 3) > 0
    ).layers
  }

  private mutating func shapeKeepingOperation() -> [Layer] {
    switch stream.integer(below: 5) {
    case 0, 1: return normalization()
    case 2:
      return LocalResponseNormalization(
        radius: pick([0, 1, 2, 4]), bias: pick([1, 2]), alpha: pick([0.0001, 0.1]),
        beta: pick([0.5, 0.75, 1])
      ).layers
    case 3: return Dropout(pick([0, 0.25, 0.5])).layers
    default: return Rectifier().layers
    }
  }

  private mutating func normalization() -> [Layer] {
    BatchNormalization(
      epsilon: pick([1e-3, 1e-2]), decay: pick([0, 0.5, 0.9]),
      learnsScaleAndShift: stream.integer(below: 4) > 0
    ).layers
  }

  private mutating func vectorOperation() -> [Layer] {
    switch stream.integer(below: 5) {
    case 0: return normalization()
    case 1: return Rectifier().layers
    case 2: return Dropout(0.5).layers
    case 3: return [.branches([Dense(3).layers + Rectifier().layers, [], Dense(2).layers])]
    default: return Dense(pick(Self.channelCounts)).layers
    }
  }

  /// Two or three branches that leave images of one size; one may be empty or branch again.
  private mutating func branches(depth: Int = 0) -> [Layer] {
    let stride = pick([1, 1, 2])
    let branches = (0..<2 + stream.integer(below: 2)).map { _ in
      switch stream.integer(below: 6) {
      case 0: return MaxPooling(size: 3, stride: stride).layers
      case 1: return AveragePooling(size: 2, stride: stride).layers
      case 2 where stride == 1: return []
      case 3 where stride == 1 && depth == 0: return self.branches(depth: 1)
      default:
        return convolution(stride: stride, padding: .same) + shapeKeepingOperation()
      }
    }
    return [.branches(branches)]
  }
}
