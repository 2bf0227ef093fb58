private import RealModule

/// The ridge parameters that stopping gradient descent early corresponds to.
///
/// Ridge fits the share λᵢ / (λᵢ + ρ) of an eigendirection, gradient descent after t steps the share
/// 1 - (1 - η λᵢ)^t. For one eigenvalue some ρ makes both equal; for several no single one need.
public struct EarlyStoppingRidge: Sendable, Equatable {
  /// For each eigenvalue λ the ρ with equal shares, λ q / (1 - q) with q = (1 - η λ)^t.
  ///
  /// At most ``inverseTime`` for η λ ≤ 1. Nil where q is negative: descent then has overshot, as no
  /// ridge does.
  public var ofEigenvalues: [Double?]
  /// 1 / (η t), the usual rule.
  ///
  /// Source: Ali, Kolter and Tibshirani (2019), "A continuous-time view of early stopping for least
  /// squares regression", with the time η t.
  public var inverseTime: Double
  /// The ρ that minimises the sum of squared differences of the shares over the eigenvalues.
  public var leastSquares: Double
  /// The largest difference of the shares at ``leastSquares``.
  public var largestDifference: Double
}

/// The ridge parameters of gradient descent on ‖X W - Y‖² / 2 from zero, stopped after t steps.
///
/// They belong to ``ridgeFit(_:targets:ridge:)``, which minimises ‖X W - Y‖² + ρ ‖W‖². The least
/// squares are found by golden sections in log ρ, between neighbours of the best of 200 equally
/// spaced values, to a relative 2⁻²⁰; a sum of squares says no more of its minimiser.
///
/// - Parameters:
///   - eigenvalues: the positive eigenvalues λ of XᵀX, at least one: squared singular values.
///   - stepSize: η, positive and at most 2 over the largest eigenvalue.
///   - steps: t, at least 1: without steps the ridge would be infinite.
/// - Returns: the ridge parameters.
/// - Throws: ``DescentError/optionOutOfRange(name:value:range:)`` for a step size or an eigenvalue
///   out of range, ``DescentError/stepTooLarge(stepSize:limit:)``.
/// - Complexity: O(r) for r eigenvalues.
public func earlyStoppingRidge(
  eigenvalues: [Double], stepSize: Double, steps: Int
) throws(DescentError) -> EarlyStoppingRidge {
  precondition(steps >= 1 && !eigenvalues.isEmpty, "one step and one eigenvalue at least")
  let configuration = DescentConfiguration(stepSize: stepSize)
  try configuration.checkRanges()
  for value in eigenvalues where !(value > 0 && value.isFinite) {
    throw .optionOutOfRange(name: "eigenvalue", value: value, range: "a positive number")
  }
  try configuration.checkStepSize(largestEigenvalue: eigenvalues.max() ?? 0, samples: 1)
  let shares = eigenvalues.map {
    filterFactor(eigenvalue: $0, stepSize: stepSize, steps: steps)
  }
  let matching = zip(eigenvalues, shares).map { eigenvalue, share -> Double? in
    share > 1 ? nil : eigenvalue * (decayFactor(eigenvalue, stepSize, steps) / share)
  }
  func differences(_ ridge: Double) -> [Double] {
    zip(eigenvalues, shares).map { $1 - $0 / ($0 + ridge) }
  }
  let least = leastSquaresRidge(matching) { ridge in
    differences(ridge).reduce(0) { $0 + $1 * $1 }
  }
  return EarlyStoppingRidge(
    ofEigenvalues: matching, inverseTime: 1 / (stepSize * Double(steps)), leastSquares: least,
    largestDifference: differences(least).reduce(0) { max($0, abs($1)) })
}

/// (1 - η λ)^t.
func decayFactor(_ eigenvalue: Double, _ stepSize: Double, _ steps: Int) -> Double {
  let speed = stepSize * eigenvalue
  if speed < 0.5 { return .exp(Double(steps) * .log(onePlus: -speed)) }
  return .pow(1 - speed, steps)
}

/// The minimiser of a sum of terms that each fall up to one of some values and rise after it.
///
/// It lies between the least and the largest of these values; a direction that overshot pulls to 0.
private func leastSquaresRidge(_ values: [Double?], _ sum: (Double) -> Double) -> Double {
  let positive = values.compactMap(\.self).filter { $0 > 0 }
  guard let least = positive.min(), let largest = positive.max() else { return 0 }
  if least == largest && positive.count == values.count { return least }
  // From below the least one, where directions that overshot may pull the minimiser; far below the
  // largest one all values are as good as 0, which is tried too.
  let count = 200
  let high = Double.log(largest)
  let low = max(Double.log(least) - 20, high - 80)
  let width = (high - low) / Double(count)
  let grid = (0...count).map { low + width * Double($0) }
  let best = grid.min { sum(.exp($0)) < sum(.exp($1)) } ?? low
  var (a, b) = (best - width, min(best + width, high))
  let ratio = (5.0.squareRoot() - 1) / 2
  while b - a > 0x1p-20 {
    let (x, y) = (b - ratio * (b - a), a + ratio * (b - a))
    if sum(.exp(x)) <= sum(.exp(y)) { b = y } else { a = x }
  }
  let found = Double.exp((a + b) / 2)
  return sum(0) < sum(found) ? 0 : found
}
