public import LinearAlgebra

/// A kernel as it is named on a command line or in a file, its scale left open or not.
///
/// The text is a name and then, each after a colon, parameters. Those in brackets may be left out,
/// from the end; a scale left out is the median distance of the samples.
///
///     gaussian[:GAMMA]                  matern12[:LENGTH]    (also matern32, matern52)
///     laplacian[:GAMMA]                 linear
///     polynomial:DEGREE[:GAMMA[:CONSTANT]]                   (1 and 1)
///     power:DEGREE                      arccosine:ORDER[:DEPTH]        (1)
///     nngp:DEPTH[:WEIGHTVARIANCE[:BIASVARIANCE]]             (2 and 0; also ntk)
///
/// For `nngp` and `ntk` the input dimension is that of the samples.
public enum KernelChoice: Sendable, Hashable {
  /// ``GaussianKernel`` with this γ.
  case gaussian(gamma: Double?)
  /// ``LaplacianKernel`` with this γ.
  case laplacian(gamma: Double?)
  /// ``MaternKernel`` with this length scale.
  case matern(MaternKernel.Smoothness, lengthScale: Double?)
  /// ``LinearKernel``.
  case linear
  /// ``PolynomialKernel``.
  case polynomial(PolynomialKernel)
  /// ``PowerKernel``.
  case power(PowerKernel)
  /// ``ArcCosineKernel``.
  case arcCosine(ArcCosineKernel)
  /// ``NNGPKernel``.
  case nngp(depth: Int, weightVariance: Double, biasVariance: Double)
  /// ``NeuralTangentKernel``.
  case neuralTangent(depth: Int, weightVariance: Double, biasVariance: Double)

  /// All names, as on the command line.
  public static let names = [
    "gaussian", "laplacian", "matern12", "matern32", "matern52", "linear", "polynomial", "power",
    "arccosine", "nngp", "ntk",
  ]

  /// The kernel for some samples.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row a sample; they fix a scale left open, and the input dimension.
  ///   - seed: names the draw of the median distance.
  /// - Returns: the kernel with all its parameters.
  public func kernel<Scalar: LinearAlgebraScalar>(
    for samples: Matrix<Scalar>, seed: UInt64
  ) -> AnyKernel {
    func scaled(_ kernel: some RadialKernel) -> AnyKernel {
      AnyKernel(kernel.scaledToMedianDistance(of: samples, seed: seed))
    }
    func network(_ depth: Int, _ weights: Double, _ biases: Double) -> InfiniteReLUNetwork {
      InfiniteReLUNetwork(
        depth: depth, weightVariance: weights, biasVariance: biases,
        inputDimension: max(1, samples.columns))
    }
    switch self {
    case .gaussian(let gamma?): return AnyKernel(GaussianKernel(gamma: gamma))
    case .gaussian(nil): return scaled(GaussianKernel(gamma: 1))
    case .laplacian(let gamma?): return AnyKernel(LaplacianKernel(gamma: gamma))
    case .laplacian(nil): return scaled(LaplacianKernel(gamma: 1))
    case .matern(let smoothness, let length?):
      return AnyKernel(MaternKernel(smoothness, lengthScale: length))
    case .matern(let smoothness, nil): return scaled(MaternKernel(smoothness, lengthScale: 1))
    case .linear: return AnyKernel(LinearKernel())
    case .polynomial(let kernel): return AnyKernel(kernel)
    case .power(let kernel): return AnyKernel(kernel)
    case .arcCosine(let kernel): return AnyKernel(kernel)
    case .nngp(let depth, let weights, let biases):
      return AnyKernel(NNGPKernel(network(depth, weights, biases)))
    case .neuralTangent(let depth, let weights, let biases):
      return AnyKernel(NeuralTangentKernel(network(depth, weights, biases)))
    }
  }
}

extension KernelChoice: CustomStringConvertible {
  /// The text, with every parameter but an open scale; ``init(_:)`` reads it back exactly.
  public var description: String {
    func text(_ name: String, _ values: (any CustomStringConvertible)?...) -> String {
      ([name] + values.compactMap { $0?.description }).joined(separator: ":")
    }
    switch self {
    case .gaussian(let gamma): return text("gaussian", gamma)
    case .laplacian(let gamma): return text("laplacian", gamma)
    case .matern(let smoothness, let length): return text(smoothness.choiceName, length)
    case .linear: return "linear"
    case .polynomial(let kernel):
      return text("polynomial", kernel.degree, kernel.gamma, kernel.constant)
    case .power(let kernel): return text("power", kernel.degree)
    case .arcCosine(let kernel): return text("arccosine", kernel.order.rawValue, kernel.depth)
    case .nngp(let depth, let weights, let biases): return text("nngp", depth, weights, biases)
    case .neuralTangent(let depth, let weights, let biases):
      return text("ntk", depth, weights, biases)
    }
  }
}

extension KernelChoice: Codable {
  /// Reads the text.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    do throws(KernelChoiceError) {
      self = try KernelChoice(text)
    } catch {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: error.description)
    }
  }

  /// Writes the text.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension MaternKernel.Smoothness {
  /// The name of the kernel of this smoothness.
  fileprivate var choiceName: String {
    switch self {
    case .half: "matern12"
    case .threeHalves: "matern32"
    case .fiveHalves: "matern52"
    }
  }
}
