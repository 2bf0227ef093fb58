import LinearAlgebra

/// An iteration in `Float` that solves (K + λI) α = R from α = 0.
protocol ResidualIteration {
  /// α so far.
  var solution: Matrix<Double> { get }
  /// ‖R - (K + λI)α‖, as the iteration has it on its way.
  var residualNorm: Double { get }
  /// One product with K; returns whether anything was gained.
  mutating func advance() -> Bool
}

/// Runs an iteration until it may end, and begins it anew with what is left of the targets.
///
/// Where rounding in `Float` ends the progress, the residual is measured in `Double`, with K made
/// anew, and becomes the next iteration's right-hand side.
///
/// - Parameters:
///   - kernel: k.
///   - samples: X, n × d, checked.
///   - single: X in `Float`.
///   - targets: Y, n × k, checked.
///   - ridge: λ, checked.
///   - tolerance: ‖Y - (K + λI)α‖ / ‖Y‖ to reach.
///   - limit: the most products with K, at least 1.
///   - preconditionerRank: for the record.
///   - validation: labelled inputs to stop by.
///   - progress: called after each product.
///   - iteration: begins an iteration for a right-hand side, after so many products.
/// - Returns: the fit with its residual in `Double`.
func refinedFit<K: Kernel, Iteration: ResidualIteration>(
  _ kernel: K, samples: Matrix<Double>, single: Matrix<Float>, targets: Matrix<Double>,
  ridge: Double, tolerance: Double, limit: Int, preconditionerRank: Int,
  validation: KernelValidation?, progress: (KernelIteration) -> Void,
  iteration: (_ rest: Matrix<Double>, _ done: Int) -> Iteration
) -> IterativeKernelFit<K> {
  let inputs = KernelInputs(samples)
  func residual(of alpha: Matrix<Double>) -> Matrix<Double> {
    var residual = targets - kernel.gramProduct(inputs, alpha)
    if ridge > 0 { residual.add(alpha, scaledBy: -ridge) }
    return residual
  }
  var watch = IterationWatch(kernel, samples: single, validation: validation, limit: limit)
  let scale = targets.frobeniusNorm
  var alpha = Matrix<Double>(rows: samples.rows, columns: targets.columns)
  var rest = targets
  var stop = IterativeStop.tolerance
  while rest.frobeniusNorm > tolerance * scale {
    let before = rest.frobeniusNorm
    var current = iteration(rest, watch.history.count)
    // Below this Float has no more to say.
    let goal = max(tolerance * scale, 1e-5 * before)
    var ended: IterativeStop?
    while ended == nil && current.residualNorm > goal {
      let isStuck = !current.advance()
      ended = watch.ended(
        after: current.residualNorm / scale, alpha: { alpha + current.solution })
      watch.history.last.map(progress)
      if ended == nil && isStuck { ended = .stagnation }
    }
    let next = alpha + current.solution
    let nextRest = residual(of: next)
    if let ended, ended != .stagnation {
      // What was asked for is returned, were its residual larger than the one before.
      (alpha, rest, stop) = (next, nextRest, ended)
      break
    }
    // Written so that NaN ends it too.
    guard nextRest.frobeniusNorm < before else {
      stop = .stagnation
      break
    }
    (alpha, rest) = (next, nextRest)
    if ended == .stagnation && rest.frobeniusNorm > before / 2 {
      stop = .stagnation
      break
    }
  }
  var values = targets - rest
  if ridge > 0 { values.add(alpha, scaledBy: -ridge) }
  return IterativeKernelFit(
    function: KernelExpansion(kernel: kernel, samples: samples, dualCoefficients: alpha),
    fittedValues: values, history: watch.history, stop: stop,
    iterations: watch.history.count, preconditionerRank: preconditionerRank,
    relativeResidual: scale == 0 ? 0 : rest.frobeniusNorm / scale,
    maxAbsoluteResidual: rest.largestAbsoluteEntry,
    rkhsNorms: rkhsNorms(alpha, fittedValues: values))
}

/// Records iterations and says when they have gone on for long enough.
private struct IterationWatch<K: Kernel> {
  private(set) var history: [KernelIteration] = []
  private let kernel: K
  private let samples: Matrix<Float>
  private let validation: KernelValidation?
  private let inputs: Matrix<Float>?
  private let limit: Int
  private var best = Double.infinity
  private var worse = 0

  init(
    _ kernel: K, samples: Matrix<Float>, validation: KernelValidation?, limit: Int
  ) {
    self.kernel = kernel
    self.samples = samples
    self.validation = validation
    inputs = validation?.inputs.converted(to: Float.self)
    self.limit = limit
  }

  mutating func ended(
    after relativeResidual: Double, alpha: () -> Matrix<Double>
  ) -> IterativeStop? {
    var iteration = KernelIteration(
      iteration: history.count + 1, relativeResidual: relativeResidual, validationError: nil)
    var stop: IterativeStop?
    if let validation, let inputs, iteration.iteration % validation.interval == 0 {
      let answers = expand(kernel, samples, alpha().converted(to: Float.self), at: inputs)
        .largestColumnOfRows()
      let wrong = zip(answers, validation.labels).count { $0 != $1 }
      let error = Double(wrong) / Double(max(1, validation.labels.count))
      iteration.validationError = error
      worse = error < best ? 0 : worse + 1
      best = min(best, error)
      if worse >= validation.patience { stop = .validation }
    }
    history.append(iteration)
    return stop ?? (history.count >= limit ? .iterationLimit : nil)
  }
}
