public import LinearAlgebra

/// A descent: the weights at its end and what was measured on the way.
public struct DescentPath: Sendable {
  /// The weights at the end, d × k; the mean of all weights after the start where it is followed.
  public var weights: Matrix<Double>
  /// The measurements, in the order of their steps.
  public var measurements: [DescentMeasurement]
}

/// Features with their targets that no step sees.
public struct DescentTestSample: Sendable {
  /// The features, m × d.
  public var features: Matrix<Double>
  /// The targets, m × k.
  public var targets: Matrix<Double>

  /// Creates a test sample.
  ///
  /// - Parameters:
  ///   - features: m × d.
  ///   - targets: m × k.
  public init(features: Matrix<Double>, targets: Matrix<Double>) {
    precondition(features.rows == targets.rows, "a target for each test sample")
    self.features = features
    self.targets = targets
  }
}

/// The path of a descent on a linear model, measured at chosen steps.
///
/// With the squared loss gradient descent tends to the minimum-norm solution plus the part of the
/// start that is orthogonal to the samples. The theorem on descent from any start in
/// proofs/theories/linear/descent_rate.v states this limit, and the one on its rate bounds the
/// distance at each step. Source: Zhang et al. (2017), Section 5.
///
/// - Parameters:
///   - features: X, n × d, finite.
///   - targets: Y, n × k, finite; ±1 for losses of labels.
///   - start: W₀, d × k, finite; 0 by default.
///   - test: samples for the test error.
///   - direction: D, d × k and not 0, to compare the direction of the weights with, such as the
///     weights of ``maximumMargin(_:labels:maximalPasses:)``.
///   - limit: L, d × k, to measure the distance to, such as the end that theory predicts.
///   - configuration: how to descend.
///   - steps: how many steps, at least 0.
///   - recording: the steps to measure, in 0 … `steps`; by default 0, the powers of 2 and the last.
///   - eigendirections: in how many of the leading eigendirections to follow the decay.
///   - known: the span of these features where it is known already; nil to find it.
/// - Returns: the weights and the measurements.
/// - Throws: ``DescentError``: an option out of range, a step size above
///   ``DescentConfiguration/stepSizeLimit(largestEigenvalue:samples:)``, an entry that is no number,
///   a target that is no label; ``DescentError/diverged(step:loss:)`` where weights overflow or the
///   loss of a measured step is more than 1/ε times what start and zero have together.
/// - Complexity: O(n d min(n, d)) for the singular values, O(b d k) a step with batches of b, and
///   O(n d k) a measurement.
public func descentPath(
  _ features: Matrix<Double>, targets: Matrix<Double>, start: Matrix<Double>? = nil,
  test: DescentTestSample? = nil, direction: Matrix<Double>? = nil, limit: Matrix<Double>? = nil,
  configuration: DescentConfiguration, steps: Int, recording: [Int]? = nil,
  eigendirections: Int = 10, space known: RowSpace? = nil
) throws(DescentError) -> DescentPath {
  precondition(steps >= 0 && eigendirections >= 0, "steps and directions are counts")
  let recorded = Set(recording ?? powersOfTwo(upTo: steps))
  precondition(
    recorded.allSatisfy { (0...steps).contains($0) }, "a recorded step is one of the path")
  try configuration.checkRanges()
  let start = start ?? Matrix(rows: features.columns, columns: targets.columns)
  let space = try descending { () throws(LinearAlgebraError) in
    try targets.checkFinite(as: "the targets")
    try start.checkFinite(as: "the start")
    if let known { return known }
    return try RowSpace(of: features)
  }
  precondition(
    space.left.rows == features.rows && space.right.rows == features.columns,
    "a span of these features")
  try configuration.checkTargets(targets)
  try configuration.checkStepSize(
    largestEigenvalue: space.largestEigenvalue, samples: features.rows)

  let gauge = DescentGauge(
    features, targets: targets, start: start, test: test, direction: direction, limit: limit,
    configuration: configuration, space: space, eigendirections: min(eigendirections, space.rank))
  var descent = StochasticGradientDescent(
    configuration, features: features, targets: targets, start: start, steps: steps)
  var path = DescentPath(weights: start, measurements: [])
  for step in 0...steps {
    if step > 0 && !descent.advance() { throw .diverged(step: step, loss: .infinity) }
    if recorded.contains(step) || step == steps {
      let measurement = gauge.measure(descent)
      // Written so that NaN diverges too.
      guard measurement.trainingLoss <= gauge.largestLoss else {
        throw .diverged(step: step, loss: measurement.trainingLoss)
      }
      if recorded.contains(step) { path.measurements.append(measurement) }
    }
  }
  path.weights = descent.followed
  return path
}

/// 0, the powers of 2 up to a number, and the number.
private func powersOfTwo(upTo last: Int) -> [Int] {
  [0, last] + sequence(first: 1) { $0 > last / 2 ? nil : 2 * $0 }.prefix { $0 <= last }
}
