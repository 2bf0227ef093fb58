import LinearAlgebra
private import RealModule

/// What the points of a descent are measured against.
struct DescentGauge {
  private let features: Matrix<Double>
  private let targets: Matrix<Double>
  private let test: DescentTestSample?
  /// D / ‖D‖.
  private let direction: Matrix<Double>?
  private let limit: Matrix<Double>?
  private let configuration: DescentConfiguration
  private let space: RowSpace
  private let minimumNorm: Matrix<Double>
  private let startNorm: Double
  private let outsideOfStart: Matrix<Double>
  /// The leading eigendirections, d × l.
  private let directions: Matrix<Double>
  /// The error of the start in each of them, l × k.
  private let errorOfStart: Matrix<Double>
  /// A loss that only a descent out of control reaches.
  let largestLoss: Double

  init(
    _ features: Matrix<Double>, targets: Matrix<Double>, start: Matrix<Double>,
    test: DescentTestSample?, direction: Matrix<Double>?, limit: Matrix<Double>?,
    configuration: DescentConfiguration, space: RowSpace, eigendirections: Int
  ) {
    self.features = features
    self.targets = targets
    self.test = test
    self.direction = direction.map { direction in
      let norm = direction.frobeniusNorm
      precondition(norm > 0, "a direction is not 0")
      return direction.map { $0 / norm }
    }
    self.limit = limit
    self.configuration = configuration
    self.space = space
    minimumNorm = space.minimumNorm(targets)
    startNorm = start.frobeniusNorm
    outsideOfStart = space.outside(start)
    directions = space.basis.columns(0..<eigendirections)
    errorOfStart = directions.times(start - minimumNorm, transposingSelf: true)
    let zero = Matrix<Double>(rows: targets.rows, columns: targets.columns)
    let known =
      totalLoss(configuration.loss, features * start, targets)
      + totalLoss(configuration.loss, zero, targets)
    largestLoss = known / Double.roundingUnit
  }

  func measure(_ descent: StochasticGradientDescent) -> DescentMeasurement {
    let weights = descent.followed
    let outputs = features * weights
    let difference = weights - minimumNorm
    let outside = space.outside(weights)
    var drift = outside
    drift.add(outsideOfStart, scaledBy: -descent.outside.factor)
    let errors = directions.times(difference, transposingSelf: true)
    return DescentMeasurement(
      step: descent.step, distanceToMinimumNorm: difference.frobeniusNorm,
      distanceToLimit: limit.map { (weights - $0).frobeniusNorm },
      norm: weights.frobeniusNorm, outsideNorm: outside.frobeniusNorm,
      outsideDrift: drift.frobeniusNorm,
      outsideDriftBound: descent.outside.drift(dropped: space.firstDropped)
        + space.outsideRounding(
          weights: weights.frobeniusNorm, outside: outside.frobeniusNorm)
        + abs(descent.outside.factor)
        * space.outsideRounding(weights: startNorm, outside: outsideOfStart.frobeniusNorm),
      trainingLoss: totalLoss(configuration.loss, outputs, targets),
      trainingError: answerError(outputs: outputs, targets: targets),
      testError: test.map {
        answerError(outputs: $0.features * weights, targets: $0.targets)
      },
      directionGap: directionGap(weights),
      leastMargin: leastMargin(outputs, norm: weights.frobeniusNorm),
      eigendirectionDecay: (0..<errors.rows).map { decay(errors.row($0), errorOfStart.row($0)) },
      predictedDecay: space.singularValues.prefix(errors.rows).map {
        decayFactor($0 * $0, configuration.stepSize, descent.step)
      })
  }

  private func directionGap(_ weights: Matrix<Double>) -> Double? {
    let norm = weights.frobeniusNorm
    guard norm > 0, var gap = direction else { return nil }
    gap.add(weights, scaledBy: -1 / norm)
    return gap.frobeniusNorm
  }

  private func leastMargin(_ outputs: Matrix<Double>, norm: Double) -> Double? {
    guard outputs.columns == 1, norm > 0 else { return nil }
    return zip(outputs.elements, targets.elements).map { $0 * $1 / norm }.min()
  }

  /// ⟨e, s⟩ / ‖s‖².
  private func decay(_ error: [Double], _ start: [Double]) -> Double? {
    let norm = euclideanNorm(start)
    if norm == 0 { return nil }
    return zip(error, start).reduce(0) { $0 + $1.0 / norm * ($1.1 / norm) }
  }
}

/// The loss summed over samples and targets.
private func totalLoss(
  _ loss: DescentLoss, _ outputs: Matrix<Double>, _ targets: Matrix<Double>
) -> Double {
  zip(outputs.elements, targets.elements).reduce(0) {
    $0 + loss.value(output: $1.0, target: $1.1)
  }
}
