public import LinearAlgebra

/// The linear kernel k(x, z) = ⟨x, z⟩: kernel regression with it is linear regression.
public struct LinearKernel: Kernel, Hashable {
  /// Creates the kernel.
  public init() {}

  /// Leaves the inner products as they are.
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {}

  /// The value k(x, x) = ‖x‖².
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    squaredNorm
  }

  /// The kernel's name.
  public var description: String { "linear" }
}
