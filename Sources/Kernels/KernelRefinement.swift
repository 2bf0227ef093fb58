import LinearAlgebra
private import RandomStreams

/// An iteration in `Float` that solves (K + λI) α = R from α = 0.
protocol ResidualIteration {
  /// α so far.
  var solution: Matrix<Double> { get }
  /// R - (K + λI)α, as the iteration has it on its way; nil where it has only its norm.
  var residual: Matrix<Double>? { get }
  /// ‖R - (K + λI)α‖, as the iteration has it on its way.
  var residualNorm: Double { get }
  /// One product with K; returns whether anything was gained.
  mutating func advance() -> Bool
}

/// Runs an iteration until it may end, and begins it anew with what is left of the targets.
///
/// Where rounding in `Float` ends the progress, the residual is measured in `Double`, with K made
/// anew, and becomes the next iteration's right-hand side. A check of less than all rows replaces
/// the last of these measurements alone: where its rows show more than twice the tolerance, which
/// chance does not explain, all are measured.
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
///   - check: how much of the residual is measured at the end.
///   - seed: names the draw of its rows.
///   - validation: inputs to stop by.
///   - progress: called after each product.
///   - iteration: begins an iteration for a right-hand side, after so many products.
/// - Returns: the fit with its residual.
func refinedFit<K: Kernel, Iteration: ResidualIteration>(
  _ kernel: K, samples: Matrix<Double>, single: Matrix<Float>, targets: Matrix<Double>,
  ridge: Double, tolerance: Double, limit: Int, preconditionerRank: Int,
  check: ResidualCheck = .full, seed: UInt64 = 0, validation: KernelValidation?,
  progress: (KernelIteration) -> Void,
  iteration: (_ rest: Matrix<Double>, _ done: Int) -> Iteration
) -> IterativeKernelFit<K> {
  let inputs = KernelInputs(samples)
  var watch = IterationWatch(kernel, samples: single, validation: validation, limit: limit)
  let scale = targets.frobeniusNorm
  let check = check == .sample && samples.rows <= ResidualCheck.sampleRows ? .full : check
  var alpha = Matrix<Double>(rows: samples.rows, columns: targets.columns)
  var rest = targets
  var stop = IterativeStop.tolerance
  var measured: MeasuredResidual?
  while rest.frobeniusNorm > tolerance * scale {
    let before = rest.frobeniusNorm
    var current = iteration(rest, watch.history.count)
    // Below this Float has no more to say.
    let goal = max(tolerance * scale, 1e-5 * before)
    var ended: IterativeStop?
    while ended == nil && current.residualNorm > goal {
      let isStuck = !current.advance()
      ended = watch.ended(
        after: current.residualNorm / scale,
        state: { (alpha + current.solution, current.residual) })
      watch.history.last.map(progress)
      if ended == nil && isStuck { ended = .stagnation }
    }
    var (next, own) = (alpha + current.solution, current.residual)
    if ended == .validation, let best = watch.best { (next, own) = best }
    if check != .full, ended != .stagnation, let own,
      ended != nil || own.frobeniusNorm <= tolerance * scale
    {
      let found =
        check == .sample
        ? MeasuredResidual(
          kernel, samples, next, targets: targets, ridge: ridge, seed: seed)
        : MeasuredResidual(own, rows: 0)
      if ended != nil || found.norm <= 2 * tolerance * scale {
        (alpha, rest, stop, measured) = (next, own, ended ?? .tolerance, found)
        break
      }
    }
    let nextRest = kernel.residual(of: next, inputs, ridge: ridge, targets: targets)
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
  let evidence = measured ?? MeasuredResidual(rest, rows: samples.rows)
  return IterativeKernelFit(
    function: KernelExpansion(kernel: kernel, samples: samples, dualCoefficients: alpha),
    fittedValues: values, history: watch.history, stop: stop,
    iterations: watch.history.count, preconditionerRank: preconditionerRank,
    relativeResidual: scale == 0 ? 0 : evidence.norm / scale,
    maxAbsoluteResidual: evidence.largest, residualRows: evidence.rows,
    rkhsNorms: rkhsNorms(alpha, fittedValues: values))
}

/// What is known of Y - (K + λI)α.
private struct MeasuredResidual {
  /// Its Frobenius norm, estimated from the rows that were measured.
  let norm: Double
  /// The largest absolute entry of those rows.
  let largest: Double
  /// How many rows were measured in `Double`.
  let rows: Int

  init(_ residual: Matrix<Double>, rows: Int) {
    norm = residual.frobeniusNorm
    largest = residual.largestAbsoluteEntry
    self.rows = rows
  }

  /// Measures random rows, with their kernel values made anew in `Double`.
  init<K: Kernel>(
    _ kernel: K, _ samples: Matrix<Double>, _ alpha: Matrix<Double>, targets: Matrix<Double>,
    ridge: Double, seed: UInt64
  ) {
    var stream = RandomStream(seed: seed, purpose: "rows of a residual")
    let n = samples.rows
    let chosen = stream.permutation(of: n).prefix(ResidualCheck.sampleRows).sorted()
    var part = targets.rows(chosen) - expand(kernel, samples, alpha, at: samples.rows(chosen))
    if ridge > 0 { part.add(alpha.rows(chosen), scaledBy: -ridge) }
    rows = chosen.count
    norm = part.frobeniusNorm * (Double(n) / Double(chosen.count)).squareRoot()
    largest = part.largestAbsoluteEntry
  }
}

/// Records iterations and says when they have gone on for long enough.
private struct IterationWatch<K: Kernel> {
  typealias State = (alpha: Matrix<Double>, residual: Matrix<Double>?)

  private(set) var history: [KernelIteration] = []
  /// The state with the least loss on the validation sample.
  private(set) var best: State?
  private let kernel: K
  private let samples: Matrix<Float>
  private let validation: KernelValidation?
  private let inputs: Matrix<Float>?
  /// k(x_i, z_j) of all samples and the inputs, where it is kept.
  private let values: Matrix<Float>?
  private let limit: Int
  private var leastLoss = Double.infinity
  private var mark = Double.infinity
  private var worse = 0

  init(
    _ kernel: K, samples: Matrix<Float>, validation: KernelValidation?, limit: Int
  ) {
    self.kernel = kernel
    self.samples = samples
    self.validation = validation
    let inputs = validation?.inputs.converted(to: Float.self)
    self.inputs = inputs
    values =
      validation?.keepsKernelValues == true
      ? inputs.map { kernel.crossMatrix(samples, $0) } : nil
    self.limit = limit
  }

  mutating func ended(
    after relativeResidual: Double, state: () -> State
  ) -> IterativeStop? {
    var iteration = KernelIteration(
      iteration: history.count + 1, relativeResidual: relativeResidual)
    var stop: IterativeStop?
    if let validation, iteration.iteration % validation.interval == 0 {
      let state = state()
      let answers = self.answers(of: state.alpha.converted(to: Float.self))
      iteration.validationError = validation.errorRate(of: answers)
      let loss = validation.meanSquaredError(of: answers)
      iteration.validationLoss = loss
      if loss < leastLoss { (leastLoss, best) = (loss, state) }
      // Less than a thousandth is no improvement to wait for.
      let isGain = loss < 0.999 * mark
      worse = isGain ? 0 : worse + 1
      if isGain { mark = loss }
      if worse >= validation.patience { stop = .validation }
    }
    history.append(iteration)
    return stop ?? (history.count >= limit ? .iterationLimit : nil)
  }

  private func answers(of alpha: Matrix<Float>) -> Matrix<Float> {
    if let values { return values.times(alpha, transposingSelf: true) }
    return inputs.map { expand(kernel, samples, alpha, at: $0) }
      ?? Matrix(rows: 0, columns: alpha.columns)
  }
}
