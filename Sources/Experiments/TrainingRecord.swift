public import Networks

/// A network trained by SGD, measured.
public struct TrainingRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The name of the network.
  public var model: String
  /// The number of weights and biases.
  public var parameters: Int
  /// The number of the γ and β of batch normalisation.
  public var normalizationParameters: Int
  /// The distribution of the initial weights.
  public var initialization: String
  /// How images became vectors.
  public var input: String
  /// How training images were altered in each epoch.
  public var augmentation: String
  /// What carried out the arithmetic.
  public var engine: EngineChoice
  /// How the network was trained.
  public var configuration: TrainingConfiguration
  /// How the training ended.
  public var outcome: TrainingOutcome
  /// The number of epochs run.
  public var epochs: Int
  /// The share of right answers on the training images at the end, unaltered.
  public var trainAccuracy: Double
  /// The share of right answers on the test images, against their true labels.
  public var testAccuracy: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestAccuracy: Double
  /// The highest test accuracy at the end of an epoch; null if it was not measured.
  @ExplicitNull public var bestTestAccuracy: Double?
  /// The epoch that had it, counted from 1.
  @ExplicitNull public var bestTestEpoch: Int?
  /// What early stopping could have gained: the highest test accuracy less the last epoch's.
  @ExplicitNull public var earlyStoppingGain: Double?
  /// The smallest margin of the logits on the training images at the end, unaltered.
  @ExplicitNull public var smallestMargin: Double?
  /// The shares of wrong answers.
  public var score: ClassificationScore
  /// Steps until the end of the first epoch whose mean loss is below `fittedLoss`; nil if none.
  @ExplicitNull public var stepsToFit: Int?
  /// The number of that epoch.
  @ExplicitNull public var epochsToFit: Int?
  /// The Frobenius norm of all parameters at the end.
  public var norm: Double
  /// Steps that were done when this process took the training up; null where it began it.
  @ExplicitNull public var resumedAtStep: Int?
  /// Images of full steps of SGD for each wall-clock second of steps in this process alone.
  public var imagesPerSecond: Double
  /// Wall-clock seconds of the training in this process, evaluations included.
  public var seconds: Double
  /// One record an epoch.
  public var history: [EpochRecord]
}
