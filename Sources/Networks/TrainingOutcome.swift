/// How a training ended.
public enum TrainingOutcome: Sendable, Hashable, Codable {
  /// All epochs were run.
  case finishedEpochs
  /// The mean loss of an epoch fell below the threshold of a ``StoppingRule``.
  case lossReached
  /// The training accuracy reached the threshold of a ``StoppingRule``.
  case accuracyReached
  /// A measure did not improve for as many epochs as a ``StoppingRule`` allows.
  case patienceExhausted
  /// The numbers grew out of bounds.
  case diverged(DivergenceReason)
  /// All epochs were run, and the labels were not learnt.
  ///
  /// Training accuracy at the end is not above ``TrainingConfiguration/convergenceAccuracy``. The
  /// paper says "failed to converge" of its Alexnet with weight decay on random labels (Table 1)
  /// and does not say when it does; one that answers by chance does.
  case failedToConverge
  /// The training was left before its end; it can be resumed.
  case interrupted

  /// Whether there is nothing to go on with.
  public var isFinal: Bool { self != .interrupted }
}

/// What showed that a training diverged.
public enum DivergenceReason: String, Sendable, Hashable, Codable, CaseIterable {
  /// The loss of a batch was NaN or infinite.
  case lossNotFinite = "the loss of a batch is not finite"
  /// Parameters were NaN or infinite at the end of an epoch.
  case parametersNotFinite = "parameters are not finite"
  /// Mean losses stayed above the start's, by the ``DivergenceRule``.
  case lossAboveStart = "the loss stays above the start's"
}

extension TrainingOutcome: RawRepresentable {
  /// All outcomes, with all reasons.
  private static let all: [TrainingOutcome] =
    [
      .finishedEpochs, .lossReached, .accuracyReached, .patienceExhausted, .failedToConverge,
      .interrupted,
    ] + DivergenceReason.allCases.map(TrainingOutcome.diverged)

  /// Reads the words of ``rawValue``; any others give nil.
  public init?(rawValue: String) {
    guard let outcome = TrainingOutcome.all.first(where: { $0.rawValue == rawValue }) else {
      return nil
    }
    self = outcome
  }

  /// The outcome in words, as it stands in a record.
  public var rawValue: String {
    switch self {
    case .finishedEpochs: "all epochs run"
    case .lossReached: "loss reached"
    case .accuracyReached: "accuracy reached"
    case .patienceExhausted: "no improvement"
    case .diverged(let reason): "diverged: \(reason.rawValue)"
    case .failedToConverge: "failed to converge"
    case .interrupted: "interrupted"
    }
  }
}
