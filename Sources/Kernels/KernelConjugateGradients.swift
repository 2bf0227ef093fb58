public import LinearAlgebra

/// How an iterative kernel regression is set up.
public struct IterativeKernelConfiguration: Sendable, Codable, Equatable {
  /// The rank r of the preconditioner.
  public var preconditionerRank: Int
  /// Whether the Gram matrix is kept, half a square in `Float`; else it is made anew each time.
  public var keepsGramMatrix: Bool
  /// ‖Y - (K + λI)α‖ / ‖Y‖ to reach.
  public var tolerance: Double
  /// The most products with K.
  public var maximalIterations: Int
  /// How much of the residual is measured at the end.
  public var residualCheck: ResidualCheck
  /// Names the draws of the preconditioner, and of the rows of the residual.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - preconditionerRank: r, at least 0; without a preconditioner 0.
  ///   - keepsGramMatrix: whether the Gram matrix is kept.
  ///   - tolerance: the relative residual to reach, from 0 to below 1.
  ///   - maximalIterations: the most products with K, at least 1.
  ///   - residualCheck: how much of the residual is measured at the end.
  ///   - seed: names the draws of the preconditioner, and of the rows of the residual.
  public init(
    preconditionerRank: Int = 2000, keepsGramMatrix: Bool = true, tolerance: Double = 1e-4,
    maximalIterations: Int = 500, residualCheck: ResidualCheck = .full, seed: UInt64 = 0
  ) {
    precondition(preconditionerRank >= 0 && maximalIterations >= 1, "iterations to run")
    precondition(tolerance >= 0 && tolerance < 1, "a tolerance from 0 to below 1")
    self.preconditionerRank = preconditionerRank
    self.keepsGramMatrix = keepsGramMatrix
    self.tolerance = tolerance
    self.maximalIterations = maximalIterations
    self.residualCheck = residualCheck
    self.seed = seed
  }

  /// The bytes that a regression of this size needs at its peak, the data in `Double` besides.
  ///
  /// - Parameters:
  ///   - n: the sample size.
  ///   - d: the input dimension.
  ///   - k: the number of targets.
  ///   - m: the inputs of a validation sample.
  /// - Returns: samples, preconditioner, perhaps half a square, and blocks.
  public func plannedBytes(
    samples n: Int, dimension d: Int, targets k: Int, validation m: Int = 0
  ) -> Int {
    let rank = min(preconditionerRank, n)
    // X and F in `Float`, and the vectors of a step.
    let always = 4 * n * (d + rank) + 8 * n * 8 * k + 8 * rank * rank
    // While F is made: its small system and rows of it, and columns of K on their way to F.
    let making =
      8 * rank * rank + 4 * rank * rank + 4 * min(n, KernelBlocks.factorRows) * rank
      + 4 * n * 4 * min(rank, 256)
    let gram = keepsGramMatrix ? PanelCholesky<Float>.plannedBytes(size: n) : 0
    let values = keepsGramMatrix ? 4 * n * m : 4 * n * min(m, KernelBlocks.predictionRows)
    let residual =
      residualCheck == .none ? 0 : 8 * n * min(n, max(KernelBlocks.residualWidth, 1024))
    let block = 4 * n * min(n, KernelBlocks.panelWidth)
    return always + max(making, gram + max(values + block, residual))
  }
}

/// Kernel regression by preconditioned conjugate gradients, for samples whose Gram matrix is not to
/// be factored.
///
/// (K + λI) α = Y with the preconditioner (F Fᵀ + μI)⁻¹, F from ``RandomlyPivotedCholesky``.
/// Products with K are in `Float`; where their rounding ends the progress, the residual is measured
/// in `Double` and the iteration begins anew with it. All targets share each product and each
/// direction.
///
/// - Parameters:
///   - kernel: k.
///   - samples: X, n × d with n ≥ 1, finite, one row a sample.
///   - targets: Y, n × k, finite.
///   - ridge: λ, finite and 0 or larger.
///   - configuration: preconditioner, memory, and when to stop.
///   - validation: inputs that are no samples, to stop by; nil to stop by the residual.
///   - progress: called with each iteration; the first may take long.
/// - Returns: the fit with its residual, measured as the configuration says.
/// - Throws: ``KernelError/noSamples``, ``KernelError/rowsDisagree(samples:targets:)``,
///   ``KernelError/ridgeOutOfRange(_:)``, ``KernelError/linearAlgebra(_:)`` for an entry that is no
///   number.
/// - Complexity: O(n r (d + r)) before, O(n² k) an iteration where K is kept, O(n² (d + k)) where not.
public func iterativeKernelFit<K: Kernel>(
  _ kernel: K, samples: Matrix<Double>, targets: Matrix<Double>, ridge: Double = 0,
  configuration: IterativeKernelConfiguration = IterativeKernelConfiguration(),
  validation: KernelValidation? = nil, progress: (KernelIteration) -> Void = { _ in }
) throws(KernelError) -> IterativeKernelFit<K> {
  try checkKernelProblem(samples, ridge: ridge)
  try checkKernelTargets(targets, samples: samples)
  let single = samples.converted(to: Float.self)
  let (preconditioner, rank) = try lowRankPreconditioner(
    kernel, single, ridge: ridge, configuration)
  let gram = GramOperator(
    kernel, samples: single, ridge: ridge, keepsPanels: configuration.keepsGramMatrix)

  return refinedFit(
    kernel, samples: samples, single: single, targets: targets, ridge: ridge,
    tolerance: configuration.tolerance, limit: configuration.maximalIterations,
    preconditionerRank: rank, check: configuration.residualCheck, seed: configuration.seed,
    validation: validation, progress: progress
  ) { rest, _ in
    BlockConjugateGradients(
      rest, product: gram.times, preconditioner: preconditioner.callAsFunction)
  }
}

private func lowRankPreconditioner<K: Kernel>(
  _ kernel: K, _ samples: Matrix<Float>, ridge: Double,
  _ configuration: IterativeKernelConfiguration
) throws(KernelError) -> (preconditioner: LowRankPreconditioner, rank: Int) {
  let factor = RandomlyPivotedCholesky(
    kernel, samples: samples, rank: configuration.preconditionerRank, seed: configuration.seed)
  return try solvingKernel { () throws(LinearAlgebraError) in
    (try LowRankPreconditioner(factor, ridge: ridge), factor.rank)
  }
}
