import LinearAlgebra
public import LinearModels
import RandomStreams

/// The targets of a path.
public enum ImplicitBiasLabels: String, Sendable, Codable, CaseIterable {
  /// ±1 for an even or an odd class.
  case parity
  /// One column a class.
  case oneHot = "one-hot"
}

/// A point of a path of descent; lengths are relative.
public struct ImplicitBiasPoint: Sendable, Codable, Equatable {
  /// Steps taken.
  public var step: Int
  /// ‖W - L‖ / ‖L‖ with L the predicted limit.
  public var distanceToLimit: Double
  /// ‖W - W*‖ / ‖W*‖ with W* = X⁺ Y the minimum-norm solution.
  public var distanceToMinimumNorm: Double
  /// ‖W‖.
  public var norm: Double
  /// ‖P W - c P W₀‖ / ‖W‖: the part orthogonal to the samples, less what is left of that of the
  /// start; 0 where W is 0.
  public var outside: Double
  /// What ``outside`` can be by rounding.
  public var outsideBound: Double
  /// The squared loss, summed over samples and targets.
  public var trainingLoss: Double
  /// The share of wrong answers on the training images.
  public var trainingError: Double
  /// The same on the test images.
  public var testError: Double

  /// ``outside`` in units of ε = 2⁻⁵³.
  public var outsideInEpsilons: Double { outside / Double.roundingUnit }
}

/// A path of descent on the squared loss, beside its predicted limit.
public struct ImplicitBiasPath: Sendable, Codable, Equatable {
  /// The targets.
  public var labels: ImplicitBiasLabels
  /// What descends, in words.
  public var name: String
  /// The predicted limit, in words.
  public var limit: String
  /// How it descended.
  public var configuration: DescentConfiguration
  /// How often the step size was halved because the path diverged.
  public var halvings: Int
  /// Wall-clock seconds, with the measurements.
  public var seconds: Double
  /// What was measured, the start first.
  public var points: [ImplicitBiasPoint]

  /// Whether this is stochastic descent to the minimum-norm solution from zero, without replacement.
  public var isPlainStochastic: Bool { name == stochasticName }
}

private let stochasticName = "SGD without replacement"

/// What descends where.
private struct Plan {
  var name: String
  var limitName: String
  var limit: Matrix<Double>
  /// ‖W*‖.
  var minimumNorm: Double
  var start: Matrix<Double>?
  var configuration: DescentConfiguration
  var steps: Int
}

func descendOnSquaredLoss(
  _ sample: ImplicitBiasSample, _ configuration: ImplicitBiasConfiguration,
  progress: ProgressHandler
) throws(ExperimentError) -> [ImplicitBiasPath] {
  var paths: [ImplicitBiasPath] = []
  for labels in ImplicitBiasLabels.allCases {
    let targets = labels == .parity ? sample.parity : sample.oneHot
    let test = DescentTestSample(
      features: sample.testFeatures,
      targets: labels == .parity ? sample.testParity : sample.testOneHot)
    for plan in try plans(sample, targets, configuration) {
      progress(
        ExperimentProgress(
          fraction: Double(paths.count) / 12, activity: "\(labels.rawValue): \(plan.name)"))
      paths.append(try follow(plan, labels, sample, targets, test))
    }
  }
  return paths
}

private func plans(
  _ sample: ImplicitBiasSample, _ targets: Matrix<Double>,
  _ configuration: ImplicitBiasConfiguration
) throws(ExperimentError) -> [Plan] {
  let n = sample.count
  let (largest, least) = (sample.largestEigenvalue, sample.leastEigenvalue)
  let minimum = try minimumNorm(sample.features, targets)
  // Between the extreme eigenvalues, so that it changes the small directions and not the large ones.
  let ridge = (largest * least).squareRoot()
  let ridgeWeights = try solving(for: "ridge") { () throws(LinearAlgebraError) in
    try ridgeFit(sample.features, targets: targets, ridge: ridge).weights
  }
  let start = randomStart(like: minimum, seed: configuration.seed)
  let inside = try minimumNorm(sample.features, sample.features * start)
  let size = min(configuration.batchSize, n)
  let share = Double(size) / Double(n)
  let condition = (largest / least).squareRoot()
  let epochs = configuration.epochs ?? Int(min(60 * condition, 20_000).rounded(.up))
  let memory = configuration.momentum.map { 1 - $0 } ?? 1 / (3 * condition)
  let steps = epochs * ((n + size - 1) / size)
  func settings(memory: Double) -> DescentConfiguration {
    let fraction = configuration.stepFraction * max(1, 50 * memory)
    return DescentConfiguration(
      stepSize: fraction / (largest * share), batches: .withoutReplacement(size: size),
      momentum: 1 - memory, seed: configuration.seed)
  }
  let stochastic = settings(memory: memory)
  // Draws with replacement leave noise that long memory of a momentum adds up.
  var replacing = settings(memory: min(1, 30 * memory))
  replacing.batches = .withReplacement(size: size)
  var averaging = stochastic
  averaging.averagesIterates = true
  // Without momentum and just large enough to forget the start to e⁻¹²: with decay the samples pull
  // against each other at the limit, and what is left of that is proportional to the step size.
  var decaying = settings(memory: 1)
  decaying.weightDecay = ridge * share
  decaying.stepSize = min(decaying.stepSize, 12 / (Double(steps) * ridge * share))
  // Polyak's choice for the extreme eigenvalues: each direction shrinks by √μ a step.
  let (rootLargest, rootLeast) = (largest.squareRoot(), least.squareRoot())
  let shrinking = (rootLargest - rootLeast) / (rootLargest + rootLeast)
  let sum = rootLargest + rootLeast
  let momentum = DescentConfiguration(
    stepSize: 4 / (sum * sum), momentum: shrinking * shrinking, seed: configuration.seed)
  let gradientSteps = min(
    configuration.gradientSteps, 100 + Int((20 * rootLargest / rootLeast).rounded(.up)))
  let quarter = max(steps / 4, 1)
  func plan(
    _ name: String, _ configuration: DescentConfiguration, steps: Int,
    from start: Matrix<Double>? = nil, to limit: (name: String, weights: Matrix<Double>)? = nil
  ) -> Plan {
    Plan(
      name: name, limitName: limit?.name ?? "minimum norm", limit: limit?.weights ?? minimum,
      minimumNorm: minimum.frobeniusNorm, start: start, configuration: configuration, steps: steps)
  }
  return [
    plan("GD with momentum", momentum, steps: gradientSteps),
    plan(stochasticName, stochastic, steps: steps),
    plan(
      "SGD from a random start", stochastic, steps: steps, from: start,
      to: ("minimum norm + P start", minimum + (start - inside))),
    plan("SGD with replacement", replacing, steps: quarter),
    plan("averaged SGD", averaging, steps: quarter),
    plan(
      "SGD, weight decay", decaying, steps: steps,
      to: ("ridge \(brief(ridge))", ridgeWeights)),
  ]
}

/// X⁺ Y.
func minimumNorm(
  _ features: Matrix<Double>, _ targets: Matrix<Double>
) throws(ExperimentError) -> Matrix<Double> {
  try solving(for: "minimum norm") { () throws(LinearAlgebraError) in
    try minimumNormFit(features, targets: targets).weights
  }
}

/// Normal numbers with the Frobenius norm of other weights.
func randomStart(like weights: Matrix<Double>, seed: UInt64) -> Matrix<Double> {
  var stream = RandomStream(seed: seed, purpose: "implicit bias start")
  let start = Matrix(
    rows: weights.rows, columns: weights.columns,
    columnMajor: (0..<weights.elements.count).map { _ in stream.normal() })
  let scale = weights.frobeniusNorm / start.frobeniusNorm
  return start.map { $0 * scale }
}

/// Follows a plan, with half the step size as long as the path diverges.
private func follow(
  _ plan: Plan, _ labels: ImplicitBiasLabels, _ sample: ImplicitBiasSample,
  _ targets: Matrix<Double>, _ test: DescentTestSample
) throws(ExperimentError) -> ImplicitBiasPath {
  var configuration = plan.configuration
  var halvings = 0
  while true {
    let watch = Stopwatch()
    do throws(DescentError) {
      let path = try descentPath(
        sample.features, targets: targets, start: plan.start, test: test, limit: plan.limit,
        configuration: configuration, steps: plan.steps, recording: recordedSteps(plan.steps),
        eigendirections: 0)
      let losses = path.measurements.map(\.trainingLoss)
      if let first = losses.first, let last = losses.last, last > first {
        throw .diverged(step: plan.steps, loss: last)
      }
      return ImplicitBiasPath(
        labels: labels, name: plan.name, limit: plan.limitName, configuration: configuration,
        halvings: halvings, seconds: watch.seconds,
        points: path.measurements.map { point($0, plan) })
    } catch {
      guard case .diverged = error, halvings < mostHalvings else {
        throw .descent(learner: plan.name, error)
      }
      configuration.stepSize /= 2
      halvings += 1
    }
  }
}

private let mostHalvings = 10

private func point(_ measured: DescentMeasurement, _ plan: Plan) -> ImplicitBiasPoint {
  func relative(_ length: Double, to norm: Double) -> Double { norm == 0 ? 0 : length / norm }
  return ImplicitBiasPoint(
    step: measured.step,
    distanceToLimit: relative(
      measured.distanceToLimit ?? measured.distanceToMinimumNorm, to: plan.limit.frobeniusNorm),
    distanceToMinimumNorm: relative(measured.distanceToMinimumNorm, to: plan.minimumNorm),
    norm: measured.norm, outside: relative(measured.outsideDrift, to: measured.norm),
    outsideBound: relative(measured.outsideDriftBound, to: measured.norm),
    trainingLoss: measured.trainingLoss, trainingError: measured.trainingError,
    testError: measured.testError ?? 0)
}

/// 0, steps that grow by √2, and the last.
func recordedSteps(_ last: Int) -> [Int] {
  var steps: Set<Int> = [0, last]
  var next = 1.0
  while next < Double(last) {
    steps.insert(Int(next.rounded()))
    next *= 2.0.squareRoot()
  }
  return steps.sorted()
}
