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
///   - records: how many points of the path to keep after its start, evenly over it; a short path
///     may hold fewer. The last is among them.
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
  let interval = max(1, steps / records + (steps % records == 0 ? 0 : 1))
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
  // A start with no structure of its own, from the golden ratio's multiples: no simple combination
  // of features is orthogonal to it. Its direction is forgotten at a geometric rate.
  var vector = (0..<matrix.columns).map {
    let multiple = Double($0 + 1) * 0.618_033_988_749_894_9
    return Scalar(1 + multiple - multiple.rounded(.down))
  }
  var value: Scalar = 0
  for _ in 0..<50 {
    let norm = euclideanNorm(vector)
    if norm == 0 {
      // A start in the null space, however unlikely, must not make the step infinite.
      let upperBound = matrix.frobeniusNorm
      return upperBound * upperBound
    }
    vector = vector.map { $0 / norm }
    vector = matrix.times(matrix.times(vector), transposingSelf: true)
    value = euclideanNorm(vector)
  }
  return value
}
