public import LinearAlgebra

/// Why an iteration for one target ended.
public enum IterationStop: String, Sendable, Hashable, Codable {
  /// Xᵀy = 0 exactly: the solution of least norm is 0.
  case zeroSolution
  /// ‖r‖ ≤ τ (‖y‖ + ‖X‖ ‖w‖): the target is met as nearly as rounding lets one tell.
  case residual
  /// ‖Xᵀr‖ ≤ τ ‖X‖ ‖r‖: the residual is as orthogonal to the features as rounding lets one tell.
  case gradient
  /// The condition met so far reached its limit: later steps would fit noise.
  case conditionLimit
  /// As many iterations as allowed; the fit is unfinished.
  case iterationLimit
}

/// What shows how an iteration for one target ended.
///
/// Norms are Frobenius norms.
public struct IterationEvidence: Sendable, Codable, Equatable {
  /// Why it ended.
  public var stop: IterationStop
  /// How many iterations it took, one pass over the samples each.
  public var iterations: Int
  /// ‖y - X w‖, measured by a pass of its own after the last iteration.
  public var residualNorm: Double
  /// ‖Xᵀ(y - X w)‖, measured likewise.
  ///
  /// For w in the span of the samples ‖w - X⁺y‖ is at most this over σᵣ².
  public var gradientNorm: Double
  /// ‖X‖ times the norm of the inverse on the subspace searched, from below the condition of X.
  public var conditionEstimate: Double
}

/// A linear map fitted to samples that were read block after block.
public struct StreamedLinearFit<Scalar: LinearAlgebraScalar>: Sendable {
  /// The weights W, d × k: one column a target.
  public let weights: Matrix<Scalar>
  /// How the iteration for each target ended.
  ///
  /// An iteration measures no rank.
  public let targets: [IterationEvidence]
  /// The largest absolute entry of Y - X W.
  public let maxAbsoluteResidual: Double
  /// ‖Xᵀ(Y - X W)‖₁ / (‖X‖₁ ‖Y‖₁ max(n, d) ε), LAPACK's ratio for least squares.
  ///
  /// An iteration that may stop at τ makes it at most about τ √d ‖X‖ / (‖X‖₁ ε) larger.
  public let testRatio: Double
  /// How often all samples were read.
  public let passes: Int

  /// The Frobenius norm of W.
  public var norm: Double { Double(weights.frobeniusNorm) }

  /// Whether each target was fitted before the limits.
  public var isConverged: Bool {
    targets.allSatisfy { $0.stop != .iterationLimit && $0.stop != .conditionLimit }
  }
}

/// When an iteration stops.
public struct IterationLimits: Sendable, Equatable {
  /// τ, the relative error taken for rounding, from 0 to below 1; nil for max(n, d) times the
  /// distance from 1 to the next number.
  public var relativeTolerance: Double?
  /// The largest condition that is trusted.
  public var condition: Double
  /// The largest number of iterations; nil for 10 min(n, d) + 20.
  public var iterations: Int?
  /// Whether each v is made orthogonal to those before it, which rounding else forgets.
  public var reorthogonalizes: Bool

  /// Creates limits.
  ///
  /// - Parameters:
  ///   - relativeTolerance: τ, from 0 to below 1; nil for max(n, d) times the distance from 1 to
  ///     the next number.
  ///   - condition: the largest condition that is trusted, above 1.
  ///   - iterations: the largest number of iterations, at least 0; nil for 10 min(n, d) + 20.
  ///   - reorthogonalizes: whether each v is made orthogonal to those before it. An ill-conditioned
  ///     X then takes about as many iterations as its rank, else many times that; costs memory for
  ///     d numbers an iteration and target.
  public init(
    relativeTolerance: Double? = nil, condition: Double = .infinity, iterations: Int? = nil,
    reorthogonalizes: Bool = false
  ) {
    precondition(condition > 1 && (iterations ?? 0) >= 0, "limits let an iteration run")
    self.relativeTolerance = relativeTolerance
    self.condition = condition
    self.iterations = iterations
    self.reorthogonalizes = reorthogonalizes
  }
}

/// The solution of least norm by conjugate gradients, from samples read block after block.
///
/// LSQR: Golub and Kahan's bidiagonalisation of X started from y, solved as it grows. From zero
/// every w lies in the span of the samples, so the iteration ends at X⁺y whatever the rank, in
/// exact arithmetic after as many steps as y meets different singular values. It never squares X,
/// so the residual is that of a backward stable method while the error of w obeys
/// ‖w - X⁺y‖ ≤ ‖Xᵀr‖ / σᵣ². All targets share each pass. Norms are plain sums of squares: entries
/// whose squares overflow or underflow must be rescaled first.
/// Source: Paige and Saunders, "LSQR: an algorithm for sparse linear equations and sparse least
/// squares", ACM Transactions on Mathematical Software 8 (1982), 43–71.
///
/// - Parameters:
///   - samples: X, n × d, and Y, n × k, in blocks; every pass must give the same rows.
///   - limits: when to stop.
/// - Returns: the fit, with the reason for each target's stop and norms measured afterwards.
/// - Throws: ``StreamedFitError``: a block that could not be read; sizes of 0, a block of another
///   shape, an entry that is no number (of the first pass), a tolerance out of range, and
///   ``LinearModelError/rankZero`` where every feature is 0.
/// - Complexity: O(n d k) an iteration with one pass over X; memory O((n + d) k) and one block;
///   with reorthogonalisation O(t d k) more of both work and memory in iteration t.
public func streamedMinimumNormFit<Scalar: LinearAlgebraScalar, Failure: Error>(
  _ samples: RowBlocks<Scalar, Failure>, limits: IterationLimits = IterationLimits()
) throws(StreamedFitError<Failure>) -> StreamedLinearFit<Scalar> {
  let (n, d, k) = (samples.rows, samples.columns, samples.targetCount)
  do throws(LinearModelError) {
    try checkSizes(rows: n, columns: d, targetCount: k)
    try checkFraction(limits.relativeTolerance, as: "the relative tolerance")
  } catch { throw .model(error) }

  var norms = SampleNorms<Scalar>(columns: d, targetCount: k)
  var left: [Matrix<Scalar>] = []
  var product = Matrix<Scalar>(rows: d, columns: k)
  try samples.forEachBlock(isFirstPass: true) { _, block in
    norms.add(block)
    left.append(block.targets)
    product.addProduct(of: block.features, block.targets, transposingFirst: true)
  }
  if norms.features == 0 { throw .model(.rankZero) }

  let tolerance = limits.relativeTolerance ?? Double(max(n, d)) * Double(Scalar.ulpOfOne)
  var iteration = LSQRIteration(
    firstProduct: product, targetNorms: norms.targets, featureNorm: norms.features,
    reorthogonalizes: limits.reorthogonalizes)
  let largestCount = limits.iterations ?? 10 * min(n, d) + 20
  var count = 0
  while iteration.isActive && count < largestCount {
    let scales = iteration.leftScales
    var product = Matrix<Scalar>(rows: d, columns: k)
    var squares = [Double](repeating: 0, count: k)
    try samples.forEachBlock { index, block in
      left[index].scaleColumns(by: scales)
      left[index].addProduct(of: block.features, iteration.right)
      product.addProduct(of: block.features, left[index], transposingFirst: true)
      for (j, square) in left[index].squaredColumnNorms().enumerated() { squares[j] += square }
    }
    iteration.step(
      product: product, leftNorms: squares.map { $0.squareRoot() }, tolerance: tolerance,
      conditionLimit: limits.condition)
    count += 1
  }
  return try measured(
    samples, iteration.weights, norms, passes: count + 2
  ) { iteration.evidence(of: $0, residualNorm: $1, gradientNorm: $2) }
}

/// Norms of X and Y, gathered block after block.
private struct SampleNorms<Scalar: LinearAlgebraScalar> {
  private var squaredFeatures = 0.0
  private var squaredTargets: [Double]
  private var featureSums: [Double]
  private var targetSums: [Double]

  init(columns: Int, targetCount: Int) {
    squaredTargets = [Double](repeating: 0, count: targetCount)
    featureSums = [Double](repeating: 0, count: columns)
    targetSums = [Double](repeating: 0, count: targetCount)
  }

  /// ‖X‖.
  var features: Double { squaredFeatures.squareRoot() }
  /// ‖y‖ of each target.
  var targets: [Double] { squaredTargets.map { $0.squareRoot() } }
  /// ‖X‖₁ ‖Y‖₁.
  var productOfOneNorms: Double { (featureSums.max() ?? 0) * (targetSums.max() ?? 0) }

  mutating func add(_ block: RowBlock<Scalar>) {
    squaredFeatures += block.features.squaredColumnNorms().reduce(0, +)
    for (j, square) in block.targets.squaredColumnNorms().enumerated() {
      squaredTargets[j] += square
    }
    for (j, sum) in block.features.absoluteColumnSums().enumerated() { featureSums[j] += sum }
    for (j, sum) in block.targets.absoluteColumnSums().enumerated() { targetSums[j] += sum }
  }
}

/// The fit with its residual measured by a pass of its own.
private func measured<Scalar: LinearAlgebraScalar, Failure: Error>(
  _ samples: RowBlocks<Scalar, Failure>, _ weights: Matrix<Scalar>, _ norms: SampleNorms<Scalar>,
  passes: Int,
  evidence: (_ target: Int, _ residualNorm: Double, _ gradientNorm: Double) -> IterationEvidence
) throws(StreamedFitError<Failure>) -> StreamedLinearFit<Scalar> {
  let k = samples.targetCount
  var gradient = Matrix<Scalar>(rows: samples.columns, columns: k)
  var squares = [Double](repeating: 0, count: k)
  var largest = 0.0
  try samples.forEachBlock { _, block in
    let residual = block.targets - block.features * weights
    gradient.addProduct(of: block.features, residual, transposingFirst: true)
    for (j, square) in residual.squaredColumnNorms().enumerated() { squares[j] += square }
    largest = max(largest, Double(residual.largestAbsoluteEntry))
  }
  let gradientNorms = gradient.squaredColumnNorms().map { $0.squareRoot() }
  let gradientNorm = gradient.absoluteColumnSums().max() ?? 0
  let unit =
    norms.productOfOneNorms * Double(max(samples.rows, samples.columns))
    * Double(Scalar.roundingUnit)
  return StreamedLinearFit(
    weights: weights,
    targets: (0..<k).map { evidence($0, squares[$0].squareRoot(), gradientNorms[$0]) },
    maxAbsoluteResidual: largest, testRatio: gradientNorm == 0 ? 0 : gradientNorm / unit,
    passes: passes)
}
