public import LinearAlgebra

/// A kernel of one's own, as a function of ⟨x, z⟩, ‖x‖² and ‖z‖².
///
/// The function must be symmetric in the two norms and positive semidefinite; nothing checks it but
/// the Cholesky factorisation of its Gram matrix. It is called for each value, in `Double`.
public struct CustomKernel: Kernel {
  /// What to call the kernel in reports.
  public let name: String
  private let value:
    @Sendable (_ inner: Double, _ squaredNormX: Double, _ squaredNormZ: Double) -> Double

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - name: what to call it in reports.
  ///   - value: k(x, z), from ⟨x, z⟩, ‖x‖² and ‖z‖²; called on several threads at once.
  public init(
    _ name: String,
    value:
      @escaping @Sendable (
        _ inner: Double, _ squaredNormX: Double, _ squaredNormZ: Double
      ) -> Double
  ) {
    self.name = name
    self.value = value
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    for i in values.indices {
      values[i] = Scalar(value(Double(values[i]), Double(squaredNorms[i]), Double(squaredNorm)))
    }
  }

  /// The value of the function at equal inputs, all three arguments ‖x‖².
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    let square = Double(squaredNorm)
    return Scalar(value(square, square, square))
  }

  /// The name.
  public var description: String { name }
}
