/// How a network is trained by stochastic gradient descent.
///
/// The defaults are the paper's for its multilayer perceptrons (Appendix A); the batch size is not
/// printed there and is read off the spacing of its figures. Dropout is a layer of the
/// architecture, augmentation a matter of the ``BatchSource``.
public struct TrainingConfiguration: Sendable, Hashable, Codable {
  /// The most passes over the sample, at least 0.
  public var epochs: Int
  /// Samples of a step; the last step of an epoch takes what is left.
  public var batchSize: Int
  /// The learning rate of each epoch.
  public var learningRate: LearningRateSchedule
  /// The share of the old velocity that a step keeps.
  public var momentum: Double
  /// λ of the penalty λ‖w‖²/2 on the weights, not on biases nor on γ and β.
  ///
  /// Its gradient λ w is added to that of the loss, before momentum; losses are shown without it.
  public var weightDecay: Double
  /// What is made small.
  public var loss: Loss
  /// The epoch's mean loss below which the sample counts as fitted.
  ///
  /// The paper does not say when its nets have overfitted; its Figures 1a and 1b agree with the
  /// first epoch whose mean loss is below 0.05.
  public var fittedLoss: Double
  /// Reasons to end before all epochs are run; the first one that is met counts.
  public var stoppingRules: [StoppingRule]
  /// When finite losses count as diverged; nil runs all epochs.
  public var divergence: DivergenceRule?
  /// The training accuracy, from 0 to 1, up to which all epochs run mean "failed to converge".
  ///
  /// nil stands for s + (1 - s) / 10 with s the share of the most frequent class: a tenth of the
  /// way from an answer that knows no image to one that knows them all. With ten equal classes
  /// that is 19 %.
  public var convergenceAccuracy: Double?
  /// Whether loss and accuracy on the unaltered training samples are measured after each epoch.
  public var evaluatesTraining: Bool
  /// Whether loss and accuracy on the test samples are measured after each epoch.
  public var evaluatesTest: Bool
  /// Names the draws of the order of samples and of dropout.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - epochs: the most passes over the sample, at least 0.
  ///   - batchSize: samples of a step, at least 1.
  ///   - learningRate: of each epoch.
  ///   - momentum: from 0 to below 1.
  ///   - weightDecay: λ ≥ 0.
  ///   - loss: what is made small.
  ///   - fittedLoss: mean loss below which the sample counts as fitted.
  ///   - stoppingRules: reasons to end before all epochs are run.
  ///   - divergence: when finite losses count as diverged.
  ///   - convergenceAccuracy: the training accuracy up to which a training failed to converge.
  ///   - evaluatesTraining: whether the training samples are evaluated after each epoch.
  ///   - evaluatesTest: whether the test samples are evaluated after each epoch.
  ///   - seed: names the order of samples and dropout.
  public init(
    epochs: Int, batchSize: Int = 128,
    learningRate: LearningRateSchedule = .exponential(0.01, factor: 0.95), momentum: Double = 0.9,
    weightDecay: Double = 0, loss: Loss = .crossEntropy, fittedLoss: Double = 0.05,
    stoppingRules: [StoppingRule] = [], divergence: DivergenceRule? = DivergenceRule(),
    convergenceAccuracy: Double? = nil, evaluatesTraining: Bool = false,
    evaluatesTest: Bool = true, seed: UInt64 = 0
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.loss = loss
    self.fittedLoss = fittedLoss
    self.stoppingRules = stoppingRules
    self.divergence = divergence
    self.convergenceAccuracy = convergenceAccuracy
    self.evaluatesTraining = evaluatesTraining
    self.evaluatesTest = evaluatesTest
    self.seed = seed
  }

  /// The numbers of the steps of an epoch.
  ///
  /// - Parameter epoch: counted from 0.
  /// - Returns: η, μ and λ.
  public func stepRule(epoch: Int) -> StepRule {
    StepRule(
      learningRate: learningRate.rate(epoch: epoch), momentum: momentum, weightDecay: weightDecay)
  }

  /// The number of steps of an epoch.
  ///
  /// - Parameter samples: the sample size n.
  /// - Returns: n / batch size, rounded up.
  public func stepsPerEpoch(samples: Int) -> Int { (samples + batchSize - 1) / batchSize }

  /// The training accuracy up to which all epochs run mean "failed to converge".
  ///
  /// - Parameter labels: the classes of the training samples.
  /// - Returns: ``convergenceAccuracy``, or what stands for it.
  func convergenceAccuracy(labels: [Int]) -> Double {
    if let convergenceAccuracy { return convergenceAccuracy }
    guard !labels.isEmpty else { return 0 }
    let counts = labels.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
    let share = Double(counts.values.max() ?? 0) / Double(labels.count)
    return share + (1 - share) / 10
  }
}
