public import ReLUNetworks

/// An interpolating network, measured and certified.
public struct InterpolationRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The sample size n.
  public var n: Int
  /// The input dimension d.
  public var d: Int
  /// The number of outputs.
  public var outputs: Int
  /// The number of layers of weights.
  public var depth: Int
  /// The number of weights, n (1 + outputs) + d with n the number of distinct samples; beyond two
  /// layers the number of weights and biases that are not zero.
  public var weights: Int
  /// What a depth beyond two layers costs; nil for two.
  @ExplicitNull public var depthCosts: DepthCosts?
  /// The number of samples that share a hidden unit with an equal one.
  public var mergedDuplicates: Int
  /// How the output weights were found.
  public var solver: String
  /// How the direction was drawn.
  public var direction: String
  /// The fraction of a gap at which the threshold stands.
  public var thresholdFraction: Double
  /// The largest |c(z_i) - y_i| in exact arithmetic, rounded up.
  public var maxAbsoluteResidual: Double
  /// The same when the formula is summed in plain doubles; nil where n is too large for O(n²).
  @ExplicitNull public var plainResidual: Double?
  /// Whether every target is recovered by rounding, in exact arithmetic.
  public var certified: Bool
  /// Whether points and thresholds interleave strictly.
  public var interleavesStrictly: Bool
  /// Whether the projections carry no rounding.
  public var projectionsExact: Bool
  /// The number of directions drawn.
  public var directionDraws: Int
  /// The smallest distance of two projections as a fraction of their range.
  public var smallestRelativeGap: Double
  /// A bound on the probability that one draw does not separate the samples, vacuous from 1 on; nil
  /// for normal entries, for which a draw fails by rounding alone.
  @ExplicitNull public var drawFailureBound: Double?
  /// Lemma 1's min (x_i - b_i), in units of the projection.
  public var smallestEigenvalue: Double
  /// The largest absolute output weight.
  public var maxAbsoluteWeight: Double
  /// The Euclidean norm of the output weights.
  public var norm: Double
  /// The shares of wrong answers; nil where the targets are not classes.
  @ExplicitNull public var score: ClassificationScore?
  /// The smallest margin on the training sample; nil where the targets are not classes.
  ///
  /// The score of a class is its output; where one output is the class as a number, it is minus the
  /// distance from it. Exact interpolation has a margin of 1 on either scale.
  @ExplicitNull public var smallestMargin: Double?
  /// Wall-clock seconds to build the network.
  public var seconds: Double
  /// Wall-clock seconds to certify it.
  public var certificationSeconds: Double
}

/// What Corollary 1's network of depth k ≥ 3 costs, counted on the network itself.
public struct DepthCosts: Sendable, Codable, Equatable {
  /// The largest number of units of a hidden layer.
  public var width: Int
  /// The number of weights and biases that are not zero.
  public var nonZeroWeights: Int
  /// The most that the corollary allows of both.
  public var bounds: DepthBounds
  /// What the weights are there for.
  public var ledger: WeightLedger

  /// Whether width and weights stay within their bounds.
  public var areWithinBounds: Bool {
    width <= bounds.width && nonZeroWeights <= bounds.nonZeroWeights
  }
}
