public import LinearAlgebra

/// The fast engine: convolutions and their like by oneDNN, in its own layouts from end to end.
///
/// Layouts are chosen by the primitives and kept through the whole network; filters are stored as
/// the convolutions want them. All memory is planned when the engine is made, and a step allocates
/// none. ReLU is joined to the convolution, dense layer or batch normalisation before it. Dense
/// layers are matrix products on the graph's own order of weights; the product of their gradient
/// adds to the velocity, which saves a pass over it.
///
/// The branches of a concatenation are copied: oneDNN 2 has its fast convolutions, poolings and
/// normalisations only for tensors that are dense in memory, and a view of some channels is not.
///
/// For the same thread count, two runs give the same bytes.
public final class OneDNNEngine: NetworkEngine {
  /// The network.
  public let graph: NetworkGraph
  /// What training makes small.
  public let loss: Loss
  /// The most samples of one call.
  public let batchSize: Int

  private let library = OneDNN()
  private let threads = ThreadCount.current
  private let fused: [FusedOperation]
  private var storage: OneDNNParameters
  private var memory: SharedMemory?
  private var passes: [PassKey: OneDNNPass] = [:]

  /// What the computations of the running pass read.
  private let current = CurrentBatch()

  private struct PassKey: Hashable {
    var count: Int
    var training: Bool
  }

  /// Chooses primitives and plans the memory.
  public init(
    _ graph: NetworkGraph, loss: Loss = .crossEntropy, batchSize: Int,
    parameters: NetworkParameters<Float>
  ) throws(EngineError) {
    precondition(batchSize >= 1, "a batch holds a sample")
    precondition(parameters.fits(graph), "parameters in the graph's shapes")
    self.graph = graph
    self.loss = loss
    self.batchSize = batchSize
    fused = FusedOperation.all(of: graph)
    OpenMP.setThreads(threads)
    let layouts = OneDNNPlanner.filterLayouts(graph, fused, library: library, count: batchSize)
    storage = OneDNNParameters(graph, library: library) { layouts[$0] ?? .plain([1]) }
    self.parameters = parameters
    // The largest pass first: the others fit into its memory.
    _ = pass(count: batchSize, training: true)
  }

  /// The version of the library, for the record of a run.
  public static var libraryVersion: String { "oneDNN \(OneDNN.version)" }

  /// The bytes of activations, gradients and workspaces, all planned at the start.
  public var plannedBytes: Int { memory?.byteCount ?? 0 }

  /// The parameters and running statistics, in the graph's order.
  public var parameters: NetworkParameters<Float> {
    get {
      NetworkParameters(
        values: graph.parameters.indices.map { storage.exported(.values, parameter: $0) },
        statistics: graph.statistics.enumerated().map { index, statistic in
          Array(UnsafeBufferPointer(start: storage.statistics[index], count: statistic.count))
        })
    }
    set {
      precondition(newValue.fits(graph), "parameters in the graph's shapes")
      for (index, values) in newValue.values.enumerated() {
        storage.set(.values, parameter: index, to: values)
      }
      for (index, values) in newValue.statistics.enumerated() {
        for (c, value) in values.enumerated() { storage.statistics[index][c] = value }
      }
    }
  }

  /// The velocity of SGD, in the graph's order.
  public var velocity: [[Float]] {
    get { graph.parameters.indices.map { storage.exported(.velocity, parameter: $0) } }
    set {
      precondition(newValue.map(\.count) == graph.parameters.map(\.count), "the graph's shapes")
      for (index, values) in newValue.enumerated() {
        storage.set(.velocity, parameter: index, to: values)
      }
    }
  }

  /// One step of SGD.
  public func step(
    _ batch: Batch, rule: StepRule, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> BatchScore {
    let score = runTraining(batch, momentum: rule.momentum, fill: fill)
    storage.step(rule, threads: threads)
    storage.followBatch(count: batch.count)
    return score
  }

  /// The gradient of the mean loss of a batch.
  public func gradient(
    _ batch: Batch, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> (score: BatchScore, gradient: [[Float]]) {
    let saved = (parameters: parameters, velocity: velocity)
    defer {
      parameters = saved.parameters
      velocity = saved.velocity
    }
    let score = runTraining(batch, momentum: 0, fill: fill)
    // With rate 0 and momentum 0 a step leaves the gradient in the velocity.
    storage.step(StepRule(learningRate: 0), threads: threads)
    return (score, velocity)
  }

  private func runTraining(
    _ batch: Batch, momentum: Double, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> BatchScore {
    precondition(batch.count >= 1 && batch.count <= batchSize, "1 to batchSize samples")
    OpenMP.setThreads(threads)
    let pass = pass(count: batch.count, training: true)
    fill(pass.input)
    current.batch = batch
    current.momentum = Float(momentum)
    pass.run()
    return current.score
  }

  /// The logits of some samples.
  public func logits(
    count: Int, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> Matrix<Float> {
    precondition(count >= 1 && count <= batchSize, "1 to batchSize samples")
    OpenMP.setThreads(threads)
    let pass = pass(count: count, training: false)
    fill(pass.input)
    pass.run()
    return Matrix(rows: graph.classCount, columns: count, columnMajor: Array(pass.logits))
  }

  private func pass(count: Int, training: Bool) -> OneDNNPass {
    let key = PassKey(count: count, training: training)
    if let pass = passes[key] { return pass }
    let planner = OneDNNPlanner(
      graph, fused, library: library, count: count, training: training, threads: threads,
      storage: storage, current: current, loss: loss)
    let (pass, memory) = planner.pass(in: memory)
    if memory.byteCount > plannedBytes { self.memory = memory }
    passes[key] = pass
    return pass
  }

  /// Seconds of each computation of a training pass, in order; the step of SGD comes last.
  ///
  /// Parameters stay, the velocity does not.
  ///
  /// - Parameters:
  ///   - batch: the batch.
  ///   - clock: gives seconds.
  ///   - fill: writes its samples.
  /// - Returns: titles of layer, work and library code, with seconds.
  public func profile(
    _ batch: Batch, clock: () -> Double, fill: (UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [(title: String, seconds: Double)] {
    OpenMP.setThreads(threads)
    let pass = pass(count: batch.count, training: true)
    fill(pass.input)
    current.batch = batch
    current.momentum = 0.9
    var times: [(title: String, seconds: Double)] = []
    for computation in pass.computations {
      let start = clock()
      computation.run()
      times.append((computation.title, clock() - start))
    }
    let start = clock()
    storage.step(StepRule(learningRate: 0, momentum: 0.9), threads: threads)
    return times + [("SGD step", clock() - start)]
  }
}

/// What a pass reads of the batch at hand, and the score that it leaves.
final class CurrentBatch {
  var batch = Batch(labels: [])
  var momentum: Float = 0
  var score = BatchScore(loss: 0, correct: 0)
}
