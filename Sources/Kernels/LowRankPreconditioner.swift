import LinearAlgebra

/// (F Fᵀ + μ I)⁻¹, an approximate inverse of K + λI.
///
/// By Woodbury's identity (v - F (FᵀF + μI)⁻¹ Fᵀ v) / μ, with the small system in `Double`: FᵀF has
/// eigenvalues up to those of K, next to a small μ.
struct LowRankPreconditioner {
  private let blocks: [Matrix<Float>]
  private let inner: Cholesky<Double>
  private let shift: Double

  /// Factors the small system.
  ///
  /// μ is λ and the mean diagonal of K - F Fᵀ, what F leaves of an eigenvalue; but no less than what
  /// keeps the difference of v and its part in F, which is nearly all of it, from drowning in the
  /// rounding of `Float`.
  ///
  /// - Parameters:
  ///   - factor: F.
  ///   - ridge: λ.
  /// - Throws: `LinearAlgebraError` where F is not finite.
  /// - Complexity: O(n r²).
  init(_ factor: RandomlyPivotedCholesky, ridge: Double) throws(LinearAlgebraError) {
    blocks = factor.blocks
    let rank = factor.rank
    var gram = Matrix<Double>(rows: rank, columns: rank)
    var column = 0
    for (index, second) in blocks.enumerated() {
      let wide = second.converted(to: Double.self)
      var row = column
      for first in blocks[index...] {
        let product = first.converted(to: Double.self).times(wide, transposingSelf: true)
        for j in 0..<product.columns {
          for i in 0..<product.rows { gram[row + i, column + j] = product[i, j] }
        }
        row += first.columns
      }
      column += second.columns
    }
    let unit = Double(Float.ulpOfOne)
    shift = max(ridge + factor.meanResidual, 16 * unit * largestEigenvalue(of: gram), unit)
    gram.addToDiagonal(shift)
    inner = try Cholesky(factoring: gram)
  }

  /// The approximate solution of (K + λI) Z = V.
  func callAsFunction(_ vectors: Matrix<Float>) -> Matrix<Float> {
    let k = vectors.columns
    var coefficients = Matrix<Double>(rows: inner.size, columns: k)
    var row = 0
    for block in blocks {
      let part = block.times(vectors, transposingSelf: true)
      for j in 0..<k {
        for i in 0..<part.rows { coefficients[row + i, j] = Double(part[i, j]) }
      }
      row += block.columns
    }
    let solved = inner.solveWithoutEvidence(coefficients).converted(to: Float.self)
    var result = vectors
    row = 0
    for block in blocks {
      result.addProduct(of: block, solved.rows(row..<row + block.columns), scaledBy: -1)
      row += block.columns
    }
    let scale = Float(1 / shift)
    return result.map { $0 * scale }
  }
}

/// The largest eigenvalue of a positive semidefinite matrix from its lower triangle, from below.
private func largestEigenvalue(of matrix: Matrix<Double>) -> Double {
  var full = matrix
  full.mirrorLowerTriangle()
  let first = (0..<full.rows).max { full[$0, $0] < full[$1, $1] }
  guard let first, full[first, first] > 0 else { return 0 }
  var vector = full.column(first)
  var value = full[first, first]
  for _ in 0..<10 {
    let norm = euclideanNorm(vector)
    vector = full.times(vector.map { $0 / norm })
    value = euclideanNorm(vector)
  }
  return value
}
