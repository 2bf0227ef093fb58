public import Datasets
public import Networks
private import RealModule

/// What a reproduction of the paper's argument runs.
public struct ReproductionPlan: Sendable, Codable, Equatable {
  /// The network that SGD trains.
  public var model: PaperModel
  /// The most epochs of a training.
  public var epochs: Int
  /// The levels of label corruption p, from 0 to 1.
  public var corruptionLevels: [Double]
  /// The kernel regression.
  public var kernel: KernelConfiguration
  /// What carries out the trainings' arithmetic.
  public var engine: EngineChoice
  /// Names every draw.
  public var seed: UInt64

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - model: the network that SGD trains.
  ///   - epochs: the most epochs of a training; it ends earlier when the loss is small.
  ///   - corruptionLevels: levels of p, from 0 to 1, increasing.
  ///   - kernel: the kernel regression.
  ///   - engine: what carries out the trainings' arithmetic.
  ///   - seed: names every draw.
  public init(
    model: PaperModel = .mlp1x512, epochs: Int = 150,
    corruptionLevels: [Double] = PaperFigures.corruptionLevels,
    kernel: KernelConfiguration = KernelConfiguration(), engine: EngineChoice = .fast,
    seed: UInt64 = 0
  ) {
    self.model = model
    self.epochs = epochs
    self.corruptionLevels = corruptionLevels
    self.kernel = kernel
    self.engine = engine
    self.seed = seed
  }

  /// How SGD trains on a sample of some size.
  ///
  /// The paper's learning rate falls by 5 % after each epoch, which is every 391 steps there. On a
  /// smaller sample the same schedule is kept in steps, not in epochs, or the rate would vanish
  /// before the labels are fitted.
  ///
  /// - Parameter samples: the training sample size n.
  /// - Returns: the configuration; training ends when an epoch's mean loss is below 0.03.
  public func training(samples: Int) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(
      epochs: epochs, stoppingRules: [.loss(below: 0.03)], evaluatesTest: false, seed: seed)
    let steps = configuration.stepsPerEpoch(samples: samples)
    configuration.learningRate = .exponential(
      model.learningRate, factor: .pow(0.95, Double(steps) / Double(PaperFigures.stepsPerEpoch)))
    return configuration
  }
}

/// One training of Figure 1a: the loss over time in one setting.
public struct LossCurve: Sendable, Codable, Equatable {
  /// The name of the corruption.
  public var corruption: String
  /// The paper's words for it.
  public var title: String
  /// The training with its history.
  public var training: TrainingRecord
}

/// One point of Figures 1b and 1c.
public struct CorruptionPoint: Sendable, Codable, Equatable {
  /// Which learner.
  public var learner: String
  /// The level p of label corruption.
  public var probability: Double
  /// The shares of wrong answers.
  public var score: ClassificationScore
  /// Steps until the labels were fitted; nil for learners without steps, or if they were not.
  @ExplicitNull public var stepsToFit: Int?
}

/// The paper's argument, run end to end on one set of images.
public struct ReproductionRecord: Sendable, Codable, Equatable {
  /// What was run.
  public var plan: ReproductionPlan
  /// What else the result depends on.
  public var environment: RunEnvironment
  /// The images with their true labels.
  public var sample: SampleRecord
  /// Every value of the paper that was measured, beside ours.
  public var cells: [Cell]
  /// The four learners, on true and on random labels.
  public var comparisons: [ComparisonRecord]
  /// Figure 1a: one training a setting.
  public var lossCurves: [LossCurve]
  /// Figures 1b and 1c: test errors and steps against label corruption.
  public var corruptionPoints: [CorruptionPoint]
  /// Wall-clock seconds of everything.
  public var seconds: Double
}

/// Runs the paper's argument on one set of images.
///
/// The four learners on true and on random labels, the network's loss in all six settings, and
/// test error against label corruption for kernel regression and the network.
///
/// - Parameters:
///   - split: training and test images with true labels.
///   - plan: what to run.
///   - progress: told as the work goes on.
/// - Returns: the record.
/// - Throws: ``ExperimentError``.
public func reproduce(
  _ split: DatasetSplit, plan: ReproductionPlan, progress: @escaping ProgressHandler = { _ in }
) throws(ExperimentError) -> ReproductionRecord {
  let watch = Stopwatch()
  let levels = plan.corruptionLevels.map { Corruption.labels(probability: $0) }
  let settings = Corruption.paperSettings
  let trained = settings + levels.filter { !settings.contains($0) }
  let pace = Pace(steps: trained.count + 3, progress)

  pace.begin("interpolating networks")
  let truth = split.corrupted(by: .none, seed: plan.seed)
  let random = split.corrupted(by: .randomLabels, seed: plan.seed)
  let interpolation = InterpolationConfiguration(seed: plan.seed)
  let interpolants = [
    try interpolate(truth, configuration: interpolation).record,
    try interpolate(random, configuration: interpolation).record,
  ]
  pace.begin("minimum-norm linear maps")
  let linear = try fitMinimumNorm([truth, random], by: .singularValues)
  pace.begin("kernel regression at all levels of corruption")
  let partial = levels.filter { $0 != .none && $0 != .randomLabels }
  let samples = [truth, random] + partial.map { split.corrupted(by: $0, seed: plan.seed) }
  let kernel = try fitKernel(samples, configuration: plan.kernel)

  let configuration = plan.training(samples: split.train.count)
  var trainings: [Corruption: TrainingRecord] = [:]
  for corruption in trained {
    pace.begin("\(plan.model.title), \(corruption.title)")
    let sample = split.corrupted(by: corruption, seed: plan.seed)
    trainings[corruption] =
      try trainNetwork(
        TrainingPlan(plan.model, for: sample, configuration: configuration, engine: plan.engine),
        on: sample
      ) {
        pace.advance(Double($0.epoch) / Double(max(1, plan.epochs)))
      }.record
  }

  let comparisons = [Corruption.none, .randomLabels].enumerated().compactMap { index, corruption in
    trainings[corruption].map {
      ComparisonRecord(
        interpolation: interpolants[index], linear: linear[index], kernel: kernel[index],
        training: $0)
    }
  }
  let lossCurves = settings.compactMap { corruption in
    trainings[corruption].map {
      LossCurve(corruption: corruption.description, title: corruption.title, training: $0)
    }
  }
  let points =
    zip(plan.corruptionLevels, levels).compactMap { probability, corruption in
      samples.firstIndex { $0.corruption == corruption }.map {
        CorruptionPoint(
          learner: "Gaussian kernel", probability: probability, score: kernel[$0].score,
          stepsToFit: nil)
      }
    }
    + zip(plan.corruptionLevels, levels).compactMap { probability, corruption in
      trainings[corruption].map {
        CorruptionPoint(
          learner: plan.model.title, probability: probability, score: $0.score,
          stepsToFit: $0.stepsToFit)
      }
    }
  pace.finish()
  let evidence = ReproductionEvidence(
    model: plan.model, sample: SampleRecord(truth), interpolants: interpolants, linear: linear,
    kernel: Array(kernel.prefix(2)), lossCurves: lossCurves, corruptionPoints: points)
  return ReproductionRecord(
    plan: plan, environment: .current, sample: evidence.sample, cells: evidence.cells,
    comparisons: comparisons, lossCurves: lossCurves, corruptionPoints: points,
    seconds: watch.seconds)
}

extension Corruption {
  /// The corruption of labels at a level, under the names that the paper has for both ends.
  fileprivate static func labels(probability: Double) -> Corruption {
    switch probability {
    case 0: .none
    case 1: .randomLabels
    default: .partialLabels(probability: probability)
    }
  }
}

/// Turns equal steps into one fraction.
private final class Pace {
  private let steps: Double
  private let report: ProgressHandler
  private var done = -1.0
  private var activity = ""

  init(steps: Int, _ report: @escaping ProgressHandler) {
    self.steps = Double(steps)
    self.report = report
  }

  func begin(_ activity: String) {
    done += 1
    self.activity = activity
    advance(0)
  }

  func advance(_ part: Double) {
    report(ExperimentProgress(fraction: (done + min(1, part)) / steps, activity: activity))
  }

  func finish() { report(ExperimentProgress(fraction: 1, activity: "done")) }
}
