public import LinearAlgebra
private import RandomStreams

/// The training of a network by stochastic gradient descent with momentum, step by step.
///
/// v ← μ v + ∇loss + λ w and w ← w - η v. Samples are drawn without replacement, in an order drawn
/// anew for each epoch. Source: Zhang et al. (2017), Appendix A.
///
/// ```swift
/// let process = try TrainingProcess(engine: engine, train: samples, configuration: configuration)
/// process.run { print($0.epoch, $0.loss) }
/// ```
///
/// The orders of samples are named by (seed, epoch), dropout by (seed, layer, epoch, sample), and
/// altered samples by the source's own seed. So a training taken up from a snapshot ends with the
/// same bytes as one that was never left, as far as the engine repeats its own arithmetic.
public final class TrainingProcess<Scalar: LinearAlgebraScalar> {
  /// What carries out the arithmetic, and holds the parameters.
  public let engine: any NetworkEngine<Scalar>
  /// How the network is trained.
  public let configuration: TrainingConfiguration
  /// How far the training is.
  public private(set) var progress: TrainingProgress

  private let train: any BatchSource<Scalar>
  private let test: (any BatchSource<Scalar>)?
  private let labels: [Int]
  /// The parameters at the start, to measure the way from there.
  private let start: [[Scalar]]
  private let startingLossAtLeast: Double
  private let convergenceAccuracy: Double
  private var order: (epoch: Int, samples: [Int])?

  /// Prepares a training.
  ///
  /// A snapshot whose epochs were all run is gone on with if the configuration has more of them.
  ///
  /// - Parameters:
  ///   - engine: with the parameters of the start, also when a snapshot is given; its batch size
  ///     is at least the configuration's and its loss the configuration's.
  ///   - train: the samples to fit, n ≥ 0 of them.
  ///   - test: the samples to be scored on after each epoch.
  ///   - configuration: how the network is trained.
  ///   - snapshot: where to take up the training; nil for its start.
  /// - Throws: ``SnapshotError`` when the snapshot is not of this network, sample size or batch
  ///   size.
  public init(
    engine: any NetworkEngine<Scalar>, train: any BatchSource<Scalar>,
    test: (any BatchSource<Scalar>)? = nil, configuration: TrainingConfiguration,
    from snapshot: TrainingSnapshot<Scalar>? = nil
  ) throws(SnapshotError) {
    precondition(configuration.batchSize >= 1, "a batch holds a sample")
    precondition(configuration.epochs >= 0, "a number of epochs")
    precondition(engine.batchSize >= configuration.batchSize, "the engine has room for a batch")
    self.engine = engine
    self.configuration = configuration
    self.train = train
    self.test = configuration.evaluatesTest ? test : nil
    labels = train.labels
    start = engine.parameters.values
    startingLossAtLeast = configuration.loss.atChance(classes: engine.graph.classCount)
    convergenceAccuracy = configuration.convergenceAccuracy(labels: labels)
    progress = .start
    if let snapshot {
      try snapshot.check(engine.graph, samples: labels.count, configuration: configuration)
      engine.parameters = snapshot.parameters
      engine.velocity = snapshot.velocity
      progress = snapshot.progress
    }
    let isShort = progress.epoch < configuration.epochs && !labels.isEmpty
    switch progress.outcome {
    case nil where !isShort: progress.outcome = .finishedEpochs
    case .finishedEpochs where isShort, .failedToConverge where isShort: progress.outcome = nil
    default: break
    }
  }

  /// The number of steps of an epoch.
  public var stepsPerEpoch: Int { configuration.stepsPerEpoch(samples: labels.count) }
  /// Steps done since the start.
  public var steps: Int { progress.steps(stepsPerEpoch: stepsPerEpoch) }
  /// How the training ended; nil while it goes on.
  public var outcome: TrainingOutcome? { progress.outcome }

  /// The training as it is now, between two steps.
  ///
  /// - Complexity: copies the parameters and the velocity.
  public var snapshot: TrainingSnapshot<Scalar> {
    TrainingSnapshot(
      parameters: engine.parameters, velocity: engine.velocity, progress: progress)
  }

  /// Does one step, or closes an epoch whose steps are done.
  ///
  /// ``outcome`` says afterwards whether the training has ended and why. Divergence is an outcome:
  /// after a step whose batch had a loss that is not finite nothing more is done.
  ///
  /// - Returns: what was done.
  @discardableResult
  public func advance() -> TrainingEvent {
    if let outcome { return .ended(outcome) }
    return progress.step < stepsPerEpoch ? takeStep() : closeEpoch()
  }

  /// Goes on until the training ends.
  ///
  /// - Parameter goesOn: called with each epoch's record; the training is left when it returns
  ///   false.
  /// - Returns: how the training ended, or ``TrainingOutcome/interrupted``.
  @discardableResult
  public func run(
    whileEpoch goesOn: (EpochRecord) -> Bool = { _ in true }
  ) -> TrainingOutcome {
    while outcome == nil {
      if case .epoch(let record) = advance(), !goesOn(record) { return outcome ?? .interrupted }
    }
    return outcome ?? .interrupted
  }

  private func takeStep() -> TrainingEvent {
    let first = progress.step * configuration.batchSize
    let samples = Array(
      samplesInOrder()[first..<min(first + configuration.batchSize, labels.count)])
    let batch = Batch(
      labels: samples.map { labels[$0] }, samples: samples, epoch: progress.epoch,
      seed: configuration.seed)
    let score = engine.step(batch, rule: configuration.stepRule(epoch: progress.epoch)) {
      train.write(samples, epoch: progress.epoch, to: $0)
    }
    progress.step += 1
    guard score.loss.isFinite else {
      progress.outcome = .diverged(.lossNotFinite)
      return .step(score)
    }
    if progress.firstLoss == nil { progress.firstLoss = score.loss }
    progress.lossSum += score.loss * Double(samples.count)
    progress.correct += score.correct
    return .step(score)
  }

  /// The order in which the running epoch takes the samples.
  private func samplesInOrder() -> [Int] {
    if let order, order.epoch == progress.epoch { return order.samples }
    var stream = RandomStream(
      seed: configuration.seed, purpose: "batch order", indices: progress.epoch)
    let samples = stream.permutation(of: labels.count)
    order = (progress.epoch, samples)
    return samples
  }

  private func closeEpoch() -> TrainingEvent {
    let count = Double(labels.count)
    var record = EpochRecord(
      epoch: progress.epoch + 1, steps: steps,
      learningRate: configuration.learningRate.rate(epoch: progress.epoch),
      loss: progress.lossSum / count, runningAccuracy: Double(progress.correct) / count)
    (record.norm, record.distanceToStart) = lengths()
    guard record.norm.isFinite else { return end(.diverged(.parametersNotFinite)) }
    if configuration.evaluatesTraining { record.train = evaluation(of: train) }
    if let test { record.test = evaluation(of: test) }
    // A network may overflow although its parameters are finite.
    guard record.train?.loss.isFinite != false && record.test?.loss.isFinite != false else {
      return end(.diverged(.lossNotFinite))
    }
    progress.history.append(record)
    progress.epoch += 1
    (progress.step, progress.lossSum, progress.correct) = (0, 0, 0)
    progress.outcome = outcomeAfterEpoch()
    return .epoch(record)
  }

  private func end(_ outcome: TrainingOutcome) -> TrainingEvent {
    progress.outcome = outcome
    return .ended(outcome)
  }

  private func evaluation(of source: any BatchSource<Scalar>) -> Evaluation {
    engine.evaluation(of: source, loss: configuration.loss)
  }

  private func outcomeAfterEpoch() -> TrainingOutcome? {
    let history = progress.history
    let startingLoss = max(progress.firstLoss ?? 0, startingLossAtLeast)
    if configuration.divergence?.isMet(by: history, startingLoss: startingLoss) == true {
      return .diverged(.lossAboveStart)
    }
    for rule in configuration.stoppingRules {
      if let outcome = rule.outcome(after: history) { return outcome }
    }
    return progress.epoch < configuration.epochs
      ? nil : hasConverged(history) ? .finishedEpochs : .failedToConverge
  }

  /// Whether more is learnt than answering by chance.
  ///
  /// The running accuracy lags behind; where it is too low, the samples are evaluated.
  private func hasConverged(_ history: [EpochRecord]) -> Bool {
    func isEnough(_ accuracy: Double?) -> Bool {
      accuracy.map { $0 > convergenceAccuracy || $0 == 1 } ?? false
    }
    let last = history.last
    return isEnough(last?.trainingAccuracy)
      || last?.train == nil && isEnough(evaluation(of: train).accuracy)
  }

  /// The norm of all parameters and their distance from the start.
  private func lengths() -> (norm: Double, distance: Double) {
    let parameters = engine.parameters
    let distances = zip(parameters.values, start).map { distance($0, $1) }
    return (parameters.norm, euclideanNorm(distances))
  }
}

@specialized(where Scalar == Float)
@specialized(where Scalar == Double)
private func distance<Scalar: LinearAlgebraScalar>(_ a: [Scalar], _ b: [Scalar]) -> Double {
  var sum = 0.0
  for i in a.indices {
    let difference = Double(a[i]) - Double(b[i])
    sum += difference * difference
  }
  return sum.squareRoot()
}
