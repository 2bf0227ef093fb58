public import LinearAlgebra

/// A positive multiple s k(x, z) of a kernel.
///
/// Without a ridge it makes the same function of a kernel regression, its norm divided by √s.
public struct ScaledKernel<Base: Kernel>: Kernel {
  /// k.
  public let base: Base
  /// s > 0.
  public let factor: Double

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - base: k.
  ///   - factor: s, positive and finite.
  public init(_ base: Base, by factor: Double) {
    checkScale(factor, "factor")
    self.base = base
    self.factor = factor
  }

  /// Turns a column of inner products into kernel values.
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    base.apply(to: &values, squaredNorms: squaredNorms, squaredNorm: squaredNorm)
    multiply(&values, by: Scalar(parameter: factor))
  }

  /// The value s k(x, x).
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    Scalar(parameter: factor) * base.diagonalValue(squaredNorm: squaredNorm)
  }

  /// The factor and the kernel.
  public var description: String { "\(factor) * (\(base))" }
}
