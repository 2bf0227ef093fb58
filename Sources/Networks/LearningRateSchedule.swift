/// The learning rate of each epoch.
public struct LearningRateSchedule: Sendable, Hashable, Codable {
  /// How the rate falls.
  public enum Decay: Sendable, Hashable, Codable {
    /// Not at all.
    case none
    /// Multiplied by the factor after each epoch.
    case exponential(factor: Double)
    /// Multiplied by the factor after every so many epochs, at least 1.
    case everyEpochs(Int, factor: Double)
    /// Multiplied by the factor once each of these numbers of epochs is done.
    case afterEpochs([Int], factor: Double)
  }

  /// The learning rate of the first epoch, positive.
  public var initial: Double
  /// How it falls.
  public var decay: Decay

  /// Creates a schedule.
  ///
  /// - Parameters:
  ///   - initial: the learning rate of the first epoch, positive.
  ///   - decay: how it falls; factors are positive.
  public init(_ initial: Double, decay: Decay = .none) {
    self.initial = initial
    self.decay = decay
  }

  /// The same rate in all epochs.
  public static func constant(_ rate: Double) -> LearningRateSchedule {
    LearningRateSchedule(rate)
  }

  /// η₀ fᵉ; the paper's for CIFAR-10 has f = 0.95 (Appendix A).
  public static func exponential(_ initial: Double, factor: Double) -> LearningRateSchedule {
    LearningRateSchedule(initial, decay: .exponential(factor: factor))
  }

  /// The learning rate of an epoch.
  ///
  /// The product is formed factor by factor, so that it has the same bits on every machine.
  ///
  /// - Parameter epoch: counted from 0.
  /// - Returns: η₀ times the factor as often as the rate has fallen.
  /// - Complexity: O(epoch).
  public func rate(epoch: Int) -> Double {
    let (falls, factor) = falls(before: epoch)
    var rate = initial
    for _ in 0..<falls { rate *= factor }
    return rate
  }

  private func falls(before epoch: Int) -> (count: Int, factor: Double) {
    switch decay {
    case .none: return (0, 1)
    case .exponential(let factor): return (epoch, factor)
    case .everyEpochs(let period, let factor):
      precondition(period >= 1, "a period is at least one epoch")
      return (epoch / period, factor)
    case .afterEpochs(let epochs, let factor): return (epochs.count { $0 <= epoch }, factor)
    }
  }
}
