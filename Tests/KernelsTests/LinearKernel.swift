import Kernels
import LinearAlgebra

/// The kernel ⟨x, z⟩: one with known Gram matrices that is not the Gaussian.
struct LinearKernel: Kernel {
  func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {}

  func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar { squaredNorm }

  var description: String { "linear" }
}
