private import LinearAlgebra
public import Networks
private import RandomStreams

/// How fast the fast engine trains one network.
public struct TrainingSpeed: Sendable, Codable, Equatable {
  /// The network's name.
  public var model: String
  /// The number of weights and biases, those of batch normalisation left out.
  public var parameters: Int
  /// Multiplications and additions of one image's part in a step.
  public var workPerImage: Int
  /// The median of the seconds of a step.
  public var secondsPerStep: Double
  /// Images of a step for each of these seconds.
  public var imagesPerSecond: Double
  /// Multiplications and additions, in 10⁹ a second.
  public var gigaflops: Double
  /// `gigaflops` over OpenBLAS's rate at a large product in the same run.
  public var shareOfProduct: Double
  /// Bytes planned for activations, gradients and workspaces.
  public var plannedBytes: Int
  /// The parts of a step, the longest first; empty unless asked for.
  public var profile: [ProfileEntry]
}

/// One computation of a step.
public struct ProfileEntry: Sendable, Codable, Equatable {
  /// The layer, what is computed, and the library's name for the code.
  public var computation: String
  /// The least seconds of some repetitions.
  public var seconds: Double
}

/// The speed of training, with the limits of the machine in the same run.
public struct TrainingBenchmarkRecord: Sendable, Codable, Equatable {
  /// Images of a step.
  public var batchSize: Int
  /// Timed steps of each network, after three that are not counted.
  public var steps: Int
  /// Rows and columns of the matrices whose product is the limit.
  public var productSize: Int
  /// The rate of OpenBLAS's `sgemm` at that size, in 10⁹ multiplications and additions a second.
  public var openBLASGigaflops: Double
  /// The rate of oneDNN's at the same size.
  public var oneDNNGigaflops: Double
  /// One entry a network.
  public var models: [TrainingSpeed]
}

/// Times steps of SGD on random images: forward, backward and the step with momentum.
///
/// - Parameters:
///   - models: the networks, on 28 × 28 × 3 images of ten classes.
///   - batchSize: images of a step, at least 1.
///   - steps: timed steps, at least 1; small networks take ten times as many.
///   - profiles: whether each computation of a step is timed by itself, too.
///   - progress: called before each network.
/// - Returns: medians, and the limits measured between the networks.
/// - Throws: ``ExperimentError/engine(_:)`` when the engine lacks a layer.
public func measureTrainingSpeed(
  _ models: [PaperModel], batchSize: Int = 128, steps: Int = 20, profiles: Bool = false,
  progress: (ExperimentProgress) -> Void = { _ in }
) throws(ExperimentError) -> TrainingBenchmarkRecord {
  precondition(batchSize >= 1 && steps >= 1, "something to time")
  let size = 2048
  var record = TrainingBenchmarkRecord(
    batchSize: batchSize, steps: steps, productSize: size, openBLASGigaflops: 0,
    oneDNNGigaflops: 0, models: [])
  for (index, model) in models.enumerated() {
    progress(
      ExperimentProgress(
        fraction: Double(index) / Double(models.count), activity: "timing \(model.title)"))
    record.openBLASGigaflops = max(
      record.openBLASGigaflops,
      productRate(size, of: Float.self) { $0.formOpenBLASProduct(of: $1, $1) })
    record.oneDNNGigaflops = max(
      record.oneDNNGigaflops, productRate(size, of: Float.self))
    record.models.append(
      try measure(model, batchSize: batchSize, steps: steps, profiles: profiles))
  }
  for index in record.models.indices {
    record.models[index].shareOfProduct =
      record.models[index].gigaflops / record.openBLASGigaflops
  }
  return record
}

private func measure(
  _ model: PaperModel, batchSize: Int, steps: Int, profiles: Bool
) throws(ExperimentError) -> TrainingSpeed {
  let graph: NetworkGraph
  let engine: OneDNNEngine
  do {
    graph = try NetworkGraph(
      model.architecture(input: .image(channels: 3, height: 28, width: 28), classes: 10))
    engine = try OneDNNEngine(
      graph, batchSize: batchSize, parameters: NetworkParameters(graph, seed: 0))
  } catch let error as EngineError {
    throw .engine(error)
  } catch {
    preconditionFailure("the paper's networks fit its images: \(error)")
  }
  var stream = RandomStream(seed: 0, purpose: "benchmark images")
  let images = (0..<batchSize * graph.input.count).map { _ in Float(stream.normal()) }
  let batch = Batch(labels: (0..<batchSize).map { $0 % graph.classCount })
  let fill: (UnsafeMutableBufferPointer<Float>) -> Void = { _ = $0.update(from: images) }
  let rule = StepRule(learningRate: 0.001, momentum: 0.9)
  let isSmall = graph.trainingWork < 100_000_000
  var times: [Double] = []
  for step in 0..<3 + (isSmall ? 10 * steps : steps) {
    let watch = Stopwatch()
    _ = engine.step(batch, rule: rule, fill: fill)
    if step >= 3 { times.append(watch.seconds) }
  }
  times.sort()
  let median = times[times.count / 2]
  let work = Double(graph.trainingWork) * Double(batchSize)
  return TrainingSpeed(
    model: model.rawValue, parameters: graph.parameterCount, workPerImage: graph.trainingWork,
    secondsPerStep: median, imagesPerSecond: Double(batchSize) / median,
    gigaflops: work / median * 1e-9, shareOfProduct: 0, plannedBytes: engine.plannedBytes,
    profile: profiles ? profile(engine, batch, repetitions: isSmall ? 50 : 5, fill: fill) : [])
}

/// The least seconds of each computation, the longest first.
private func profile(
  _ engine: OneDNNEngine, _ batch: Batch, repetitions: Int,
  fill: (UnsafeMutableBufferPointer<Float>) -> Void
) -> [ProfileEntry] {
  let watch = Stopwatch()
  var best: [ProfileEntry] = []
  for _ in 0..<repetitions {
    let times = engine.profile(batch, clock: { watch.seconds }, fill: fill)
    if best.isEmpty {
      best = times.map { ProfileEntry(computation: $0.title, seconds: $0.seconds) }
    } else {
      for (index, time) in times.enumerated() {
        best[index].seconds = min(best[index].seconds, time.seconds)
      }
    }
  }
  return best.sorted { $0.seconds > $1.seconds }
}
