public import LinearAlgebra

/// Kernel regression with its Gram matrix factored: any targets are a cheap solve away.
///
/// (K + λI) α = Y; with λ = 0 the function of least RKHS norm through all targets. Source: Zhang
/// et al. (2017), Section 5, equation 3.
public struct KernelRegression<K: Kernel>: Sendable {
  /// The kernel k.
  public let kernel: K
  /// The samples X, n × d, one row a sample.
  public var samples: Matrix<Double> { inputs.samples }
  /// The ridge λ.
  public let ridge: Double
  /// In which precision K + λI was factored.
  public let precision: KernelPrecision
  private let factor: Factor
  private let inputs: KernelInputs<Double>
  private let gramOneNorm: Double
  private let reciprocalCondition: Double

  private enum Factor: Sendable {
    case panels(KernelFactorization<K>)
    case whole(WholeFactor)
  }

  /// Builds and factors the Gram matrix.
  ///
  /// - Parameters:
  ///   - kernel: k.
  ///   - samples: X, n × d with n ≥ 1, finite, one row a sample.
  ///   - ridge: λ, finite and 0 or larger.
  ///   - precision: of the factor.
  ///   - storage: of the factor.
  ///   - progress: called with the share of the factorisation that is done.
  /// - Throws: ``KernelError/notPositiveDefinite(_:)`` where samples coincide or nearly,
  ///   ``KernelError/noSamples``, ``KernelError/ridgeOutOfRange(_:)``,
  ///   ``KernelError/linearAlgebra(_:)`` for an entry that is no number.
  /// - Complexity: O(n² d + n³/3); memory as ``KernelMemoryPlan`` says.
  public init(
    kernel: K, samples: Matrix<Double>, ridge: Double = 0, precision: KernelPrecision = .double,
    storage: GramStorage = .panels, progress: (Double) -> Void = { _ in }
  ) throws(KernelError) {
    if storage == .panels {
      var factorization = try KernelFactorization(
        kernel: kernel, samples: samples, ridge: ridge, precision: precision)
      while !factorization.isComplete {
        try factorization.factorNextPanel()
        progress(factorization.share)
      }
      self.init(factorization, precision: precision)
      return
    }
    try checkKernelProblem(samples, ridge: ridge)
    do throws(LinearAlgebraError) {
      let whole =
        precision == .double
        ? try WholeFactor(kernel, samples, ridge: ridge, storage: storage)
        : try WholeFactor(
          kernel, samples.converted(to: Float.self), ridge: ridge, storage: storage)
      self.init(
        kernel: kernel, inputs: KernelInputs(samples), ridge: ridge, precision: precision,
        factor: .whole(whole), gramOneNorm: whole.oneNorm,
        reciprocalCondition: whole.reciprocalCondition)
    } catch {
      guard case .notPositiveDefinite(let pivot) = error else { throw .linearAlgebra(error) }
      throw .notPositiveDefinite(
        kernel.explainSingularGram(samples, pivot: pivot, unit: precision.unit))
    }
  }

  private init(
    kernel: K, inputs: KernelInputs<Double>, ridge: Double, precision: KernelPrecision,
    factor: Factor, gramOneNorm: Double, reciprocalCondition: Double
  ) {
    self.kernel = kernel
    self.inputs = inputs
    self.ridge = ridge
    self.precision = precision
    self.factor = factor
    self.gramOneNorm = gramOneNorm
    self.reciprocalCondition = reciprocalCondition
  }

  /// Takes a finished factorisation.
  ///
  /// - Parameters:
  ///   - factorization: complete.
  ///   - precision: the one it was made with.
  public init(_ factorization: KernelFactorization<K>, precision: KernelPrecision) {
    precondition(factorization.isComplete, "a finished factorisation")
    self.init(
      kernel: factorization.kernel, inputs: factorization.inputs, ridge: factorization.ridge,
      precision: precision, factor: .panels(factorization), gramOneNorm: factorization.oneNorm,
      reciprocalCondition: factorization.reciprocalConditionEstimate())
  }

  /// The fit to some targets.
  ///
  /// The residual is measured with kernel values made anew in `Double`, whatever the precision of
  /// the factor. With ``KernelPrecision/mixed`` it is solved for and subtracted while that gains a
  /// digit, then by conjugate gradients with the factor as their preconditioner and products in
  /// `Double`, until it is at most `tolerance` of the targets, or no longer halved: they go on where
  /// the factor's rounding exceeds the least eigenvalues.
  ///
  /// - Parameters:
  ///   - targets: Y, n × k, finite; columns share the factorisation.
  ///   - tolerance: ‖Y - (K + λI)α‖ / ‖Y‖ to refine to, with Frobenius norms.
  ///   - maximalRefinements: steps before giving up, each a product and a solve.
  ///   - progress: called after each step with the relative residual, which conjugate gradients
  ///     carry along.
  /// - Returns: the fit with its evidence.
  /// - Throws: ``KernelError/rowsDisagree(samples:targets:)``, ``KernelError/linearAlgebra(_:)`` for
  ///   an entry that is no number.
  /// - Complexity: O(n² k) for a solve and O(n² (d + k)) for each residual or product.
  public func fit(
    _ targets: Matrix<Double>, tolerance: Double = 1e-10, maximalRefinements: Int = 50,
    progress: (Double) -> Void = { _ in }
  ) throws(KernelError) -> KernelFit<K> {
    try checkKernelTargets(targets, samples: samples)
    let refined = RefinedSolution(
      targets, tolerance: tolerance,
      maximalSteps: precision == .mixed ? maximalRefinements : 0, solve: solve,
      product: { kernel.gramProduct(inputs, $0, ridge: ridge) },
      measure: { kernel.residual(of: $0, inputs, ridge: ridge, targets: targets) },
      progress: progress)
    return fit(targets, refined)
  }

  private func fit(_ targets: Matrix<Double>, _ refined: RefinedSolution) -> KernelFit<K> {
    let (alpha, residual) = (refined.solution, refined.residual)
    // K α = Y - R - λα.
    var values = targets - residual
    if ridge > 0 { values.add(alpha, scaledBy: -ridge) }
    let n = samples.rows
    // A solve that is not refined is as exact as its factor.
    let unit = precision == .single ? Double(Float.roundingUnit) : Double.roundingUnit
    let denominator = gramOneNorm * alpha.oneNorm * Double(n) * unit
    let norm = residual.oneNorm
    return KernelFit(
      kernel: kernel, samples: samples, dualCoefficients: alpha, fittedValues: values,
      evidence: SolveEvidence(
        maxAbsoluteResidual: residual.largestAbsoluteEntry,
        testRatio: norm == 0 ? 0 : norm / denominator, reciprocalCondition: reciprocalCondition,
        rank: n),
      relativeResiduals: refined.relativeResiduals, refinements: refined.steps,
      rkhsNorms: rkhsNorms(alpha, fittedValues: values))
  }

  /// What each sample's target misses by when the others alone are fitted: α_i / ((K + λI)⁻¹)_ii.
  ///
  /// Source: Rasmussen and Williams, *Gaussian Processes for Machine Learning*, equation 5.12.
  ///
  /// - Parameters:
  ///   - fit: a fit of this regression.
  ///   - progress: called with the share that is done.
  /// - Returns: n × k differences of target and prediction. Where the factor is in `Float` they have
  ///   its precision.
  /// - Complexity: O(n³ / 3), as much as the factorisation.
  public func leaveOneOutResiduals(
    of fit: KernelFit<K>, progress: (Double) -> Void = { _ in }
  ) -> Matrix<Double> {
    let diagonal: [Double] =
      switch factor {
      case .panels(let factorization): factorization.inverseDiagonal(progress: progress)
      case .whole: inverseDiagonalBySolves()
      }
    let alpha = fit.dualCoefficients
    return Matrix(rows: alpha.rows, columns: alpha.columns) { i, j in alpha[i, j] / diagonal[i] }
  }

  /// The same by n solves, which every factor can do.
  private func inverseDiagonalBySolves() -> [Double] {
    let n = samples.rows
    return stride(from: 0, to: n, by: KernelBlocks.residualWidth).flatMap { first in
      let count = min(KernelBlocks.residualWidth, n - first)
      let unit = Matrix<Double>(rows: n, columns: count) { $0 == first + $1 ? 1 : 0 }
      let inverse = solve(unit)
      return (0..<count).map { inverse[first + $0, $0] }
    }
  }

  private func solve(_ targets: Matrix<Double>) -> Matrix<Double> {
    switch factor {
    case .panels(let factorization): factorization.solve(targets)
    case .whole(let whole): whole.solve(targets)
    }
  }
}

extension KernelPrecision {
  /// The distance from 1 to the next number of the factor.
  var unit: Double { self == .double ? Double.ulpOfOne : Double(Float.ulpOfOne) }
}
