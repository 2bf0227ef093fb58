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
  try checkKernelTargets(targets, samples: samples)
  let single = samples.converted(to: Float.self)
  let factor = RandomlyPivotedCholesky(
    kernel, samples: single, rank: configuration.preconditionerRank, seed: configuration.seed)
  let preconditioner = try solvingKernel { () throws(LinearAlgebraError) in
    try LowRankPreconditioner(factor, ridge: ridge)
  }
  let gram = GramOperator(
    kernel, samples: single, ridge: ridge, keepsPanels: configuration.keepsGramMatrix)

  return refinedFit(
    kernel, samples: samples, single: single, targets: targets, ridge: ridge,
    tolerance: configuration.tolerance, limit: configuration.maximalIterations,
    preconditionerRank: factor.rank, validation: validation, progress: progress
  ) { rest, _ in
    ConjugateGradients(gram, preconditioner, residual: rest)
  }
}

/// Preconditioned conjugate gradients for several right-hand sides that share their products.
private struct ConjugateGradients<K: Kernel>: ResidualIteration {
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

private func columnProducts(_ a: Matrix<Double>, _ b: Matrix<Double>) -> [Double] {
  (0..<a.columns).map { innerProduct(a.column($0), b.column($0)) }
}
