private import Certificates
public import Datasets
public import LinearAlgebra
public import ReLUInterpolation
public import ReLUNetworks

/// What the outputs of an interpolating network stand for.
public enum InterpolationTargets: String, Sendable, Codable, CaseIterable {
  /// One output, the class as a number, recovered by rounding: 2n + d weights.
  case classIndex = "class-index"
  /// One output a class, one-hot, recovered by the largest: n (1 + C) + d weights.
  case oneHot = "one-hot"
}

/// How an interpolating network is built.
public struct InterpolationConfiguration: Sendable, Codable, Equatable {
  /// What the outputs stand for.
  public var targets: InterpolationTargets
  /// How the output weights are found.
  public var solver: OutputWeightSolver
  /// The fraction of a gap at which the threshold stands, between 0 and 1.
  public var thresholdFraction: Double
  /// Names the draw of the direction.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - targets: what the outputs stand for.
  ///   - solver: how the output weights are found.
  ///   - thresholdFraction: where a threshold stands in its gap, strictly between 0 and 1.
  ///   - seed: names the draw of the direction.
  public init(
    targets: InterpolationTargets = .classIndex, solver: OutputWeightSolver = .recurrence,
    thresholdFraction: Double = ThresholdPlacement.nearPreviousPoint.fraction, seed: UInt64 = 0
  ) {
    self.targets = targets
    self.solver = solver
    self.thresholdFraction = thresholdFraction
    self.seed = seed
  }
}

/// An interpolating network, measured and certified.
public struct InterpolationRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The sample size n.
  public var n: Int
  /// The input dimension d.
  public var d: Int
  /// The number of outputs.
  public var outputs: Int
  /// The number of layers of weights.
  public var depth: Int
  /// The number of weights, n (1 + outputs) + d with n the number of distinct samples.
  public var weights: Int
  /// The number of samples that share a hidden unit with an equal one.
  public var mergedDuplicates: Int
  /// How the output weights were found.
  public var solver: String
  /// How the direction was drawn.
  public var direction: String
  /// The fraction of a gap at which the threshold stands.
  public var thresholdFraction: Double
  /// The largest |c(z_i) - y_i| in exact arithmetic, rounded up.
  public var maxAbsoluteResidual: Double
  /// The same when the formula is summed in plain doubles; nil where n is too large for O(n²).
  @ExplicitNull public var plainResidual: Double?
  /// Whether every target is recovered by rounding, in exact arithmetic.
  public var certified: Bool
  /// Whether points and thresholds interleave strictly.
  public var interleavesStrictly: Bool
  /// Whether the projections carry no rounding.
  public var projectionsExact: Bool
  /// Lemma 1's min (x_i - b_i), in units of the projection.
  public var smallestEigenvalue: Double
  /// The largest absolute output weight.
  public var maxAbsoluteWeight: Double
  /// The Euclidean norm of the output weights.
  public var norm: Double
  /// The shares of wrong answers; nil where the targets are not classes.
  @ExplicitNull public var score: ClassificationScore?
  /// Wall-clock seconds to build the network.
  public var seconds: Double
  /// Wall-clock seconds to certify it.
  public var certificationSeconds: Double
}

/// Builds and certifies the interpolating network of a sample's labels.
///
/// - Parameters:
///   - sample: the sample.
///   - configuration: how to build.
/// - Returns: the network and its record.
/// - Throws: ``ExperimentError/interpolation(_:)``.
public func interpolate(
  _ sample: CorruptedSample, configuration: InterpolationConfiguration
) throws(ExperimentError) -> (network: ReLUInterpolant, record: InterpolationRecord) {
  let train = sample.train
  let targets =
    switch configuration.targets {
    case .oneHot: train.oneHotLabels(of: Double.self)
    case .classIndex:
      Matrix(rows: train.count, columns: 1, columnMajor: train.labels.map(Double.init))
    }
  var (network, record, projections) = try build(
    sample, targets: targets, configuration: configuration)
  record.score = ClassificationScore(
    train: classes(network.predict(projections: projections), sample),
    test: classes(network.predict(sample.test.featureMatrix(.raw, of: Float.self)), sample),
    sample: sample)
  return (network, record)
}

/// Builds and certifies the interpolating network of real targets.
///
/// - Parameters:
///   - sample: the sample; its labels are not used.
///   - targets: Y, n × C.
///   - configuration: how to build; what it says of the targets is not used.
/// - Returns: the network and its record, without a score.
/// - Throws: ``ExperimentError/interpolation(_:)``.
public func interpolate(
  _ sample: CorruptedSample, targets: Matrix<Double>, configuration: InterpolationConfiguration
) throws(ExperimentError) -> (network: ReLUInterpolant, record: InterpolationRecord) {
  let (network, record, _) = try build(sample, targets: targets, configuration: configuration)
  return (network, record)
}

private func build(
  _ sample: CorruptedSample, targets: Matrix<Double>, configuration: InterpolationConfiguration
) throws(ExperimentError) -> (ReLUInterpolant, InterpolationRecord, [Double]) {
  // A Float holds every stored value exactly, byte or real.
  let samples = sample.train.featureMatrix(.raw, of: Float.self)
  let isBytes = if case .bytes = sample.train.pixels { true } else { false }
  let building = Stopwatch()
  let fit: InterpolantFit
  do {
    fit = try ReLUInterpolant.fit(
      samples, targets: targets, direction: isBytes ? .integer : .normal,
      placement: ThresholdPlacement(fraction: configuration.thresholdFraction),
      solver: configuration.solver, seed: configuration.seed)
  } catch {
    throw .interpolation(error)
  }
  let seconds = building.seconds
  let certifying = Stopwatch()
  let certificate = InterpolationCertificate(
    checking: fit.network, projections: fit.projections, targets: targets,
    projectionsExact: isBytes)
  let certificationSeconds = certifying.seconds
  let plainResidual =
    targets.rows <= plainForwardLimit
    ? Double(
      (fit.network.plainForward(projections: fit.projections) - targets).largestAbsoluteEntry)
    : nil
  let record = InterpolationRecord(
    sample: SampleRecord(sample), n: sample.train.count, d: sample.train.dimension,
    outputs: fit.network.outputs, depth: 2, weights: fit.network.weightCount,
    mergedDuplicates: fit.mergedDuplicates, solver: fit.solver.rawValue,
    direction: fit.direction.kind.rawValue, thresholdFraction: configuration.thresholdFraction,
    maxAbsoluteResidual: certificate.maxAbsoluteResidual, plainResidual: plainResidual,
    certified: certificate.recoversTargets && certificate.interleavesStrictly,
    interleavesStrictly: certificate.interleavesStrictly,
    projectionsExact: certificate.projectionsExact,
    smallestEigenvalue: fit.matrix.size == 0 ? 0 : fit.matrix.smallestEigenvalue,
    maxAbsoluteWeight: fit.network.outputWeights.largestAbsoluteEntry,
    norm: fit.network.outputWeights.frobeniusNorm, score: nil, seconds: seconds,
    certificationSeconds: certificationSeconds)
  return (fit.network, record, fit.projections)
}

/// Beyond this the plain O(n²) evaluation would take longer than all the rest.
private let plainForwardLimit = 65_536

/// The class that outputs stand for: the nearest class index, or the largest output.
private func classes(_ outputs: Matrix<Double>, _ sample: CorruptedSample) -> [Int] {
  if outputs.columns > 1 { return outputs.largestColumnOfRows() }
  let last = Double(sample.train.classCount - 1)
  return outputs.elements.map { Int(min(max($0.rounded(), 0), last)) }
}
