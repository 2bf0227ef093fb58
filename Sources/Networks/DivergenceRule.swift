private import RealModule

/// When a training whose losses are finite counts as diverged.
///
/// The mean losses of a number of epochs in a row all lie above a multiple of the start's loss. The
/// start's loss is that of the first batch before any step, or that of equal logits where this is
/// larger: a network that answers by chance has not diverged, it has not learnt yet.
public struct DivergenceRule: Sendable, Hashable, Codable {
  /// How many epochs in a row, at least 1.
  public var epochs: Int
  /// The multiple of the start's loss, at least 1.
  public var factor: Double

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - epochs: how many epochs in a row, at least 1; by default so many that a training which
  ///     overshoots can come back.
  ///   - factor: the multiple of the start's loss, at least 1; the default leaves room for the
  ///     noise of a first batch.
  public init(epochs: Int = 10, factor: Double = 1.25) {
    self.epochs = epochs
    self.factor = factor
  }

  /// Whether a training has diverged.
  ///
  /// - Parameters:
  ///   - history: its epochs so far.
  ///   - startingLoss: the loss that counts as the start's.
  /// - Returns: whether all of the last epochs lie above the multiple.
  public func isMet(by history: [EpochRecord], startingLoss: Double) -> Bool {
    precondition(epochs >= 1, "divergence takes an epoch")
    return history.count >= epochs
      && history.suffix(epochs).allSatisfy { $0.loss > factor * startingLoss }
  }
}

extension Loss {
  /// The loss of a network whose logits are the best equal ones for all samples and classes.
  ///
  /// Cross-entropy: log C. Squared: ½ (1 - 1/C), at logits of 1/C.
  ///
  /// - Parameter classes: the number of classes C, at least 1.
  /// - Returns: the mean loss when all classes are equally frequent.
  public func atChance(classes: Int) -> Double {
    switch self {
    case .crossEntropy: .log(Double(classes))
    case .squared: 0.5 * (1 - 1 / Double(classes))
    }
  }
}
