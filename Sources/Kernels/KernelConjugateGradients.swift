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
  /// Names the draws of the preconditioner.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - preconditionerRank: r, at least 0; without a preconditioner 0.
  ///   - keepsGramMatrix: whether the Gram matrix is kept.
  ///   - tolerance: the relative residual to reach, from 0 to below 1.
  ///   - maximalIterations: the most products with K, at least 1.
  ///   - seed: names the draws of the preconditioner.
  public init(
    preconditionerRank: Int = 2000, keepsGramMatrix: Bool = true, tolerance: Double = 1e-4,
    maximalIterations: Int = 500, seed: UInt64 = 0
  ) {
    precondition(preconditionerRank >= 0 && maximalIterations >= 1, "iterations to run")
    precondition(tolerance >= 0 && tolerance < 1, "a tolerance from 0 to below 1")
    self.preconditionerRank = preconditionerRank
    self.keepsGramMatrix = keepsGramMatrix
    self.tolerance = tolerance
    self.maximalIterations = maximalIterations
    self.seed = seed
  }

  /// The bytes that a regression of this size needs at its peak, the data in `Double` besides.
  ///
  /// - Parameters:
  ///   - n: the sample size.
  ///   - d: the input dimension.
  ///   - k: the number of targets.
  /// - Returns: samples, preconditioner, perhaps half a square, and blocks.
  public func plannedBytes(samples n: Int, dimension d: Int, targets k: Int) -> Int {
    let rank = min(preconditionerRank, n)
    let gram =
      keepsGramMatrix ? PanelCholesky<Float>.plannedBytes(size: n) : n * KernelBlocks.panelWidth * 4
    // Products with the preconditioner in `Double` take a pair of its blocks.
    return gram + 4 * n * (d + rank + 8 * k) + 8 * rank * rank * 2 + 8 * n * 512
  }
}

/// Why an iteration ended.
public enum IterativeStop: String, Sendable, Codable, Equatable {
  /// The residual is small enough.
  case tolerance
  /// Errors on the validation sample fall no more.
  case validation
  /// As many products with K as allowed.
  case iterationLimit
  /// Rounding in `Float` keeps the residual from falling.
  case stagnation
}

/// What an iterative kernel regression had reached.
public struct KernelIteration: Sendable, Codable, Equatable {
  /// Products with K so far.
  public var iteration: Int
  /// ‖Y - (K + λI)α‖ / ‖Y‖, as the recurrence of the iteration has it.
  public var relativeResidual: Double
  /// The share of wrong answers on the validation sample, where it was measured.
  public var validationError: Double?
}

/// A kernel regression that an iteration found, with what shows how near it came.
///
/// The exact coefficients are within ‖R‖ / λ_min of these, R the residual and λ_min the least
/// eigenvalue of K + λI, and the exact function within ‖R‖ / √λ_min in the RKHS norm.
public struct IterativeKernelFit<K: Kernel>: Sendable {
  /// The function that was found.
  public let function: KernelExpansion<K>
  /// The values K α of the function at its samples, n × k.
  public let fittedValues: Matrix<Double>
  /// What each iteration had reached.
  public let history: [KernelIteration]
  /// Why it ended.
  public let stop: IterativeStop
  /// Products with K taken.
  public let iterations: Int
  /// The rank of the preconditioner.
  public let preconditionerRank: Int
  /// ‖Y - (K + λI)α‖ / ‖Y‖, measured in `Double` with kernel values made anew.
  public let relativeResidual: Double
  /// The largest absolute entry of that residual.
  public let maxAbsoluteResidual: Double
  /// √(αᵀKα) of each target.
  public let rkhsNorms: [Double]

  /// √tr(αᵀKα), over all targets.
  public var rkhsNorm: Double { euclideanNorm(rkhsNorms) }
}

/// Labelled inputs whose errors say when to stop.
public struct KernelValidation: Sendable {
  /// The inputs, m × d.
  public var inputs: Matrix<Double>
  /// The class of each; a target a class.
  public var labels: [Int]
  /// Products with K between two measurements, at least 1.
  public var interval: Int
  /// Measurements without improvement that end the iteration, at least 1.
  public var patience: Int

  /// Creates a validation sample.
  public init(inputs: Matrix<Double>, labels: [Int], interval: Int = 5, patience: Int = 3) {
    precondition(inputs.rows == labels.count && interval >= 1 && patience >= 1, "labelled inputs")
    self.inputs = inputs
    self.labels = labels
    self.interval = interval
    self.patience = patience
  }
}

/// Kernel regression by preconditioned conjugate gradients, for samples whose Gram matrix is not to
/// be factored.
///
/// (K + λI) α = Y with the preconditioner (F Fᵀ + μI)⁻¹, F from ``RandomlyPivotedCholesky``.
/// Products with K are in `Float`; where their rounding ends the progress, the residual is measured
/// in `Double` and the iteration begins anew with it. All targets share each product.
///
/// - Parameters:
///   - kernel: k.
///   - samples: X, n × d with n ≥ 1, finite, one row a sample.
///   - targets: Y, n × k, finite.
///   - ridge: λ, finite and 0 or larger.
///   - configuration: preconditioner, memory, and when to stop.
///   - validation: labelled inputs that are no samples, to stop by; nil to stop by the residual.
///   - progress: called with each iteration; the first may take long.
/// - Returns: the fit with its residual in `Double`.
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
  if targets.rows != samples.rows {
    throw .rowsDisagree(samples: samples.rows, targets: targets.rows)
  }
  try solvingKernel { () throws(LinearAlgebraError) in
    try targets.checkFinite(as: "the targets")
  }
  let single = samples.converted(to: Float.self)
  let factor = RandomlyPivotedCholesky(
    kernel, samples: single, rank: configuration.preconditionerRank, seed: configuration.seed)
  let preconditioner = try solvingKernel { () throws(LinearAlgebraError) in
    try LowRankPreconditioner(factor, ridge: ridge)
  }
  let gram = GramOperator(
    kernel, samples: single, ridge: ridge, keepsPanels: configuration.keepsGramMatrix)

  let squaredNorms = samples.squaredRowNorms()
  func residual(of alpha: Matrix<Double>) -> Matrix<Double> {
    var residual = targets - kernel.gramProduct(samples, squaredNorms: squaredNorms, alpha)
    if ridge > 0 { residual.add(alpha, scaledBy: -ridge) }
    return residual
  }
  var watch = IterationWatch(
    kernel, samples: single, validation: validation, limit: configuration.maximalIterations)
  let scale = targets.frobeniusNorm
  var alpha = Matrix<Double>(rows: samples.rows, columns: targets.columns)
  var rest = targets
  var stop = IterativeStop.tolerance
  while rest.frobeniusNorm > configuration.tolerance * scale {
    let before = rest.frobeniusNorm
    var gradients = ConjugateGradients(gram, preconditioner, residual: rest)
    // Below this Float has no more to say.
    let goal = max(configuration.tolerance * scale, 1e-5 * before)
    var ended: IterativeStop?
    while ended == nil && gradients.residualNorm > goal {
      let isStuck = !gradients.advance()
      ended = watch.ended(
        after: gradients.residualNorm / scale, alpha: { alpha + gradients.solution })
      watch.history.last.map(progress)
      if ended == nil && isStuck { ended = .stagnation }
    }
    let next = alpha + gradients.solution
    let nextRest = residual(of: next)
    guard nextRest.frobeniusNorm < before else {
      stop = .stagnation
      break
    }
    (alpha, rest) = (next, nextRest)
    if let ended, ended != .stagnation || rest.frobeniusNorm > before / 2 {
      stop = ended
      break
    }
  }
  var values = targets - rest
  if ridge > 0 { values.add(alpha, scaledBy: -ridge) }
  return IterativeKernelFit(
    function: KernelExpansion(kernel: kernel, samples: samples, dualCoefficients: alpha),
    fittedValues: values, history: watch.history, stop: stop,
    iterations: watch.history.count, preconditionerRank: factor.rank,
    relativeResidual: scale == 0 ? 0 : rest.frobeniusNorm / scale,
    maxAbsoluteResidual: rest.largestAbsoluteEntry,
    rkhsNorms: (0..<alpha.columns).map { j in
      max(0, innerProduct(alpha.column(j), values.column(j))).squareRoot()
    })
}

/// Preconditioned conjugate gradients for several right-hand sides that share their products.
private struct ConjugateGradients<K: Kernel> {
  private let gram: GramOperator<K>
  private let preconditioner: LowRankPreconditioner
  private(set) var solution: Matrix<Double>
  private var residual: Matrix<Double>
  private var direction: Matrix<Float>
  private var preconditioned: Matrix<Float>
  private var products: [Double]

  init(
    _ gram: GramOperator<K>, _ preconditioner: LowRankPreconditioner, residual: Matrix<Double>
  ) {
    self.gram = gram
    self.preconditioner = preconditioner
    self.residual = residual
    solution = Matrix(rows: residual.rows, columns: residual.columns)
    preconditioned = preconditioner(residual.converted(to: Float.self))
    direction = preconditioned
    products = columnProducts(residual, preconditioned.converted(to: Double.self))
  }

  var residualNorm: Double { residual.frobeniusNorm }

  /// One step of each column; returns whether any column moved.
  mutating func advance() -> Bool {
    let image = gram.times(direction).converted(to: Double.self)
    let wide = direction.converted(to: Double.self)
    let curvatures = columnProducts(wide, image)
    // A column at its solution, or one whose curvature rounding has eaten, stays.
    let steps = zip(products, curvatures).map { $1 > 0 && $0 > 0 ? $0 / $1 : 0 }
    let old = residual
    for j in 0..<residual.columns where steps[j] != 0 {
      for i in 0..<residual.rows {
        solution[i, j] += steps[j] * wide[i, j]
        residual[i, j] -= steps[j] * image[i, j]
      }
    }
    preconditioned = preconditioner(residual.converted(to: Float.self))
    let next = preconditioned.converted(to: Double.self)
    let nextProducts = columnProducts(residual, next)
    // Polak and Ribière's form, which forgives a preconditioner that rounding makes uneven.
    let turns = zip(zip(nextProducts, columnProducts(old, next)), products).map {
      $1 > 0 ? max(0, ($0.0 - $0.1) / $1) : 0
    }
    direction = Matrix(rows: direction.rows, columns: direction.columns) { i, j in
      Float(next[i, j] + turns[j] * wide[i, j])
    }
    products = nextProducts
    return steps.contains { $0 != 0 }
  }
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

private func columnProducts(_ a: Matrix<Double>, _ b: Matrix<Double>) -> [Double] {
  (0..<a.columns).map { innerProduct(a.column($0), b.column($0)) }
}

/// Σ a_i b_i.
func innerProduct(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}
