import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("A training asks its engine for the right steps, and says how it ended")
struct TrainingProcessTests {
  private func process(
    _ engine: ScriptedEngine, labels: [Int], test: [Int]? = nil,
    _ configuration: TrainingConfiguration
  ) throws -> TrainingProcess<Double> {
    try TrainingProcess(
      engine: engine, train: NumberedSource(labels: labels),
      test: test.map { NumberedSource(labels: $0) }, configuration: configuration)
  }

  @Test(
    "Each epoch takes each sample once with its label, in its own order",
    arguments: PropertyCase.all)
  func batches(_ property: PropertyCase) throws {
    let n = property.first
    let batch = max(1, property.second)
    var stream = property.stream("labels")
    let labels = (0..<n).map { _ in stream.integer(below: 2) }
    let engine = try ScriptedEngine(batchSize: batch + property.third)
    let epochs = 3
    let seed = UInt64(property.seed)
    let process = try process(
      engine, labels: labels,
      TrainingConfiguration(
        epochs: epochs, batchSize: batch, learningRate: .exponential(0.5, factor: 0.5),
        momentum: 0.25, weightDecay: 0.125, divergence: nil, seed: seed))
    var records: [EpochRecord] = []
    process.run { record in
      records.append(record)
      return true
    }
    #expect(records == process.progress.history && records.count == (n == 0 ? 0 : epochs))
    let perEpoch = (n + batch - 1) / batch
    #expect(process.stepsPerEpoch == perEpoch && process.steps == records.count * perEpoch)
    #expect(engine.steps.count == process.steps)
    #expect(records.map(\.epoch) == Array(1..<records.count + 1))
    var orders: [[Int]] = []
    for epoch in 0..<records.count {
      let steps = engine.steps[epoch * perEpoch..<(epoch + 1) * perEpoch]
      let order = steps.flatMap(\.batch.samples)
      orders.append(order)
      #expect(order.sorted() == Array(0..<n))
      #expect(steps.dropLast().allSatisfy { $0.batch.count == batch })
      let rule = StepRule(
        learningRate: [0.5, 0.25, 0.125][epoch], momentum: 0.25, weightDecay: 0.125)
      for step in steps {
        #expect(step.batch.labels == step.batch.samples.map { labels[$0] })
        #expect(step.batch.epoch == epoch && step.batch.seed == seed && step.rule == rule)
        #expect(step.values == step.batch.samples.map { Double($0) + Double(epoch) / 1000 })
      }
      var stream = RandomStream(seed: seed, purpose: "batch order", indices: epoch)
      #expect(order == stream.permutation(of: n))
      #expect(records[epoch].learningRate == rule.learningRate)
      #expect(records[epoch].steps == (epoch + 1) * perEpoch)
    }
    // Ten samples have many orders; few of them may come twice.
    if n >= 10 { #expect(Set(orders).count == epochs) }
  }

  @Test("An epoch's loss and accuracy are means over samples, not over batches")
  func means() throws {
    let engine = try ScriptedEngine(batchSize: 4)
    engine.score = { step, batch in BatchScore(loss: Double(step + 1), correct: batch.count - 1) }
    let process = try process(
      engine, labels: [Int](repeating: 1, count: 10),
      TrainingConfiguration(epochs: 2, batchSize: 4, divergence: nil))
    process.run()
    let history = process.progress.history
    // (4 · 1 + 4 · 2 + 2 · 3) / 10 and (4 · 4 + 4 · 5 + 2 · 6) / 10.
    #expect(history.map(\.loss) == [1.8, 4.8])
    #expect(history.map(\.runningAccuracy) == [0.7, 0.7])
    #expect(history.allSatisfy { $0.train == nil && $0.test == nil })
  }

  @Test("Events come one a step, one at an epoch's end, then the outcome again and again")
  func events() throws {
    let engine = try ScriptedEngine(batchSize: 2)
    let process = try process(
      engine, labels: [0, 1, 0],
      TrainingConfiguration(epochs: 2, batchSize: 2, convergenceAccuracy: -1))
    var kinds = ""
    for _ in 0..<8 {
      switch process.advance() {
      case .step(let score):
        #expect(score == BatchScore(loss: 1, correct: 0))
        kinds += "s"
      case .epoch(let record):
        #expect(record == process.progress.history.last)
        kinds += "e"
      case .ended(let outcome):
        #expect(outcome == .finishedEpochs && process.outcome == outcome)
        kinds += "."
      }
    }
    #expect(kinds == "ssesse..")
    #expect(engine.steps.count == 4)
  }

  @Test("No samples or no epochs end a training before it begins", arguments: [0, 3], [0, 2])
  func nothing(_ n: Int, _ epochs: Int) throws {
    if n > 0 && epochs > 0 { return }
    let engine = try ScriptedEngine(batchSize: 2)
    let start = engine.parameters
    let process = try process(
      engine, labels: [Int](repeating: 0, count: n), test: [0],
      TrainingConfiguration(epochs: epochs, batchSize: 2))
    #expect(process.outcome == .finishedEpochs && process.run() == .finishedEpochs)
    #expect(process.progress.history.isEmpty && engine.parameters == start)
    #expect(engine.steps.isEmpty && engine.blocks.isEmpty)
  }

  @Test("After each epoch the samples asked for are evaluated, unaltered and in blocks")
  func evaluations() throws {
    for (train, test) in [(false, false), (true, false), (false, true), (true, true)] {
      let engine = try ScriptedEngine(batchSize: 4)
      var evaluated: [Double] = []
      // After the first epoch three test samples are right, after the second one is.
      engine.answer = { steps, sample in
        evaluated.append(sample)
        return -sample < (steps == 2 ? 3 : 1) ? [1, 0] : [0, 1]
      }
      let process = try process(
        engine, labels: [1, 1, 1, 1, 0], test: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        TrainingConfiguration(
          epochs: 2, batchSize: 4, divergence: nil, convergenceAccuracy: -1,
          evaluatesTraining: train, evaluatesTest: test))
      process.run()
      let history = process.progress.history
      #expect(history.map { $0.test?.accuracy } == (test ? [0.3, 0.1] : [nil, nil]))
      #expect(history.map { $0.train?.accuracy } == (train ? [0.2, 0.6] : [nil, nil]))
      let blocks = (train ? [4, 1] : []) + (test ? [4, 4, 2] : [])
      #expect(engine.blocks == blocks + blocks)
      // Samples altered for an epoch are positive.
      #expect(evaluated.allSatisfy { $0 <= 0 })
      if test {
        #expect(history.best?.epoch == 1)
        #expect(abs((history.earlyStoppingGain ?? 0) - 0.2) <= 2 * Double.ulpOfOne)
      }
    }
  }

  @Test("Rules end a training at an epoch's end, the first that is met")
  func stopping() throws {
    func outcome(_ rules: [StoppingRule]) throws -> (TrainingOutcome, epochs: Int) {
      let engine = try ScriptedEngine(batchSize: 2)
      engine.score = { step, batch in
        BatchScore(loss: [0.9, 0.5, 0.6, 0.4, 0.7][step], correct: step == 3 ? 2 : 1)
      }
      let process = try process(
        engine, labels: [0, 1],
        TrainingConfiguration(epochs: 5, batchSize: 2, stoppingRules: rules))
      return (process.run(), process.progress.epoch)
    }
    #expect(try outcome([]) == (.failedToConverge, 5))
    #expect(try outcome([.loss(below: 0.55)]) == (.lossReached, 2))
    #expect(try outcome([.accuracy(atLeast: 0.9)]) == (.accuracyReached, 4))
    #expect(try outcome([.patience(epochs: 1, .trainingLoss)]) == (.patienceExhausted, 3))
    #expect(
      try outcome([.accuracy(atLeast: 0.9), .loss(below: 0.45)]) == (.accuracyReached, 4))
    #expect(
      try outcome([.loss(below: 0.45), .accuracy(atLeast: 0.9)]) == (.lossReached, 4))
    #expect(try outcome([.loss(below: 0.1)]) == (.failedToConverge, 5))
  }

  @Test("All epochs run without more right answers than chance gives: failed to converge")
  func failedToConverge() throws {
    func outcome(
      running: Int, right: Int, labels: [Int], threshold: Double? = nil
    ) throws -> TrainingOutcome {
      let engine = try ScriptedEngine(batchSize: 20)
      engine.score = { _, _ in BatchScore(loss: 1, correct: running) }
      engine.answer = { _, sample in
        let label = labels[Int(-sample)]
        let isRight = -sample < Double(right)
        return [isRight == (label == 0) ? 1 : 0, isRight == (label == 1) ? 1 : 0]
      }
      return try process(
        engine, labels: labels,
        TrainingConfiguration(epochs: 1, batchSize: 20, convergenceAccuracy: threshold)
      ).run()
    }
    // Half of the labels are 0: 1/2 + 1/20 = 0.55, which are 11 of 20.
    let even = (0..<20).map { $0 % 2 }
    #expect(try outcome(running: 11, right: 11, labels: even) == .failedToConverge)
    #expect(try outcome(running: 12, right: 0, labels: even) == .finishedEpochs)
    // The running accuracy lags behind.
    #expect(try outcome(running: 3, right: 12, labels: even) == .finishedEpochs)
    #expect(try outcome(running: 3, right: 11, labels: even) == .failedToConverge)
    // With nine in ten labels alike, nine in ten right answers show nothing.
    let uneven = (0..<20).map { $0 < 2 ? 1 : 0 }
    #expect(try outcome(running: 18, right: 18, labels: uneven) == .failedToConverge)
    #expect(try outcome(running: 19, right: 19, labels: uneven) == .finishedEpochs)
    let alike = [Int](repeating: 0, count: 20)
    #expect(try outcome(running: 20, right: 20, labels: alike) == .finishedEpochs)
    #expect(try outcome(running: 19, right: 19, labels: alike) == .failedToConverge)
    #expect(try outcome(running: 12, right: 12, labels: even, threshold: 0.6) == .failedToConverge)
    #expect(try outcome(running: 13, right: 13, labels: even, threshold: 0.6) == .finishedEpochs)
  }

  @Test("A training is left when the caller has seen enough, and can go on", arguments: 1...4)
  func interruption(_ epochs: Int) throws {
    let configuration = TrainingConfiguration(epochs: 5, batchSize: 2, divergence: nil)
    let process = try process(try ScriptedEngine(batchSize: 2), labels: [0, 1, 1], configuration)
    #expect(process.run { $0.epoch < epochs } == .interrupted)
    #expect(process.outcome == nil && process.progress.epoch == epochs)
    #expect(process.run() == .failedToConverge && process.progress.epoch == 5)
  }

  @Test("An engine too small and a batch of none stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try TrainingProcess(
        engine: try ScriptedEngine(batchSize: 1), train: NumberedSource(labels: [0]),
        configuration: TrainingConfiguration(epochs: 1, batchSize: 2))
    }
    await #expect(processExitsWith: .failure) {
      _ = try TrainingProcess(
        engine: try ScriptedEngine(batchSize: 1), train: NumberedSource(labels: [0]),
        configuration: TrainingConfiguration(epochs: 1, batchSize: 0))
    }
  }
}
