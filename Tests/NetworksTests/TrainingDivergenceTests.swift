import LinearAlgebra
import Networks
import RandomStreams
import Testing

@Suite("A training that diverges ends with a result")
struct TrainingDivergenceTests {
  private func process(
    _ engine: ScriptedEngine, test: [Int]? = nil, _ configuration: TrainingConfiguration
  ) throws -> TrainingProcess<Double> {
    try TrainingProcess(
      engine: engine, train: NumberedSource(labels: [0, 1, 0, 1]),
      test: test.map { NumberedSource(labels: $0) }, configuration: configuration)
  }

  @Test("A loss that is not finite ends it at its step", arguments: 0..<6)
  func lossNotFinite(_ bad: Int) throws {
    for value in [Double.nan, .infinity, -.infinity] {
      let engine = try ScriptedEngine(batchSize: 2)
      engine.score = { step, _ in BatchScore(loss: step == bad ? value : 1, correct: 0) }
      let process = try process(engine, TrainingConfiguration(epochs: 3, batchSize: 2))
      #expect(process.run() == .diverged(.lossNotFinite))
      #expect(engine.steps.count == bad + 1 && process.steps == bad + 1)
      // What is kept is finite, so that it can be written down.
      #expect(process.progress.lossSum.isFinite && process.progress.history.count == bad / 2)
      #expect(process.progress.firstLoss == (bad == 0 ? nil : 1))
      #expect(process.advance() == .ended(.diverged(.lossNotFinite)))
    }
  }

  @Test("Parameters or evaluations that are not finite end it at the epoch's end")
  func notFinite() throws {
    for value in [Double.nan, .infinity] {
      let engine = try ScriptedEngine(batchSize: 4)
      engine.afterStep = { engine, step in
        if step == 2 { engine.parameters.values[1][0] = value }
      }
      let process = try process(engine, TrainingConfiguration(epochs: 3, batchSize: 4))
      #expect(process.run() == .diverged(.parametersNotFinite))
      #expect(process.progress.history.count == 1)

      let overflowing = try ScriptedEngine(batchSize: 4)
      overflowing.answer = { steps, _ in [steps == 2 ? value : 0, 0] }
      let tested = try self.process(
        overflowing, test: [0, 1], TrainingConfiguration(epochs: 3, batchSize: 4))
      #expect(tested.run() == .diverged(.lossNotFinite))
      #expect(tested.progress.history.count == 1)
    }
  }

  @Test("Losses that stay above the start's end it after as many epochs as the rule says")
  func lossAboveStart() throws {
    func epochs(_ losses: [Double], _ rule: DivergenceRule?) throws -> (TrainingOutcome, Int) {
      let engine = try ScriptedEngine(batchSize: 4)
      engine.score = { step, _ in BatchScore(loss: losses[step], correct: 4) }
      let process = try process(
        engine,
        TrainingConfiguration(epochs: losses.count, batchSize: 4, divergence: rule))
      return (process.run(), process.progress.epoch)
    }
    let rule = DivergenceRule(epochs: 2, factor: 1)
    #expect(try epochs([2, 3, 1, 3, 3, 3], rule) == (.diverged(.lossAboveStart), 5))
    #expect(try epochs([2, 3, 1, 3, 3, 3], nil) == (.finishedEpochs, 6))
    #expect(try epochs([2, 3, 1, 3, 2, 3], rule) == (.finishedEpochs, 6))
    // A start below chance, log 2, does not lower the bar.
    #expect(try epochs([0.1, 0.6, 0.6, 0.6], rule) == (.finishedEpochs, 4))
    #expect(try epochs([0.1, 0.7, 0.7, 0.7], rule) == (.diverged(.lossAboveStart), 3))
    // The last epoch may be the one that shows it.
    #expect(try epochs([2, 3, 3], rule) == (.diverged(.lossAboveStart), 3))
  }

  @Test("A real network with a huge learning rate diverges", arguments: [1e3, 1e10, 1e30, 1e38])
  func hugeLearningRate(_ rate: Double) throws {
    var stream = RandomStream(seed: 1, purpose: "divergence")
    let graph = try NetworkGraph(
      Architecture("small", input: .vector(3)) {
        Dense(8)
        Rectifier()
        Dense(8)
        Rectifier()
        Dense(4)
      })
    let source = MatrixSource(
      samples: Matrix<Float>(rows: 3, columns: 40) { _, _ in Float(stream.normal()) },
      labels: (0..<40).map { $0 % 4 })
    let process = try TrainingProcess(
      engine: ReferenceEngine(
        graph, loss: .crossEntropy, batchSize: 8,
        parameters: NetworkParameters<Float>(graph, seed: 1)),
      train: source, test: source,
      configuration: TrainingConfiguration(
        epochs: 50, batchSize: 8, learningRate: .constant(rate)))
    guard case .diverged = process.run() else {
      Issue.record("\(String(describing: process.outcome))")
      return
    }
  }

  @Test("A sample that is no number diverges at its first batch")
  func notANumber() throws {
    let graph = try NetworkGraph(Architecture("line", input: .vector(1)) { Dense(2) })
    let source = MatrixSource(
      samples: Matrix<Float>(rows: 1, columns: 2, columnMajor: [1, .nan]), labels: [0, 1])
    let process = try TrainingProcess(
      engine: ReferenceEngine(
        graph, loss: .crossEntropy, batchSize: 2,
        parameters: NetworkParameters<Float>(graph, seed: 1)),
      train: source, configuration: TrainingConfiguration(epochs: 3, batchSize: 2))
    #expect(process.run() == .diverged(.lossNotFinite) && process.steps == 1)
  }
}
