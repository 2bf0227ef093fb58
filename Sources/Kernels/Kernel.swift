public import LinearAlgebra

/// A positive semidefinite function of two inputs that needs only ⟨x, z⟩, ‖x‖² and ‖z‖².
///
/// So a block of kernel values is one matrix product and one pass over its entries.
public protocol Kernel: Sendable, CustomStringConvertible {
  /// Turns a column of inner products into kernel values.
  ///
  /// - Parameters:
  ///   - values: ⟨x_i, z⟩ for i from 0; becomes k(x_i, z).
  ///   - squaredNorms: ‖x_i‖², as many.
  ///   - squaredNorm: ‖z‖².
  func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar)

  /// The value k(x, x), exactly.
  ///
  /// - Parameter squaredNorm: ‖x‖².
  /// - Returns: the diagonal entry of a Gram matrix.
  func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar
}
