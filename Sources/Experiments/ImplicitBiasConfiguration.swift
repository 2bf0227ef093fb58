/// The inputs of the linear models of a study of implicit bias.
public enum ImplicitBiasInput: String, Sendable, Codable, CaseIterable {
  /// Pixels / 255.
  case scaled
  /// Pixels / 255, whitened by the second moments of images outside the sample.
  case whitened
}

/// What a study of implicit bias tries.
public struct ImplicitBiasConfiguration: Sendable, Codable, Equatable {
  /// The sample size n; the first images are taken.
  public var samples: Int
  /// The inputs of the linear models.
  public var input: ImplicitBiasInput
  /// ε of the whitening, in units of the squared inputs.
  public var whitening: Double
  /// Passes of stochastic descent over the sample; nil for 60 κ, at most 20,000, with the condition
  /// κ = σ₁ / σₙ of the inputs.
  public var epochs: Int?
  /// The samples b of a batch.
  public var batchSize: Int
  /// μ of stochastic descent; nil for 1 - 1 / (3 κ).
  public var momentum: Double?
  /// f: the step size of stochastic descent is f max(1, 50 (1 - μ)) / (λ₁ b / n).
  public var stepFraction: Double
  /// The most steps of gradient descent on all samples.
  public var gradientSteps: Int
  /// Steps on the losses of labels.
  public var marginSteps: Int
  /// Names every draw.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// The defaults for stochastic descent were found on 500 whitened images of MNIST, κ = 335: batches
  /// of a quarter of the sample, and the largest step size that is stable at a momentum whose memory
  /// is 3 κ steps.
  ///
  /// - Parameters:
  ///   - samples: n, at least 4.
  ///   - input: the inputs of the linear models.
  ///   - whitening: ε > 0.
  ///   - epochs: at least 1; by the condition by default.
  ///   - batchSize: b, at least 1; n / 4 by default.
  ///   - momentum: μ, from 0 to below 1; by the condition by default.
  ///   - stepFraction: f > 0.
  ///   - gradientSteps: at least 1.
  ///   - marginSteps: at least 1.
  ///   - seed: names every draw.
  public init(
    samples: Int = 500, input: ImplicitBiasInput = .whitened, whitening: Double = 0.01,
    epochs: Int? = nil, batchSize: Int? = nil, momentum: Double? = nil,
    stepFraction: Double = 0.0175, gradientSteps: Int = 1 << 17, marginSteps: Int = 1 << 14,
    seed: UInt64 = 0
  ) {
    precondition(
      samples >= 4 && epochs ?? 1 >= 1 && gradientSteps >= 1 && marginSteps >= 1, "counts")
    precondition(whitening > 0 && stepFraction > 0, "positive numbers")
    precondition((0..<1).contains(momentum ?? 0), "a momentum below 1")
    self.samples = samples
    self.input = input
    self.whitening = whitening
    self.epochs = epochs
    self.batchSize = batchSize ?? max(samples / 4, 1)
    self.momentum = momentum
    self.stepFraction = stepFraction
    self.gradientSteps = gradientSteps
    self.marginSteps = marginSteps
    self.seed = seed
  }
}
