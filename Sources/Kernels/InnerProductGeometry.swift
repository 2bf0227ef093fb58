internal import LinearAlgebra

/// The squared distance ‖x - z‖² = ‖x‖² + ‖z‖² - 2⟨x, z⟩, never below 0.
///
/// Its error is that of its terms, a few roundings of ‖x‖² + ‖z‖². Rounding may leave a tiny
/// negative number between equal inputs. The order of max's arguments lets a NaN through.
@inline(__always)
func squaredDistance<Scalar: LinearAlgebraScalar>(
  inner: Scalar, _ squaredNormX: Scalar, _ squaredNormZ: Scalar
) -> Scalar {
  max(squaredNormX + squaredNormZ - 2 * inner, 0)
}

/// The product ‖x‖ ‖z‖ of two norms, from their squares.
///
/// One root is exact for equal inputs, so that their cosine is 1; two do not overflow.
@inline(__always)
func normProduct<Scalar: LinearAlgebraScalar>(
  _ squaredNormX: Scalar, _ squaredNormZ: Scalar
) -> Scalar {
  let product = squaredNormX * squaredNormZ
  return product >= .leastNormalMagnitude && product.isFinite
    ? product.squareRoot() : squaredNormX.squareRoot() * squaredNormZ.squareRoot()
}

/// The cosine ⟨x, z⟩ / (‖x‖ ‖z‖), kept within [-1, 1] against rounding.
///
/// 0 where an input is zero: it has no direction. The order of the arguments lets a NaN through.
@inline(__always)
func clampedCosine<Scalar: LinearAlgebraScalar>(
  inner: Scalar, normProduct: Scalar
) -> Scalar {
  normProduct == 0 ? 0 * inner : min(max(inner / normProduct, -1), 1)
}

extension LinearAlgebraScalar {
  /// A parameter in this type; a finite one stays finite, so that it times 0 is 0.
  @inline(__always)
  init(parameter value: Double) {
    self = min(Self(value), .greatestFiniteMagnitude)
  }
}
