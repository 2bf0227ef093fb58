/// Checks the hypothesis of Lemma 1: b₁ < x₁ < b₂ < x₂ < … < b_n < x_n.
///
/// Weakly interleaved thresholds may stand at the previous point, x_i ≤ b_{i+1}: the matrix of
/// max(x_i - b_j, 0) is lower triangular with a positive diagonal all the same.
///
/// - Parameters:
///   - points: x, in increasing order.
///   - thresholds: b, in increasing order.
///   - weakly: whether a threshold may equal the point before it.
/// - Throws: ``PropertyViolation`` that names the first point or threshold out of its place; its
///   sample is the place in the order, from 0.
///
/// Source: Zhang et al. (2017), Lemma 1.
public func checkInterleaving(
  points: [Double], thresholds: [Double], weakly: Bool = false
) throws(PropertyViolation) {
  guard points.count == thresholds.count else {
    throw PropertyViolation(
      .interleaving, expected: "\(points.count) thresholds, one for each point",
      found: "\(thresholds.count)", advice: "look at whether equal points were merged")
  }
  for (i, (point, threshold)) in zip(points, thresholds).enumerated() {
    func require(_ holds: Bool, _ expected: String, _ found: Double, _ advice: String)
      throws(PropertyViolation)
    {
      if holds { return }
      throw PropertyViolation(
        .interleaving, sample: i, expected: expected, found: "\(found)", advice: advice)
    }
    try require(point.isFinite, "a finite point", point, "look at the projections")
    if i > 0 {
      let previous = points[i - 1]
      try require(
        previous < point, "a point above \(previous), the one before", point,
        "look at whether the points are sorted and equal ones merged")
      try require(
        previous < threshold || (weakly && previous == threshold),
        "a threshold \(weakly ? "not below" : "above") \(previous), the point before", threshold,
        weakly || previous != threshold
          ? "look at how the threshold was placed in its gap"
          : "it stands at the point itself, which interleaves weakly alone")
    }
    try require(
      threshold < point, "a threshold below \(point), its point", threshold,
      "look at how the threshold was placed in its gap")
    try require(threshold.isFinite, "a finite threshold", threshold, "look at the first gap")
  }
}
