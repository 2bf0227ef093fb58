internal import LinearAlgebra

/// Raises a number to a whole power by repeated squaring.
///
/// - Parameters:
///   - base: any number.
///   - exponent: p ≥ 1.
/// - Returns: the power, by at most 2 log₂ p products; the sign is that of the exact power.
@inline(__always)
func power<Scalar: LinearAlgebraScalar>(_ base: Scalar, _ exponent: Int) -> Scalar {
  var result: Scalar = 1
  var square = base
  var left = exponent
  while true {
    if left & 1 == 1 { result *= square }
    left >>= 1
    if left == 0 { return result }
    square *= square
  }
}
