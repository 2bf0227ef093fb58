internal import LinearAlgebra

/// A fully connected ReLU network of infinite width, in the NTK parametrisation.
///
/// h¹ = σ_w W¹x / √d + σ_b b¹ and hˡ⁺¹ = σ_w Wˡ⁺¹ max(hˡ, 0) / √N + σ_b bˡ⁺¹, N the width; all
/// entries of W and b are independent and N(0, 1), and all are trained. Depth L counts the layers of
/// weights: depth 1 is linear. As N grows, the output of a fresh network is a Gaussian process
/// (``NNGPKernel``), and gradient descent follows ``NeuralTangentKernel``:
///
///     Σ¹ = σ_w² ⟨x, z⟩/d + σ_b²                    Θ¹ = Σ¹
///     Σˡ⁺¹ = σ_w²/2 √(Σˡ(x,x) Σˡ(z,z)) κ₁(cˡ) + σ_b²    Θˡ⁺¹ = Σˡ⁺¹ + σ_w²/2 κ₀(cˡ) Θˡ
///
/// with cˡ = Σˡ(x,z)/√(Σˡ(x,x) Σˡ(z,z)), κ₀(c) = (π - arccos c)/π and
/// κ₁(c) = √(1 - c²)/π + c κ₀(c). Where a variance is 0, c counts as 0: such an input has no
/// direction, and κ₀ then multiplies 0.
///
/// Source: Lee et al., "Deep neural networks as Gaussian processes" (ICLR 2018),
/// and Jacot, Gabriel, Hongler, "Neural tangent kernel" (NeurIPS 2018), theorem 1, with a weight
/// variance added; κ of Cho, Saul, "Kernel methods for deep learning" (NeurIPS 2009).
public struct InfiniteReLUNetwork: Sendable, Hashable, CustomStringConvertible {
  /// L ≥ 1, the layers of weights.
  public let depth: Int
  /// σ_w² > 0; 2 keeps the variance from layer to layer.
  public let weightVariance: Double
  /// σ_b² ≥ 0.
  public let biasVariance: Double
  /// d ≥ 1, which divides ⟨x, z⟩; 1 leaves it as it is.
  public let inputDimension: Int

  /// Creates a description of a network.
  ///
  /// - Parameters:
  ///   - depth: L, at least 1.
  ///   - weightVariance: σ_w², positive and finite.
  ///   - biasVariance: σ_b², finite and not negative.
  ///   - inputDimension: d, at least 1.
  public init(
    depth: Int, weightVariance: Double = 2, biasVariance: Double = 0, inputDimension: Int = 1
  ) {
    precondition(depth >= 1, "a network wants a depth of at least 1")
    checkScale(weightVariance, "weight variance")
    precondition(
      biasVariance >= 0 && biasVariance.isFinite,
      "a network wants a finite bias variance that is not negative")
    precondition(inputDimension >= 1, "a network wants an input dimension of at least 1")
    self.depth = depth
    self.weightVariance = weightVariance
    self.biasVariance = biasVariance
    self.inputDimension = inputDimension
  }

  /// The parameters.
  public var description: String {
    "ReLU, depth \(depth), weight variance \(weightVariance), bias variance \(biasVariance), "
      + "input dimension \(inputDimension)"
  }
}

/// The recursion of Σ and Θ over the layers, its parameters in the type of the computation.
struct CovarianceRecursion<Scalar: LinearAlgebraScalar> {
  private let depth: Int
  private let inputFactor: Scalar
  private let halfWeightVariance: Scalar
  private let biasVariance: Scalar

  init(_ network: InfiniteReLUNetwork) {
    depth = network.depth
    inputFactor = Scalar(parameter: network.weightVariance / Double(network.inputDimension))
    halfWeightVariance = Scalar(parameter: network.weightVariance / 2)
    biasVariance = Scalar(parameter: network.biasVariance)
  }

  /// Σ(x, z) and Θ(x, z) of the last layer.
  @inline(__always)
  func callAsFunction(
    inner: Scalar, _ squaredNormX: Scalar, _ squaredNormZ: Scalar
  ) -> (process: Scalar, tangent: Scalar) {
    var covariance = inputFactor * inner + biasVariance
    var varianceX = inputFactor * squaredNormX + biasVariance
    var varianceZ = inputFactor * squaredNormZ + biasVariance
    var tangent = covariance
    for _ in 1..<depth {
      let scale = normProduct(varianceX, varianceZ)
      let cosine = clampedCosine(inner: covariance, normProduct: scale)
      let step = dualOfStep(cosine)
      covariance =
        halfWeightVariance * scale * min(dualOfReLU(cosine, step: step), 1) + biasVariance
      tangent = covariance + halfWeightVariance * step * tangent
      varianceX = halfWeightVariance * varianceX + biasVariance
      varianceZ = halfWeightVariance * varianceZ + biasVariance
    }
    return (covariance, tangent)
  }

  /// Σ(x, x) and Θ(x, x): the cosine is 1, and nothing is lost by arccos.
  func diagonal(_ squaredNorm: Scalar) -> (process: Scalar, tangent: Scalar) {
    var variance = inputFactor * squaredNorm + biasVariance
    var tangent = variance
    for _ in 1..<depth {
      variance = halfWeightVariance * variance + biasVariance
      tangent = variance + halfWeightVariance * tangent
    }
    return (variance, tangent)
  }
}
