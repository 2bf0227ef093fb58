/// What one advance of a training did.
public enum TrainingEvent: Sendable, Equatable {
  /// One step of SGD; the score is that of its batch before the step.
  case step(BatchScore)
  /// An epoch was closed: its samples evaluated and its record written.
  case epoch(EpochRecord)
  /// Nothing: the training has ended.
  case ended(TrainingOutcome)
}
