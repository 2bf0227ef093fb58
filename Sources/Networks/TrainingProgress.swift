/// Everything that a training knows but the network's numbers: counters, sums and history.
///
/// There is no state of a random generator: every draw is named by the seed and these counters.
public struct TrainingProgress: Sendable, Codable, Equatable {
  /// The number of epochs that are done.
  public var epoch: Int
  /// Steps done in the epoch that runs.
  public var step: Int
  /// The sum over the running epoch's samples of their losses, each before its batch's step.
  public var lossSum: Double
  /// The number of the running epoch's samples that were right when their batch came.
  public var correct: Int
  /// The loss of the first batch before any step; nil before it.
  public var firstLoss: Double?
  /// One record for each epoch that is done.
  public var history: [EpochRecord]
  /// How the training ended; nil while it goes on.
  public var outcome: TrainingOutcome?

  /// The progress of a training that has not begun.
  public static let start = TrainingProgress(
    epoch: 0, step: 0, lossSum: 0, correct: 0, firstLoss: nil, history: [], outcome: nil)

  /// Steps done since the start.
  ///
  /// - Parameter stepsPerEpoch: the number of steps of an epoch.
  /// - Returns: those of the epochs that are done and of the one that runs.
  public func steps(stepsPerEpoch: Int) -> Int { epoch * stepsPerEpoch + step }
}
