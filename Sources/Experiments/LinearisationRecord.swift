/// What a study of linearised training tries.
public struct LinearisationConfiguration: Sendable, Codable, Equatable {
  /// Which labels are fitted.
  public enum Labels: String, Sendable, Codable, CaseIterable {
    /// Those of the sample.
    case given
    /// Drawn at random.
    case random
  }

  /// What the network's outputs stand for; targets are one-hot.
  public enum Targets: String, Sendable, Codable, CaseIterable {
    /// Even and odd labels: two outputs.
    case parity
    /// One output for each class.
    case classes

    /// The number of outputs C.
    ///
    /// - Parameter classes: the number of classes of the sample.
    /// - Returns: 2, or the number of classes.
    public func outputs(classes: Int) -> Int { self == .parity ? 2 : classes }

    /// The output that stands for a label.
    func output(of label: Int) -> Int { self == .parity ? label % 2 : label }
  }

  /// The sample size n; the first images are taken.
  public var samples: Int
  /// The most test images that are used.
  public var testSamples: Int
  /// Numbers of hidden units of a layer, in increasing order.
  public var widths: [Int]
  /// The number of hidden layers.
  public var hiddenLayers: Int
  /// Draws of the initial weights.
  public var draws: Int
  /// Which labels are fitted.
  public var labels: [Labels]
  /// What the outputs stand for.
  public var targets: Targets
  /// Samples of a step, at most n; nil for all.
  public var batchSize: Int?
  /// The learning rate as a share of the step size that the start's kernel allows.
  public var stepShare: Double
  /// The share of the old velocity that a step keeps.
  public var momentum: Double
  /// Training ends where ‖f(X) - Y‖ has fallen to this share of its start.
  public var tolerance: Double
  /// The most passes over the sample.
  public var epochs: Int
  /// Names every draw.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - samples: n, at least 2.
  ///   - testSamples: at least 1.
  ///   - widths: positive and increasing.
  ///   - hiddenLayers: at least 1.
  ///   - draws: at least 1.
  ///   - labels: at least one kind.
  ///   - targets: what the outputs stand for.
  ///   - batchSize: from 1; nil for all samples.
  ///   - stepShare: above 0, at most 1.
  ///   - momentum: from 0 to below 1.
  ///   - tolerance: above 0, below 1.
  ///   - epochs: at least 1.
  ///   - seed: names every draw.
  public init(
    samples: Int = 200, testSamples: Int = 1000, widths: [Int] = [64, 256, 1024, 4096],
    hiddenLayers: Int = 1, draws: Int = 3, labels: [Labels] = [.given], targets: Targets = .parity,
    batchSize: Int? = nil, stepShare: Double = 1, momentum: Double = 0.9,
    tolerance: Double = 1e-3, epochs: Int = 20_000, seed: UInt64 = 0
  ) {
    precondition(samples >= 2 && testSamples >= 1, "samples to fit and to predict")
    precondition(
      widths.allSatisfy { $0 >= 1 } && zip(widths, widths.dropFirst()).allSatisfy { $0 < $1 },
      "increasing widths")
    precondition(hiddenLayers >= 1 && draws >= 1 && !labels.isEmpty, "networks to train")
    precondition(batchSize.map { $0 >= 1 } ?? true, "a batch holds a sample")
    precondition((0..<1).contains(momentum) && epochs >= 1, "steps of SGD with momentum")
    precondition(stepShare > 0 && stepShare <= 1, "a share of the step size")
    precondition(tolerance > 0 && tolerance < 1, "a share of the residual")
    self.samples = samples
    self.testSamples = testSamples
    self.widths = widths
    self.hiddenLayers = hiddenLayers
    self.draws = draws
    self.labels = labels
    self.targets = targets
    self.batchSize = batchSize
    self.stepShare = stepShare
    self.momentum = momentum
    self.tolerance = tolerance
    self.epochs = epochs
    self.seed = seed
  }
}

/// One network beside its linearisation at the start.
///
/// f₀ and θ₀ are the start, f_T and θ_T the trained network; δθ is the smallest change of parameters
/// with which the linearised network fits, f_lin = f₀ + J δθ.
public struct LinearisationDraw: Sendable, Codable, Equatable {
  /// Whether the residual fell to the tolerance.
  public var isFitted: Bool
  /// The learning rate of SGD.
  public var learningRate: Double
  /// Steps of SGD.
  public var steps: Int
  /// The mean loss ½ ‖f_T(x) - y‖² at the end.
  public var trainLoss: Double
  /// ‖f_T(X) - Y‖ / ‖f₀(X) - Y‖.
  public var relativeResidual: Double
  /// The share of wrong answers of f_T on the test images, against true labels.
  public var testError: Double
  /// The same of f_lin.
  public var linearisedTestError: Double
  /// The same of kernel regression with the start's kernel, K₀(x, X) K₀⁻¹ Y, without f₀.
  public var startKernelTestError: Double
  /// The same of kernel regression with the kernel at the end, K_T(x, X) K_T⁻¹ Y.
  public var afterKernelTestError: Double
  /// ‖f_T - f_lin‖ / ‖f_lin - f₀‖ on the test images.
  public var predictionDifference: Double
  /// ‖(θ_T - θ₀) - δθ‖ / ‖δθ‖.
  public var weightDifference: Double
  /// √(rᵀ K₀⁻¹ r) / ‖δθ‖ with r the residual left: what stopping early leaves of the difference.
  public var stoppingRemainder: Double
  /// ‖K_T - K₀‖ / ‖K₀‖ on the training images.
  public var kernelDrift: Double
  /// ⟨K₀, K_T⟩ / (‖K₀‖ ‖K_T‖).
  public var kernelAlignment: Double
  /// The share of hidden units, over training images, that are on at one end and off at the other.
  ///
  /// The Jacobian of a ReLU network changes by about the root of this share.
  public var switchedShare: Double
  /// ‖θ_T - θ₀‖ / ‖θ₀‖.
  public var relativeDistance: Double
  /// ‖δθ‖.
  public var changeNorm: Double
  /// The estimate of K₀'s condition.
  public var conditionEstimate: Double
  /// LAPACK's test ratio of the solve with K₀; at most 30 for a sound one.
  public var testRatio: Double
}

/// A place on the way of a training.
public struct LinearisationPoint: Sendable, Codable, Equatable {
  /// Steps of SGD so far.
  public var steps: Int
  /// The mean loss ½ ‖f(x) - y‖².
  public var loss: Double
  /// ‖θ‖.
  public var norm: Double
  /// ‖θ - θ₀‖.
  public var distance: Double
  /// The smallest margin f_y(x) - max_{c ≠ y} f_c(x) of a training image.
  public var smallestMargin: Double
  /// The median margin.
  public var medianMargin: Double
  /// The smallest margin divided by ‖θ‖^L; f is homogeneous of degree L, its number of layers.
  public var normalisedMargin: Double
  /// The share of wrong answers on the test images.
  public var testError: Double
}

/// The networks of one width on one kind of labels.
public struct LinearisationRow: Sendable, Codable, Equatable {
  /// The labels.
  public var labels: LinearisationConfiguration.Labels
  /// Hidden units of a layer.
  public var width: Int
  /// Weights of the network.
  public var parameters: Int
  /// One for each draw that did not diverge at any step size tried.
  public var draws: [LinearisationDraw]
  /// The way of the first of them.
  public var path: [LinearisationPoint]

  /// The mean over draws and its standard deviation.
  public func spread(_ value: KeyPath<LinearisationDraw, Double>) -> Spread {
    Spread(draws.map { $0[keyPath: value] })
  }
}

/// Trained networks beside their linearisations, over width.
public struct LinearisationRecord: Sendable, Codable, Equatable {
  /// The sample, labels as given.
  public var sample: SampleRecord
  /// What was tried.
  public var configuration: LinearisationConfiguration
  /// One row for each kind of labels and each width, widths running fastest.
  public var rows: [LinearisationRow]

  /// The rows of one kind of labels, by width.
  public func curve(_ labels: LinearisationConfiguration.Labels) -> [LinearisationRow] {
    rows.filter { $0.labels == labels }
  }

  /// How a measure goes with width, fitted over all draws.
  ///
  /// - Parameters:
  ///   - value: the measure.
  ///   - labels: the kind of labels.
  /// - Returns: nil for fewer than two widths.
  public func powerLaw(
    _ value: KeyPath<LinearisationDraw, Double>, _ labels: LinearisationConfiguration.Labels
  ) -> PowerLaw? {
    PowerLaw(
      fitting: curve(labels).flatMap { row in
        row.draws.map { (Double(row.width), $0[keyPath: value]) }
      })
  }
}
