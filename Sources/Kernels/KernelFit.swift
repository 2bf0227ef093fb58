public import LinearAlgebra

/// A function f(x) = Σ_i α_i k(x_i, x) with what shows how it was found.
public struct KernelFit<K: Kernel>: Sendable {
  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public let samples: Matrix<Double>
  /// The dual coefficients α, n × k.
  public let dualCoefficients: Matrix<Double>
  /// The values K α of the function at its samples, n × k.
  public let fittedValues: Matrix<Double>
  /// What shows that the system was solved; its residual is in `Double`, with K made anew.
  public let evidence: SolveEvidence
  /// ‖Y - (K + λI)α‖ / ‖Y‖ after the solve and after each refinement.
  public let relativeResiduals: [Double]
  /// √(αᵀKα) of each target.
  public let rkhsNorms: [Double]

  /// √tr(αᵀKα), over all targets.
  public var rkhsNorm: Double { euclideanNorm(rkhsNorms) }

  /// ‖Y - (K + λI)α‖ / ‖Y‖ at the end.
  public var relativeResidual: Double { relativeResiduals.last ?? 0 }

  /// The values of the function at some inputs.
  ///
  /// Inputs are taken in blocks, so that memory grows with n, not with n times their number.
  ///
  /// - Parameter inputs: Z, m × d, one row an input.
  /// - Returns: an m × k matrix.
  /// - Complexity: O(n m d).
  public func predict(_ inputs: Matrix<Double>) -> Matrix<Double> {
    let squaredNorms = samples.squaredRowNorms()
    var result = Matrix<Double>(rows: inputs.rows, columns: dualCoefficients.columns)
    for first in stride(from: 0, to: inputs.rows, by: KernelBlocks.predictionRows) {
      let block = inputs.rows(first..<min(first + KernelBlocks.predictionRows, inputs.rows))
      let values = kernel.crossMatrix(
        samples, squaredNorms: squaredNorms, block, otherSquaredNorms: block.squaredRowNorms())
      let predicted = values.times(dualCoefficients, transposingSelf: true)
      for j in 0..<result.columns {
        for i in 0..<predicted.rows { result[first + i, j] = predicted[i, j] }
      }
    }
    return result
  }
}
