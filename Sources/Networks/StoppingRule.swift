/// A reason to end a training before all its epochs are run, judged at the end of each.
public enum StoppingRule: Sendable, Hashable, Codable {
  /// What patience watches.
  public enum Measure: String, Sendable, Hashable, Codable, CaseIterable {
    /// The mean loss of the epoch's batches; smaller is better.
    case trainingLoss = "training-loss"
    /// Accuracy on the test samples; larger is better.
    case testAccuracy = "test-accuracy"
  }

  /// The mean loss of the epoch's batches is below a threshold.
  case loss(below: Double)
  /// Training accuracy is at least a threshold, from 0 to 1.
  ///
  /// That of the pass at the epoch's end where there is one, otherwise the running one.
  case accuracy(atLeast: Double)
  /// The last so many epochs, at least 1, have not been better than the best before them.
  case patience(epochs: Int, Measure)

  /// How the training ends by this rule.
  ///
  /// - Parameter history: the epochs so far.
  /// - Returns: the outcome; nil while training goes on.
  /// - Complexity: O(epochs).
  public func outcome(after history: [EpochRecord]) -> TrainingOutcome? {
    guard let last = history.last else { return nil }
    switch self {
    case .loss(let threshold): return last.loss < threshold ? .lossReached : nil
    case .accuracy(let threshold):
      return last.trainingAccuracy >= threshold ? .accuracyReached : nil
    case .patience(let epochs, .trainingLoss):
      return StoppingRule.isExhausted(epochs, history.map { -$0.loss }) ? .patienceExhausted : nil
    case .patience(let epochs, .testAccuracy):
      return StoppingRule.isExhausted(epochs, history.map(\.testAccuracy))
        ? .patienceExhausted : nil
    }
  }

  /// Whether the best value, the first of equals, lies so many values back.
  private static func isExhausted(_ epochs: Int, _ values: [Double?]) -> Bool {
    precondition(epochs >= 1, "patience waits for an epoch")
    var best: (place: Int, value: Double)?
    for (place, value) in values.enumerated() {
      if let value, best.map({ value > $0.value }) ?? true { best = (place, value) }
    }
    return best.map { values.count - 1 - $0.place >= epochs } ?? false
  }
}
