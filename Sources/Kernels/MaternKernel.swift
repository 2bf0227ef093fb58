public import LinearAlgebra
private import RealModule

/// The Matérn kernels of half-integer smoothness ν, of r = ‖x - z‖ and a length scale ℓ.
///
/// - ν = 1/2: exp(-r/ℓ), the Laplacian kernel with γ = 1/ℓ.
/// - ν = 3/2: (1 + a) exp(-a), a = √3 r/ℓ.
/// - ν = 5/2: (1 + a + a²/3) exp(-a), a = √5 r/ℓ.
///
/// Source: Rasmussen, Williams, "Gaussian processes for machine learning" (2006), equation 4.17.
public struct MaternKernel: RadialKernel, Hashable {
  /// ν: functions of the RKHS have one derivative more for each step.
  public enum Smoothness: String, Sendable, Hashable, CaseIterable {
    /// ν = 1/2.
    case half = "1/2"
    /// ν = 3/2.
    case threeHalves = "3/2"
    /// ν = 5/2.
    case fiveHalves = "5/2"
  }

  /// ν.
  public let smoothness: Smoothness
  /// ℓ > 0, in units of ‖x‖.
  public let lengthScale: Double

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - smoothness: ν.
  ///   - lengthScale: ℓ, with ℓ and 1/ℓ positive and finite.
  public init(_ smoothness: Smoothness, lengthScale: Double) {
    checkScale(lengthScale, "length scale")
    checkScale(1 / lengthScale, "inverse of the length scale")
    self.smoothness = smoothness
    self.lengthScale = lengthScale
  }

  /// ℓ².
  public var squaredScale: Double { lengthScale * lengthScale }

  /// The kernel with ℓ = s.
  public func with(squaredScale: Double) -> MaternKernel {
    MaternKernel(smoothness, lengthScale: squaredScale.squareRoot())
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let times: Double =
      switch smoothness {
      case .half: 1
      case .threeHalves: Double.sqrt(3)
      case .fiveHalves: Double.sqrt(5)
      }
    let factor = Scalar(parameter: times / lengthScale)
    // -a. The exponential of -1000 is 0 in either type, and that of more times a² no number.
    for i in values.indices {
      let square = squaredDistance(inner: values[i], squaredNorms[i], squaredNorm)
      values[i] = -min(factor * square.squareRoot(), 1000)
    }
    let negated = smoothness == .half ? [] : copy(values)
    values.withUnsafeMutableBufferPointer { exponentiate($0) }
    switch smoothness {
    case .half: break
    case .threeHalves:
      for i in values.indices { values[i] *= 1 - negated[i] }
    case .fiveHalves:
      for i in values.indices {
        let a = -negated[i]
        values[i] *= 1 + a + a * a / 3
      }
    }
  }

  /// The value k(x, x) = 1.
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar { 1 }

  /// The kernel with its parameters.
  public var description: String {
    "Matern, smoothness \(smoothness.rawValue), length scale \(lengthScale)"
  }
}
