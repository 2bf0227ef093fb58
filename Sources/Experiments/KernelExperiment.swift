public import Datasets
import Kernels
import LinearAlgebra

/// How kernel regression is set up.
public struct KernelConfiguration: Sendable, Codable, Equatable {
  /// γ of the Gaussian kernel on pixels / 255; nil for the median heuristic.
  @ExplicitNull public var gamma: Double?
  /// The ridge λ ≥ 0.
  public var ridge: Double
  /// The largest number of bytes that the fit may plan for; nil for no limit.
  @ExplicitNull public var memoryLimit: Int?
  /// Names the draw of the median heuristic.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - gamma: γ > 0, or nil for the median heuristic.
  ///   - ridge: λ ≥ 0.
  ///   - memoryLimit: the largest number of bytes to plan for, or nil.
  ///   - seed: names the draw of the median heuristic.
  public init(
    gamma: Double? = nil, ridge: Double = 0, memoryLimit: Int? = nil, seed: UInt64 = 0
  ) {
    self.gamma = gamma
    self.ridge = ridge
    self.memoryLimit = memoryLimit
    self.seed = seed
  }
}

/// A kernel regression, measured.
public struct KernelRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The kernel with its parameters.
  public var kernel: String
  /// γ of the Gaussian kernel.
  public var gamma: Double
  /// The ridge λ.
  public var ridge: Double
  /// How images became vectors.
  public var input: String
  /// The number of dual coefficients, n C.
  public var weights: Int
  /// √tr(αᵀKα).
  public var rkhsNorm: Double
  /// The largest absolute entry of Y - (K + λI)α.
  public var maxAbsoluteResidual: Double
  /// LAPACK's test ratio, at most 30 for a sound solve.
  public var testRatio: Double
  /// The estimated condition number of K + λI.
  public var conditionEstimate: Double
  /// Iterations of the solver; 0 for the exact one.
  public var iterations: Int
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// The bytes planned for, beside the data.
  public var plannedBytes: Int
  /// Wall-clock seconds of Gram matrix, factorisation and solve.
  public var fitSeconds: Double
  /// Wall-clock seconds of all predictions.
  public var predictSeconds: Double
  /// Wall-clock seconds of both.
  public var seconds: Double

  /// The shares of wrong answers together.
  var score: ClassificationScore {
    ClassificationScore(
      trainError: trainError, testError: testError, corruptedTestError: corruptedTestError)
  }
}

/// Fits kernel regression to the labels of samples that share their images.
///
/// Inputs are pixels / 255, targets one-hot. All samples share one factorisation: every level of
/// label corruption is a few more right-hand sides.
///
/// - Parameters:
///   - samples: at least one; they may differ in their labels alone.
///   - configuration: kernel and ridge.
/// - Returns: one record a sample. The evidence is that of all right-hand sides together.
/// - Throws: ``ExperimentError/kernel(_:)``, ``ExperimentError/memory(learner:needed:limit:)`` before anything large is allocated.
public func fitKernel(
  _ samples: [CorruptedSample], configuration: KernelConfiguration
) throws(ExperimentError) -> [KernelRecord] {
  guard let first = samples.first else { return [] }
  let learner = "kernel regression"
  let planned = KernelMemoryPlan(
    samples: first.train.count, dimension: first.train.dimension,
    targets: samples.count * first.train.classCount, inputs: first.test.count
  ).totalBytes
  if let limit = configuration.memoryLimit, planned > limit {
    throw .memory(learner: learner, needed: planned, limit: limit)
  }
  let features = first.train.featureMatrix(.scaled)
  let kernel =
    configuration.gamma.map(GaussianKernel.init)
    ?? GaussianKernel.medianHeuristic(features, seed: configuration.seed)
  let targets = stackedTargets(samples)
  let fitting = Stopwatch()
  let fit: KernelFit<GaussianKernel>
  do throws(KernelError) {
    fit = try KernelRegression(kernel: kernel, samples: features, ridge: configuration.ridge)
      .fit(targets)
  } catch {
    throw .kernel(error)
  }
  let fitSeconds = fitting.seconds
  let predicting = Stopwatch()
  let testValues = fit.predict(first.test.featureMatrix(.scaled))
  let predictSeconds = predicting.seconds
  return samples.enumerated().map { index, sample in
    let columns = index * sample.train.classCount..<(index + 1) * sample.train.classCount
    let score = ClassificationScore(
      train: fit.fittedValues.columns(columns).largestColumnOfRows(),
      test: testValues.columns(columns).largestColumnOfRows(), sample: sample)
    return KernelRecord(
      sample: SampleRecord(sample), kernel: kernel.description, gamma: kernel.gamma,
      ridge: configuration.ridge, input: Preprocessing.scaled.summary,
      weights: features.rows * sample.train.classCount,
      rkhsNorm: euclideanNorm(Array(fit.rkhsNorms[columns])),
      maxAbsoluteResidual: fit.evidence.maxAbsoluteResidual,
      testRatio: fit.evidence.testRatio, conditionEstimate: fit.evidence.conditionEstimate,
      iterations: 0, trainError: score.trainError, testError: score.testError,
      corruptedTestError: score.corruptedTestError, plannedBytes: planned,
      fitSeconds: fitSeconds, predictSeconds: predictSeconds,
      seconds: fitSeconds + predictSeconds)
  }
}
