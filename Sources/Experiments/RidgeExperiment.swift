public import Datasets
import LinearAlgebra
public import LinearModels

/// Which ridges to try.
public enum RidgeGrid: Sendable, Codable, Hashable {
  /// This many, at equal ratios from the least squared singular value to the largest.
  case spectrum(count: Int)
  /// These, positive.
  case values([Double])
}

/// The ridge solution of one λ, scored.
///
/// Squared errors are means over images of the squared distance to the target.
public struct RidgeRow: Sendable, Codable, Equatable {
  /// λ of ‖X W - Y‖² + λ‖W‖²; 0 for the minimum-norm solution.
  public var ridge: Double
  /// Σ σ²/(σ² + λ).
  public var effectiveDegreesOfFreedom: Double
  /// ‖W(λ)‖.
  public var norm: Double
  /// The squared error on the training images.
  public var trainLoss: Double
  /// The squared error on each training image of the weights fitted without it; at λ = 0 the limit.
  public var leaveOneOutLoss: Double
  /// The generalised cross-validation error; at λ = 0 the limit.
  public var generalizedCrossValidationLoss: Double
  /// The squared error on the test images, against their true labels.
  public var testLoss: Double
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// ‖W(λ) - W*‖ with W* the minimum-norm solution.
  public var distanceToMinimumNorm: Double
  /// The bound λ/(σᵣ² + λ) ‖W*‖ on it.
  public var distanceBound: Double
}

/// The ridge solutions of many λ from one decomposition, scored.
public struct RidgeRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// What was fitted.
  public var targets: LinearTargets
  /// How images became vectors.
  public var input: String
  /// How X was decomposed.
  public var decomposition: RidgeDecomposition
  /// LAPACK's test ratio of the decomposition; ``testRatioLimit`` is the most for a sound one.
  public var testRatio: Double
  /// 50 for singular values, 60 for eigenvalues.
  public var testRatioLimit: Double
  /// The numerical rank r of X.
  public var rank: Int
  /// Singular values at or below this fraction of the largest count as zero.
  public var relativeCutOff: Double
  /// σ₁.
  public var largestSingularValue: Double
  /// σᵣ.
  public var leastSingularValue: Double
  /// The number of weights, d k.
  public var weights: Int
  /// A row for each λ, in the order tried.
  public var rows: [RidgeRow]
  /// The limit λ → 0: the minimum-norm solution.
  public var minimumNorm: RidgeRow
  /// The λ of the rows with the least leave-one-out error.
  public var leaveOneOutChoice: Double
  /// The λ of the rows with the least generalised cross-validation error.
  public var generalizedCrossValidationChoice: Double
  /// ‖W‖ at the λ that leave-one-out chooses, like what follows.
  public var norm: Double
  /// The largest absolute entry of X W - Y.
  public var residual: Double
  /// ‖W - W*‖.
  public var distanceToMinimumNorm: Double
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// Wall-clock seconds of the decomposition and of all cross-validation errors.
  public var seconds: Double
  /// Wall-clock seconds of all weights and answers.
  public var scoringSeconds: Double
}

/// Fits ridge regression for many λ to the labels of a sample, from one decomposition.
///
/// Inputs are pixels / 255, or random features of them.
///
/// - Parameters:
///   - sample: the sample.
///   - kind: what is fitted.
///   - grid: the λ to try.
///   - choice: what the map sees of an image.
/// - Returns: the record.
/// - Throws: ``ExperimentError/linearModel(learner:_:)``.
/// - Complexity: O(n d min(n, d)) once, O(n d k) a λ.
public func fitRidge(
  _ sample: CorruptedSample, targets kind: LinearTargets = .oneHot,
  grid: RidgeGrid = .spectrum(count: 25), features choice: LinearFeatures = .pixels
) throws(ExperimentError) -> RidgeRecord {
  let problem = LinearProblem(sample, kind, features: choice)
  let watch = Stopwatch()
  let path = try fitting("ridge") { () throws(LinearModelError) in
    try RidgePath(problem.features, targets: problem.targets) { singularValues in
      switch grid {
      case .spectrum(let count): [0] + logarithmicRidges(singularValues, count: count)
      case .values(let values): [0] + values
      }
    }
  }
  let seconds = watch.seconds
  let scoring = Stopwatch()
  let scored = scored(path, of: problem)
  let (minimum, rows) = (scored[0], Array(scored.dropFirst()))
  let chosen = rows.min { $0.leaveOneOutLoss < $1.leaveOneOutLoss } ?? minimum
  let validated = rows.min {
    $0.generalizedCrossValidationLoss < $1.generalizedCrossValidationLoss
  }
  let residual = problem.features * path.weights(ridge: chosen.ridge) - problem.targets
  return RidgeRecord(
    sample: SampleRecord(sample), targets: kind, input: problem.input,
    decomposition: path.decomposition, testRatio: path.testRatio,
    testRatioLimit: path.decomposition == .singularValues ? 50 : 60, rank: path.rank,
    relativeCutOff: path.relativeCutOff, largestSingularValue: path.singularValues.first ?? 0,
    leastSingularValue: path.singularValues.last ?? 0,
    weights: problem.features.columns * problem.targets.columns, rows: rows,
    minimumNorm: minimum, leaveOneOutChoice: chosen.ridge,
    generalizedCrossValidationChoice: validated?.ridge ?? 0, norm: chosen.norm,
    residual: residual.largestAbsoluteEntry,
    distanceToMinimumNorm: chosen.distanceToMinimumNorm, trainError: chosen.trainError,
    testError: chosen.testError, corruptedTestError: chosen.corruptedTestError, seconds: seconds,
    scoringSeconds: scoring.seconds)
}

/// The most columns of outputs that are held at once.
private let largestOutputColumns = 128

/// The points of a path with the errors of their answers; the first is the minimum-norm solution.
private func scored(_ path: RidgePath<Double>, of problem: LinearProblem) -> [RidgeRow] {
  let (n, k) = (problem.features.rows, problem.targets.columns)
  let minimum = path.weights(ridge: 0)
  let group = max(1, largestOutputColumns / k)
  return stride(from: 0, to: path.points.count, by: group).flatMap { first in
    // Weights side by side: one product reads the images once.
    let points = path.points[first..<min(first + group, path.points.count)]
    let weights = points.map { path.weights(ridge: $0.ridge) }
    let stacked = Matrix(
      rows: problem.features.columns, columns: points.count * k,
      columnMajor: weights.flatMap(\.elements))
    let train = problem.features * stacked
    let test = problem.testFeatures * stacked
    return zip(points, weights).enumerated().map { index, point in
      let columns = index * k..<(index + 1) * k
      let testValues = test.columns(columns)
      let score = problem.score(train: train.columns(columns), test: testValues)
      let (point, weights) = point
      return RidgeRow(
        ridge: point.ridge, effectiveDegreesOfFreedom: point.effectiveDegreesOfFreedom,
        norm: point.norm, trainLoss: point.squaredResiduals.reduce(0, +) / Double(n),
        leaveOneOutLoss: point.leaveOneOutErrors.reduce(0, +),
        generalizedCrossValidationLoss: point.generalizedCrossValidationErrors.reduce(0, +),
        testLoss: meanSquaredLength(testValues - problem.testTargets),
        trainError: score.trainError, testError: score.testError,
        corruptedTestError: score.corruptedTestError,
        distanceToMinimumNorm: (weights - minimum).frobeniusNorm,
        distanceBound: path.distanceToMinimumNormBound(ridge: point.ridge))
    }
  }
}
