public import LinearAlgebra

/// Features less their mean, divided by their standard deviation, both learned from some samples.
public struct FeatureScaling: Sendable, Equatable {
  /// The mean of each feature.
  public let means: [Float]
  /// What each feature is multiplied by: one over its deviation, 0 for a feature that is constant.
  public let factors: [Float]

  /// Learns means and deviations.
  ///
  /// - Parameter features: one row a sample, at least one.
  /// - Complexity: O(n D).
  public init(features: Matrix<Float>) {
    precondition(features.rows >= 1, "means want a sample")
    let count = Double(features.rows)
    var means: [Float] = []
    var factors: [Float] = []
    for j in 0..<features.columns {
      let column = features.column(j)
      let mean = column.reduce(0.0) { $0 + Double($1) } / count
      let variance = column.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
      means.append(Float(mean))
      // What rounding leaves of a constant is no deviation.
      let floor = Double(Float.ulpOfOne) * abs(mean)
      factors.append(
        variance.squareRoot() > 4 * floor ? Float(1 / variance.squareRoot()) : 0)
    }
    self.means = means
    self.factors = factors
  }

  /// Scales features in place.
  ///
  /// - Parameter features: one row a sample, the columns that were learned from.
  /// - Complexity: O(n D).
  public func apply(to features: inout Matrix<Float>) {
    precondition(features.columns == means.count, "the features that were learned from")
    features.forEachColumn { j, column in
      let (mean, factor) = (means[j], factors[j])
      for i in column.indices { column[i] = (column[i] - mean) * factor }
    }
  }
}
