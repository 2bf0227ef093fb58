import Foundation
import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

/// Samples with noise that changes from epoch to epoch, as augmented images do.
private struct AlteredSource: BatchSource {
  let samples: MatrixSource<Float>
  var labels: [Int] { samples.labels }

  func write(_ samples: [Int], epoch: Int?, to target: UnsafeMutableBufferPointer<Float>) {
    self.samples.write(samples, epoch: epoch, to: target)
    guard let epoch else { return }
    let d = self.samples.samples.rows
    for (place, sample) in samples.enumerated() {
      var stream = RandomStream(seed: 5, purpose: "altered", indices: sample, epoch)
      for i in 0..<d { target[place * d + i] += Float(0.1 * stream.normal()) }
    }
  }
}

@Suite("A training taken up from a snapshot ends with the same bytes")
struct TrainingResumptionTests {
  /// A small image network with everything that draws or keeps a state, and a plain one.
  private static func architecture(_ isPlain: Bool) -> Architecture {
    let input = TensorShape.image(channels: 1, height: 2, width: 3)
    if isPlain {
      return Architecture("plain", input: input) {
        Flatten()
        Dense(4)
        Rectifier()
        Dense(3)
      }
    }
    return Architecture("drawing", input: input) {
      Convolution(2, size: 3)
      BatchNormalization()
      Rectifier()
      Dropout(0.25)
      Flatten()
      Dense(4)
      Dropout(0.5)
      Dense(3)
    }
  }

  /// One training that can be begun or taken up.
  private struct Case {
    let graph: NetworkGraph
    let source: AlteredSource
    let seed: UInt64
    let engine: EngineChoice
    var configuration: TrainingConfiguration

    init(
      _ property: PropertyCase, count: Int, batch: Int, engine: EngineChoice = .reference
    ) throws {
      self.engine = engine
      graph = try NetworkGraph(architecture(property.seed.isMultiple(of: 2)))
      var stream = property.stream("resumption")
      source = AlteredSource(
        samples: MatrixSource(
          samples: randomMatrix(rows: 6, columns: count, of: Float.self, from: &stream),
          labels: (0..<count).map { _ in stream.integer(below: 3) }))
      seed = UInt64(property.seed)
      configuration = TrainingConfiguration(
        epochs: 3, batchSize: batch, learningRate: .exponential(0.05, factor: 0.9),
        weightDecay: 0.01, evaluatesTraining: true, seed: seed)
    }

    func process(
      from snapshot: TrainingSnapshot<Float>? = nil
    ) throws -> TrainingProcess<Float> {
      let engine = try engine.makeEngine(
        graph, loss: configuration.loss, batchSize: configuration.batchSize,
        parameters: NetworkParameters(graph, seed: seed))
      return try TrainingProcess(
        engine: engine, train: source, test: source, configuration: configuration,
        from: snapshot)
    }
  }

  private func expectSameBits(
    _ a: TrainingSnapshot<Float>, _ b: TrainingSnapshot<Float>
  ) {
    func bits(_ values: [[Float]]) -> [[UInt32]] { values.map { $0.map(\.bitPattern) } }
    #expect(bits(a.parameters.values) == bits(b.parameters.values))
    #expect(bits(a.parameters.statistics) == bits(b.parameters.statistics))
    #expect(bits(a.velocity) == bits(b.velocity))
    #expect(a.progress == b.progress)
  }

  /// What a checkpoint would hold: the progress as JSON.
  private func stored(_ snapshot: TrainingSnapshot<Float>) throws -> TrainingSnapshot<Float> {
    let data = try JSONEncoder().encode(snapshot.progress)
    return TrainingSnapshot(
      parameters: snapshot.parameters, velocity: snapshot.velocity,
      progress: try JSONDecoder().decode(TrainingProgress.self, from: data))
  }

  @Test(
    "From a snapshot at every step and epoch's end",
    arguments: (0..<24).map { ($0, EngineChoice.reference) } + [(4, .fast), (11, .fast)])
  func everyStep(_ seed: Int, _ engine: EngineChoice) throws {
    let (count, batch) = ([1, 2, 3, 5, 10, 10][seed % 6], [1, 4, 3, 16][seed / 6])
    let tested = try Case(
      PropertyCase(seed: seed), count: count, batch: batch, engine: engine)
    let process = try tested.process()
    var snapshots = [process.snapshot]
    while process.outcome == nil {
      process.advance()
      snapshots.append(process.snapshot)
    }
    // Snapshots have no influence.
    let undisturbed = try tested.process()
    undisturbed.run()
    expectSameBits(undisturbed.snapshot, process.snapshot)
    #expect(process.progress.history.count == 3)
    #expect(snapshots.count == 1 + 3 * (process.stepsPerEpoch + 1))
    for snapshot in snapshots {
      let resumed = try tested.process(from: stored(snapshot))
      expectSameBits(resumed.snapshot, snapshot)
      resumed.run()
      expectSameBits(resumed.snapshot, process.snapshot)
    }
  }

  @Test("At one step of many small trainings", arguments: PropertyCase.all)
  func oneStep(_ property: PropertyCase) throws {
    let tested = try Case(
      property, count: min(property.first, 10), batch: max(1, property.second))
    let process = try tested.process()
    process.run()
    let left = try tested.process()
    for _ in 0..<property.third % 7 { left.advance() }
    let resumed = try tested.process(from: stored(left.snapshot))
    resumed.run()
    expectSameBits(resumed.snapshot, process.snapshot)
  }

  @Test("All epochs run, and more of them given, go on as if they had been given at once")
  func moreEpochs() throws {
    var tested = try Case(PropertyCase(seed: 1), count: 10, batch: 4)
    let short = try tested.process()
    short.run()
    let same = try tested.process(from: stored(short.snapshot))
    #expect(same.outcome == short.outcome && same.advance() == .ended(same.outcome ?? .interrupted))
    tested.configuration.epochs = 5
    let long = try tested.process()
    long.run()
    let extended = try tested.process(from: stored(short.snapshot))
    #expect(extended.outcome == nil)
    extended.run()
    expectSameBits(extended.snapshot, long.snapshot)
  }

  @Test("Another seed is another order, other dropout and another network")
  func seeds() throws {
    var tested = try Case(PropertyCase(seed: 1), count: 10, batch: 4)
    let one = try tested.process()
    one.run()
    tested.configuration.seed += 1
    let other = try tested.process()
    other.run()
    #expect(one.snapshot.parameters != other.snapshot.parameters)
  }

  @Test("The number of threads changes nothing")
  func threads() async {
    await #expect(processExitsWith: .success) {
      let tested = try Case(PropertyCase(seed: 3), count: 50, batch: 16)
      ThreadCount.set(1)
      let one = try tested.process()
      one.run()
      ThreadCount.set(4)
      let four = try tested.process()
      four.run()
      precondition(one.snapshot == four.snapshot)
    }
  }

  @Test("A snapshot of another network, sample or plan is refused, and says why")
  func refusals() throws {
    let tested = try Case(PropertyCase(seed: 0), count: 10, batch: 4)
    let process = try tested.process()
    for _ in 0..<6 { process.advance() }
    let good = process.snapshot
    func refusal(
      _ change: (inout TrainingSnapshot<Float>) -> Void
    ) -> SnapshotError? {
      var snapshot = good
      change(&snapshot)
      do throws(SnapshotError) {
        try snapshot.check(tested.graph, samples: 10, configuration: tested.configuration)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { _ in } == nil)
    #expect(
      refusal { $0.parameters.values.removeLast() } == .shape(of: "parameters", network: "plain"))
    #expect(
      refusal { $0.parameters.statistics.append([1]) }
        == .shape(of: "parameters", network: "plain"))
    #expect(refusal { $0.velocity[0].append(0) } == .shape(of: "velocity", network: "plain"))
    #expect(
      refusal { $0.progress.epoch = 4 } == .counter(name: "epoch", value: 4, expected: 0...3))
    #expect(
      refusal { $0.progress.epoch = -1 } == .counter(name: "epoch", value: -1, expected: 0...3))
    #expect(
      refusal { $0.progress.history = [] }
        == .counter(name: "number of records", value: 0, expected: 1...1))
    #expect(
      refusal { $0.progress.history[0].epoch = 2 }
        == .counter(name: "epoch of a record", value: 2, expected: 1...1))
    #expect(
      refusal { $0.progress.history[0].steps = 4 }
        == .counter(name: "number of steps of a record", value: 4, expected: 3...3))
    #expect(
      refusal { $0.progress.step = 4 } == .counter(name: "step", value: 4, expected: 0...3))
    #expect(
      refusal { $0.progress.step = -1 } == .counter(name: "step", value: -1, expected: 0...3))
    #expect(
      refusal { $0.progress.correct = 9 }
        == .counter(name: "number of right answers", value: 9, expected: 0...8))
    var smaller = tested.configuration
    smaller.epochs = 0
    let error = SnapshotError.counter(name: "epoch", value: 1, expected: 0...0)
    #expect(throws: error) {
      try good.check(tested.graph, samples: 10, configuration: smaller)
    }
    #expect(
      error.description
        == "The snapshot's epoch is 1, expected 0: resume with the same samples and batch size, "
        + "and with as many epochs or more.")
    #expect(throws: SnapshotError.self) {
      try good.check(tested.graph, samples: 13, configuration: tested.configuration)
    }
    #expect(throws: SnapshotError.shape(of: "parameters", network: "drawing")) {
      _ = try Case(PropertyCase(seed: 1), count: 10, batch: 4).process(from: good)
    }
  }
}
