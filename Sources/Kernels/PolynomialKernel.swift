public import LinearAlgebra

/// The polynomial kernel k(x, z) = (γ⟨x, z⟩ + c)ᵖ.
public struct PolynomialKernel: Kernel, Hashable {
  /// p ≥ 1.
  public let degree: Int
  /// γ > 0, in units of 1 / ‖x‖².
  public let gamma: Double
  /// c ≥ 0; with 0 all monomials are of degree p.
  public let constant: Double

  /// Creates a kernel.
  ///
  /// - Parameters:
  ///   - degree: p, at least 1.
  ///   - gamma: γ, positive and finite.
  ///   - constant: c, finite and not negative: a negative one makes no positive semidefinite kernel.
  public init(degree: Int, gamma: Double = 1, constant: Double = 1) {
    precondition(degree >= 1, "a polynomial kernel wants a degree of at least 1")
    checkScale(gamma, "gamma")
    precondition(
      constant >= 0 && constant.isFinite,
      "a polynomial kernel wants a finite constant that is not negative")
    self.degree = degree
    self.gamma = gamma
    self.constant = constant
  }

  /// Turns a column of inner products into kernel values.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  public func apply<Scalar: LinearAlgebraScalar>(
    to values: inout MutableSpan<Scalar>, squaredNorms: Span<Scalar>, squaredNorm: Scalar
  ) {
    let gamma = Scalar(parameter: gamma)
    let constant = Scalar(parameter: constant)
    let degree = degree
    for i in values.indices { values[i] = power(gamma * values[i] + constant, degree) }
  }

  /// The value k(x, x) = (γ‖x‖² + c)ᵖ.
  public func diagonalValue<Scalar: LinearAlgebraScalar>(squaredNorm: Scalar) -> Scalar {
    power(Scalar(parameter: gamma) * squaredNorm + Scalar(parameter: constant), degree)
  }

  /// The kernel with its parameters.
  public var description: String {
    "polynomial, degree \(degree), gamma \(gamma), constant \(constant)"
  }
}
