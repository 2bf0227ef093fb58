/// What one layer computes.
///
/// A batch of B samples goes through a layer as B values of the input's shape, sample after sample.
public enum Operation: Sendable, Hashable {
  /// The network's input.
  case input
  /// y = W x + b.
  case dense(Dense)
  /// Cross-correlation of the image with filters.
  case convolution(Convolution)
  /// The largest value of each window.
  case maxPooling(MaxPooling)
  /// The mean of each window, of those values that lie in the image.
  case averagePooling(AveragePooling)
  /// The mean of each channel.
  case globalAveragePooling
  /// Normalisation of each channel over the batch.
  case batchNormalization(BatchNormalization)
  /// Normalisation of each value by its neighbours across channels.
  case localResponseNormalization(LocalResponseNormalization)
  /// max(x, 0).
  case rectifier
  /// Values set to zero at random while training.
  case dropout(Dropout)
  /// An image read as a vector, channel after channel.
  case flatten
  /// The channels of several images, one after another.
  case concatenation

  /// The field's word for it, as in a table of layers.
  public var name: String {
    switch self {
    case .input: "input"
    case .dense: "dense"
    case .convolution: "convolution"
    case .maxPooling: "max pooling"
    case .averagePooling: "average pooling"
    case .globalAveragePooling: "global average pooling"
    case .batchNormalization: "batch normalisation"
    case .localResponseNormalization: "local response normalisation"
    case .rectifier: "ReLU"
    case .dropout: "dropout"
    case .flatten: "flatten"
    case .concatenation: "concatenation"
    }
  }
}

/// A fully connected layer, y = W x + b, on a vector.
public struct Dense: Sendable, Hashable {
  /// The number of outputs, at least 1.
  public var outputs: Int
  /// Whether there is a b.
  public var hasBias: Bool

  /// Creates a layer of the given number of outputs.
  public init(_ outputs: Int, hasBias: Bool = true) {
    self.outputs = outputs
    self.hasBias = hasBias
  }
}

/// A convolutional layer: y_o(p) = b_o + Σ_c Σ_q W_oc(q) x_c(s p + q - padding), zeros outside.
///
/// Cross-correlation, as everywhere in the field.
public struct Convolution: Sendable, Hashable {
  /// The number of filters, which is that of output channels, at least 1.
  public var filters: Int
  /// The filters' size and how they move.
  public var window: Window
  /// Whether there is a b.
  public var hasBias: Bool

  /// Creates a layer of square filters.
  ///
  /// - Parameters:
  ///   - filters: the number of filters, at least 1.
  ///   - size: rows and columns of each filter, at least 1.
  ///   - stride: step of the window, at least 1.
  ///   - padding: what is done at the border.
  ///   - hasBias: whether there is a bias for each filter.
  public init(
    _ filters: Int, size: Int, stride: Int = 1, padding: Padding = .same, hasBias: Bool = true
  ) {
    self.filters = filters
    self.window = Window(size: size, stride: stride, padding: padding)
    self.hasBias = hasBias
  }
}

/// The largest value of each window; positions outside the image do not count.
public struct MaxPooling: Sendable, Hashable {
  /// The window.
  public var window: Window

  /// Creates a layer with a square window of the given size.
  public init(size: Int, stride: Int, padding: Padding = .same) {
    self.window = Window(size: size, stride: stride, padding: padding)
  }
}

/// The mean of each window; positions outside the image do not count.
public struct AveragePooling: Sendable, Hashable {
  /// The window.
  public var window: Window

  /// Creates a layer with a square window of the given size.
  public init(size: Int, stride: Int, padding: Padding = .same) {
    self.window = Window(size: size, stride: stride, padding: padding)
  }
}

/// Batch normalisation: y = γ_c (x - μ_c) / √(σ_c² + ε) + β_c for each channel c.
///
/// While training, μ and σ² are those of the batch over samples and positions, and the running
/// statistics follow them: r ← decay · r + (1 - decay) · s, with the unbiased variance. Otherwise μ
/// and σ² are the running statistics. Source: Ioffe, Szegedy (ICML 2015).
public struct BatchNormalization: Sendable, Hashable {
  /// ε, positive.
  public var epsilon: Double
  /// How much of the running statistics a step keeps, from 0 to below 1.
  public var decay: Double
  /// Whether γ and β are learnt; otherwise they are 1 and 0.
  public var learnsScaleAndShift: Bool

  /// Creates a layer.
  public init(epsilon: Double = 1e-5, decay: Double = 0.9, learnsScaleAndShift: Bool = true) {
    self.epsilon = epsilon
    self.decay = decay
    self.learnsScaleAndShift = learnsScaleAndShift
  }
}

/// Local response normalisation: y_c = x_c / (k + α Σ_{|j - c| ≤ r} x_j²)^β at each position.
///
/// The sum runs over neighbouring channels; α is not divided by their number, as in TensorFlow.
/// Source: Krizhevsky, Sutskever, Hinton (NeurIPS 2012), section 3.3.
public struct LocalResponseNormalization: Sendable, Hashable {
  /// r: how many channels on each side count, at least 0.
  public var radius: Int
  /// k, positive.
  public var bias: Double
  /// α ≥ 0.
  public var alpha: Double
  /// β > 0.
  public var beta: Double

  /// Creates a layer; the defaults are those of TensorFlow's CIFAR-10 tutorial.
  public init(
    radius: Int = 4, bias: Double = 1, alpha: Double = 0.001 / 9, beta: Double = 0.75
  ) {
    self.radius = radius
    self.bias = bias
    self.alpha = alpha
    self.beta = beta
  }
}

/// Each value set to zero with a probability while training, the others divided by the rest.
///
/// Source: Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov (JMLR 2014).
public struct Dropout: Sendable, Hashable {
  /// The probability of a zero, from 0 to below 1.
  public var rate: Double

  /// Creates a layer that sets this share of values to zero.
  public init(_ rate: Double) {
    self.rate = rate
  }
}

/// max(x, 0), also called ReLU.
public struct Rectifier: Sendable, Hashable {
  /// Creates a layer.
  public init() {}
}

/// An image read as a vector, channel after channel.
public struct Flatten: Sendable, Hashable {
  /// Creates a layer.
  public init() {}
}

/// The mean of each channel, a vector.
public struct GlobalAveragePooling: Sendable, Hashable {
  /// Creates a layer.
  public init() {}
}
