public import LinearAlgebra
private import RealModule

/// The Laplacian kernel k(x, z) = exp(-γ‖x - z‖) of the Euclidean distance.
///
/// scikit-learn's `laplacian_kernel` takes the 1-norm Σ|x_j - z_j| instead, which inner products
/// do not give; on one coordinate the two are the same. This one is the Matérn kernel of
/// smoothness 1/2 and length scale 1/γ. Source: Belkin, Ma, Mandal, "To understand deep learning
/// we need to understand kernel learning" (ICML 2018).
public struct LaplacianKernel: RadialKernel, Hashable {
  /// γ > 0, in units of 1 / ‖x‖.
  public let gamma: Double

  /// Creates a kernel.
  ///
  /// - Parameter gamma: γ, positive and finite.
  public init(gamma: Double) {
    checkScale(gamma, "gamma")
    self.gamma = gamma
  }

  /// 1/γ².
  public var squaredScale: Double { 1 / gamma / gamma }

  /// The kernel with γ = 1/s.
  public func with(squaredScale: Double) -> LaplacianKernel {
    LaplacianKernel(gamma: 1 / squaredScale.squareRoot())
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let gamma = Scalar(parameter: gamma)
    for i in values.indices {
      let square = squaredDistance(inner: values[i], squaredNorms[i], squaredNorm)
      values[i] = -gamma * square.squareRoot()
    }
    values.withUnsafeMutableBufferPointer { exponentiate($0) }
  }

  /// The value k(x, x) = 1.
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar { 1 }

  /// The kernel with its parameter.
  public var description: String { "Laplacian, gamma \(gamma)" }
}
