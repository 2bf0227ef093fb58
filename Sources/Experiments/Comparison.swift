public import Datasets
public import Networks

/// How the four learners of a comparison are set up.
public struct ComparisonConfiguration: Sendable, Codable, Equatable {
  /// The interpolating network.
  public var interpolation: InterpolationConfiguration
  /// The kernel regression.
  public var kernel: KernelConfiguration
  /// The network that SGD trains.
  public var model: PaperModel
  /// How SGD trains it.
  public var training: TrainingConfiguration
  /// What carries out the training's arithmetic.
  public var engine: EngineChoice

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - interpolation: the interpolating network.
  ///   - kernel: the kernel regression.
  ///   - model: the network that SGD trains.
  ///   - training: how SGD trains it.
  ///   - engine: what carries out the training's arithmetic.
  public init(
    interpolation: InterpolationConfiguration = InterpolationConfiguration(),
    kernel: KernelConfiguration = KernelConfiguration(), model: PaperModel = .mlp1x512,
    training: TrainingConfiguration, engine: EngineChoice = .fast
  ) {
    self.interpolation = interpolation
    self.kernel = kernel
    self.model = model
    self.training = training
    self.engine = engine
  }
}

/// One learner of a comparison, in the columns that all share.
public struct FitSummary: Sendable, Codable, Equatable {
  /// Which learner.
  public var learner: String
  /// How images became vectors.
  public var input: String
  /// The number of fitted numbers.
  public var weights: Int
  /// The shares of wrong answers.
  public var score: ClassificationScore
  /// The smallest margin on the training sample: the score of the label less the largest other one.
  ///
  /// On the learner's own scale. The outputs of linear map and kernel regression are to be one-hot,
  /// and the score of a class for the interpolant is minus its distance from the output: an exact
  /// fit has a margin of 1. SGD's scores are logits, which have no scale. nil where a score is no
  /// number.
  @ExplicitNull public var margin: Double?
  /// The norm that the learner is known by.
  public var norm: Double
  /// Which norm that is.
  public var normName: String
  /// What shows that the fit is sound, in words.
  public var evidence: String
  /// Wall-clock seconds of the fit.
  public var seconds: Double
}

/// The four learners on one sample.
public struct ComparisonRecord: Sendable, Codable, Equatable {
  /// The SHA-256 of the training images and labels that all four were given.
  public var sampleSHA256: String
  /// The sample.
  public var sample: SampleRecord
  /// One summary a learner.
  public var fits: [FitSummary]

  /// Puts four records side by side.
  ///
  /// - Parameters:
  ///   - interpolation: of the interpolating network.
  ///   - linear: of the minimum-norm linear map.
  ///   - kernel: of the kernel regression.
  ///   - training: of the network trained by SGD.
  public init(
    interpolation: InterpolationRecord, linear: MinimumNormRecord, kernel: KernelRecord,
    training: TrainingRecord
  ) {
    let samples = [interpolation.sample, linear.sample, kernel.sample, training.sample]
    precondition(samples.allSatisfy { $0 == samples[0] }, "four learners, one sample")
    sampleSHA256 = interpolation.sample.sha256
    sample = interpolation.sample
    fits = [
      FitSummary(interpolation), FitSummary(linear), FitSummary(kernel), FitSummary(training),
    ]
  }
}

/// Gives one sample to the four learners.
///
/// - Parameters:
///   - sample: the sample.
///   - configuration: how the learners are set up.
///   - progress: told before each learner and after each epoch.
/// - Returns: the record with one summary a learner.
/// - Throws: ``ExperimentError``.
public func compare(
  _ sample: CorruptedSample, configuration: ComparisonConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> ComparisonRecord {
  func tell(_ step: Double, _ activity: String) {
    progress(ExperimentProgress(fraction: step / 4, activity: activity))
  }
  tell(0, "interpolating network")
  let interpolation = try interpolate(sample, configuration: configuration.interpolation).record
  tell(1, "minimum-norm linear map")
  let linear = try fitMinimumNorm([sample], by: .singularValues)[0]
  tell(2, "kernel regression")
  let kernel = try fitKernel([sample], configuration: configuration.kernel)[0]
  let epochs = Double(max(1, configuration.training.epochs))
  let plan = TrainingPlan(
    configuration.model, for: sample, configuration: configuration.training,
    engine: configuration.engine)
  let training = try trainNetwork(plan, on: sample) {
    tell(3 + Double($0.epoch) / epochs, configuration.model.title)
  }.record
  return ComparisonRecord(
    interpolation: interpolation, linear: linear, kernel: kernel, training: training)
}

extension FitSummary {
  fileprivate init(_ record: InterpolationRecord) {
    learner = "2n+d interpolant"
    input = Preprocessing.raw.summary
    weights = record.weights
    score = record.score ?? ClassificationScore(trainError: 1, testError: 1, corruptedTestError: 1)
    margin = record.smallestMargin
    norm = record.norm
    normName = "output weights"
    evidence =
      (record.certified ? "certified exactly" : "not certified")
      + ", residual \(brief(record.maxAbsoluteResidual))"
    seconds = record.seconds
  }

  fileprivate init(_ record: MinimumNormRecord) {
    learner = "minimum-norm linear"
    input = record.input
    weights = record.weights
    score = record.score
    margin = record.smallestMargin
    norm = record.norm
    normName = "Frobenius"
    evidence =
      "rank \(record.rank.map(String.init) ?? "unknown"), residual \(brief(record.residual))"
    seconds = record.seconds
  }

  fileprivate init(_ record: KernelRecord) {
    learner = "Gaussian kernel"
    input = record.input
    weights = record.weights
    score = record.score
    margin = record.smallestMargin
    norm = record.rkhsNorm
    normName = "RKHS"
    evidence =
      record.testRatio.map {
        "test ratio \(brief($0)), condition \(brief(record.conditionEstimate ?? .infinity))"
      } ?? "relative residual \(brief(record.relativeResidual))"
    seconds = record.fitSeconds
  }

  fileprivate init(_ record: TrainingRecord) {
    learner = "SGD, \(PaperModel(rawValue: record.model)?.title ?? record.model)"
    input = record.input
    weights = record.parameters
    score = record.score
    margin = record.smallestMargin
    norm = record.norm
    normName = "Frobenius"
    evidence =
      record.stepsToFit.map { "fitted after \($0) steps" }
      ?? "not fitted in \(record.epochs) epochs: \(record.outcome.rawValue)"
    seconds = record.seconds
  }
}
