public import LinearAlgebra

/// The arc-cosine kernels of order 0 and 1, composed with themselves to a depth.
///
/// With θ the angle of x and z, at depth 1:
/// - order 0: k = (π - θ)/π, the limit of (2/N) Σ 1(⟨w_j, x⟩ > 0) 1(⟨w_j, z⟩ > 0);
/// - order 1: k = ‖x‖‖z‖ (sin θ + (π - θ) cos θ)/π, that of (2/N) Σ max(⟨w_j, x⟩, 0) max(⟨w_j, z⟩, 0);
///
/// with w_j ~ N(0, I). Each further layer takes the layer before for its inner products. Nothing is
/// divided by the input dimension. The zero vector's features are zero: so is each of its values.
///
/// Near θ = 0 and θ = π order 0 has the square root of the rounding of cos θ for its error.
///
/// Source: Cho, Saul, "Kernel methods for deep learning" (NeurIPS 2009), Section 2.
public struct ArcCosineKernel: Kernel, Hashable {
  /// Which activation the kernel is the limit of.
  public enum Order: Int, Sendable, Hashable, CaseIterable {
    /// The step function.
    case step = 0
    /// The rectifier.
    case rectifier = 1
  }

  /// Which activation.
  public let order: Order
  /// The number of layers L ≥ 1.
  public let depth: Int

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - order: which activation.
  ///   - depth: L, at least 1.
  public init(_ order: Order, depth: Int = 1) {
    precondition(depth >= 1, "an arc-cosine kernel wants a depth of at least 1")
    self.order = order
    self.depth = depth
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let depth = depth
    switch order {
    case .step:
      for i in values.indices {
        let lengths = normProduct(squaredNorms[i], squaredNorm)
        var value = clampedCosine(inner: values[i], normProduct: lengths)
        for _ in 0..<depth { value = dualOfStep(value) }
        values[i] = lengths == 0 ? 0 * values[i] : value
      }
    case .rectifier:
      for i in values.indices {
        let lengths = normProduct(squaredNorms[i], squaredNorm)
        var cosine = clampedCosine(inner: values[i], normProduct: lengths)
        // κ₁ ≤ 1 but for its rounding.
        for _ in 0..<depth { cosine = min(dualOfReLU(cosine, step: dualOfStep(cosine)), 1) }
        values[i] = lengths * cosine
      }
    }
  }

  /// The value k(x, x): ‖x‖² of order 1; of order 0, 1, and 0 for the zero vector.
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    order == .rectifier ? squaredNorm : squaredNorm == 0 ? 0 : 1
  }

  /// The kernel with its parameters.
  public var description: String { "arc-cosine, order \(order.rawValue), depth \(depth)" }
}
