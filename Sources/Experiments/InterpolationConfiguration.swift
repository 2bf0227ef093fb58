import Datasets
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
  /// The fraction of a gap at which the threshold stands; 0 on the previous projection, below 1.
  public var thresholdFraction: Double
  /// The depth k of the network, layers of weights.
  public var depth: Int
  /// How the entries of the direction are drawn; nil for integers with bytes, else normal numbers.
  public var direction: DirectionKind?
  /// How many directions are drawn, of which the one with the largest smallest gap is taken.
  public var directionDraws: Int
  /// Names the draw of the direction.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - targets: what the outputs stand for.
  ///   - solver: how the output weights are found.
  ///   - thresholdFraction: where a threshold stands in its gap, at least 0 and below 1.
  ///   - depth: k, at least 2; beyond 2 the hinges are dealt out to k - 2 hidden layers.
  ///   - direction: how the direction's entries are drawn; nil for integers with bytes, else normal
  ///     numbers.
  ///   - directionDraws: at least 1; of several draws the one with the largest smallest gap is taken.
  ///   - seed: names the draw of the direction.
  public init(
    targets: InterpolationTargets = .classIndex, solver: OutputWeightSolver = .recurrence,
    thresholdFraction: Double = ThresholdPlacement.nearPreviousPoint.fraction, depth: Int = 2,
    direction: DirectionKind? = nil, directionDraws: Int = 1, seed: UInt64 = 0
  ) {
    precondition(depth >= 2, "a network with hinges has at least two layers of weights")
    self.targets = targets
    self.solver = solver
    self.thresholdFraction = thresholdFraction
    self.depth = depth
    self.direction = direction
    self.directionDraws = directionDraws
    self.seed = seed
  }
}

extension InterpolationConfiguration {
  /// How the direction for some samples is chosen.
  func directionChoice(for dataset: LabeledDataset) -> DirectionChoice {
    DirectionChoice(direction ?? (dataset.holdsBytes ? .integer : .normal), bestOf: directionDraws)
  }
}
