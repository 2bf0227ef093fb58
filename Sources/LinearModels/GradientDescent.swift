public import LinearAlgebra

/// A point on the path of gradient descent.
public struct DescentPoint: Sendable, Codable, Equatable {
  /// The number of steps taken.
  public var step: Int
  /// ‖X W - Y‖², the sum over samples and targets.
  public var squaredResidual: Double
  /// ‖W - W*‖ / ‖W*‖ with W* the minimum-norm solution.
  public var distanceToMinimumNorm: Double
  /// ‖W‖.
  public var norm: Double
}

/// The path of gradient descent on ‖X W - Y‖² / 2 from W = 0.
///
/// W ← W - η Xᵀ(X W - Y). From zero every W stays in the span of the samples, so the path ends at
/// the minimum-norm solution (Zhang et al. 2017, Section 5).
///
/// - Parameters:
///   - features: X, n × d, finite.
///   - targets: Y, n × k, finite.
///   - minimumNorm: W*, d × k, for the distances.
///   - steps: number of steps, at least 0.
///   - records: how many points of the path to keep, evenly over it; the last is among them.
/// - Returns: the weights at the end and the points kept, the start first.
/// - Complexity: O(n d k) a step. η = 1 / σ₁², the largest step that no direction overshoots, from
///   50 rounds of power iteration, cut by a tenth because the rounds bound σ₁ from below.
public func gradientDescentPath<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>, minimumNorm: Matrix<Scalar>, steps: Int,
  records: Int = 50
) -> (weights: Matrix<Scalar>, path: [DescentPoint]) {
  precondition(steps >= 0 && records >= 1, "steps and records are counts")
  var weights = Matrix<Scalar>(rows: features.columns, columns: targets.columns)
  var path: [DescentPoint] = []
  let stepSize = 0.9 / max(squaredSpectralNorm(of: features), Scalar.leastNormalMagnitude)
  let scale = Double(minimumNorm.frobeniusNorm)
  let interval = max(1, steps / records)
  for step in 0...steps {
    let residual = features * weights - targets
    if step % interval == 0 || step == steps {
      let distance = Double((weights - minimumNorm).frobeniusNorm)
      let norm = Double(residual.frobeniusNorm)
      path.append(
        DescentPoint(
          step: step, squaredResidual: norm * norm,
          distanceToMinimumNorm: scale == 0 ? distance : distance / scale,
          norm: Double(weights.frobeniusNorm)))
    }
    if step < steps {
      weights.addProduct(of: features, residual, transposingFirst: true, scaledBy: -stepSize)
    }
  }
  return (weights, path)
}

/// σ₁², the largest eigenvalue of XᵀX, from below.
private func squaredSpectralNorm<Scalar: LinearAlgebraScalar>(of matrix: Matrix<Scalar>) -> Scalar {
  // A start with no structure of its own; its direction is forgotten at a geometric rate.
  var vector = (0..<matrix.columns).map { Scalar(1) + Scalar($0 % 7) / 7 }
  var value: Scalar = 0
  for _ in 0..<50 {
    let norm = euclideanNorm(vector)
    if norm == 0 { return 0 }
    vector = vector.map { $0 / norm }
    vector = matrix.times(matrix.times(vector), transposingSelf: true)
    value = euclideanNorm(vector)
  }
  return value
}
