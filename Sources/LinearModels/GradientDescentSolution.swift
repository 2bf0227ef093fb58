public import LinearAlgebra
private import RealModule

/// The weights of gradient descent after some steps, in closed form.
public struct GradientDescentSolution: Sendable {
  /// W_t, d × k.
  public var weights: Matrix<Double>
  /// How far, in the Frobenius norm, these weights may lie from those that a simulation of the same
  /// steps in doubles ends at.
  public var simulationBound: Double
}

/// The weights after t steps of gradient descent on ‖X W - Y‖² / 2, without taking the steps.
///
/// With X = U diag(σ) Vᵀ, W_t = W₀ + V diag(f(σ)) Uᵀ (Y - X W₀) with
/// f(σ) = (1 - (1 - η σ²)^t) / σ, which is t η σ to first order and 0 at σ = 0; so no singular value
/// has to be cut off. As t grows, W_t tends to the minimum-norm solution plus the part of W₀ that is
/// orthogonal to the samples. Source: Zhang et al. (2017), Section 5, for W₀ = 0; Ali, Kolter and
/// Tibshirani (2019), "A continuous-time view of early stopping for least squares regression".
///
/// The bound sums what each of the t steps rounds, which no later step enlarges where η ≤ 2 / σ₁²:
/// with M ≥ ‖W_s‖ and R = ‖X W₀ - Y‖ a step rounds by
/// ε ((n + d + 5) η ‖X‖ (‖X‖ M + ‖Y‖ + R) + 4 M). The decomposition is exact for a matrix within
/// 50 max(n, d) ε σ₁ of X, whose path leaves that of X by 50 max(n, d) ε η σ₁ (R + σ₁ M) a step.
///
/// - Parameters:
///   - features: X, n × d, finite.
///   - targets: Y, n × k, finite.
///   - start: W₀, d × k, finite; 0 by default.
///   - stepSize: η, positive and at most 2 / σ₁².
///   - steps: t, at least 0.
///   - known: the span of these features where it is known already; nil to find it.
/// - Returns: W_t and the bound.
/// - Throws: ``DescentError/optionOutOfRange(name:value:range:)``,
///   ``DescentError/stepTooLarge(stepSize:limit:)``, ``DescentError/linearAlgebra(_:)`` for an entry
///   that is no number.
/// - Complexity: O(n d (min(n, d) + k)), whatever t is.
public func gradientDescentSolution(
  _ features: Matrix<Double>, targets: Matrix<Double>, start: Matrix<Double>? = nil,
  stepSize: Double, steps: Int, space known: RowSpace? = nil
) throws(DescentError) -> GradientDescentSolution {
  precondition(steps >= 0, "steps are a count")
  let configuration = DescentConfiguration(stepSize: stepSize)
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
  try configuration.checkStepSize(
    largestEigenvalue: space.largestEigenvalue, samples: features.rows)
  let residual = targets - features * start
  var coordinates = space.left.times(residual, transposingSelf: true)
  for i in 0..<coordinates.rows {
    let sigma = space.singularValues[i]
    let eigenvalue = sigma * sigma
    let filter =
      eigenvalue == 0
      ? 0 : filterFactor(eigenvalue: eigenvalue, stepSize: stepSize, steps: steps) / sigma
    for j in 0..<coordinates.columns { coordinates[i, j] *= filter }
  }
  let weights = start + space.right * coordinates

  let (n, d) = (Double(features.rows), Double(features.columns))
  let sigma = space.singularValues.first ?? 0
  // f(σ) is at most t η σ and at most 2 / σ.
  let reach = space.singularValues.reduce(0) {
    max($0, $1 == 0 ? 0 : min(Double(steps) * stepSize * $1, 2 / $1))
  }
  let misfit = residual.frobeniusNorm
  let size = start.frobeniusNorm + reach * misfit
  let frobenius = features.frobeniusNorm
  let step =
    (n + d + 5) * stepSize * frobenius * (frobenius * size + targets.frobeniusNorm + misfit)
    + 4 * size
  let decomposition = 50 * max(n, d) * stepSize * sigma * (misfit + sigma * size)
  let evaluation = 4 * (n + d) * size + reach * (n + d) * (frobenius * size + targets.frobeniusNorm)
  return GradientDescentSolution(
    weights: weights,
    simulationBound: Double.roundingUnit * (Double(steps) * (step + decomposition) + evaluation))
}

/// The share of an eigendirection that gradient descent has fitted after t steps.
///
/// 1 - (1 - η λ)^t, without cancellation where η λ is small.
///
/// - Parameters:
///   - eigenvalue: λ ≥ 0, an eigenvalue of XᵀX.
///   - stepSize: η > 0.
///   - steps: t ≥ 0.
/// - Returns: 0 for no steps; in 0 … 1 for η λ ≤ 1, in 0 … 2 for η λ ≤ 2.
public func filterFactor(eigenvalue: Double, stepSize: Double, steps: Int) -> Double {
  let speed = stepSize * eigenvalue
  if speed < 0.5 { return -.expMinusOne(Double(steps) * .log(onePlus: -speed)) }
  return 1 - .pow(1 - speed, steps)
}
