import LinearAlgebra

/// A factor of K + λI that LAPACK made at once, in a full square or in packed form.
struct WholeFactor: Sendable {
  let oneNorm: Double
  let reciprocalCondition: Double
  private let solution: @Sendable (Matrix<Double>) -> Matrix<Double>

  /// Factors in the precision of the samples.
  init<K: Kernel, Scalar: LinearAlgebraScalar>(
    _ kernel: K, _ samples: Matrix<Scalar>, ridge: Double, storage: GramStorage
  ) throws(LinearAlgebraError) {
    if storage == .square {
      var gram = kernel.lowerGramMatrix(samples)
      if ridge > 0 { gram.addToDiagonal(Scalar(ridge)) }
      let cholesky = try Cholesky(factoring: gram)
      oneNorm = Double(cholesky.matrixOneNorm)
      reciprocalCondition = Double(cholesky.reciprocalCondition)
      solution = { scaledSolve($0, in: Scalar.self) { cholesky.solveWithoutEvidence($0) } }
    } else {
      let inputs = KernelInputs(samples)
      let packed = try PackedCholesky(
        size: samples.rows, panelWidth: KernelBlocks.panelWidth
      ) { columns in
        var panel = kernel.gramPanel(inputs, columns: columns)
        if ridge > 0 { panel.addToDiagonal(Scalar(ridge)) }
        return panel
      }
      oneNorm = packed.oneNorm
      reciprocalCondition = packed.reciprocalConditionEstimate()
      solution = { scaledSolve($0, in: Scalar.self) { packed.solve($0) } }
    }
  }

  /// Solves (K + λI) α = Y.
  func solve(_ targets: Matrix<Double>) -> Matrix<Double> { solution(targets) }
}

/// A solve in another precision for targets of any size in `Double`.
///
/// Each column is scaled by a power of 2 to entries near 1, because residuals soon leave the range
/// of `Float`.
func scaledSolve<Scalar: LinearAlgebraScalar>(
  _ targets: Matrix<Double>, in type: Scalar.Type, _ solve: (Matrix<Scalar>) -> Matrix<Scalar>
) -> Matrix<Double> {
  let scales = (0..<targets.columns).map { j -> Double in
    let largest = targets.column(j).reduce(0) { max($0, abs($1)) }
    return largest.isNormal ? Double(sign: .plus, exponent: largest.exponent, significand: 1) : 1
  }
  var scaled = targets
  scaled.scaleColumns(by: scales.map { 1 / $0 })
  var solution = solve(scaled.converted(to: Scalar.self)).converted(to: Double.self)
  solution.scaleColumns(by: scales)
  return solution
}
