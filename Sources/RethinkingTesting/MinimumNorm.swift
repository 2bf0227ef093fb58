public import LinearAlgebra

/// Checks that a linear map is the shortest through a sample: X W = Y, and W in the row span of X.
///
/// Any other map through the sample is W + Z with X Z = 0. Z is orthogonal to the row span, so
/// ‖W + Z‖² = ‖W‖² + ‖Z‖² by Pythagoras: what sticks out of the row span is all that makes a map
/// longer than the shortest.
///
/// With m = max(n, d), ε = 2⁻⁵³, and σ₁ ≥ … ≥ σ_r the singular values of X that count, κ = σ₁/σ_r,
/// the bounds for column j of W are c m ε κ σ₁ ‖w_j‖ for an entry of X w_j - y_j, and
/// c m ε κ ‖w_j‖ for the length of what sticks out: what a solve by singular values or by the Gram
/// system leaves.
///
/// - Parameters:
///   - samples: X, n × d, one row a sample, finite.
///   - targets: Y, n × k, finite.
///   - weights: W, d × k.
///   - constant: c; 30 is LAPACK's for a sound solve.
/// - Throws: ``PropertyViolation`` for a sample that is not fitted, for the column of W farthest out
///   of the row span, and for samples so ill-conditioned that c m ε κ ≥ 1, when nothing can be told.
/// - Complexity: O(n d min(n, d)).
///
/// Source: Zhang et al. (2017), Section 5.
public func checkMinimumNorm(
  _ samples: Matrix<Double>, targets: Matrix<Double>, weights: Matrix<Double>,
  constant: Double = 30
) throws(PropertyViolation) {
  precondition(samples.rows == targets.rows, "a target for each sample")
  let shape = "\(samples.columns) x \(targets.columns) weights"
  guard weights.rows == samples.columns, weights.columns == targets.columns else {
    throw PropertyViolation(
      .minimumNorm, expected: shape, found: "\(weights.rows) x \(weights.columns)",
      advice: "look at whether the weights are transposed")
  }
  if let index = weights.elements.firstIndex(where: { !$0.isFinite }) {
    throw PropertyViolation(
      .minimumNorm, output: index / weights.rows, expected: "finite weights",
      found: "\(weights.elements[index])", advice: "look at the solve")
  }
  let decomposition = try running(.minimumNorm, expected: "singular values of the samples") {
    try SingularValueDecomposition(of: samples)
  }
  let span = RowSpan(decomposition, size: max(samples.rows, samples.columns))
  let unit = constant * Double(max(1, samples.rows, samples.columns)) * Double.roundingUnit
  let relative = unit * span.condition
  guard relative < 1 else {
    throw PropertyViolation(
      .minimumNorm, expected: "samples of condition below \(1 / unit)", found: "\(span.condition)",
      advice: "nothing can be told in double precision: look at samples that are nearly equal")
  }
  let values = samples * weights
  let inside = span.projection(of: weights)
  for j in 0..<targets.columns {
    let length = euclideanNorm(weights.column(j))
    let differences = zip(values.column(j), targets.column(j)).map { abs($0 - $1) }
    let worst = differences.indices.max { differences[$0] < differences[$1] }
    let bound = relative * span.largest * length
    if let worst, !(differences[worst] <= bound) {
      throw PropertyViolation(
        .minimumNorm, sample: worst, output: j, expected: "\(targets[worst, j])",
        found: "\(values[worst, j])", bound: bound,
        advice: "the map does not fit: look at a ridge, at an intercept, or at dependent samples")
    }
    let outside = euclideanNorm(
      zip(weights.column(j), inside.column(j)).map { $0 - $1 })
    guard outside <= relative * length else {
      throw PropertyViolation(
        .minimumNorm, output: j,
        expected: "weights in the row span, of norm \(euclideanNorm(inside.column(j)))",
        found: "norm \(length), of which \(outside) sticks out", bound: relative * length,
        advice: "the map fits but is not the shortest: look at where the descent started")
    }
  }
}

/// The span of the rows of a matrix.
private struct RowSpan {
  /// Its orthonormal basis as rows.
  let basis: Matrix<Double>
  /// The largest singular value.
  let largest: Double
  /// σ₁ / σ_r; 1 for r = 0.
  let condition: Double

  init(_ decomposition: SingularValueDecomposition<Double>, size: Int) {
    largest = decomposition.values.first ?? 0
    let cutOff = Double(size) * Double.ulpOfOne * largest
    let counting = decomposition.values.filter { $0 > cutOff }
    condition = counting.last.map { [largest] in largest / $0 } ?? 1
    basis = decomposition.rightTransposed.rows(counting.indices)
  }

  func projection(of weights: Matrix<Double>) -> Matrix<Double> {
    basis.times(basis * weights, transposingSelf: true)
  }
}
