public import LinearAlgebra

/// The product k(x, z) = k₁(x, z) k₂(x, z) of two kernels, positive semidefinite by Schur's theorem.
public struct ProductKernel<First: Kernel, Second: Kernel>: Kernel {
  /// k₁.
  public let first: First
  /// k₂.
  public let second: Second

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - first: k₁.
  ///   - second: k₂.
  public init(_ first: First, _ second: Second) {
    self.first = first
    self.second = second
  }

  /// Turns a column of inner products into kernel values.
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    var others = copy(values)
    var otherSpan = others.mutableSpan
    first.apply(to: &values, squaredNorms: squaredNorms, squaredNorm: squaredNorm)
    second.apply(to: &otherSpan, squaredNorms: squaredNorms, squaredNorm: squaredNorm)
    multiply(&values, by: otherSpan.span)
  }

  /// The value k₁(x, x) k₂(x, x).
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    first.diagonalValue(squaredNorm: squaredNorm) * second.diagonalValue(squaredNorm: squaredNorm)
  }

  /// The two kernels.
  public var description: String { "(\(first)) * (\(second))" }
}
