import LinearAlgebra

/// Residuals and cross-validation errors of each λ and target, a block of rows of U at a time.
///
/// With g = λ/(σ² + λ), hᵢ the leverage of sample i and uᵢ its row of U, the residual is
/// e = (I - U Uᵀ) y + U diag(g) Uᵀy and 1 - hᵢ = 1 - ‖uᵢ‖² + Σ g uᵢ²: no difference of near equals
/// but those of the complement of U. Leaving sample i out gives eᵢ/(1 - hᵢ). A sample whose row
/// of U has length 1 has no part in the complement; then λ cancels from the ratio, and its limit at
/// λ = 0 is that with g = 1/σ².
struct RidgeErrors<Scalar: LinearAlgebraScalar> {
  /// ‖y - X w‖², by λ and target.
  private(set) var squaredResiduals: [[Double]]
  /// The mean squared leave-one-out residual, by λ and target.
  private(set) var leaveOneOut: [[Double]]
  /// The generalised cross-validation error, by λ and target.
  private(set) var crossValidation: [[Double]]

  private let ridges: [Double]
  private let targetCount: Int
  /// g of each λ, r × λ.
  private let filters: Matrix<Scalar>
  /// diag(g) UᵀY of each λ side by side, r × (λ k).
  private let filtered: Matrix<Scalar>
  /// Sums of squares for cross-validation, with g = 1/σ² where every sample has length 1.
  private var crossValidationSums: [[Double]]

  init(
    _ parts: DecomposedFeatures<Scalar>, targets: Matrix<Scalar>, projected: Matrix<Scalar>,
    ridges: [Double]
  ) {
    let (n, k, r) = (parts.rows, targets.columns, parts.values.count)
    let zero = [[Double]](
      repeating: [Double](repeating: 0, count: k), count: ridges.count)
    (squaredResiduals, leaveOneOut, crossValidation) = (zero, zero, zero)
    crossValidationSums = zero
    self.ridges = ridges
    targetCount = k
    let squares = parts.values.map { $0.asDouble * $0.asDouble }
    let filters = Matrix(rows: r, columns: ridges.count) { j, l in
      Scalar(ridges[l] == 0 ? 1 / squares[j] : ridges[l] / (squares[j] + ridges[l]))
    }
    self.filters = filters
    filtered = Matrix(rows: r, columns: ridges.count * k) { j, column in
      filters[j, column / k] * projected[j, column % k]
    }
    let blockRows = max(1, (1 << 21) / r)
    for first in stride(from: 0, to: n, by: blockRows) {
      let range = first..<min(first + blockRows, n)
      let left = parts.left(range)
      let own = range.count == n ? targets : targets.rows(range)
      add(
        left, complement: own - left * projected, rounding: parts.roundingOfLengths,
        isSpanned: r == n)
    }
    for l in ridges.indices {
      let free =
        ridges[l] == 0 && r < n
        ? Double(n - r)
        : Double(n - r) + (0..<r).reduce(0) { $0 + filters[$1, l].asDouble }
      for j in 0..<k {
        leaveOneOut[l][j] /= Double(n)
        crossValidation[l][j] = Double(n) * crossValidationSums[l][j] / (free * free)
      }
    }
  }

  /// Adds the samples of some rows of U.
  ///
  /// - Parameters:
  ///   - left: the rows of U.
  ///   - complement: the same rows of (I - U Uᵀ) Y.
  ///   - rounding: the distance of ‖uᵢ‖² from 1 that counts as none.
  ///   - isSpanned: whether all samples have length 1, as r = n says.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  private mutating func add(
    _ left: Matrix<Scalar>, complement: Matrix<Scalar>, rounding: Double, isSpanned: Bool
  ) {
    let k = targetCount
    let fromSpan = left * filtered
    let squares = left.squaringEntries()
    let shares = squares * filters
    let lengths = squares * Matrix(rows: squares.columns, columns: 1, repeating: 1)
    for (l, ridge) in ridges.enumerated() {
      for j in 0..<k {
        var (residuals, leftOut, sums) = (0.0, 0.0, 0.0)
        for i in 0..<left.rows {
          let rest = 1 - Double(lengths[i, 0])
          let hasLengthOne = isSpanned || rest <= rounding
          let (span, share) = (Double(fromSpan[i, l * k + j]), Double(shares[i, l]))
          let outside = isSpanned ? 0 : Double(complement[i, j])
          let residual = ridge == 0 ? outside : outside + span
          let ratio =
            if hasLengthOne {
              span / share
            } else if ridge == 0 {
              outside / rest
            } else {
              residual / (rest + share)
            }
          residuals += residual * residual
          leftOut += ratio * ratio
          let summand = isSpanned ? span : residual
          sums += summand * summand
        }
        squaredResiduals[l][j] += residuals
        leaveOneOut[l][j] += leftOut
        crossValidationSums[l][j] += sums
      }
    }
  }
}
