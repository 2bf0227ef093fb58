public import ReLUInterpolation

/// What the outputs of an interpolating network stand for.
public enum InterpolationTargets: String, Sendable, Codable, CaseIterable {
  /// One output, the class as a number, recovered by rounding: 2n + d weights.
  case classIndex = "class-index"
  /// One output a class, one-hot, recovered by the largest: n (1 + C) + d weights.
  case oneHot = "one-hot"
}

/// How an interpolating network is built.
public struct InterpolationConfiguration: Sendable, Codable, Equatable {
  /// What the outputs stand for.
  public var targets: InterpolationTargets
  /// How the output weights are found.
  public var solver: OutputWeightSolver
  /// The fraction of a gap at which the threshold stands, between 0 and 1.
  public var thresholdFraction: Double
  /// The depth k of the network, layers of weights.
  public var depth: Int
  /// Names the draw of the direction.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - targets: what the outputs stand for.
  ///   - solver: how the output weights are found.
  ///   - thresholdFraction: where a threshold stands in its gap, strictly between 0 and 1.
  ///   - depth: k, at least 2; beyond 2 the hinges are dealt out to k - 2 hidden layers.
  ///   - seed: names the draw of the direction.
  public init(
    targets: InterpolationTargets = .classIndex, solver: OutputWeightSolver = .recurrence,
    thresholdFraction: Double = ThresholdPlacement.nearPreviousPoint.fraction, depth: Int = 2,
    seed: UInt64 = 0
  ) {
    precondition(depth >= 2, "a network with hinges has at least two layers of weights")
    self.targets = targets
    self.solver = solver
    self.thresholdFraction = thresholdFraction
    self.depth = depth
    self.seed = seed
  }
}
