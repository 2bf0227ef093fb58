/// A network of the paper, by name.
///
/// Source: Zhang et al. (2017), Appendix A and Figure 3. Channel counts of AlexNet are not printed;
/// 64 and 64 give the printed number of parameters.
public enum PaperModel: String, Sendable, Codable, CaseIterable {
  /// One hidden layer of 512 units: 1,209,866 parameters on 28 × 28 × 3 inputs.
  case mlp1x512
  /// Three hidden layers of 512 units: 1,735,178 parameters on 28 × 28 × 3 inputs.
  case mlp3x512
  /// Small AlexNet: 1,387,786 parameters on 28 × 28 × 3 inputs.
  case alexnet
  /// Small Inception with batch normalisation: 1,649,402 parameters on 28 × 28 × 3 inputs.
  case inception
  /// Small Inception with all batch normalisation taken out, as many parameters.
  case inceptionWithoutBatchNorm = "inception-nobn"

  /// The paper's name for it.
  public var title: String {
    switch self {
    case .mlp1x512: "MLP 1x512"
    case .mlp3x512: "MLP 3x512"
    case .alexnet: "Alexnet (small)"
    case .inception: "Inception (small)"
    case .inceptionWithoutBatchNorm: "Inception w/o BatchNorm"
    }
  }

  /// The paper's first learning rate.
  public var learningRate: Double {
    switch self {
    case .inception, .inceptionWithoutBatchNorm: 0.1
    case .alexnet, .mlp1x512, .mlp3x512: 0.01
    }
  }

  /// The distribution of the initial weights, which the paper does not print.
  ///
  /// On 5,000 images with random labels, AlexNet's loss falls to 2 nats in 13 epochs with Glorot's
  /// weights, in 22 with He's.
  public var initialization: Initialization {
    switch self {
    case .inception, .inceptionWithoutBatchNorm, .alexnet: .glorot
    case .mlp1x512, .mlp3x512: .he
    }
  }

  /// The layers.
  ///
  /// - Parameters:
  ///   - input: the shape of an image.
  ///   - classes: the number of classes C.
  /// - Returns: the architecture, named like the model.
  public func architecture(input: TensorShape, classes: Int) -> Architecture {
    switch self {
    case .mlp1x512: multilayerPerceptron([512], input: input, classes: classes)
    case .mlp3x512: multilayerPerceptron([512, 512, 512], input: input, classes: classes)
    case .alexnet: alexnetArchitecture(input: input, classes: classes)
    case .inception: inceptionArchitecture(input: input, classes: classes, normalized: true)
    case .inceptionWithoutBatchNorm:
      inceptionArchitecture(input: input, classes: classes, normalized: false)
    }
  }

  private func multilayerPerceptron(
    _ hidden: [Int], input: TensorShape, classes: Int
  ) -> Architecture {
    Architecture(rawValue, input: input) {
      Flatten()
      for units in hidden {
        Dense(units)
        Rectifier()
      }
      Dense(classes)
    }
  }

  private func alexnetArchitecture(input: TensorShape, classes: Int) -> Architecture {
    Architecture(rawValue, input: input) {
      for _ in 0..<2 {
        Convolution(64, size: 5)
        Rectifier()
        MaxPooling(size: 3, stride: 2)
        LocalResponseNormalization()
      }
      Flatten()
      Dense(384)
      Rectifier()
      Dense(192)
      Rectifier()
      Dense(classes)
    }
  }

  private func inceptionArchitecture(
    input: TensorShape, classes: Int, normalized: Bool
  ) -> Architecture {
    func module(_ filters: Int, size: Int, stride: Int = 1) -> ConvolutionModule {
      ConvolutionModule(filters: filters, size: size, stride: stride, normalized: normalized)
    }
    func inception(_ ones: Int, _ threes: Int) -> Branches {
      Branches {
        module(ones, size: 1)
        module(threes, size: 3)
      }
    }
    func downsampling(_ threes: Int) -> Branches {
      Branches {
        module(threes, size: 3, stride: 2)
        MaxPooling(size: 3, stride: 2)
      }
    }
    return Architecture(rawValue, input: input) {
      module(96, size: 3)
      inception(32, 32)
      inception(32, 48)
      downsampling(80)
      inception(112, 48)
      inception(96, 64)
      inception(80, 80)
      inception(48, 96)
      downsampling(96)
      inception(176, 160)
      inception(176, 160)
      GlobalAveragePooling()
      Dense(classes)
    }
  }
}

/// A convolution, batch normalisation unless it is left out, and ReLU (Figure 3 of the paper).
public struct ConvolutionModule: LayerSequence {
  /// The number of filters.
  public var filters: Int
  /// Rows and columns of each filter.
  public var size: Int
  /// The step of the window.
  public var stride: Int
  /// Whether there is batch normalisation.
  public var normalized: Bool

  /// Creates a module.
  public init(filters: Int, size: Int, stride: Int = 1, normalized: Bool = true) {
    self.filters = filters
    self.size = size
    self.stride = stride
    self.normalized = normalized
  }

  /// Convolution, normalisation, ReLU.
  @LayerBuilder public var layers: [Layer] {
    Convolution(filters, size: size, stride: stride)
    if normalized { BatchNormalization() }
    Rectifier()
  }
}
