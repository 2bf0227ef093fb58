public import LinearAlgebra

/// The covariance Σᴸ of the outputs of a fresh ``InfiniteReLUNetwork``: its Gaussian process.
public struct NNGPKernel: Kernel, Hashable {
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
      values[i] = covariance(inner: values[i], squaredNorms[i], squaredNorm).process
    }
  }

  /// The value Σᴸ(x, x).
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    CovarianceRecursion<Scalar>(network).diagonal(squaredNorm).process
  }

  /// The kernel with its parameters.
  public var description: String { "NNGP, \(network)" }
}
