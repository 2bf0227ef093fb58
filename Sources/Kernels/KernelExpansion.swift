public import LinearAlgebra

/// A function f(x) = Σ_i α_i k(x_i, x), with as many values as α has columns.
public struct KernelExpansion<K: Kernel>: Sendable {
  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public let samples: Matrix<Double>
  /// The dual coefficients α, n × k.
  public let dualCoefficients: Matrix<Double>

  /// Creates a function.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - samples: X, n × d.
  ///   - dualCoefficients: α, n × k.
  public init(kernel: K, samples: Matrix<Double>, dualCoefficients: Matrix<Double>) {
    precondition(samples.rows == dualCoefficients.rows, "a coefficient for each sample")
    self.kernel = kernel
    self.samples = samples
    self.dualCoefficients = dualCoefficients
  }

  /// The values of the function at some inputs.
  ///
  /// Inputs are taken in blocks, so that memory grows with n, not with n times their number.
  ///
  /// - Parameter inputs: Z, m × d, one row an input.
  /// - Returns: an m × k matrix.
  /// - Complexity: O(n m d).
  public func values(at inputs: Matrix<Double>) -> Matrix<Double> {
    expand(kernel, samples, dualCoefficients, at: inputs)
  }
}

/// Σ_i α_i k(x_i, z) for each input z, in either precision.
func expand<K: Kernel, Scalar: LinearAlgebraScalar>(
  _ kernel: K, _ samples: Matrix<Scalar>, _ coefficients: Matrix<Scalar>,
  at inputs: Matrix<Scalar>
) -> Matrix<Scalar> {
  let (own, others) = (KernelInputs(samples), KernelInputs(inputs))
  let (n, m, k) = (samples.rows, inputs.rows, coefficients.columns)
  var result = Matrix<Scalar>(rows: m, columns: k)
  if n == 0 || m == 0 || k == 0 { return result }
  guard own.makesTiles(with: others) else {
    for rows in (0..<m).parts(of: KernelBlocks.predictionRows) {
      let predicted = kernel.crossMatrix(own, others, rows: rows)
        .times(coefficients, transposingSelf: true)
      for j in 0..<k {
        for i in 0..<predicted.rows { result[rows.lowerBound + i, j] = predicted[i, j] }
      }
    }
    return result
  }
  let blocks = (0..<m).parts(of: KernelTile<Scalar>.columns)
  result.withUnsafeMutableElements { c in
    coefficients.withUnsafeElements { b in
      nonisolated(unsafe) let (c, b) = (c, b)
      inParallel(count: blocks.count) { index in
        let block = blocks[index]
        KernelTile.with { tile in
          for rows in (0..<n).parts(of: KernelTile<Scalar>.rows) {
            kernel.write(tile, own, rows: rows, with: others, rows: block)
            Scalar.blas.gemmOnThisThread(
              true, block.count, k, rows.count, tile.values, rows.count, b + rows.lowerBound, n,
              c + block.lowerBound, m)
          }
        }
      }
    }
  }
  return result
}
