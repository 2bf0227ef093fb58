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
    var panel = block(
      inputs, rows: columns.lowerBound..<inputs.samples.rows, with: inputs, rows: columns)
    for (j, i) in columns.enumerated() {
      panel[j, j] = diagonalValue(squaredNorm: inputs.squaredNorms[i])
    }
    return panel
  }

  /// The kernel values between some inputs and some others.
  private func block<Scalar: LinearAlgebraScalar>(
    _ inputs: KernelInputs<Scalar>, rows own: Range<Int>, with other: KernelInputs<Scalar>,
    rows others: Range<Int>
  ) -> Matrix<Scalar> {
    guard inputs.makesTiles(with: other) else {
      var values = inputs.innerProducts(ofRows: own, with: other, rows: others)
      values.forEachColumn { j, column in
        var span = column.mutableSpan
        apply(
          to: &span, squaredNorms: inputs.squaredNorms.span.extracting(own),
          squaredNorm: other.squaredNorms[others.lowerBound + j])
      }
      return values
    }
    let parts = own.parts(of: KernelTile<Scalar>.rows)
    return Matrix(rows: own.count, columns: others.count) { target in
      nonisolated(unsafe) let target = target
      inParallel(count: parts.count) { index in
        let rows = parts[index]
        KernelTile.with { tile in
          for columns in others.parts(of: KernelTile<Scalar>.columns) {
            write(tile, inputs, rows: rows, with: other, rows: columns)
            for k in 0..<columns.count {
              let column = columns.lowerBound - others.lowerBound + k
              (target + rows.lowerBound - own.lowerBound + column * own.count).update(
                from: tile.values + k * rows.count, count: rows.count)
            }
          }
        }
      }
    }
  }

  /// The product (K + λI) B of the Gram matrix, made part by part and kept nowhere.
  ///
  /// - Parameters:
  ///   - inputs: X, n × d.
  ///   - other: B, n × k.
  ///   - ridge: λ ≥ 0.
  /// - Returns: (K + λI) B, n × k; its sums do not depend on the number of threads where tiles make them.
  /// - Complexity: O(n² (d / 2 + k)), memory 8 n k or n times the width of a panel.
  func gramProduct<Scalar: LinearAlgebraScalar>(
    _ inputs: KernelInputs<Scalar>, _ other: Matrix<Scalar>, ridge: Scalar = 0
  ) -> Matrix<Scalar> {
    let n = inputs.samples.rows
    var result: Matrix<Scalar>
    if inputs.makesTiles(with: inputs) {
      result = tiledGramProduct(inputs, other)
    } else {
      result = Matrix<Scalar>(rows: n, columns: other.columns)
      for columns in (0..<n).parts(of: KernelBlocks.residualWidth) {
        result.addProduct(
          ofSymmetricPanel: gramPanel(inputs, columns: columns), from: columns.lowerBound, other)
      }
    }
    if ridge > 0 { result.add(other, scaledBy: ridge) }
    return result
  }

  private func tiledGramProduct<Scalar: LinearAlgebraScalar>(
    _ inputs: KernelInputs<Scalar>, _ other: Matrix<Scalar>
  ) -> Matrix<Scalar> {
    let (n, k) = (inputs.samples.rows, other.columns)
    var result = Matrix<Scalar>(rows: n, columns: k)
    if n == 0 || k == 0 { return result }
    let strips = (0..<n).parts(of: KernelTile<Scalar>.columns)
    // Strips grow shorter: each piece takes every eighth.
    let pieces = min(8, strips.count)
    var apart = Matrix<Scalar>(rows: n, columns: k * pieces)
    let onThisThread = Scalar.blas.gemmOnThisThread
    apart.withUnsafeMutableElements { sums in
      other.withUnsafeElements { b in
        nonisolated(unsafe) let (sums, b) = (sums, b)
        inParallel(count: pieces) { piece in
          let c = sums + piece * n * k
          KernelTile.with { tile in
            for columns in stride(from: piece, to: strips.count, by: pieces).map({ strips[$0] }) {
              let (first, width) = (columns.lowerBound, columns.count)
              write(tile, inputs, rows: columns, with: inputs, rows: columns)
              for (j, i) in columns.enumerated() {
                tile.values[j + j * width] = diagonalValue(squaredNorm: inputs.squaredNorms[i])
              }
              onThisThread(false, width, k, width, tile.values, width, b + first, n, c + first, n)
              for rows in (columns.upperBound..<n).parts(of: KernelTile<Scalar>.rows) {
                let (start, height) = (rows.lowerBound, rows.count)
                write(tile, inputs, rows: rows, with: inputs, rows: columns)
                onThisThread(
                  false, height, k, width, tile.values, height, b + first, n, c + start, n)
                onThisThread(
                  true, width, k, height, tile.values, height, b + start, n, c + first, n)
              }
            }
          }
        }
      }
    }
    for piece in 0..<pieces { result.add(apart.columns(piece * k..<(piece + 1) * k)) }
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
    targets - gramProduct(inputs, alpha, ridge: ridge)
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
    block(inputs, rows: 0..<inputs.samples.rows, with: others, rows: rows)
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
