public import Datasets
public import LinearAlgebra
public import Networks

/// A training on a sample that its caller advances, step by step.
///
/// ```swift
/// let run = try TrainingRun(plan, on: sample, from: snapshot)
/// while run.outcome == nil {
///   if case .epoch = run.advance() { save(run.snapshot) }
/// }
/// let record = run.result().record
/// ```
public final class TrainingRun {
  /// The network and how it is trained.
  public let plan: TrainingPlan
  /// The sample.
  public let sample: CorruptedSample
  /// The network with its shapes.
  public let graph: NetworkGraph

  private let process: TrainingProcess<Float>
  private let train: InputPipeline
  private let test: InputPipeline
  /// Steps done when this process took the training up; nil where it began it.
  private let resumedAtStep: Int?
  /// Images that went through a step in this process.
  private var images = 0
  private var stepSeconds = 0.0
  private var seconds = 0.0

  /// Prepares a training.
  ///
  /// - Parameters:
  ///   - plan: the network and how it is trained.
  ///   - sample: the sample.
  ///   - snapshot: where to take up the training; nil for its start.
  /// - Throws: ``ExperimentError`` when the network, the sample, the plan and the snapshot do not
  ///   fit together.
  public init(
    _ plan: TrainingPlan, on sample: CorruptedSample,
    from snapshot: TrainingSnapshot<Float>? = nil
  ) throws(ExperimentError) {
    self.plan = plan
    self.sample = sample
    graph = try plan.graph(for: sample)
    (train, test) = try plan.pipelines(of: sample)
    let engine = try plan.engine(for: graph)
    do throws(SnapshotError) {
      process = try TrainingProcess(
        engine: engine, train: train, test: test, configuration: plan.configuration,
        from: snapshot)
    } catch {
      throw .snapshot(error)
    }
    resumedAtStep = snapshot == nil ? nil : process.steps
  }

  /// How far the training is.
  public var progress: TrainingProgress { process.progress }
  /// How the training ended; nil while it goes on.
  public var outcome: TrainingOutcome? { process.outcome }
  /// Steps done since the start.
  public var steps: Int { process.steps }
  /// The number of steps of an epoch.
  public var stepsPerEpoch: Int { process.stepsPerEpoch }
  /// The training as it is now, between two steps.
  public var snapshot: TrainingSnapshot<Float> { process.snapshot }

  /// Does one step, or closes an epoch whose steps are done.
  ///
  /// - Returns: what was done.
  @discardableResult
  public func advance() -> TrainingEvent {
    let watch = Stopwatch()
    let before = process.progress.step * plan.configuration.batchSize
    let event = process.advance()
    let passed = watch.seconds
    seconds += passed
    if case .step = event {
      images += min(plan.configuration.batchSize, sample.train.count - before)
      stepSeconds += passed
    }
    return event
  }

  /// The network as it is now, measured on all training and test images.
  ///
  /// - Returns: the network and its record; the outcome of a training that has not ended is
  ///   ``TrainingOutcome/interrupted``.
  public func result() -> TrainingResult {
    let logits = process.engine.logits(of: train)
    let trainAnswers = logits.largestRowOfColumns()
    let testAnswers = process.engine.predictedClasses(test)
    let parameters = process.engine.parameters
    let history = progress.history
    let fit = history.timeToFit(lossBelow: plan.configuration.fittedLoss)
    let record = TrainingRecord(
      sample: SampleRecord(sample), model: graph.architecture.name,
      parameters: graph.parameterCount,
      normalizationParameters: graph.normalizationParameterCount,
      initialization: plan.initialization.rawValue, input: plan.preprocessing.summary,
      augmentation: augmentationSummary, engine: plan.engine, configuration: plan.configuration,
      outcome: outcome ?? .interrupted, epochs: history.count,
      trainAccuracy: accuracy(trainAnswers, train.labels),
      testAccuracy: accuracy(testAnswers, test.labels),
      corruptedTestAccuracy: accuracy(testAnswers, sample.corruptedTestLabels),
      bestTestAccuracy: history.best?.testAccuracy, bestTestEpoch: history.best?.epoch,
      earlyStoppingGain: history.earlyStoppingGain,
      smallestMargin: ClassificationScore.smallestMargin(of: train.labels, classes: logits.rows) {
        Double(logits[$1, $0])
      },
      score: ClassificationScore(train: trainAnswers, test: testAnswers, sample: sample),
      stepsToFit: fit?.steps, epochsToFit: fit?.epochs, norm: parameters.norm,
      resumedAtStep: resumedAtStep,
      imagesPerSecond: images == 0 ? 0 : Double(images) / max(stepSeconds, 1e-9),
      seconds: seconds, history: history)
    return TrainingResult(graph: graph, parameters: parameters, record: record)
  }

  /// What was done to training images, and to images of which size.
  private var augmentationSummary: String {
    if plan.augmentation.isNone { return plan.augmentation.summary }
    let (stored, window) = (train.images.shape, train.outputShape)
    return plan.augmentation.summary
      + (stored == window ? "" : ", of images of \(stored) cut to \(window)")
  }
}
