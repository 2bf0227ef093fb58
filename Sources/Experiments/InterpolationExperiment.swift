private import Certificates
public import Datasets
public import LinearAlgebra
public import ReLUInterpolation
public import ReLUNetworks

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
      samples, targets: targets, directionKind: isBytes ? .integer : .normal,
      placement: ThresholdPlacement(fraction: configuration.thresholdFraction),
      solver: configuration.solver, seed: configuration.seed)
  } catch {
    throw .interpolation(error)
  }
  let seconds = building.seconds
  let certifying = Stopwatch()
  let certificate = InterpolationCertificate(
    checking: fit.network, samples: sample.train.sampleBlocks, targets: targets)
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
    direction: fit.directionKind.rawValue, thresholdFraction: configuration.thresholdFraction,
    maxAbsoluteResidual: certificate.maxAbsoluteResidual, plainResidual: plainResidual,
    certified: certificate.certifies,
    interleavesStrictly: certificate.interleaving == .strict, projectionsExact: isBytes,
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
