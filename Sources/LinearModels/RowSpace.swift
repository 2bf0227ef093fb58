public import LinearAlgebra

/// The span of the samples, from the singular values of X = U diag(σ) Vᵀ.
public struct RowSpace: Sendable {
  private let features: Matrix<Double>
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
    self.features = features
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

  /// The part of the weights that is orthogonal to the samples.
  ///
  /// W - V Vᵀ W would be as far off as the computed V leaves the span, ε σ₁ / σᵣ. Where all singular
  /// values count, W - Xᵀ α is taken first, with W ≈ Xᵀ α: whatever α is, this takes nothing but a
  /// combination of samples, and it is summed in twice the digits. The little that is left is then
  /// projected.
  func outside(_ weights: Matrix<Double>) -> Matrix<Double> {
    rank == singularValues.count
      ? projected(weights.subtracting(combination(weights), of: features))
      : projected(weights)
  }

  /// α with Xᵀ α ≈ V Vᵀ W, n × k.
  private func combination(_ weights: Matrix<Double>) -> Matrix<Double> {
    var coordinates = basis.times(weights, transposingSelf: true)
    for j in 0..<coordinates.columns {
      for i in 0..<rank { coordinates[i, j] /= singularValues[i] }
    }
    return left.columns(0..<rank) * coordinates
  }

  private func projected(_ weights: Matrix<Double>) -> Matrix<Double> {
    weights - basis * basis.times(weights, transposingSelf: true)
  }

  /// How far a computed outside part may lie from the true one.
  ///
  /// A decomposition with LAPACK's test ratio of 50 is exact for a matrix that is 50 max(n, d) ε σ₁
  /// away, which turns the span by that over its least singular value (Wedin 1972); the products
  /// round by 2 (d + r) ε. This share ρ of the weights is lost where singular values were dropped;
  /// where none was, it is a share of W - Xᵀ α, which is at most the outside part and ρ ‖W‖.
  ///
  /// - Parameters:
  ///   - weights: ‖W‖.
  ///   - outside: the norm of the computed outside part.
  /// - Returns: a bound in the Frobenius norm.
  func outsideRounding(weights: Double, outside: Double) -> Double {
    let size = Double(max(left.rows, right.rows))
    var share = 2 * Double(right.rows + rank) * Double.roundingUnit
    if let largest = positiveSingularValues.first, let least = positiveSingularValues.last {
      share += 50 * size * Double.roundingUnit * largest / least
    }
    return rank == singularValues.count ? 2 * share * (outside + share * weights) : share * weights
  }
}

extension Matrix<Double> {
  /// W - Xᵀ α, each entry summed as if in twice the digits and rounded once.
  ///
  /// Source: Ogita, Rump and Oishi (2005), "Accurate sum and dot product", algorithm 5.3.
  fileprivate func subtracting(_ combination: Matrix, of samples: Matrix) -> Matrix {
    Matrix(rows: rows, columns: columns) { result in
      samples.withUnsafeElements { x in
        combination.withUnsafeElements { a in
          for j in 0..<columns {
            for i in 0..<rows {
              var (sum, rest) = (elements[i + j * rows], 0.0)
              for k in 0..<samples.rows {
                let (factor, entry) = (-a[k + j * samples.rows], x[k + i * samples.rows])
                let product = factor * entry
                let next = sum + product
                let added = next - sum
                rest += (sum - (next - added)) + (product - added)
                rest += (-product).addingProduct(factor, entry)
                sum = next
              }
              result[i + j * rows] = sum + rest
            }
          }
        }
      }
    }
  }
}
