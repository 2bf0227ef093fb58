/// How a network is trained by stochastic gradient descent.
///
/// The defaults are the paper's for its multilayer perceptrons (Appendix A); the batch size is not
/// printed there and is read off the spacing of its figures.
public struct TrainingConfiguration: Sendable, Hashable, Codable {
  /// Passes over the sample, at least 0.
  public var epochs: Int
  /// Samples of a step; the last step of an epoch takes what is left.
  public var batchSize: Int
  /// The learning rate of the first epoch.
  public var learningRate: Double
  /// What the learning rate is multiplied by after each epoch.
  public var learningRateDecay: Double
  /// The share of the old velocity that a step keeps.
  public var momentum: Double
  /// λ of the penalty λ‖w‖²/2 on the weights, not on the biases.
  public var weightDecay: Double
  /// The epoch's mean loss below which the sample counts as fitted.
  ///
  /// The paper does not say when its nets have overfitted; its Figures 1a and 1b agree with the
  /// first epoch whose mean loss is below 0.05.
  public var fittedLoss: Double
  /// Training ends after the first epoch whose mean loss is below this; nil runs all epochs.
  public var stoppingLoss: Double?
  /// Names the draw of the order of samples.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - epochs: passes over the sample, at least 0.
  ///   - batchSize: samples of a step, at least 1.
  ///   - learningRate: of the first epoch, positive.
  ///   - learningRateDecay: factor for each epoch, positive.
  ///   - momentum: from 0 to below 1.
  ///   - weightDecay: λ ≥ 0.
  ///   - fittedLoss: mean loss below which the sample counts as fitted.
  ///   - stoppingLoss: mean loss below which training ends, or nil.
  ///   - seed: names the order of samples.
  public init(
    epochs: Int, batchSize: Int = 128, learningRate: Double = 0.01,
    learningRateDecay: Double = 0.95, momentum: Double = 0.9, weightDecay: Double = 0,
    fittedLoss: Double = 0.05, stoppingLoss: Double? = nil, seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.learningRateDecay = learningRateDecay
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.fittedLoss = fittedLoss
    self.stoppingLoss = stoppingLoss
    self.seed = seed
  }
}
