public import Networks
private import RealModule

extension PaperModel {
  /// SGD with the paper's schedule on a sample of some size, until the labels are fitted.
  ///
  /// The paper's learning rate falls by 5 % after each epoch, which is every 391 steps there. On a
  /// smaller sample the same schedule is kept in steps, not in epochs, or the rate would vanish
  /// before the labels are fitted.
  ///
  /// - Parameters:
  ///   - samples: the training sample size n.
  ///   - epochs: the most epochs.
  ///   - seed: names every draw.
  /// - Returns: the configuration; training ends when an epoch's mean loss is below 0.03.
  public func training(samples: Int, epochs: Int, seed: UInt64) -> TrainingConfiguration {
    var configuration = TrainingConfiguration(
      epochs: epochs, stoppingRules: [.loss(below: 0.03)], evaluatesTest: false, seed: seed)
    let steps = configuration.stepsPerEpoch(samples: samples)
    configuration.learningRate = .exponential(
      learningRate, factor: .pow(0.95, Double(steps) / Double(PaperFigures.stepsPerEpoch)))
    return configuration
  }
}
