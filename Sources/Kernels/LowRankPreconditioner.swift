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
  /// - Parameters:
  ///   - factor: F.
  ///   - ridge: λ. μ is λ and the mean diagonal of K - F Fᵀ, what F leaves of an eigenvalue.
  /// - Complexity: O(n r²).
  init(_ factor: RandomlyPivotedCholesky, ridge: Double) throws(LinearAlgebraError) {
    blocks = factor.blocks
    let unit = Double(Float.ulpOfOne)
    shift = max(ridge + factor.meanResidual, unit)
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
