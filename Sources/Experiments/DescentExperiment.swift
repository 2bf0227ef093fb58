public import Datasets
import LinearAlgebra
public import LinearModels
import RandomStreams

/// How a linear map is descended to.
public struct LinearDescentConfiguration: Sendable, Codable, Equatable {
  /// How long a descent is.
  public enum Length: Sendable, Codable, Hashable {
    /// This many steps.
    case steps(Int)
    /// As many steps as this many passes over the sample take.
    case epochs(Int)
  }

  /// What is fitted.
  public var targets: LinearTargets
  /// The loss of an output.
  public var loss: DescentLoss
  /// η, for losses summed over a batch; nil for one that is safe.
  @ExplicitNull public var stepSize: Double?
  /// The samples of each step.
  public var batches: DescentBatches
  /// μ, from 0 to below 1.
  public var momentum: Double
  /// δ, at least 0.
  public var weightDecay: Double
  /// Whether the mean of the weights is followed.
  public var averagesIterates: Bool
  /// ‖W₀‖ of a start in a random direction; 0 to start at 0.
  public var startNorm: Double
  /// How long to descend.
  public var length: Length
  /// In how many leading eigendirections the decay is followed.
  public var eigendirections: Int
  /// Whether the direction is compared with that of the hard margin; needs one target.
  public var comparesWithMargin: Bool
  /// Passes that the hard margin may take, at least 1.
  public var marginPasses: Int
  /// The bytes that the hard margin may take; nil for any number.
  @ExplicitNull public var memoryLimit: Int?
  /// Names every draw.
  public var seed: UInt64

  /// Creates a configuration: gradient descent from 0 on the squared loss, 1000 steps.
  ///
  /// - Parameter seed: names every draw.
  public init(seed: UInt64 = 0) {
    targets = .oneHot
    loss = .squared
    stepSize = nil
    batches = .full
    momentum = 0
    weightDecay = 0
    averagesIterates = false
    startNorm = 0
    length = .steps(1000)
    eigendirections = 5
    comparesWithMargin = false
    marginPasses = 1 << 14
    memoryLimit = nil
    self.seed = seed
  }
}

/// The hard margin that a descent is compared with.
public struct MarginRecord: Sendable, Codable, Equatable {
  /// The largest margin of any direction, 1 / ‖w‖.
  public var margin: Double
  /// (P - D) / P, 0 at the solution alone: its conditions of Karush, Kuhn and Tucker.
  public var relativeGap: Double
  /// What the gap can be by rounding.
  public var tolerance: Double
  /// How far the direction w / ‖w‖ may lie from the true one.
  public var directionBound: Double
  /// Samples with a positive dual coefficient.
  public var supportVectors: Int
  /// Passes of coordinate ascent taken.
  public var passes: Int
  /// Wall-clock seconds.
  public var seconds: Double
  /// The margin of the direction at the end of the descent.
  public var descentMargin: Double
}

/// Gradient descent by its closed form, beside the steps taken.
public struct ClosedFormRecord: Sendable, Codable, Equatable {
  /// ‖W_t - the closed form‖.
  public var distance: Double
  /// What rounding explains.
  public var bound: Double
}

/// The ridges that stopping after these steps corresponds to.
public struct EarlyStoppingRecord: Sendable, Codable, Equatable {
  /// 1 / (η t), the usual rule.
  public var inverseTime: Double
  /// The ridge whose shares of all eigendirections differ least in squares.
  public var leastSquares: Double
  /// The largest difference of the shares there.
  public var largestDifference: Double
  /// ‖W_t - W(ρ)‖ / ‖W_t‖ with ρ the least-squares ridge.
  @ExplicitNull public var relativeDistance: Double?
}

/// A descent to a linear map, measured.
public struct DescentRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// How images became vectors.
  public var input: String
  /// What was asked for.
  public var plan: LinearDescentConfiguration
  /// What was done: the step size is the one taken.
  public var configuration: DescentConfiguration
  /// The step size above which descent diverges; infinite where nothing tells.
  public var stepSizeLimit: Double
  /// The number of steps t.
  public var steps: Int
  /// The number of weights, d k.
  public var weights: Int
  /// The numerical rank of X, from its singular values.
  public var rank: Int
  /// The leading eigenvalues of XᵀX, those of the eigendirections followed.
  public var eigenvalues: [Double]
  /// ‖W*‖ of the minimum-norm solution W*.
  public var minimumNorm: Double
  /// ‖W_t‖.
  public var norm: Double
  /// The largest absolute entry of X W_t - Y.
  public var residual: Double
  /// ‖W_t - W*‖.
  public var distanceToMinimumNorm: Double
  /// ‖P W_t‖ with P the projection onto what is orthogonal to all samples.
  public var outsideNorm: Double
  /// ‖P W_t - c P W₀‖ with c what weight decay leaves of the start: 0 but for rounding.
  public var outsideDrift: Double
  /// What rounding explains of it.
  public var outsideDriftBound: Double
  /// The closed form; nil for what is not gradient descent on the squared loss.
  @ExplicitNull public var closedForm: ClosedFormRecord?
  /// The corresponding ridges; nil where there is no closed form, or not from 0.
  @ExplicitNull public var earlyStopping: EarlyStoppingRecord?
  /// The hard margin; nil where it was not asked for.
  @ExplicitNull public var margin: MarginRecord?
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// Points of the path; distances are not relative.
  public var path: [DescentMeasurement]
  /// Wall-clock seconds of the singular values.
  public var decompositionSeconds: Double
  /// Wall-clock seconds of all steps with their measurements.
  public var seconds: Double
}

/// Descends to the labels of a sample.
///
/// Inputs are pixels / 255. Losses of labels have targets 1 and -1, also for one-hot labels.
///
/// - Parameters:
///   - sample: the sample.
///   - plan: how to descend.
/// - Returns: the record.
/// - Throws: ``ExperimentError/descent(learner:_:)`` for options out of range, a step size above
///   the limit and a descent that diverges; ``ExperimentError/maximumMargin(_:)`` for labels that no
///   direction separates; ``ExperimentError/memory(learner:needed:limit:)``;
///   ``ExperimentError/linearModel(learner:_:)`` for images of rank 0.
/// - Complexity: O(n d min(n, d)) for the singular values, O(b d k) a step; O(n² d) for the margin.
public func descend(
  _ sample: CorruptedSample, configuration plan: LinearDescentConfiguration
) throws(ExperimentError) -> DescentRecord {
  let learner = "descent"
  let problem = LinearProblem(sample, plan.targets, isSigned: plan.loss != .squared)
  let (features, targets) = (problem.features, problem.targets)
  let n = features.rows
  let decomposing = Stopwatch()
  let space = try solving(for: learner) { () throws(LinearAlgebraError) in
    try RowSpace(of: features)
  }
  if space.rank == 0 { throw .linearModel(learner: learner, .rankZero) }
  let decompositionSeconds = decomposing.seconds
  let margin = plan.comparesWithMargin ? try hardMargin(of: problem, plan) : nil

  var configuration = DescentConfiguration(
    loss: plan.loss, stepSize: 1, batches: plan.batches, momentum: plan.momentum,
    weightDecay: plan.weightDecay, averagesIterates: plan.averagesIterates, seed: plan.seed)
  configuration.stepSize =
    plan.stepSize
    ?? configuration.safeStepSize(
      largestEigenvalue: space.largestEigenvalue,
      largestSquaredNorm: largestSquaredRow(features), samples: n)
  let steps =
    switch plan.length {
    case .steps(let steps): steps
    case .epochs(let epochs): epochs * plan.batches.stepsPerPass(of: n)
    }
  let start = plan.start(rows: features.columns, columns: targets.columns)
  let watch = Stopwatch()
  let path = try descending(learner) { () throws(DescentError) in
    try descentPath(
      features, targets: targets, start: start,
      test: DescentTestSample(features: problem.testFeatures, targets: problem.testTargets),
      direction: margin.map { Matrix(rows: $0.0.count, columns: 1, columnMajor: $0.0) },
      configuration: configuration, steps: steps, recording: recordedSteps(upTo: steps),
      eigendirections: plan.eigendirections, space: space)
  }
  let seconds = watch.seconds
  guard let last = path.measurements.last else { preconditionFailure("the last step is recorded") }

  var closedForm: ClosedFormRecord?
  if configuration.isGradientDescent {
    let solution = try descending(learner) { () throws(DescentError) in
      try gradientDescentSolution(
        features, targets: targets, start: start, stepSize: configuration.stepSize, steps: steps,
        space: space)
    }
    closedForm = ClosedFormRecord(
      distance: (path.weights - solution.weights).frobeniusNorm, bound: solution.simulationBound)
  }
  let earlyStopping =
    closedForm != nil && plan.startNorm == 0 && steps > 0
    ? try stoppingEarly(path.weights, problem, configuration, steps: steps, space) : nil
  let outputs = features * path.weights
  let score = problem.score(train: outputs, test: problem.testFeatures * path.weights)
  return DescentRecord(
    sample: SampleRecord(sample), input: LinearProblem.preprocessing.summary, plan: plan,
    configuration: configuration,
    stepSizeLimit: configuration.stepSizeLimit(
      largestEigenvalue: space.largestEigenvalue, samples: n),
    steps: steps, weights: path.weights.rows * path.weights.columns, rank: space.rank,
    eigenvalues: space.positiveSingularValues.prefix(plan.eigendirections).map { $0 * $0 },
    minimumNorm: space.minimumNorm(targets).frobeniusNorm, norm: last.norm,
    residual: (outputs - targets).largestAbsoluteEntry,
    distanceToMinimumNorm: last.distanceToMinimumNorm, outsideNorm: last.outsideNorm,
    outsideDrift: last.outsideDrift, outsideDriftBound: last.outsideDriftBound,
    closedForm: closedForm, earlyStopping: earlyStopping,
    margin: margin.map { weights, record in
      var record = record
      let signed = zip(outputs.elements, targets.elements).map { $0 * $1 }
      record.descentMargin = last.norm == 0 ? 0 : (signed.min() ?? 0) / last.norm
      return record
    },
    trainError: score.trainError, testError: score.testError,
    corruptedTestError: score.corruptedTestError, path: path.measurements,
    decompositionSeconds: decompositionSeconds, seconds: seconds)
}

extension LinearDescentConfiguration {
  /// W₀; nil for 0.
  fileprivate func start(rows: Int, columns: Int) -> Matrix<Double>? {
    if startNorm == 0 { return nil }
    var stream = RandomStream(seed: seed, purpose: "descent start")
    let direction = Matrix(
      rows: rows, columns: columns,
      columnMajor: (0..<rows * columns).map { _ in stream.normal() })
    let norm = direction.frobeniusNorm
    return direction.map { $0 / norm * startNorm }
  }
}

extension DescentConfiguration {
  /// Whether the closed form of gradient descent holds.
  fileprivate var isGradientDescent: Bool {
    loss == .squared && batches == .full && momentum == 0 && weightDecay == 0 && !averagesIterates
  }
}

/// The hard margin of a sample, and w.
private func hardMargin(
  of problem: LinearProblem, _ plan: LinearDescentConfiguration
) throws(ExperimentError) -> ([Double], MarginRecord) {
  precondition(plan.targets == .parity, "a margin of one target")
  let (n, d) = (problem.features.rows, problem.features.columns)
  // The inner products twice, as factored and as they are, and the signed samples.
  let needed = (2 * n * n + n * d) * MemoryLayout<Double>.size
  if let limit = plan.memoryLimit, needed > limit {
    throw .memory(learner: "hard margin", needed: needed, limit: limit)
  }
  let watch = Stopwatch()
  let margin: MaximumMargin
  do throws(MaximumMarginError) {
    margin = try maximumMargin(
      problem.features, labels: problem.targets.elements, maximalPasses: plan.marginPasses)
  } catch {
    throw .maximumMargin(error)
  }
  return (
    margin.weights,
    MarginRecord(
      margin: margin.margin, relativeGap: margin.relativeGap, tolerance: margin.tolerance,
      // Directions of two vectors are at most twice as far apart as the vectors, relative to one's
      // norm.
      directionBound: 2 * margin.distanceBound * margin.margin,
      supportVectors: margin.dual.count { $0 > 0 }, passes: margin.passes,
      seconds: watch.seconds, descentMargin: 0)
  )
}

/// The ridges that gradient descent from 0 corresponds to, and how near the best one comes.
private func stoppingEarly(
  _ weights: Matrix<Double>, _ problem: LinearProblem, _ configuration: DescentConfiguration,
  steps: Int, _ space: RowSpace
) throws(ExperimentError) -> EarlyStoppingRecord {
  let ridge = try descending("early stopping") { () throws(DescentError) in
    try earlyStoppingRidge(
      eigenvalues: space.positiveSingularValues.map { $0 * $0 },
      stepSize: configuration.stepSize, steps: steps)
  }
  var distance: Double?
  if ridge.leastSquares > 0 {
    // A system that λ does not make regular has no answer to compare with.
    let fit = try? ridgeFit(
      problem.features, targets: problem.targets, ridge: ridge.leastSquares)
    let norm = weights.frobeniusNorm
    distance = fit.flatMap { norm == 0 ? nil : (weights - $0.weights).frobeniusNorm / norm }
  }
  return EarlyStoppingRecord(
    inverseTime: ridge.inverseTime, leastSquares: ridge.leastSquares,
    largestDifference: ridge.largestDifference, relativeDistance: distance)
}

/// The largest ‖xᵢ‖².
private func largestSquaredRow(_ features: Matrix<Double>) -> Double {
  let samples = features.transposed()
  return (0..<features.rows).reduce(0) {
    let norm = euclideanNorm(samples.column($1))
    return max($0, norm * norm)
  }
}

/// 0, the powers of 2, three steps between each two of them, and the last.
private func recordedSteps(upTo last: Int) -> [Int] {
  var steps = [0, last]
  var power = 1
  while power < last {
    steps += (4..<8).map { power * $0 / 4 }.filter { $0 < last }
    if power > last / 2 { break }
    power *= 2
  }
  return steps
}
