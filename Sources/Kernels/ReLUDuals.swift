internal import LinearAlgebra
private import RealModule

// Expectations over normal u, v of variance 1 whose correlation is c.

/// κ₀(c) = 2 E[1(u > 0) 1(v > 0)] = (π - θ)/π, with θ = arccos c.
///
/// Its slope is infinite at c = ±1: there an error δ of c makes one of √(2δ)/π.
@inline(__always)
func dualOfStep<Scalar: LinearAlgebraScalar>(_ cosine: Scalar) -> Scalar {
  // Not below 0, though the arccosine of -1 may round to more than π.
  max(1 - .acos(cosine) * Scalar(1 / Double.pi), 0)
}

/// κ₁(c) = 2 E[max(u, 0) max(v, 0)] = (sin θ + (π - θ) cos θ)/π, given κ₀(c).
@inline(__always)
func dualOfReLU<Scalar: LinearAlgebraScalar>(_ cosine: Scalar, step: Scalar) -> Scalar {
  ((1 - cosine) * (1 + cosine)).squareRoot() * Scalar(1 / Double.pi) + step * cosine
}
