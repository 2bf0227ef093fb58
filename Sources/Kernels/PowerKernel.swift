public import LinearAlgebra

/// The power of the cosine k(x, z) = (⟨x, z⟩ / (‖x‖ ‖z‖))ᵖ.
///
/// The zero vector has no direction: its kernel value with any input, itself included, is 0. An
/// input whose ‖x‖² underflows counts as zero.
///
/// With p = 4 and p = 5 the minimum-norm fit of MNIST has test errors of 1.18 % and 1.13 %.
/// Source: B. Recht, `mnist_1_pt_2` (repository, README).
public struct PowerKernel: Kernel, Hashable {
  /// p ≥ 1.
  public let degree: Int

  /// Creates a kernel.
  ///
  /// - Parameter degree: p, at least 1.
  public init(degree: Int) {
    precondition(degree >= 1, "a power kernel wants a degree of at least 1")
    self.degree = degree
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let degree = degree
    for i in values.indices {
      let cosine = clampedCosine(
        inner: values[i], normProduct: normProduct(squaredNorms[i], squaredNorm))
      values[i] = power(cosine, degree)
    }
  }

  /// The value k(x, x): 1, and 0 for the zero vector.
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    squaredNorm == 0 ? 0 : 1
  }

  /// The kernel with its parameter.
  public var description: String { "power of the cosine, degree \(degree)" }
}
