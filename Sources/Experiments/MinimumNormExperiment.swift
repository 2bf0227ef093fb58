public import Datasets
import LinearAlgebra
import LinearModels

/// A way to the solution of least norm.
public enum MinimumNormSolver: String, Sendable, Codable, Hashable, CaseIterable {
  /// By the smaller of two Gram matrices, or by a complete orthogonal factorisation where that
  /// would lose too many digits.
  case cheapest
  /// By singular values.
  case singularValues = "svd"
  /// By a complete orthogonal factorisation.
  case orthogonal
  /// By X Xᵀ α = Y, for n ≤ d: the paper's equation 3.
  case gram
  /// By XᵀX W = XᵀY, for n ≥ d.
  case normal
  /// By conjugate gradients.
  case lsqr

  /// Whether it counts a rank by a cut-off.
  public var hasCutOff: Bool { self == .singularValues || self == .orthogonal }
}

/// A minimum-norm fit, measured.
public struct MinimumNormRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// What was fitted.
  public var targets: LinearTargets
  /// How the weights were asked to be found.
  public var solver: MinimumNormSolver
  /// How they were found, in words.
  public var method: String
  /// Why the cheapest way was not taken, in words; nil where it was, or was not asked for.
  @ExplicitNull public var fallback: String?
  /// How images became vectors.
  public var input: String
  /// The number of weights, d k.
  public var weights: Int
  /// The Frobenius norm of the weights.
  public var norm: Double
  /// The largest absolute entry of X W - Y.
  public var residual: Double
  /// LAPACK's test ratio.
  public var testRatio: Double
  /// The estimated condition number of the system solved.
  public var conditionEstimate: Double
  /// The numerical rank of X; nil for conjugate gradients, which measure none.
  @ExplicitNull public var rank: Int?
  /// What a singular value, or a pivot, must exceed to count, relative to the largest; nil where all
  /// must.
  @ExplicitNull public var relativeCutOff: Double?
  /// The most iterations of a target; nil for direct solvers.
  @ExplicitNull public var iterations: Int?
  /// Whether all targets were fitted before the limit on iterations; nil for direct solvers.
  @ExplicitNull public var isConverged: Bool?
  /// ‖W - W*‖ with W* the minimum-norm solution by singular values; nil where that was not sought.
  @ExplicitNull public var distanceToMinimumNorm: Double?
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// The smallest margin of the outputs on the training sample, 1 for one-hot targets that are met
  /// exactly; nil for other targets.
  @ExplicitNull public var smallestMargin: Double?
  /// Wall-clock seconds of the solve.
  public var seconds: Double

  /// The shares of wrong answers together.
  var score: ClassificationScore {
    ClassificationScore(
      trainError: trainError, testError: testError, corruptedTestError: corruptedTestError)
  }
}

/// Fits the linear map of least norm to the labels of samples that share their images.
///
/// Inputs are pixels / 255, or random features of them. All samples share one decomposition.
///
/// - Parameters:
///   - samples: at least one; they may differ in their labels alone.
///   - kind: what is fitted.
///   - choice: what the map sees of an image.
///   - solver: how to find the weights.
///   - relativeCutOff: from 0 to below 1, for solvers with a cut-off; by default max(n, d) times the
///     distance from 1 to the next number.
///   - comparing: whether the weights are compared with those by singular values; nil where n d
///     min(n, d) is at most 2³², a few seconds of work.
/// - Returns: one record a sample.
/// - Throws: ``ExperimentError/linearModel(learner:_:)``;
///   ``ExperimentError/shape(solver:samples:features:)`` where a solver's system is singular by the
///   shape of X.
/// - Complexity: O(n d min(n, d)); of an iteration of conjugate gradients O(n d k).
public func fitMinimumNorm(
  _ samples: [CorruptedSample], targets kind: LinearTargets = .oneHot,
  features choice: LinearFeatures = .pixels, by solver: MinimumNormSolver,
  relativeCutOff: Double? = nil, comparing: Bool? = nil
) throws(ExperimentError) -> [MinimumNormRecord] {
  guard let first = samples.first else { return [] }
  let (features, testFeatures, input) = choice.features(
    train: first.train.featureMatrix(LinearProblem.preprocessing),
    test: first.test.featureMatrix(LinearProblem.preprocessing))
  let targets = stackedTargets(samples, kind)
  let (n, d) = (features.rows, features.columns)
  if solver == .gram && n > d || solver == .normal && n < d {
    throw .shape(solver: solver, samples: n, features: d)
  }
  let watch = Stopwatch()
  let solved = try fitting("minimum norm") { () throws(LinearModelError) in
    try solve(features, targets: targets, by: solver, relativeCutOff: relativeCutOff)
  }
  let seconds = watch.seconds
  var best: Matrix<Double>? = solver == .singularValues ? solved.weights : nil
  if best == nil && comparing ?? (n * d * min(n, d) <= 1 << 32) {
    best = try fitting("minimum norm") { () throws(LinearModelError) in
      try bySingularValues(features, targets: targets, relativeCutOff: nil).weights
    }
  }
  let trainValues = features * solved.weights
  let testValues = testFeatures * solved.weights
  let k = kind.count(classes: first.train.classCount)
  return samples.enumerated().map { index, sample in
    let columns = index * k..<(index + 1) * k
    let own = solved.weights.columns(columns)
    let values = trainValues.columns(columns)
    let score = kind.score(train: values, test: testValues.columns(columns), sample: sample)
    return MinimumNormRecord(
      sample: SampleRecord(sample), targets: kind, solver: solver, method: solved.method,
      fallback: solved.fallback, input: input,
      weights: own.rows * own.columns, norm: own.frobeniusNorm,
      residual: (values - targets.columns(columns)).largestAbsoluteEntry,
      testRatio: solved.testRatio, conditionEstimate: solved.conditionEstimate,
      rank: solved.rank, relativeCutOff: solved.relativeCutOff, iterations: solved.iterations,
      isConverged: solved.isConverged,
      distanceToMinimumNorm: best.map { (own - $0.columns(columns)).frobeniusNorm },
      trainError: score.trainError, testError: score.testError,
      corruptedTestError: score.corruptedTestError,
      smallestMargin: kind == .oneHot ? values.smallestMargin(of: sample.train.labels) : nil,
      seconds: seconds)
  }
}

/// Weights with their evidence, whatever gave them.
private struct SolvedWeights {
  var weights: Matrix<Double>
  var method: String
  var fallback: String?
  var testRatio: Double
  var conditionEstimate: Double
  var rank: Int?
  var relativeCutOff: Double?
  var iterations: Int?
  var isConverged: Bool?

  init(_ fit: LinearFit<Double>, relativeCutOff: Double? = nil) {
    weights = fit.weights
    method = fit.method.description
    testRatio = fit.evidence.testRatio
    conditionEstimate = fit.evidence.conditionEstimate
    rank = fit.evidence.rank
    self.relativeCutOff = relativeCutOff
    if case .completeOrthogonal(let cutOff) = fit.method { self.relativeCutOff = cutOff }
  }

  init(_ fit: StreamedLinearFit<Double>) {
    weights = fit.weights
    method = "minimum norm by conjugate gradients (LSQR)"
    testRatio = fit.testRatio
    conditionEstimate = fit.targets.map(\.conditionEstimate).max() ?? 1
    iterations = fit.targets.map(\.iterations).max() ?? 0
    isConverged = fit.isConverged
  }
}

private func solve(
  _ features: Matrix<Double>, targets: Matrix<Double>, by solver: MinimumNormSolver,
  relativeCutOff: Double?
) throws(LinearModelError) -> SolvedWeights {
  switch solver {
  case .cheapest:
    let result = try cheapestMinimumNormFit(features, targets: targets)
    var solved = SolvedWeights(result.fit)
    let form = result.form == .dual ? "dual" : "primal"
    solved.method += " (\(form) is cheapest)"
    solved.fallback = result.fallback.map { fallback in
      switch fallback {
      case .notPositiveDefinite(let pivot): "the \(form) system is singular at pivot \(pivot)"
      case .illConditioned(let condition):
        "the \(form) system has a condition of \(brief(condition))"
      }
    }
    return solved
  case .singularValues:
    return try bySingularValues(features, targets: targets, relativeCutOff: relativeCutOff)
  case .orthogonal:
    return SolvedWeights(
      try completeOrthogonalFit(features, targets: targets, relativeCutOff: relativeCutOff))
  case .gram:
    return SolvedWeights(
      try direct { () throws(LinearAlgebraError) in
        try gramFit(features, targets: targets)
      })
  case .normal:
    return SolvedWeights(
      try direct { () throws(LinearAlgebraError) in
        try normalEquationsFit(features, targets: targets)
      })
  case .lsqr:
    let blocks = try RowBlocks(features, targets: targets)
    do throws(StreamedFitError<Never>) {
      return SolvedWeights(
        try streamedMinimumNormFit(blocks, limits: IterationLimits(reorthogonalizes: true)))
    } catch {
      switch error {
      case .model(let error): throw error
      }
    }
  }
}

private func bySingularValues(
  _ features: Matrix<Double>, targets: Matrix<Double>, relativeCutOff: Double?
) throws(LinearModelError) -> SolvedWeights {
  let cutOff = relativeCutOff ?? Double(max(features.rows, features.columns)) * Double.ulpOfOne
  let fit = try direct { () throws(LinearAlgebraError) in
    try minimumNormFit(features, targets: targets, relativeCutOff: cutOff)
  }
  if fit.evidence.rank == 0 { throw .rankZero }
  return SolvedWeights(fit, relativeCutOff: cutOff)
}

private func direct<Result>(
  _ body: () throws(LinearAlgebraError) -> Result
) throws(LinearModelError) -> Result {
  do { return try body() } catch { throw .linearAlgebra(error) }
}
