public import Datasets
import LinearAlgebra
public import LinearModels

/// A way of fitting a linear map to one-hot labels.
public enum LinearChoice: Sendable, Hashable {
  /// The minimum-norm solution by singular values.
  case singularValues
  /// The minimum-norm solution by the Gram system, for n ≤ d.
  case gram
  /// The ridge solution with this λ > 0.
  case ridge(Double)
  /// Gradient descent from zero with this many steps.
  case descent(steps: Int)
}

/// A linear fit, measured.
public struct LinearRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// How the weights were found.
  public var method: String
  /// How images became vectors.
  public var input: String
  /// The number of weights, d C.
  public var weights: Int
  /// The Frobenius norm of the weights.
  public var norm: Double
  /// The largest absolute entry of X W - Y.
  public var residual: Double
  /// LAPACK's test ratio; nil for descent, which solves no system.
  @ExplicitNull public var testRatio: Double?
  /// The estimated condition number of the system solved; nil for descent.
  @ExplicitNull public var conditionEstimate: Double?
  /// The numerical rank of X, from the singular values.
  public var rank: Int
  /// ‖W - W*‖ / ‖W*‖ with W* the minimum-norm solution by singular values.
  public var distanceToMinimumNorm: Double
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// Points of the path of descent; empty for other methods.
  public var path: [DescentPoint]
  /// Wall-clock seconds of the solve.
  public var seconds: Double

  /// The shares of wrong answers together.
  var score: ClassificationScore {
    ClassificationScore(
      trainError: trainError, testError: testError, corruptedTestError: corruptedTestError)
  }
}

/// Fits a linear map to the labels of samples that share their images.
///
/// Inputs are pixels / 255, targets one-hot. All samples share one decomposition.
///
/// - Parameters:
///   - samples: at least one; they may differ in their labels alone.
///   - choice: how to find the weights.
/// - Returns: one record a sample.
/// - Throws: ``ExperimentError/linearAlgebra(learner:_:)``.
public func fitLinear(
  _ samples: [CorruptedSample], by choice: LinearChoice
) throws(ExperimentError) -> [LinearRecord] {
  guard let first = samples.first else { return [] }
  let learner = "linear model"
  let features = first.train.featureMatrix(.scaled)
  let testFeatures = first.test.featureMatrix(.scaled)
  let targets = stackedTargets(samples)
  let watch = Stopwatch()
  let reference = try solving(for: learner) { () throws(LinearAlgebraError) in
    try minimumNormFit(features, targets: targets)
  }
  var seconds = watch.seconds
  var fit: LinearFit<Double>? = reference
  var weights = reference.weights
  var path: [DescentPoint] = []
  var method = reference.method.description
  if choice != .singularValues {
    let watch = Stopwatch()
    switch choice {
    case .singularValues: break
    case .gram:
      fit = try solving(for: learner) { () throws(LinearAlgebraError) in
        try gramFit(features, targets: targets)
      }
    case .ridge(let lambda):
      fit = try solving(for: learner) { () throws(LinearAlgebraError) in
        try ridgeFit(features, targets: targets, ridge: lambda)
      }
    case .descent(let steps):
      fit = nil
      method = "gradient descent from zero, \(steps) steps"
      (weights, path) = gradientDescentPath(
        features, targets: targets, minimumNorm: reference.weights, steps: steps)
    }
    seconds = watch.seconds
    if let fit { (weights, method) = (fit.weights, fit.method.description) }
  }
  let trainValues = features * weights
  let testValues = testFeatures * weights
  return samples.enumerated().map { index, sample in
    let columns = index * sample.train.classCount..<(index + 1) * sample.train.classCount
    let own = weights.columns(columns)
    let best = reference.weights.columns(columns)
    let scale = best.frobeniusNorm
    let distance = (own - best).frobeniusNorm
    let score = ClassificationScore(
      train: trainValues.columns(columns).largestColumnOfRows(),
      test: testValues.columns(columns).largestColumnOfRows(), sample: sample)
    return LinearRecord(
      sample: SampleRecord(sample), method: method, input: Preprocessing.scaled.summary,
      weights: own.rows * own.columns, norm: own.frobeniusNorm,
      residual: (trainValues.columns(columns) - targets.columns(columns)).largestAbsoluteEntry,
      testRatio: fit?.evidence.testRatio, conditionEstimate: fit?.evidence.conditionEstimate,
      rank: reference.evidence.rank,
      distanceToMinimumNorm: scale == 0 ? distance : distance / scale,
      trainError: score.trainError, testError: score.testError,
      corruptedTestError: score.corruptedTestError, path: path, seconds: seconds)
  }
}

/// The one-hot labels of all samples side by side.
func stackedTargets(_ samples: [CorruptedSample]) -> Matrix<Double> {
  let rows = samples.first?.train.count ?? 0
  precondition(
    samples.allSatisfy { $0.train.pixels == samples[0].train.pixels },
    "the samples share their images")
  return Matrix(
    rows: rows, columns: samples.reduce(0) { $0 + $1.train.classCount },
    columnMajor: samples.flatMap { $0.train.oneHotLabels(of: Double.self).elements })
}
