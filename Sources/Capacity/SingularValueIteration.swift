internal import LinearAlgebra
private import RandomStreams

/// The largest singular value of a linear map that is known by its products, with its residual.
///
/// Golub and Kahan's bidiagonalisation, all vectors kept orthogonal: the power iteration's products,
/// but with the best vector of all that it passed.
public struct LargestSingularValue: Sendable, Codable, Equatable {
  /// σ, never above the largest singular value but for rounding.
  public var value: Double
  /// ‖Aᵀ u - σ v‖ of the vectors found, with A v = σ u: some singular value lies so close to σ.
  public var residual: Double
  /// The number of products with A and with its transpose.
  public var steps: Int

  /// Iterates from a random start.
  ///
  /// - Parameters:
  ///   - inputs: the length of x.
  ///   - tolerance: the residual, as a share of σ, at which to stop.
  ///   - maximalSteps: products before giving up, at least 1.
  ///   - seed: names the start.
  ///   - times: x ↦ A x.
  ///   - transposedTimes: y ↦ Aᵀ y.
  /// - Complexity: `steps` products of each kind and O(steps² (m + n)).
  ///
  /// Source: Golub, Kahan, "Calculating the singular values and pseudo-inverse of a matrix" (SIAM
  /// Journal on Numerical Analysis 2, 1965), section 2.
  public init(
    inputs: Int, tolerance: Double = 1e-8, maximalSteps: Int = 100, seed: UInt64 = 0,
    times: ([Double]) -> [Double], transposedTimes: ([Double]) -> [Double]
  ) {
    (value, residual, steps) = (0, 0, 0)
    var stream = RandomStream(seed: seed, purpose: "start of singular values")
    var v = (0..<inputs).map { _ in stream.normal() }
    guard normalise(&v) > 0 else { return }
    var (left, right): ([[Double]], [[Double]]) = ([], [v])
    var (diagonal, above): ([Double], [Double]) = ([], [])
    while steps < maximalSteps {
      steps += 1
      var u = times(right[right.count - 1])
      orthogonalise(&u, to: left)
      let alpha = normalise(&u)
      left.append(u)
      diagonal.append(alpha)
      var next = transposedTimes(u)
      orthogonalise(&next, to: right)
      let beta = normalise(&next)
      let size = diagonal.count
      let bidiagonal = Matrix(rows: size, columns: size) { i, j in
        i == j ? diagonal[i] : j == i + 1 ? above[i] : 0
      }
      // Finite and small: gesdd has no cause to fail; without it the last values stand.
      guard let svd = try? SingularValueDecomposition(of: bidiagonal) else { return }
      value = svd.values[0]
      residual = beta * abs(svd.left[size - 1, 0])
      if residual <= tolerance * value || beta <= Double.ulpOfOne * value { return }
      above.append(beta)
      right.append(next)
    }
  }
}

/// Divides a vector by its norm and returns the norm; a vector of zeros stays.
private func normalise(_ x: inout [Double]) -> Double {
  let norm = euclideanNorm(x)
  if norm > 0 { for i in x.indices { x[i] /= norm } }
  return norm
}

/// Takes out of a vector what lies along orthonormal ones, twice against rounding.
private func orthogonalise(_ x: inout [Double], to basis: [[Double]]) {
  for _ in 0..<2 {
    for q in basis {
      var product = 0.0
      for i in x.indices { product += q[i] * x[i] }
      for i in x.indices { x[i] -= product * q[i] }
    }
  }
}
