public import LinearAlgebra

/// How patches of images are freed of brightness, contrast and correlation.
///
/// Each patch p of L values becomes p̂ = (p - mean p) / √(var p + c), then W (p̂ - μ) with μ the mean
/// and C the covariance of p̂ over a sample of patches, and W = (C + εI)^(-1/2), symmetric.
///
/// Source: Coates, Ng, "Learning feature representations with k-means" (2012), Section 3.
public struct PatchWhitening: Sendable, Equatable {
  /// c > 0, in squared units of a pixel.
  public let contrastFloor: Double
  /// ε > 0.
  public let regularization: Double
  /// μ, L values.
  public let mean: [Double]
  /// W, L × L and symmetric.
  public let matrix: Matrix<Double>

  /// Learns μ and W.
  ///
  /// - Parameters:
  ///   - patches: one row a patch, at least one.
  ///   - contrastFloor: c > 0.
  ///   - regularization: ε > 0.
  /// - Throws: `LinearAlgebraError.notFinite(argument:row:column:)`,
  ///   `.didNotConverge(routine:count:)`.
  /// - Complexity: O(m L² + L³) for m patches.
  public init(
    patches: Matrix<Double>, contrastFloor: Double, regularization: Double
  ) throws(LinearAlgebraError) {
    precondition(patches.rows >= 1 && patches.columns >= 1, "whitening wants patches to learn from")
    precondition(contrastFloor > 0 && regularization > 0, "both floors are positive")
    try patches.checkFinite(as: "the patches")
    var sample = patches.normalizingRows(contrastFloor: contrastFloor)
    let count = Double(patches.rows)
    let mean = (0..<sample.columns).map { sample.column($0).reduce(0, +) / count }
    sample.forEachColumn { j, column in
      for i in column.indices { column[i] -= mean[j] }
    }
    let covariance = sample.timesOwnTranspose(transposingSelf: true).map { $0 / count }
    let eigen = try SymmetricEigen(of: covariance)
    // Rounding may leave an eigenvalue a little below 0.
    var scaled = eigen.vectors
    scaled.scaleColumns(by: eigen.values.map { 1 / (max($0, 0) + regularization).squareRoot() })
    self.contrastFloor = contrastFloor
    self.regularization = regularization
    self.mean = mean
    matrix = scaled.times(eigen.vectors, transposingOther: true)
  }

  /// Whitens patches.
  ///
  /// - Parameter patches: one row a patch of L values.
  /// - Returns: W (p̂ - μ) of each row.
  /// - Complexity: O(m L²) for m patches.
  public func callAsFunction(_ patches: Matrix<Double>) -> Matrix<Double> {
    precondition(patches.columns == mean.count, "patches of the length that was learned from")
    var sample = patches.normalizingRows(contrastFloor: contrastFloor)
    sample.forEachColumn { j, column in
      for i in column.indices { column[i] -= mean[j] }
    }
    return sample * matrix
  }

  /// What makes filters of whitened patches filters of patches divided by their contrast.
  ///
  /// ⟨f, W(p̂ - μ)⟩ = ⟨g, p⟩ / √(var p + c) - o with g = Wf less its mean and o = ⟨Wf, μ⟩.
  ///
  /// - Parameter filters: one column a filter f of L values.
  /// - Returns: the filters g, one a column, and the offsets o.
  func folded(into filters: Matrix<Double>) -> (filters: Matrix<Double>, offsets: [Double]) {
    var products = matrix * filters
    let offsets = products.times(mean, transposingSelf: true)
    products.forEachColumn { _, column in
      let mean = column.reduce(0, +) / Double(column.count)
      for i in column.indices { column[i] -= mean }
    }
    return (products, offsets)
  }
}

extension Matrix {
  /// (p - mean p) / √(var p + c) of each row p.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  func normalizingRows(contrastFloor: Scalar) -> Matrix {
    let (means, scales) = rowContrasts(contrastFloor: contrastFloor)
    var result = self
    result.forEachColumn { _, column in
      for i in column.indices { column[i] = (column[i] - means[i]) * scales[i] }
    }
    return result
  }

  /// p / √(var p + c) of each row p, in place.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  mutating func divideRowsByContrast(contrastFloor: Scalar) {
    let (_, scales) = rowContrasts(contrastFloor: contrastFloor)
    forEachColumn { _, column in
      for i in column.indices { column[i] *= scales[i] }
    }
  }

  /// The mean p and 1 / √(var p + c) of each row p.
  @specialized(where Scalar == Double)
  @specialized(where Scalar == Float)
  private func rowContrasts(contrastFloor: Scalar) -> (means: [Scalar], scales: [Scalar]) {
    var means = [Scalar](repeating: 0, count: rows)
    var scales = means
    let length = Scalar(columns)
    let tile = 1024
    withUnsafeElements { entries in
      means.withUnsafeMutableBufferPointer { meanBuffer in
        scales.withUnsafeMutableBufferPointer { scaleBuffer in
          guard let meanStart = meanBuffer.baseAddress, let scaleStart = scaleBuffer.baseAddress
          else { return }
          nonisolated(unsafe) let (entries, means, scales) = (entries, meanStart, scaleStart)
          // Two passes: the mean squared minus the squared mean would cancel in Float.
          inParallel(count: (rows + tile - 1) / tile) { index in
            let tileRows = index * tile..<Swift.min((index + 1) * tile, rows)
            for j in 0..<columns {
              let column = entries + j * rows
              for i in tileRows { means[i] += column[i] }
            }
            for i in tileRows { means[i] /= length }
            for j in 0..<columns {
              let column = entries + j * rows
              for i in tileRows {
                let difference = column[i] - means[i]
                scales[i] += difference * difference
              }
            }
            for i in tileRows { scales[i] = 1 / (scales[i] / length + contrastFloor).squareRoot() }
          }
        }
      }
    }
    return (means, scales)
  }
}
