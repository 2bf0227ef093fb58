private import Certificates
public import Datasets
private import ExactArithmetic
private import LinearAlgebra
public import ReLUInterpolation
private import ReLUNetworks

/// What a study of threshold placements tries.
public struct ThresholdStudyConfiguration: Sendable, Codable, Equatable {
  /// The sample sizes, in increasing order; those beyond the sample are left out.
  public var sizes: [Int]
  /// Where thresholds stand.
  public var placements: [ThresholdPlacement]
  /// The largest sample size for the rational solution.
  public var exactLimit: Int
  /// Names the draw of the direction.
  public var seed: UInt64

  /// The placements of the study: at the previous point, near it, halfway, and near the own point.
  public static let allPlacements =
    [0, 0.001, 0.01, 0.1, 0.5, 0.9].map { ThresholdPlacement(fraction: $0) }

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - sizes: the sample sizes, at least 1 each.
  ///   - placements: where thresholds stand.
  ///   - exactLimit: the largest sample size for the rational solution.
  ///   - seed: names the draw of the direction.
  public init(
    sizes: [Int] = [10, 30, 100, 300, 1000], placements: [ThresholdPlacement] = allPlacements,
    exactLimit: Int = 300, seed: UInt64 = 0
  ) {
    precondition(sizes.allSatisfy { $0 >= 1 }, "a sample size is at least 1")
    self.sizes = sizes
    self.placements = placements
    self.exactLimit = exactLimit
    self.seed = seed
  }
}

/// Lemma 1's system for one sample size and one placement of the thresholds.
///
/// Residuals are max |Σ_j w_j max(x_i - b_j, 0) - y_i| of the stored weights in exact arithmetic,
/// rounded up. A number is nil where it exceeds the largest double or was not computed.
public struct ThresholdStudyRow: Sendable, Codable, Equatable {
  /// The number n of distinct samples.
  public var n: Int
  /// Where the thresholds stand, as a fraction of the gap; 0 at the previous point.
  public var fraction: Double
  /// The residual of the recurrence with compensated sums.
  @ExplicitNull public var recurrenceResidual: Double?
  /// The residual of the recurrence in plain doubles.
  @ExplicitNull public var plainResidual: Double?
  /// The residual of LAPACK's triangular solve.
  @ExplicitNull public var lapackResidual: Double?
  /// The residual of the exact rational solution, each weight rounded to the nearest double.
  @ExplicitNull public var roundedExactResidual: Double?
  /// The largest absolute output weight, of the recurrence with compensated sums.
  @ExplicitNull public var maxAbsoluteWeight: Double?
  /// Lemma 1's min (x_i - b_i), in units of the projection.
  public var smallestEigenvalue: Double
  /// The smallest singular value, in units of the projection.
  @ExplicitNull public var smallestSingularValue: Double?
  /// The condition number σ₁ / σ_n.
  @ExplicitNull public var conditionNumber: Double?
  /// LAPACK's test ratio of its triangular solve, at most 30 for a sound one.
  @ExplicitNull public var testRatio: Double?
  /// Wall-clock seconds of the recurrence with compensated sums, the best of several runs.
  public var recurrenceSeconds: Double
  /// Wall-clock seconds of LAPACK's solve, the matrix and its evidence included, best of several.
  public var lapackSeconds: Double
}

/// Lemma 1's system over sample sizes and placements of the thresholds.
public struct ThresholdStudyRecord: Sendable, Codable, Equatable {
  /// The sample; its first distinct images were used.
  public var sample: SampleRecord
  /// How the direction was drawn.
  public var direction: String
  /// One row for each sample size and placement, the placement running faster.
  public var rows: [ThresholdStudyRow]

  /// The rows of one sample size, in the order of the placements.
  public func rows(size: Int) -> [ThresholdStudyRow] { rows.filter { $0.n == size } }
}

/// Measures Lemma 1's system for several sample sizes and placements of the thresholds.
///
/// The targets are the class indices of the labels.
///
/// - Parameters:
///   - sample: the sample; with random labels the targets tell nothing of the images.
///   - configuration: what to try.
///   - progress: receives how far the study has come.
/// - Returns: the record.
/// - Throws: ``ExperimentError/interpolation(_:)``, ``ExperimentError/linearAlgebra(learner:_:)``.
/// - Complexity: O(n³) a row, for the singular values.
public func studyThresholds(
  _ sample: CorruptedSample, configuration: ThresholdStudyConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> ThresholdStudyRecord {
  let train = sample.train
  let isBytes = train.holdsBytes
  let directionKind: DirectionKind = isBytes ? .integer : .normal
  let samples = train.featureMatrix(.raw, of: Float.self)
  var rows: [ThresholdStudyRow] = []
  for size in configuration.sizes where size <= train.count {
    let targets = Matrix(
      rows: size, columns: 1, columnMajor: train.labels.prefix(size).map(Double.init))
    let fit = try interpolant(
      samples.rows(0..<size), targets, directionKind, seed: configuration.seed)
    let sorted = fit.representatives.map { targets[$0, 0] }
    for placement in configuration.placements {
      progress(
        ExperimentProgress(
          fraction: Double(rows.count)
            / Double(configuration.sizes.count * configuration.placements.count),
          activity: "thresholds at \(brief(placement.fraction)) of the gap, n = \(size)"))
      guard let thresholds = placement.thresholds(for: fit.matrix.points),
        let matrix = InterleavingMatrix(points: fit.matrix.points, thresholds: thresholds)
      else { continue }
      rows.append(
        try row(
          matrix, sorted, placement, withExact: fit.matrix.size <= configuration.exactLimit))
    }
  }
  return ThresholdStudyRecord(
    sample: SampleRecord(sample), direction: directionKind.rawValue, rows: rows)
}

private func interpolant(
  _ samples: Matrix<Float>, _ targets: Matrix<Double>, _ directionKind: DirectionKind, seed: UInt64
) throws(ExperimentError) -> InterpolantFit {
  do {
    return try ReLUInterpolant.fit(
      samples, targets: targets, direction: DirectionChoice(directionKind), seed: seed)
  } catch {
    throw .interpolation(error)
  }
}

private func row(
  _ matrix: InterleavingMatrix<Double>, _ targets: [Double], _ placement: ThresholdPlacement,
  withExact: Bool
) throws(ExperimentError) -> ThresholdStudyRow {
  let right = Matrix(rows: targets.count, columns: 1, columnMajor: targets)
  let (weights, recurrenceSeconds) = bestTime { matrix.solve(targets) }
  let (solution, lapackSeconds) = bestTime {
    Result { () throws(LinearAlgebraError) in try matrix.dense().solve(right) }
  }
  let lapack = try solving(for: "LAPACK's triangular solve") { () throws(LinearAlgebraError) in
    try solution.get()
  }
  let plain = matrix.solveByRecurrence(targets)
  let exact =
    withExact
    ? InterleavingMatrix(
      points: matrix.points.map { Rational($0) }, thresholds: matrix.thresholds.map { Rational($0) }
    )?.solveByRecurrence(targets.map { Rational($0) }).map(\.nearestDouble) : nil
  func residual(_ weights: [Double]) -> Double? {
    finite(exactResidual(matrix, targets, weights))
  }
  let (largest, smallest) = try solving(for: "singular values") { () throws(LinearAlgebraError) in
    (try matrix.largestSingularValue(), try matrix.smallestSingularValue())
  }
  return ThresholdStudyRow(
    n: matrix.size, fraction: placement.fraction, recurrenceResidual: residual(weights),
    plainResidual: residual(plain), lapackResidual: residual(lapack.values.elements),
    roundedExactResidual: exact.flatMap(residual),
    maxAbsoluteWeight: finite(weights.reduce(0) { max($0, abs($1)) }),
    smallestEigenvalue: matrix.smallestEigenvalue,
    smallestSingularValue: smallest > 0 ? smallest : nil,
    conditionNumber: smallest > 0 ? finite(largest / smallest) : nil,
    testRatio: finite(lapack.evidence.testRatio), recurrenceSeconds: recurrenceSeconds,
    lapackSeconds: lapackSeconds)
}

private func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }

/// The largest residual of some weights in exact arithmetic, rounded up.
private func exactResidual(
  _ matrix: InterleavingMatrix<Double>, _ targets: [Double], _ weights: [Double]
) -> Double {
  let size = matrix.size
  return InterpolationCertificate(
    checking: ReLUInterpolant(
      direction: [1], thresholds: matrix.thresholds,
      outputWeights: Matrix(rows: size, columns: 1, columnMajor: weights)),
    projections: ExactProjections(matrix.points),
    targets: Matrix(rows: size, columns: 1, columnMajor: targets)
  ).maxAbsoluteResidual
}

/// What a function returns and the seconds of its fastest run, of some five milliseconds of runs.
private func bestTime<Value>(_ body: () -> Value) -> (value: Value, seconds: Double) {
  let all = Stopwatch()
  var best = Double.infinity
  while true {
    let watch = Stopwatch()
    let value = body()
    best = min(best, watch.seconds)
    if all.seconds > 0.005 { return (value, best) }
  }
}
