public import LinearAlgebra

/// The span of the samples, from the singular values of X = U diag(σ) Vᵀ.
public struct RowSpace: Sendable {
  /// All singular values, from the largest.
  public let singularValues: [Double]
  /// U, n × min(n, d).
  let left: Matrix<Double>
  /// V, d × min(n, d).
  let right: Matrix<Double>
  /// How many singular values count: those above max(n, d) times the distance from 1 to the next
  /// number times the largest, as in ``minimumNormFit(_:targets:relativeCutOff:)``.
  public let rank: Int
  /// The orthonormal basis of the span: the first `rank` columns of V.
  let basis: Matrix<Double>

  /// Decomposes the samples.
  ///
  /// - Parameter features: X, n × d, finite.
  /// - Throws: `LinearAlgebraError` for an entry that is no number, or no convergence.
  /// - Complexity: O(n d min(n, d)).
  public init(of features: Matrix<Double>) throws(LinearAlgebraError) {
    let decomposition = try SingularValueDecomposition(of: features)
    singularValues = decomposition.values
    left = decomposition.left
    right = decomposition.rightTransposed.transposed()
    let cutOff = Double(max(features.rows, features.columns)) * Double.ulpOfOne
    let largest = singularValues.first ?? 0
    rank = singularValues.count { $0 > cutOff * largest }
    basis = right.columns(0..<rank)
  }

  /// σ₁², the largest eigenvalue of XᵀX; 0 where there is none.
  public var largestEigenvalue: Double { singularValues.first.map { $0 * $0 } ?? 0 }

  /// The singular values that count, the largest first.
  public var positiveSingularValues: ArraySlice<Double> { singularValues.prefix(rank) }

  /// σ of the largest singular value that does not count; 0 where all count.
  var firstDropped: Double { rank < singularValues.count ? singularValues[rank] : 0 }

  /// X⁺ Y, the minimum-norm solution.
  ///
  /// - Parameter targets: Y, n × k.
  /// - Returns: d × k weights.
  /// - Complexity: O((n + d) r k).
  public func minimumNorm(_ targets: Matrix<Double>) -> Matrix<Double> {
    var coordinates = left.columns(0..<rank).times(targets, transposingSelf: true)
    for j in 0..<coordinates.columns {
      for i in 0..<rank { coordinates[i, j] /= singularValues[i] }
    }
    return basis * coordinates
  }

  /// The part of the weights that is orthogonal to the samples, W - V Vᵀ W.
  func outside(_ weights: Matrix<Double>) -> Matrix<Double> {
    weights - basis * basis.times(weights, transposingSelf: true)
  }

  /// How far a computed outside part may lie from the true one, relative to the weights.
  ///
  /// A decomposition with LAPACK's test ratio of 50 is exact for a matrix that is 50 max(n, d) ε σ₁
  /// away, which turns the span by that over its least singular value (Wedin 1972); the products
  /// round by 2 (d + r) ε.
  var outsideRounding: Double {
    let size = Double(max(left.rows, right.rows))
    let products = 2 * Double(right.rows + rank) * Double.roundingUnit
    guard let largest = positiveSingularValues.first, let least = positiveSingularValues.last else {
      return products
    }
    return products + 50 * size * Double.roundingUnit * largest / least
  }
}
