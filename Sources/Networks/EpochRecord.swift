/// What one pass over the sample brought.
///
/// Nothing here depends on the clock: a resumed training has the same records, byte for byte.
public struct EpochRecord: Sendable, Codable, Equatable {
  /// The epoch, counted from 1.
  public var epoch: Int
  /// Steps taken since the start, at the end of this epoch.
  public var steps: Int
  /// The learning rate used.
  public var learningRate: Double
  /// The mean loss of the epoch's batches, each before its step; of cross-entropy in nats.
  public var loss: Double
  /// The share of samples that were right when their batch came, from 0 to 1.
  public var runningAccuracy: Double
  /// Loss and accuracy on the unaltered training samples at the epoch's end; nil if not measured.
  public var train: Evaluation?
  /// Loss and accuracy on the test samples at the epoch's end; nil if not measured.
  public var test: Evaluation?
  /// The Frobenius norm of all parameters at the epoch's end.
  public var norm: Double
  /// The Euclidean distance of all parameters from their start.
  public var distanceToStart: Double

  /// Creates a record.
  ///
  /// - Parameters:
  ///   - epoch: counted from 1.
  ///   - steps: since the start.
  ///   - learningRate: the one used.
  ///   - loss: the mean of the epoch's batches.
  ///   - runningAccuracy: from 0 to 1.
  ///   - train: on the unaltered training samples.
  ///   - test: on the test samples.
  ///   - norm: of all parameters.
  ///   - distanceToStart: of all parameters.
  public init(
    epoch: Int, steps: Int, learningRate: Double, loss: Double, runningAccuracy: Double,
    train: Evaluation? = nil, test: Evaluation? = nil, norm: Double = 0, distanceToStart: Double = 0
  ) {
    (self.epoch, self.steps, self.learningRate) = (epoch, steps, learningRate)
    (self.loss, self.runningAccuracy) = (loss, runningAccuracy)
    (self.train, self.test) = (train, test)
    (self.norm, self.distanceToStart) = (norm, distanceToStart)
  }

  /// Accuracy on the unaltered training samples where it was measured, otherwise the running one.
  public var trainingAccuracy: Double { train?.accuracy ?? runningAccuracy }
  /// Accuracy on the test samples, from 0 to 1; nil if not measured.
  public var testAccuracy: Double? { test?.accuracy }
}

/// When the sample counted as fitted.
public struct TimeToFit: Sendable, Codable, Equatable {
  /// The first fitted epoch, counted from 1.
  public var epochs: Int
  /// Steps taken until its end.
  public var steps: Int
}

extension [EpochRecord] {
  /// The first epoch whose mean loss is below a threshold.
  ///
  /// - Parameter threshold: in the unit of the loss.
  /// - Returns: its end; nil where no epoch is below, the time being censored at the history's end.
  public func timeToFit(lossBelow threshold: Double) -> TimeToFit? {
    first { $0.loss < threshold }.map { TimeToFit(epochs: $0.epoch, steps: $0.steps) }
  }

  /// The epoch with the highest test accuracy, the first of equals; nil if none was measured.
  public var best: EpochRecord? {
    reduce(nil) { best, record in
      guard let accuracy = record.testAccuracy else { return best }
      return accuracy > best?.testAccuracy ?? -1 ? record : best
    }
  }

  /// What early stopping could have gained: the best test accuracy less the last one.
  ///
  /// Source: the paper, Section 3 (Figure 2).
  public var earlyStoppingGain: Double? {
    guard let best = best?.testAccuracy, let last = last?.testAccuracy else { return nil }
    return best - last
  }
}
