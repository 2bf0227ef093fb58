public import LinearAlgebra

extension Kernel {
  /// The Gram matrix K_ij = k(x_i, x_j).
  ///
  /// - Parameter samples: X, n × d, one row a sample.
  /// - Returns: the full symmetric n × n matrix.
  /// - Complexity: O(n² d), half of it saved by symmetry; memory n².
  public func gramMatrix<Scalar: LinearAlgebraScalar>(_ samples: Matrix<Scalar>) -> Matrix<Scalar> {
    var gram = lowerGramMatrix(samples)
    gram.mirrorLowerTriangle()
    return gram
  }

  /// The lower triangle of the Gram matrix; what stands above it is of no meaning.
  func lowerGramMatrix<Scalar: LinearAlgebraScalar>(_ samples: Matrix<Scalar>) -> Matrix<Scalar> {
    let squaredNorms = samples.squaredRowNorms()
    var gram = samples.lowerTimesOwnTranspose()
    gram.forEachColumn { j, column in
      var below = column.extracting(j...).mutableSpan
      apply(
        to: &below, squaredNorms: squaredNorms.span.extracting(j..<squaredNorms.count),
        squaredNorm: squaredNorms[j])
      column[j] = diagonalValue(squaredNorm: squaredNorms[j])
    }
    return gram
  }

  /// Some neighbouring columns of the Gram matrix from their diagonal down.
  ///
  /// - Parameters:
  ///   - inputs: X, n × d.
  ///   - columns: which columns; the panel's rows are those from the first of them to n.
  /// - Returns: the panel, its top square whole.
  /// - Complexity: O(m w d) for an m × w panel.
  func gramPanel<Scalar: LinearAlgebraScalar>(
    _ inputs: KernelInputs<Scalar>, columns: Range<Int>
  ) -> Matrix<Scalar> {
    let first = columns.lowerBound
    var panel = inputs.innerProducts(
      ofRows: first..<inputs.samples.rows, with: inputs, rows: columns)
    panel.forEachColumn { j, column in
      var values = column.mutableSpan
      let norm = inputs.squaredNorms[first + j]
      apply(
        to: &values,
        squaredNorms: inputs.squaredNorms.span.extracting(first..<inputs.squaredNorms.count),
        squaredNorm: norm)
      column[j] = diagonalValue(squaredNorm: norm)
    }
    return panel
  }

  /// The product K B of the Gram matrix, made panel by panel and kept nowhere.
  ///
  /// - Parameters:
  ///   - inputs: X, n × d.
  ///   - other: B, n × k.
  /// - Returns: K B, n × k.
  /// - Complexity: O(n² (d / 2 + k)), memory n times the width of a panel.
  func gramProduct<Scalar: LinearAlgebraScalar>(
    _ inputs: KernelInputs<Scalar>, _ other: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    let n = inputs.samples.rows
    var result = Matrix<Scalar>(rows: n, columns: other.columns)
    for first in stride(from: 0, to: n, by: KernelBlocks.residualWidth) {
      let columns = first..<min(first + KernelBlocks.residualWidth, n)
      result.addProduct(
        ofSymmetricPanel: gramPanel(inputs, columns: columns), from: first, other)
    }
    return result
  }

  /// The residual Y - (K + λI) α, with K made anew.
  ///
  /// - Parameters:
  ///   - alpha: α, n × k.
  ///   - inputs: X, n × d.
  ///   - ridge: λ ≥ 0.
  ///   - targets: Y, n × k.
  /// - Returns: n × k numbers.
  /// - Complexity: O(n² (d / 2 + k)), memory n times the width of a panel.
  func residual(
    of alpha: Matrix<Double>, _ inputs: KernelInputs<Double>, ridge: Double,
    targets: Matrix<Double>
  ) -> Matrix<Double> {
    var residual = targets - gramProduct(inputs, alpha)
    if ridge > 0 { residual.add(alpha, scaledBy: -ridge) }
    return residual
  }

  /// The kernel values K_ij = k(x_i, z_j) between two sets of inputs.
  ///
  /// - Parameters:
  ///   - samples: X, n × d, one row an input.
  ///   - others: Z, m × d, one row an input.
  /// - Returns: the n × m matrix.
  /// - Complexity: O(n m d).
  public func crossMatrix<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, _ others: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    let inputs = KernelInputs(others)
    return crossMatrix(KernelInputs(samples), inputs, rows: 0..<others.rows)
  }

  /// The kernel values between inputs and some rows of others, each looked at before.
  func crossMatrix<Scalar: LinearAlgebraScalar>(
    _ inputs: KernelInputs<Scalar>, _ others: KernelInputs<Scalar>, rows: Range<Int>
  ) -> Matrix<Scalar> {
    var values = inputs.innerProducts(ofRows: 0..<inputs.samples.rows, with: others, rows: rows)
    values.forEachColumn { j, column in
      var span = column.mutableSpan
      apply(
        to: &span, squaredNorms: inputs.squaredNorms.span,
        squaredNorm: others.squaredNorms[rows.lowerBound + j])
    }
    return values
  }
}

extension Matrix {
  /// ‖x_i‖² of each row.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func squaredRowNorms() -> [Scalar] {
    var sums = [Scalar](repeating: 0, count: rows)
    for j in 0..<columns { for i in 0..<rows { sums[i] += self[i, j] * self[i, j] } }
    return sums
  }
}
