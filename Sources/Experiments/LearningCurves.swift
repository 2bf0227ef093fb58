public import Datasets

/// How learning curves are made.
public struct LearningCurvesConfiguration: Sendable, Codable, Equatable {
  /// The sample sizes n, increasing.
  public var sizes: [Int]
  /// How the learners are set up at each size.
  public var comparisons: [ComparisonConfiguration]

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - sizes: the sample sizes n, at least 1 and increasing.
  ///   - comparison: how the learners are set up at a size.
  public init(sizes: [Int], comparison: (Int) -> ComparisonConfiguration) {
    precondition(
      sizes.allSatisfy { $0 >= 1 } && zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 },
      "sizes increase")
    self.sizes = sizes
    comparisons = sizes.map(comparison)
  }
}

/// The four learners on growing prefixes of one sample.
public struct LearningCurvesRecord: Sendable, Codable, Equatable {
  /// The SHA-256 of the largest prefix's training images and labels.
  public var sampleSHA256: String
  /// The largest prefix.
  public var sample: SampleRecord
  /// One comparison a size, each with the prefix that it was made on.
  public var curves: [ComparisonRecord]

  /// Puts comparisons together.
  ///
  /// - Parameter curves: at least one, of increasing sample size.
  public init(_ curves: [ComparisonRecord]) {
    precondition(!curves.isEmpty, "a curve has a point")
    sampleSHA256 = curves[curves.count - 1].sampleSHA256
    sample = curves[curves.count - 1].sample
    self.curves = curves
  }
}

/// Gives growing prefixes of one sample to the four learners.
///
/// - Parameters:
///   - split: the images with their true labels.
///   - corruption: what is done to all of them, once, before prefixes are taken.
///   - seed: names the draw.
///   - configuration: sizes, at least one and none larger than the sample, and learners.
///   - progress: told before each learner and after each epoch.
/// - Returns: the record with one comparison a size.
/// - Throws: ``ExperimentError``.
public func learningCurves(
  _ split: DatasetSplit, corruption: Corruption, seed: UInt64,
  configuration: LearningCurvesConfiguration, progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> LearningCurvesRecord {
  let sizes = configuration.sizes
  let samples = split.corrupted(by: corruption, seed: seed, prefixes: sizes)
  // Most learners take time as a square or a cube; this is for the progress alone.
  let costs = sizes.map { Double($0) * Double($0) }
  let total = costs.reduce(0, +)
  var curves: [ComparisonRecord] = []
  for (index, sample) in samples.enumerated() {
    let done = costs.prefix(index).reduce(0, +)
    curves.append(
      try compare(sample, configuration: configuration.comparisons[index]) { step in
        progress(
          ExperimentProgress(
            fraction: (done + step.fraction * costs[index]) / total,
            activity: "n = \(sizes[index]): \(step.activity)"))
      })
  }
  return LearningCurvesRecord(curves)
}
