import LinearAlgebra
import LinearModels
import RealModule

/// Plain gradient descent from zero beside what theory says of each step.
public struct ImplicitBiasDecay: Sendable, Codable, Equatable {
  /// One eigendirection of XᵀX.
  public struct Direction: Sendable, Codable, Equatable {
    /// Its place, the largest eigenvalue first, counted from 1.
    public var index: Int
    /// λ.
    public var eigenvalue: Double
    /// What was left of the error at each of the steps.
    public var measured: [Double]
    /// (1 - η λ)^t.
    public var predicted: [Double]
  }

  /// Early stopping beside the ridge solutions that it is likened to.
  public struct EarlyStop: Sendable, Codable, Equatable {
    /// t.
    public var step: Int
    /// 1 / (η t).
    public var inverseTimeRidge: Double
    /// ‖W_t - W(ρ)‖ / ‖W_t‖ for this ridge ρ.
    public var inverseTimeDistance: Double
    /// The ridge whose shares of the eigendirections are nearest.
    public var nearestRidge: Double
    /// ‖W_t - W(ρ)‖ / ‖W_t‖ for this ridge.
    public var nearestDistance: Double
    /// ‖W_t - W*‖ / ‖W_t‖ with W* the minimum-norm solution.
    public var minimumNormDistance: Double
  }

  /// η = 1 / λ₁.
  public var stepSize: Double
  /// The steps t that were measured.
  public var steps: [Int]
  /// Some eigendirections, from the largest to the least eigenvalue.
  public var directions: [Direction]
  /// The largest |measured - predicted| over all eigendirections and steps.
  public var largestDifference: Double
  /// ‖W_t - closed form‖ at the last step.
  public var closedFormDistance: Double
  /// What rounding can make of it.
  public var closedFormBound: Double
  /// Early stopping at some of the steps.
  public var earlyStops: [EarlyStop]
}

/// Follows gradient descent without momentum on the parity.
func followDecay(_ sample: ImplicitBiasSample) throws(ExperimentError) -> ImplicitBiasDecay {
  let (name, steps) = ("gradient descent", 1 << 12)
  let stepSize = 1 / sample.largestEigenvalue
  let minimum = try minimumNorm(sample.features, sample.parity)
  do throws(DescentError) {
    let path = try descentPath(
      sample.features, targets: sample.parity,
      configuration: DescentConfiguration(stepSize: stepSize), steps: steps,
      eigendirections: sample.count)
    let measured = path.measurements
    let pairs = measured.flatMap { zip($0.eigendirectionDecay, $0.predictedDecay) }
    let closed = try gradientDescentSolution(
      sample.features, targets: sample.parity, stepSize: stepSize, steps: steps)
    var stops: [ImplicitBiasDecay.EarlyStop] = []
    for step in [16, 256, 4096] {
      stops.append(try stop(sample, at: step, stepSize: stepSize, minimum: minimum))
    }
    return ImplicitBiasDecay(
      stepSize: stepSize, steps: measured.map(\.step),
      directions: spread(over: sample.count).map { index in
        ImplicitBiasDecay.Direction(
          index: index + 1, eigenvalue: sample.singularValues[index] * sample.singularValues[index],
          measured: measured.map { $0.eigendirectionDecay[index] ?? .nan },
          predicted: measured.map { $0.predictedDecay[index] })
      },
      largestDifference: pairs.reduce(0) { max($0, abs(($1.0 ?? $1.1) - $1.1)) },
      closedFormDistance: (path.weights - closed.weights).frobeniusNorm,
      closedFormBound: closed.simulationBound, earlyStops: stops)
  } catch {
    throw .descent(learner: name, error)
  }
}

/// Six places from the first to the last, evenly on a logarithmic scale.
private func spread(over count: Int) -> [Int] {
  let places = [0.0, 0.2, 0.4, 0.6, 0.8, 1].map { share in
    Int(Double.pow(Double(count), share).rounded()) - 1
  }
  return Set(places).sorted()
}

private func stop(
  _ sample: ImplicitBiasSample, at step: Int, stepSize: Double, minimum: Matrix<Double>
) throws(DescentError) -> ImplicitBiasDecay.EarlyStop {
  let weights = try gradientDescentSolution(
    sample.features, targets: sample.parity, stepSize: stepSize, steps: step
  ).weights
  let ridge = try earlyStoppingRidge(
    eigenvalues: sample.singularValues.map { $0 * $0 }, stepSize: stepSize, steps: step)
  func distance(_ other: Matrix<Double>) -> Double {
    (weights - other).frobeniusNorm / weights.frobeniusNorm
  }
  func distance(ridge: Double) throws(DescentError) -> Double {
    // After so many steps that no eigenvalue is left the nearest ridge is none.
    if ridge == 0 { return distance(minimum) }
    do throws(LinearAlgebraError) {
      return distance(
        try ridgeFit(sample.features, targets: sample.parity, ridge: ridge).weights)
    } catch {
      throw .linearAlgebra(error)
    }
  }
  return ImplicitBiasDecay.EarlyStop(
    step: step, inverseTimeRidge: ridge.inverseTime,
    inverseTimeDistance: try distance(ridge: ridge.inverseTime),
    nearestRidge: ridge.leastSquares, nearestDistance: try distance(ridge: ridge.leastSquares),
    minimumNormDistance: distance(minimum))
}
