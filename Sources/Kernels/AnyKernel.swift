public import LinearAlgebra

/// Some kernel, its type forgotten: for where the kernel is chosen as the program runs.
///
/// Costs one call through a table for each column of values.
public struct AnyKernel: Kernel {
  /// The kernel.
  public let base: any Kernel

  /// Forgets a kernel's type.
  ///
  /// - Parameter base: the kernel.
  public init(_ base: some Kernel) { self.base = (base as? AnyKernel)?.base ?? base }

  /// Turns a column of inner products into kernel values.
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    base.apply(to: &values, squaredNorms: squaredNorms, squaredNorm: squaredNorm)
  }

  /// The value k(x, x).
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    base.diagonalValue(squaredNorm: squaredNorm)
  }

  /// The kernel with its parameters.
  public var description: String { base.description }
}
