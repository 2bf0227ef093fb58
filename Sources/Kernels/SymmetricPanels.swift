public import LinearAlgebra

/// A symmetric matrix S = Σ A_b A_bᵀ that grows by one product after another, in half a square.
///
/// With A_b a block of columns of a feature matrix Φ, n × D, S is the Gram matrix ΦΦᵀ; with A_b the
/// transpose of a block of its rows, S is ΦᵀΦ. Neither Φ nor a full square ever exists. A kernel of
/// features is a function of S, and K below is then the matrix of its values instead of S.
public struct SymmetricPanels: Sendable {
  /// The number of rows and of columns of S.
  public let size: Int
  /// The columns of a panel; the last may have fewer.
  public let panelWidth: Int
  private var panels: [Matrix<Float>]

  /// Creates a matrix of zeros.
  ///
  /// - Parameters:
  ///   - size: rows and columns of S, at least 0.
  ///   - panelWidth: the columns of a panel, at least 1.
  /// - Complexity: memory size (size + width) / 2 numbers.
  public init(size: Int, panelWidth: Int = 1024) {
    precondition(size >= 0 && panelWidth >= 1, "a matrix has columns to take in turn")
    self.size = size
    self.panelWidth = panelWidth
    panels = stride(from: 0, to: size, by: panelWidth).map {
      Matrix(rows: size - $0, columns: min(panelWidth, size - $0))
    }
  }

  /// Adds a product: S ← S + A Aᵀ.
  ///
  /// - Parameter block: A, of as many rows as S.
  /// - Complexity: O(n² w / 2) for w columns of A.
  public mutating func addProduct(_ block: Matrix<Float>) {
    precondition(block.rows == size, "as many rows as the matrix has")
    if block.columns == 0 { return }
    for (index, first) in stride(from: 0, to: size, by: panelWidth).enumerated() {
      let own = first..<min(first + panelWidth, size)
      panels[index].addInnerProducts(of: block, rows: first..<size, and: own)
    }
  }

  /// Entries of S.
  ///
  /// - Parameters:
  ///   - row: from 0.
  ///   - column: from 0.
  public subscript(row: Int, column: Int) -> Float {
    let (below, across) = (max(row, column), min(row, column))
    let panel = across / panelWidth
    return panels[panel][below - panel * panelWidth, across - panel * panelWidth]
  }

  /// The diagonal of S: with S = ΦΦᵀ the squared lengths of the features.
  public var diagonal: [Float] { (0..<size).map { self[$0, $0] } }

  /// Factors the leading square of S + λI, or of K + λI.
  ///
  /// - Parameters:
  ///   - ridge: λ ≥ 0.
  ///   - leading: the rows and columns to take, the first ones; nil for all.
  ///   - kernel: the kernel of K; nil for S itself.
  /// - Returns: its Cholesky factor. That of a smaller leading square is the first part of it:
  ///   `PanelCholesky.leading(_:)`.
  /// - Throws: `LinearAlgebraError.notPositiveDefinite(pivot:)`, `.notFinite(argument:row:column:)`.
  /// - Complexity: O(m³ / 3) for m rows; memory as much as S.
  public func factored(
    ridge: Float, leading: Int? = nil, kernel: GaussianKernel? = nil
  ) throws(LinearAlgebraError) -> PanelCholesky<Float> {
    precondition(ridge >= 0, "a ridge is not negative")
    let leading = leading ?? size
    precondition(leading >= 0 && leading <= size, "a square within the matrix")
    let norms = kernel == nil ? [] : diagonal
    var factor = PanelCholesky<Float>(size: leading, panelWidth: panelWidth)
    while !factor.isComplete {
      let index = factor.panels.count
      let own = factor.columns(ofPanel: index)
      var copy = panels[index].leading(rows: leading - own.lowerBound, columns: own.count)
      if let kernel { copy.apply(kernel, panelFrom: own.lowerBound, squaredNorms: norms) }
      if ridge > 0 { copy.addToDiagonal(ridge) }
      try factor.append(copy)
    }
    return factor
  }

  /// The product of a leading square of S, or of K, with a matrix.
  ///
  /// - Parameters:
  ///   - other: B, m × k; the first m rows and columns are taken.
  ///   - kernel: the kernel of K; nil for S itself.
  /// - Returns: S B or K B, entries as they are kept, summed in `Double`.
  /// - Complexity: O(m² k), and m² / 2 kernel values; memory three panels.
  public func times(_ other: Matrix<Double>, kernel: GaussianKernel? = nil) -> Matrix<Double> {
    precondition(other.rows <= size, "at most as many rows as the matrix has")
    let norms = kernel == nil ? [] : diagonal
    var result = Matrix<Double>(rows: other.rows, columns: other.columns)
    for (index, panel) in panels.enumerated() where index * panelWidth < other.rows {
      let first = index * panelWidth
      let (rows, columns) = (other.rows - first, min(panelWidth, other.rows - first))
      var square = panel.leading(rows: rows, columns: columns)
      if let kernel { square.apply(kernel, panelFrom: first, squaredNorms: norms) }
      // What stands below the diagonal counts, as it does for a factor: sums above are rounded
      // otherwise.
      square.mirrorLowerTriangle()
      result.addProduct(ofSymmetricPanel: square.converted(to: Double.self), from: first, other)
    }
    return result
  }

  /// Solves (S + λI) X = B, or (K + λI) X = B, by a factor and refinement in `Double`.
  ///
  /// - Parameters:
  ///   - rightHandSides: B, of as many rows as the factor has.
  ///   - factor: of S + λI or K + λI, or of a leading square of these.
  ///   - ridge: λ of the factor.
  ///   - kernel: the kernel of K; nil for S itself.
  ///   - tolerance: ‖B - (S + λI)X‖ / ‖B‖ to refine to.
  /// - Returns: X with its residuals.
  /// - Complexity: O(m² k) a step for m rows.
  package func solve(
    _ rightHandSides: Matrix<Double>, by factor: PanelCholesky<Float>, ridge: Float,
    kernel: GaussianKernel? = nil, tolerance: Double
  ) -> RefinedSolution {
    RefinedSolution(
      rightHandSides, tolerance: tolerance,
      solve: { scaledSolve($0, in: Float.self) { factor.solve($0) } },
      product: { x in
        var product = times(x, kernel: kernel)
        product.add(x, scaledBy: Double(ridge))
        return product
      })
  }

  /// The product of some last rows of S or of K, as far as its leading square goes, with a matrix.
  ///
  /// - Parameters:
  ///   - first: the first of the rows.
  ///   - other: B, m × k with m at most `first`.
  ///   - kernel: the kernel of K; nil for S itself.
  /// - Returns: S_(first…, 0..<m) B, or the same of K.
  /// - Complexity: O((n - first) m k), and as many kernel values.
  public func lastRows(
    from first: Int, times other: Matrix<Float>, kernel: GaussianKernel? = nil
  ) -> Matrix<Float> {
    let leading = other.rows
    precondition(first >= 0 && first <= size && leading <= first, "rows below the square")
    let norms = kernel == nil ? [] : diagonal
    var result = Matrix<Float>(rows: size - first, columns: other.columns)
    for (index, panel) in panels.enumerated() where index * panelWidth < leading {
      let own = index * panelWidth..<min(index * panelWidth + panel.columns, leading)
      var rows = panel.rows(first - own.lowerBound..<panel.rows).columns(0..<own.count)
      if let kernel {
        rows.apply(kernel, rowNorms: Array(norms[first...]), columnNorms: Array(norms[own]))
      }
      result.addProduct(of: rows, other.rows(own))
    }
    return result
  }
}

extension Matrix<Float> {
  /// Turns inner products of some samples with others, one a column, into kernel values.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - rowNorms: the squared lengths of the samples of the rows.
  ///   - columnNorms: those of the samples of the columns.
  package mutating func apply(
    _ kernel: GaussianKernel, rowNorms: [Float], columnNorms: [Float]
  ) {
    precondition(rowNorms.count == rows && columnNorms.count == columns, "a length for each sample")
    forEachColumn { j, column in
      var values = column.mutableSpan
      kernel.apply(to: &values, squaredNorms: rowNorms.span, squaredNorm: columnNorms[j])
    }
  }

  /// The same for a panel of a symmetric matrix, its diagonal as exact as the kernel says.
  fileprivate mutating func apply(
    _ kernel: GaussianKernel, panelFrom first: Int, squaredNorms: [Float]
  ) {
    let columnNorms = Array(squaredNorms[first..<first + columns])
    apply(
      kernel, rowNorms: Array(squaredNorms[first..<first + rows]), columnNorms: columnNorms)
    for j in 0..<columns { self[j, j] = kernel.diagonalValue(squaredNorm: columnNorms[j]) }
  }
}

extension PanelCholesky {
  /// The factor of a leading square: the first part of this one.
  ///
  /// - Parameter size: the rows and columns of the square, the first ones.
  /// - Returns: its factor, without work beyond the copy. It knows no norm of its matrix.
  public func leading(_ size: Int) -> PanelCholesky {
    precondition(isComplete && size >= 0 && size <= self.size, "a square within a factored one")
    if size == self.size { return self }
    let count = (size + panelWidth - 1) / panelWidth
    let parts = panels.prefix(count).enumerated().map { index, panel in
      let first = index * panelWidth
      return panel.leading(rows: size - first, columns: min(panelWidth, size - first))
    }
    return PanelCholesky(
      size: size, panelWidth: panelWidth, panels: parts,
      columnSums: Array(columnSums.prefix(size)))
  }
}

extension Matrix {
  /// The upper left corner.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  fileprivate func leading(rows: Int, columns: Int) -> Matrix {
    if rows == self.rows && columns == self.columns { return self }
    return Matrix(rows: rows, columns: columns) { target in
      withUnsafeElements { source in
        for j in 0..<columns {
          (target + j * rows).update(from: source + j * self.rows, count: rows)
        }
      }
    }
  }
}
