private import Certificates
import LinearAlgebra
private import RandomStreams
public import ReLUInterpolation
private import ReLUNetworks

/// A sample size and dimension at which the scale study builds the network.
public struct ScaleCase: Sendable, Codable, Equatable {
  /// Where the samples come from.
  public enum Samples: String, Sendable, Codable, CaseIterable {
    /// Uniformly random bytes, drawn anew whenever they are read and never kept.
    case drawnBytes = "drawn bytes"
    /// The same bytes, kept in memory.
    case storedBytes = "stored bytes"
    /// Standard normal numbers in memory; of d = 1 each is its own projection.
    case reals
  }

  /// Where the samples come from.
  public var samples: Samples
  /// The sample size n, at least 1.
  public var n: Int
  /// The input dimension d, at least 1.
  public var d: Int

  /// Creates a case.
  ///
  /// - Parameters:
  ///   - samples: where the samples come from.
  ///   - n: the sample size, at least 1 and below 2³².
  ///   - d: the input dimension, at least 1.
  public init(_ samples: Samples, n: Int, d: Int) {
    precondition(n >= 1 && d >= 1, "a sample holds at least one number")
    self.samples = samples
    self.n = n
    self.d = d
  }

  /// Up to the size of ImageNet in CIFAR's dimension, and up to 10⁷ numbers on a line.
  public static let standard = [
    ScaleCase(.drawnBytes, n: 100_000, d: 3072), ScaleCase(.drawnBytes, n: 1_000_000, d: 3072),
    ScaleCase(.reals, n: 1_000_000, d: 1), ScaleCase(.reals, n: 10_000_000, d: 1),
  ]
}

/// How the scale study is set up.
public struct ScaleConfiguration: Sendable, Codable, Equatable {
  /// What is built, in this order.
  public var cases: [ScaleCase]
  /// The number of classes C of the random labels, at least 1.
  public var classes: Int
  /// The fraction of a gap at which the threshold stands, between 0 and 1.
  public var thresholdFraction: Double
  /// How often each time is taken, at least once; the least counts.
  public var repetitions: Int
  /// The size of the triangular system that both solvers get; nil to leave it out.
  @ExplicitNull public var triangularSize: Int?
  /// Names every draw.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - cases: what is built, in this order.
  ///   - classes: the number of classes C of the random labels, at least 1.
  ///   - thresholdFraction: where a threshold stands in its gap, strictly between 0 and 1.
  ///   - repetitions: how often each time is taken, at least once.
  ///   - triangularSize: the size of the triangular system that both solvers get, from 1 to
  ///     `OutputWeightSolver.denseLimit`; nil to leave it out.
  ///   - seed: names every draw.
  public init(
    cases: [ScaleCase] = ScaleCase.standard, classes: Int = 10,
    thresholdFraction: Double = ThresholdPlacement.nearPreviousPoint.fraction,
    repetitions: Int = 3, triangularSize: Int? = OutputWeightSolver.denseLimit, seed: UInt64 = 0
  ) {
    precondition(classes >= 1 && repetitions >= 1, "at least one class and one repetition")
    self.cases = cases
    self.classes = classes
    self.thresholdFraction = thresholdFraction
    self.repetitions = repetitions
    self.triangularSize = triangularSize
    self.seed = seed
  }
}

/// What one case of the scale study measured; times are the least of some repetitions.
public struct ScaleMeasurement: Sendable, Codable, Equatable {
  /// The case.
  public var scaleCase: ScaleCase
  /// The number of weights, 2n + d where all samples are different.
  public var weights: Int
  /// Seconds to read all samples once and add up their machine words, on all threads.
  public var readSeconds: Double
  /// Seconds to sort the n projections alone by the standard library's sort.
  public var sortSeconds: Double
  /// Seconds to sort the n projections with their samples by their bits.
  public var radixSortSeconds: Double
  /// Seconds to build the network from samples and targets.
  public var buildSeconds: Double
  /// The number of directions drawn until one separated the samples, each a pass over them.
  public var directionDraws: Int
  /// The most memory that the process held when the network was built, in bytes; never falls.
  public var peakBytes: Int
  /// Lemma 1's min (x_i - b_i), in units of the projection.
  public var smallestEigenvalue: Double
  /// The largest absolute output weight.
  public var maxAbsoluteWeight: Double
  /// The network by prefix sums in plain doubles, at the samples.
  public var plain: ScaleResidual
  /// The network by prefix sums in twice the digits, at the samples.
  public var compensated: ScaleResidual
  /// The largest |c(z_i) - y_i| in exact arithmetic, rounded up; the samples are read again.
  public var exactResidual: Double
  /// Whether every label is recovered by rounding, in exact arithmetic.
  public var certified: Bool
  /// Whether the projections carry no rounding.
  public var projectionsExact: Bool
  /// Seconds to certify the network.
  public var certificationSeconds: Double
  /// Seconds to evaluate the network, in twice the digits, at the projections of n new samples.
  public var evaluationSeconds: Double

  /// The time to build over the time to read once and sort.
  public var buildRatio: Double { buildSeconds / (readSeconds + sortSeconds) }
}

/// How far computed outputs lie from the targets.
public struct ScaleResidual: Sendable, Codable, Equatable {
  /// The largest |c(z_i) - y_i| as computed.
  public var maxAbsolute: Double
  /// The number of labels that rounding the computed output does not recover.
  public var wrongLabels: Int

  /// Compares outputs with integer targets; an output that is no number is infinitely far away.
  init(_ outputs: Matrix<Double>, targets: Matrix<Double>) {
    var (largest, wrong) = (0.0, 0)
    for (output, target) in zip(outputs.elements, targets.elements) {
      let distance = abs(output - target)
      largest = max(largest, distance.isNaN ? .infinity : distance)
      if output.rounded() != target { wrong += 1 }
    }
    (maxAbsolute, wrongLabels) = (largest, wrong)
  }
}

/// The scale study: how time, memory and accuracy grow with the sample.
public struct ScaleRecord: Sendable, Codable, Equatable {
  /// How it was set up.
  public var configuration: ScaleConfiguration
  /// What was measured, in the order of the cases.
  public var measurements: [ScaleMeasurement]
  /// The two solvers of Lemma 1's system; nil where the configuration leaves them out.
  @ExplicitNull public var triangular: TriangularSolveRecord?
}

/// Builds networks through random labels of ever larger samples, and measures each.
///
/// The ratio of ``ScaleMeasurement/buildRatio`` compares with what no method can avoid: one pass
/// over the samples and one sort of their projections, both timed in the same run.
///
/// - Parameters:
///   - configuration: how to set up the study.
///   - progress: told before each step.
/// - Returns: the record.
/// - Throws: ``ExperimentError/interpolation(_:)``, ``ExperimentError/linearAlgebra(learner:_:)``.
public func studyScale(
  _ configuration: ScaleConfiguration, progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> ScaleRecord {
  // The triangular solve counts as one more case.
  let parts = configuration.cases.count + (configuration.triangularSize == nil ? 0 : 1)
  var measurements: [ScaleMeasurement] = []
  for (index, scaleCase) in configuration.cases.enumerated() {
    func report(_ share: Double, _ activity: String) {
      progress(
        ExperimentProgress(
          fraction: (Double(index) + share) / Double(parts),
          activity: "\(activity) (n = \(scaleCase.n), d = \(scaleCase.d), "
            + "\(scaleCase.samples.rawValue))"))
    }
    report(0, "drawing samples")
    measurements.append(
      try measure(scaleCase, index: index, configuration: configuration, report: report))
  }
  var triangular: TriangularSolveRecord?
  if let size = configuration.triangularSize {
    progress(
      ExperimentProgress(
        fraction: Double(parts - 1) / Double(parts), activity: "triangular solve, n = \(size)"))
    triangular = try compareTriangularSolves(
      size: size, placement: ThresholdPlacement(fraction: configuration.thresholdFraction),
      repetitions: configuration.repetitions, seed: configuration.seed)
  }
  return ScaleRecord(
    configuration: configuration, measurements: measurements, triangular: triangular)
}

private func measure(
  _ scaleCase: ScaleCase, index: Int, configuration: ScaleConfiguration,
  report: (Double, String) -> Void
) throws(ExperimentError) -> ScaleMeasurement {
  let (n, d, seed) = (scaleCase.n, scaleCase.d, configuration.seed)
  // Samples 2i for building, 2i + 1 for evaluation.
  switch scaleCase.samples {
  case .drawnBytes, .storedBytes:
    let drawn = RandomBytes(count: n, dimension: d, seed: seed, index: 2 * index)
    let fresh = RandomBytes(count: n, dimension: d, seed: seed, index: 2 * index + 1)
    if scaleCase.samples == .drawnBytes {
      return try measure(
        scaleCase, samples: drawn, blocks: drawn.blocks, fresh: fresh, read: { drawn.wordSum() },
        index: index, configuration: configuration, report: report)
    }
    let stored = ByteSamples(count: n, dimension: d, bytes: drawn.bytes(of: 0..<n))
    return try measure(
      scaleCase, samples: stored, blocks: stored.blocks, fresh: fresh,
      read: { stored.wordSum() }, index: index, configuration: configuration, report: report)
  case .reals:
    let samples = normalMatrix(rows: n, columns: d, seed: seed, index: 2 * index)
    let fresh = normalMatrix(rows: n, columns: d, seed: seed, index: 2 * index + 1)
    return try measure(
      scaleCase, samples: MatrixSamples(samples), blocks: SampleBlocks(samples),
      fresh: MatrixSamples(fresh), read: { wordSum(samples) }, index: index,
      configuration: configuration, report: report)
  }
}

private func measure(
  _ scaleCase: ScaleCase, samples: some SampleSource, blocks: SampleBlocks<Never>,
  fresh: some SampleSource, read: () -> UInt64, index: Int, configuration: ScaleConfiguration,
  report: (Double, String) -> Void
) throws(ExperimentError) -> ScaleMeasurement {
  let repetitions = configuration.repetitions
  let isBytes = scaleCase.samples != .reals
  // A random factor would only round numbers that are told apart already.
  let isLine = !isBytes && scaleCase.d == 1
  let targets = randomLabels(
    scaleCase.n, classes: configuration.classes, seed: configuration.seed, index: index)

  report(0.1, "building")
  let (buildSeconds, fit) = try leastSeconds(of: repetitions) {
    () throws(ExperimentError) -> InterpolantFit in
    do throws(InterpolationError) {
      let placement = ThresholdPlacement(fraction: configuration.thresholdFraction)
      return try ReLUInterpolant.fit(
        samples, targets: targets, direction: isBytes ? .integer : .normal,
        placement: placement, seed: configuration.seed)
    } catch {
      throw .interpolation(error)
    }
  }
  let peakBytes = peakResidentBytes()

  report(0.4, "reading and sorting")
  let (readSeconds, _) = leastSeconds(of: repetitions, read)
  let (sortSeconds, _) = leastSeconds(of: repetitions) { fit.projections.sorted() }
  let (radixSortSeconds, _) = leastSeconds(of: repetitions) {
    SortedProjections(fit.projections)
  }

  report(0.5, "evaluating")
  let network = fit.network
  let plain = ScaleResidual(
    network.prefixSumForward(projections: fit.projections), targets: targets)
  let compensated = ScaleResidual(
    network.predict(projections: fit.projections), targets: targets)
  let freshProjections = fresh.projections(along: network.direction)
  let (evaluationSeconds, _) = leastSeconds(of: repetitions) {
    network.predict(projections: freshProjections)
  }

  report(0.6, "certifying")
  let (certificationSeconds, certificate) = leastSeconds(of: 1) {
    InterpolationCertificate(checking: network, samples: blocks, targets: targets)
  }
  return ScaleMeasurement(
    scaleCase: scaleCase, weights: network.weightCount, readSeconds: readSeconds,
    sortSeconds: sortSeconds, radixSortSeconds: radixSortSeconds, buildSeconds: buildSeconds,
    directionDraws: fit.direction.draws,
    peakBytes: peakBytes, smallestEigenvalue: fit.matrix.smallestEigenvalue,
    maxAbsoluteWeight: network.outputWeights.largestAbsoluteEntry, plain: plain,
    compensated: compensated, exactResidual: certificate.maxAbsoluteResidual,
    certified: certificate.certifies, projectionsExact: isBytes || isLine,
    certificationSeconds: certificationSeconds, evaluationSeconds: evaluationSeconds)
}

/// One column of class indices, uniformly random.
func randomLabels(_ count: Int, classes: Int, seed: UInt64, index: Int) -> Matrix<Double> {
  var stream = RandomStream(seed: seed, purpose: "scale labels", indices: index)
  return Matrix(
    rows: count, columns: 1,
    columnMajor: (0..<count).map { _ in Double(stream.integer(below: classes)) })
}

/// Standard normal numbers, a stream for each column.
func normalMatrix(rows: Int, columns: Int, seed: UInt64, index: Int) -> Matrix<Double> {
  var matrix = Matrix<Double>(rows: rows, columns: columns)
  matrix.forEachColumn { column, entries in
    var stream = RandomStream(seed: seed, purpose: "scale reals", indices: index, column)
    for row in entries.indices { entries[row] = stream.normal() }
  }
  return matrix
}

/// Runs some work several times.
///
/// - Returns: the least wall-clock time in seconds, and the last result.
func leastSeconds<Result, Failure>(
  of repetitions: Int, _ work: () throws(Failure) -> Result
) throws(Failure) -> (seconds: Double, result: Result) {
  var stopwatch = Stopwatch()
  var result = try work()
  var least = stopwatch.seconds
  for _ in 1..<max(1, repetitions) {
    stopwatch = Stopwatch()
    result = try work()
    least = min(least, stopwatch.seconds)
  }
  return (least, result)
}
