public import LinearAlgebra

/// The kernel Θᴸ along which gradient descent moves an ``InfiniteReLUNetwork``.
///
/// κ₀ has the square root of rounding for its error where inputs are nearly parallel; values off
/// the diagonal then have it too.
public struct NeuralTangentKernel: Kernel, Hashable {
  /// The network, with the formula.
  public let network: InfiniteReLUNetwork

  /// Creates a kernel.
  ///
  /// - Parameter network: depth and variances.
  public init(_ network: InfiniteReLUNetwork) { self.network = network }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let covariance = CovarianceRecursion<Scalar>(network)
    for i in values.indices {
      values[i] = covariance(inner: values[i], squaredNorms[i], squaredNorm).tangent
    }
  }

  /// The value Θᴸ(x, x).
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    CovarianceRecursion<Scalar>(network).diagonal(squaredNorm).tangent
  }

  /// The kernel with its parameters.
  public var description: String { "neural tangent, \(network)" }
}
