public import LinearAlgebra
private import RealModule

/// The Gaussian kernel k(x, z) = exp(-γ‖x - z‖²).
public struct GaussianKernel: RadialKernel, Hashable {
  /// γ > 0, in units of 1 / ‖x‖².
  public let gamma: Double

  /// Creates a kernel.
  ///
  /// - Parameter gamma: γ, positive and finite.
  public init(gamma: Double) {
    checkScale(gamma, "gamma")
    self.gamma = gamma
  }

  /// 1/γ.
  public var squaredScale: Double { 1 / gamma }

  /// The kernel with γ = 1/s².
  public func with(squaredScale: Double) -> GaussianKernel {
    GaussianKernel(gamma: 1 / squaredScale)
  }

  /// The kernel with γ = 1 / median ‖x - x'‖² over random pairs of samples.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row a sample.
  ///   - pairs: how many pairs to draw, at least 1.
  ///   - seed: names the draw.
  /// - Returns: the kernel; γ = 1 where there are no two samples, and where the median has no
  ///   positive finite inverse, as 0 has none.
  public static func medianHeuristic<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, pairs: Int = 1000, seed: UInt64
  ) -> GaussianKernel {
    GaussianKernel(gamma: 1).scaledToMedianDistance(of: samples, pairs: pairs, seed: seed)
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let gamma = Scalar(parameter: gamma)
    for i in values.indices {
      values[i] = -gamma * squaredDistance(inner: values[i], squaredNorms[i], squaredNorm)
    }
    values.withUnsafeMutableBufferPointer { exponentiate($0) }
  }

  /// The value k(x, x) = 1.
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar { 1 }

  /// The kernel with its parameter.
  public var description: String { "Gaussian, gamma \(gamma)" }
}
