public import LinearAlgebra

/// A kernel regression by the pseudo-inverse of the Gram matrix, for samples that coincide.
public struct PseudoinverseKernelFit<K: Kernel>: Sendable {
  /// The function; its evidence has the numerical rank of K, and the least over the largest
  /// eigenvalue that count.
  ///
  /// The test ratio is of the part of the residual in the eigenvectors that count,
  /// ‖VVᵀR‖₁ / ((‖K‖₂ ‖α‖₁ + ‖Y‖₁) n ε): what is outside is no error of the solution.
  public let fit: KernelFit<K>
  /// How many samples have different inputs.
  public let distinctSamples: Int
  /// Eigenvalues of K at or below this count as zero.
  public let cutOff: Double
  /// LAPACK's test ratio of the decomposition, at most 60 for a sound result.
  public let eigenTestRatio: Double

  /// The numerical rank of K.
  public var rank: Int { fit.evidence.rank }
}

/// The function of least RKHS norm among those that miss the targets by the least squares.
///
/// α = K⁺ Y, from the eigenvalues of K above a cut-off. Where inputs coincide the function takes the
/// mean of their targets; where targets agree too, it interpolates. Of c samples with the same input
/// K has c equal rows; with Q the n × u matrix of the entries 1/√c, K = Q A Qᵀ for an A of size u,
/// A_ij = √(c_i c_j) k(x_i, x_j), and K⁺ = Q A⁺ Qᵀ. So coinciding samples cost no rank to rounding.
///
/// - Parameters:
///   - kernel: k.
///   - samples: X, n × d with n ≥ 1, finite, one row a sample.
///   - targets: Y, n × k, finite.
///   - relativeCutOff: from 0 to below 1; eigenvalues at or below it times the largest count as
///     zero. nil for (u + d) ε, what rounding leaves of a zero; inputs that nearly coincide ask for
///     more.
/// - Returns: the fit, its residual in `Double` with kernel values made anew.
/// - Throws: ``KernelError/noSamples``, ``KernelError/rowsDisagree(samples:targets:)``,
///   ``KernelError/cutOffOutOfRange(_:)``, ``KernelError/linearAlgebra(_:)`` for an entry that is no
///   number.
/// - Complexity: O(u² d + u³), many times a factorisation; memory five squares of u.
public func pseudoinverseKernelFit<K: Kernel>(
  _ kernel: K, samples: Matrix<Double>, targets: Matrix<Double>, relativeCutOff: Double? = nil
) throws(KernelError) -> PseudoinverseKernelFit<K> {
  try checkKernelProblem(samples, ridge: 0)
  try checkKernelTargets(targets, samples: samples)
  if let relativeCutOff, !(relativeCutOff >= 0 && relativeCutOff < 1) {
    throw .cutOffOutOfRange(relativeCutOff)
  }
  let groups = InputGroups(samples)
  let distinct = samples.rows(groups.first)
  let roots = groups.sizes.map { Double($0).squareRoot() }
  let u = roots.count
  var scaled = kernel.lowerGramMatrix(distinct)
  for j in 0..<u { for i in j..<u { scaled[i, j] *= roots[i] * roots[j] } }
  let spectrum = try KernelSpectrum(
    gram: scaled, relativeCutOff: relativeCutOff ?? Double(u + samples.columns) * Double.ulpOfOne)
  let weights = spectrum.pseudoinverseTimes(groups.sums(of: targets, over: roots))
  let alpha = Matrix<Double>(rows: samples.rows, columns: targets.columns) { i, j in
    weights[groups.group[i], j] / roots[groups.group[i]]
  }
  // K α = E k(x, x) Eᵀα, with E the n × u matrix that says which input a sample has.
  let totals = Matrix<Double>(rows: u, columns: targets.columns) { i, j in
    weights[i, j] * roots[i]
  }
  let values = kernel.gramProduct(KernelInputs(distinct), totals)
    .rows(groups.group)
  let residual = targets - values
  let counted = spectrum.vectors.times(
    spectrum.vectors.times(groups.sums(of: residual, over: roots), transposingSelf: true))
  let largest = spectrum.values.first ?? 0
  let norm = counted.oneNorm
  let denominator =
    (largest * alpha.oneNorm + targets.oneNorm) * Double(samples.rows) * Double.roundingUnit
  let scale = targets.frobeniusNorm
  return PseudoinverseKernelFit(
    fit: KernelFit(
      kernel: kernel, samples: samples, dualCoefficients: alpha, fittedValues: values,
      evidence: SolveEvidence(
        maxAbsoluteResidual: residual.largestAbsoluteEntry,
        testRatio: norm == 0 ? 0 : norm / denominator,
        reciprocalCondition: largest > 0 ? (spectrum.values.last ?? 0) / largest : 0,
        rank: spectrum.rank),
      relativeResiduals: [scale == 0 ? 0 : residual.frobeniusNorm / scale],
      refinements: 0, rkhsNorms: rkhsNorms(alpha, fittedValues: values)),
    distinctSamples: u, cutOff: spectrum.cutOff, eigenTestRatio: spectrum.testRatio)
}

/// Which samples have the same input.
private struct InputGroups {
  /// The first sample of each group.
  private(set) var first: [Int] = []
  /// How many samples each group has.
  private(set) var sizes: [Int] = []
  /// The group of each sample.
  private(set) var group: [Int] = []

  init(_ samples: Matrix<Double>) {
    var known: [[Double]: Int] = [:]
    for i in 0..<samples.rows {
      let input = samples.row(i)
      if let index = known[input] {
        sizes[index] += 1
        group.append(index)
      } else {
        known[input] = first.count
        group.append(first.count)
        first.append(i)
        sizes.append(1)
      }
    }
  }

  /// Σ of the rows of each group, over a number for each.
  func sums(of rows: Matrix<Double>, over divisors: [Double]) -> Matrix<Double> {
    var sums = Matrix<Double>(rows: first.count, columns: rows.columns)
    for j in 0..<rows.columns {
      for i in 0..<rows.rows { sums[group[i], j] += rows[i, j] }
      for i in first.indices { sums[i, j] /= divisors[i] }
    }
    return sums
  }
}
