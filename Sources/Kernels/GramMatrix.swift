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
  ///   - samples: X, n × d, one row a sample.
  ///   - squaredNorms: ‖x_i‖² of each.
  ///   - columns: which columns; the panel's rows are those from the first of them to n.
  /// - Returns: the panel, its top square whole.
  /// - Complexity: O(m w d) for an m × w panel.
  func gramPanel<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, squaredNorms: [Scalar], columns: Range<Int>
  ) -> Matrix<Scalar> {
    var panel = samples.innerProducts(ofRows: columns.lowerBound..<samples.rows, and: columns)
    apply(toPanel: &panel, squaredNorms: squaredNorms, from: columns.lowerBound)
    return panel
  }

  /// Turns a panel of inner products into kernel values.
  private func apply<Scalar: LinearAlgebraScalar>(
    toPanel panel: inout Matrix<Scalar>, squaredNorms: [Scalar], from first: Int
  ) {
    panel.forEachColumn { j, column in
      var values = column.mutableSpan
      let norm = squaredNorms[first + j]
      apply(
        to: &values, squaredNorms: squaredNorms.span.extracting(first..<squaredNorms.count),
        squaredNorm: norm)
      column[j] = diagonalValue(squaredNorm: norm)
    }
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
      var panel = inputs.innerProducts(ofRows: first..<n, with: inputs, rows: columns)
      apply(toPanel: &panel, squaredNorms: inputs.squaredNorms, from: first)
      result.addProduct(ofSymmetricPanel: panel, from: first, other)
    }
    return result
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
    apply(
      to: &values, squaredNorms: inputs.squaredNorms,
      otherSquaredNorms: others.squaredNorms[rows])
    return values
  }

  func crossMatrix<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, squaredNorms: [Scalar], _ others: Matrix<Scalar>,
    otherSquaredNorms: [Scalar]
  ) -> Matrix<Scalar> {
    var values = samples.times(others, transposingOther: true)
    apply(to: &values, squaredNorms: squaredNorms, otherSquaredNorms: otherSquaredNorms[...])
    return values
  }

  /// Turns inner products into kernel values.
  private func apply<Scalar: LinearAlgebraScalar>(
    to values: inout Matrix<Scalar>, squaredNorms: [Scalar], otherSquaredNorms: ArraySlice<Scalar>
  ) {
    values.forEachColumn { j, column in
      var span = column.mutableSpan
      apply(
        to: &span, squaredNorms: squaredNorms.span,
        squaredNorm: otherSquaredNorms[otherSquaredNorms.startIndex + j])
    }
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
