/// Where a threshold stands in the gap between two neighbouring points.
///
/// b_i = x_{i-1} + θ (x_i - x_{i-1}). With S_i the slope after threshold i,
/// S_i = Δy_i / (x_i - b_i) - ρ_i S_{i-1} and ρ_i = θ / (1 - θ): halfway thresholds have ρ = 1 and
/// never damp an error, those close to the previous point do.
public struct ThresholdPlacement: Sendable, Hashable, Codable {
  /// The fraction θ of the gap, between 0 and 1.
  public let fraction: Double

  /// Thresholds at one hundredth of the gap.
  ///
  /// An error in a slope then shrinks a hundredfold at each point, and the threshold still lies
  /// many roundings away from the point before it.
  public static let nearPreviousPoint = ThresholdPlacement(fraction: 0.01)

  /// Thresholds halfway between neighbouring points.
  public static let midpoint = ThresholdPlacement(fraction: 0.5)

  /// Creates a placement.
  ///
  /// - Parameter fraction: θ, strictly between 0 and 1.
  public init(fraction: Double) {
    precondition(fraction > 0 && fraction < 1, "a threshold stands inside the gap")
    self.fraction = fraction
  }

  /// The thresholds for some points.
  ///
  /// The first one has no point before it; its gap is taken as the mean of the others.
  ///
  /// - Parameter points: x₁ < … < x_n, finite.
  /// - Returns: thresholds that interleave the points; nil where two points are so close that no
  ///   double lies between them.
  /// - Complexity: O(n).
  public func thresholds(for points: [Double]) -> [Double]? {
    guard let first = points.first, let last = points.last else { return [] }
    let meanGap = points.count > 1 ? (last - first) / Double(points.count - 1) : 1
    var thresholds = [first - (1 - fraction) * max(meanGap, first.ulp * 4)]
    for (previous, point) in zip(points, points.dropFirst()) {
      var threshold = previous + fraction * (point - previous)
      if !(previous < threshold && threshold < point) {
        // The fraction was lost in rounding.
        threshold = previous + 0.5 * (point - previous)
      }
      guard previous < threshold && threshold < point else { return nil }
      thresholds.append(threshold)
    }
    return thresholds
  }
}
