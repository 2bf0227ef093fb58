public import ExactArithmetic
private import RealModule

/// Where a threshold stands in the gap between two neighbouring points.
///
/// b_i = x_{i-1} + θ (x_i - x_{i-1}). With S_i the slope after threshold i,
/// S_i = Δy_i / (x_i - b_i) - ρ_i S_{i-1} and ρ_i = θ / (1 - θ): halfway thresholds have ρ = 1 and
/// never damp an error, those close to the previous point do, and those on it have ρ = 0, where a
/// slope depends on one gap alone.
public struct ThresholdPlacement: Sendable, Hashable, Codable {
  /// The fraction θ of the gap, from 0 to below 1.
  public let fraction: Double

  /// Thresholds on the previous point: the matrix interleaves weakly.
  ///
  /// The weights are differences of slopes, w_i = Δy_i / Δx_i - Δy_{i-1} / Δx_{i-1}, and as
  /// fractions no longer than two gaps and two targets. Neighbouring doubles leave room for it.
  public static let previousPoint = ThresholdPlacement(fraction: 0)

  /// Thresholds at one hundredth of the gap.
  ///
  /// An error in a slope then shrinks a hundredfold at each point, and the threshold still lies
  /// many roundings away from the point before it.
  public static let nearPreviousPoint = ThresholdPlacement(fraction: 0.01)

  /// Thresholds halfway between neighbouring points.
  public static let midpoint = ThresholdPlacement(fraction: 0.5)

  /// Creates a placement.
  ///
  /// - Parameter fraction: θ, at least 0 and below 1.
  public init(fraction: Double) {
    precondition(
      fraction >= 0 && fraction < 1, "a threshold stands on the previous point or inside the gap")
    self.fraction = fraction
  }

  /// The fraction θ as an exact field takes it: a short one that rounds to ``fraction``, so that
  /// 0.01 is 1/100 and not its double's 2⁵⁹-ths.
  public var exactFraction: Rational { Rational(shortestFor: fraction) }

  /// The thresholds for some points, exact in an exact field.
  ///
  /// The first one has no point before it; its gap is taken as the mean of the others, or as much
  /// longer as its end must be to lie below x₁ in doubles.
  ///
  /// - Parameter points: x₁ < … < x_n, finite.
  /// - Returns: thresholds that interleave the points, strictly unless θ = 0; nil where points do
  ///   not increase, and where θ > 0 and no double lies between two of them.
  /// - Complexity: O(n) operations of the field.
  @specialized(where Field == Double)
  public func thresholds<Field: OrderedField>(for points: [Field]) -> [Field]? {
    guard let first = points.first, let last = points.last else { return [] }
    guard first.isInField, last.isInField else { return nil }
    let part = Field(exactFraction)
    let meanGap = points.count > 1 ? (last - first) / Field(Rational(points.count - 1, over: 1)) : 1
    var reach = (1 - part) * meanGap
    if !(reach > .zero) { reach = 1 }
    while !(first - reach < first) { reach += reach }
    var thresholds = [first - reach]
    thresholds.reserveCapacity(points.count)
    for i in points.indices.dropFirst() {
      let (previous, point) = (points[i - 1], points[i])
      guard previous < point else { return nil }
      if fraction == 0 {
        thresholds.append(previous)
        continue
      }
      var threshold = previous + part * (point - previous)
      if !(previous < threshold && threshold < point) {
        // The fraction was lost in rounding.
        threshold = previous + (point - previous) / 2
      }
      guard previous < threshold && threshold < point else { return nil }
      thresholds.append(threshold)
    }
    return thresholds
  }
}
