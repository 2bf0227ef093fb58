import LinearAlgebra

/// (F Fᵀ + D)⁻¹ with a diagonal D, an approximate inverse of K + λI.
///
/// D is what F leaves of the diagonal, and λ. By Woodbury's identity the inverse is
/// D⁻¹ - D⁻¹F (I + FᵀD⁻¹F)⁻¹ FᵀD⁻¹. Source: Snelson and Ghahramani, "Sparse Gaussian processes using
/// pseudo-inputs" (2006), where F Fᵀ + D stands for K itself.
struct LowRankPreconditioner {
  private let blocks: [Matrix<Float>]
  private let inner: Cholesky<Double>
  /// D⁻¹.
  private let weights: [Double]

  /// Factors the small system.
  ///
  /// An entry of D is no less than a fifth of what F leaves in the mean, lest samples that F has be
  /// held for known; and no less than what keeps a vector's part in F, which is nearly all of it,
  /// from drowning in the rounding of `Float`.
  ///
  /// - Parameters:
  ///   - factor: F.
  ///   - ridge: λ.
  /// - Throws: `LinearAlgebraError` where F is not finite.
  /// - Complexity: O(n r²).
  init(_ factor: RandomlyPivotedCholesky, ridge: Double) throws(LinearAlgebraError) {
    blocks = factor.blocks
    let unit = Double(Float.ulpOfOne)
    let trace = factor.blocks.reduce(0.0) { sum, block in
      sum + block.squaredRowNorms().reduce(0.0) { $0 + Double($1) }
    }
    let least = max(0.2 * factor.meanResidual, 8 * unit * trace, unit)
    weights = factor.residualDiagonal.map { 1 / (max($0, least) + ridge) }
    let scales = weights.map { Float($0.squareRoot()) }
    var gram = Matrix<Double>(rows: factor.rank, columns: factor.rank)
    // Some rows at a time: their product in `Float` is exact enough, a sum of all would not be.
    for first in stride(from: 0, to: scales.count, by: KernelBlocks.factorRows) {
      let rows = first..<min(first + KernelBlocks.factorRows, scales.count)
      gram.add(
        scaled(factor.blocks, rows: rows, by: scales)
          .lowerTimesOwnTranspose(transposingSelf: true).converted(to: Double.self))
    }
    gram.addToDiagonal(1)
    inner = try Cholesky(factoring: gram)
  }

  /// The approximate solution of (K + λI) Z = V.
  func callAsFunction(_ vectors: Matrix<Double>) -> Matrix<Double> {
    var weighted = vectors
    weighted.scaleRows(by: weights)
    if blocks.isEmpty { return weighted }
    let single = weighted.converted(to: Float.self)
    var parts: [Matrix<Float>] = []
    for block in blocks { parts.append(block.times(single, transposingSelf: true)) }
    let solved = inner.solveWithoutEvidence(stacked(parts)).converted(to: Float.self)
    var part = Matrix<Float>(rows: vectors.rows, columns: vectors.columns)
    var row = 0
    for block in blocks {
      part.addProduct(of: block, solved.rows(row..<row + block.columns))
      row += block.columns
    }
    var result = vectors
    result.add(part.converted(to: Double.self), scaledBy: -1)
    result.scaleRows(by: weights)
    return result
  }
}

/// Some rows of F, each times its scale.
private func scaled(
  _ blocks: [Matrix<Float>], rows: Range<Int>, by scales: [Float]
) -> Matrix<Float> {
  Matrix(rows: rows.count, columns: blocks.reduce(0) { $0 + $1.columns }) { target in
    var column = target
    for block in blocks {
      block.withUnsafeElements { source in
        for j in 0..<block.columns {
          let entries = source + j * block.rows + rows.lowerBound
          for i in 0..<rows.count { column[i] = entries[i] * scales[rows.lowerBound + i] }
          column += rows.count
        }
      }
    }
  }
}

/// Matrices of as many columns, one below the other.
private func stacked(_ parts: [Matrix<Float>]) -> Matrix<Double> {
  let columns = parts.first?.columns ?? 0
  return Matrix(
    rows: parts.reduce(0) { $0 + $1.rows }, columns: columns,
    columnMajor: (0..<columns).flatMap { j in
      parts.flatMap { $0.column(j).map { Double($0) } }
    })
}

extension Matrix<Double> {
  /// Multiplies each row by its factor.
  fileprivate mutating func scaleRows(by factors: [Double]) {
    precondition(factors.count == rows, "a factor for each row")
    forEachColumn { _, entries in
      for i in entries.indices { entries[i] *= factors[i] }
    }
  }
}
