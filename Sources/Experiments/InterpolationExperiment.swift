private import Certificates
public import Datasets
public import LinearAlgebra
private import ReLUInterpolation
public import ReLUNetworks

/// An interpolating network with all that is known of it.
public struct Interpolation: Sendable {
  /// The two-layer network with 2n + d weights.
  public let network: ReLUInterpolant
  /// The same function at the depth asked for; nil for two layers.
  public let deepNetwork: ReLUNetwork?
  /// The network, the deep one if there is one, as the independent check at its samples found it.
  public let certification: Certification
  /// The measurements.
  public let record: InterpolationRecord
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
) throws(ExperimentError) -> Interpolation {
  let train = sample.train
  let targets = configuration.targets.matrix(of: train)
  let fitted = try fit(sample, targets: targets, configuration: configuration)
  let network = fitted.fit.network
  let outputs = network.predict(projections: fitted.fit.projections)
  let score = ClassificationScore(
    train: classes(outputs, sample),
    test: classes(
      network.predict(projections: sample.test.projections(along: network.direction)), sample),
    sample: sample)
  let margin = ClassificationScore.smallestMargin(of: train.labels, classes: train.classCount) {
    outputs.columns > 1 ? outputs[$0, $1] : -abs(outputs[$0, 0] - Double($1))
  }
  return certified(
    fitted, sample, targets: targets, configuration: configuration, score: score, margin: margin)
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
) throws(ExperimentError) -> Interpolation {
  let fitted = try fit(sample, targets: targets, configuration: configuration)
  return certified(fitted, sample, targets: targets, configuration: configuration, score: nil)
}

/// A fit, its network of the depth asked for, and the time that both took.
private struct Fitted {
  var fit: InterpolantFit
  var deepNetwork: ReLUNetwork?
  var seconds: Double
}

private func fit(
  _ sample: CorruptedSample, targets: Matrix<Double>, configuration: InterpolationConfiguration
) throws(ExperimentError) -> Fitted {
  let building = Stopwatch()
  do {
    let direction = configuration.directionChoice(for: sample.train)
    let placement = ThresholdPlacement(fraction: configuration.thresholdFraction)
    func fit(_ samples: some SampleSource) throws(InterpolationError) -> InterpolantFit {
      try ReLUInterpolant.fit(
        samples, targets: targets, direction: direction, placement: placement,
        solver: configuration.solver, seed: configuration.seed)
    }
    let fit =
      switch sample.train.sampleSource {
      case .bytes(let bytes): try fit(bytes)
      case .reals(let reals): try fit(reals)
      }
    let deepNetwork =
      configuration.depth > 2
      ? ReLUNetwork(deepening: fit.network, depth: configuration.depth) : nil
    return Fitted(fit: fit, deepNetwork: deepNetwork, seconds: building.seconds)
  } catch {
    throw .interpolation(error)
  }
}

private func certified(
  _ fitted: Fitted, _ sample: CorruptedSample, targets: Matrix<Double>,
  configuration: InterpolationConfiguration, score: ClassificationScore?, margin: Double? = nil
) -> Interpolation {
  let (fit, network) = (fitted.fit, fitted.fit.network)
  let shared = certify(.sharedDirection(network), on: sample.train, targets: targets)
  let certification =
    fitted.deepNetwork.map { certify(.feedForward($0), on: sample.train, targets: targets) }
    ?? shared
  let certificate = certification.record.certificate
  let plainResidual =
    targets.rows <= plainForwardLimit
    ? Double((network.plainForward(projections: fit.projections) - targets).largestAbsoluteEntry)
    : nil
  let record = InterpolationRecord(
    sample: SampleRecord(sample), n: sample.train.count, d: sample.train.dimension,
    outputs: network.outputs, depth: configuration.depth, weights: certificate.weightCount,
    depthCosts: fitted.deepNetwork.map { DepthCosts(of: $0, hinges: network.hiddenUnits) },
    mergedDuplicates: fit.mergedDuplicates, solver: fit.solver.rawValue,
    direction: fit.direction.kind.rawValue, thresholdFraction: configuration.thresholdFraction,
    maxAbsoluteResidual: certificate.maxAbsoluteResidual, plainResidual: plainResidual,
    certified: shared.record.certified && certification.record.certified,
    interleavesStrictly: shared.record.certificate.interleaving == .strict,
    projectionsExact: sample.train.holdsBytes && fit.direction.kind == .integer,
    directionDraws: fit.direction.draws, smallestRelativeGap: fit.direction.smallestRelativeGap,
    drawFailureBound: fit.direction.drawFailureBound,
    smallestEigenvalue: fit.matrix.size == 0 ? 0 : fit.matrix.smallestEigenvalue,
    maxAbsoluteWeight: network.outputWeights.largestAbsoluteEntry,
    norm: network.outputWeights.frobeniusNorm, score: score,
    smallestMargin: margin, seconds: fitted.seconds,
    certificationSeconds: certification.seconds)
  return Interpolation(
    network: network, deepNetwork: fitted.deepNetwork, certification: certification,
    record: record)
}

extension DepthCosts {
  /// Counts on a network of depth at least 3.
  fileprivate init(of network: ReLUNetwork, hinges: Int) {
    self.init(
      width: network.width, nonZeroWeights: network.nonZeroWeights,
      bounds: DepthBounds(
        hinges: hinges, dimension: network.inputs, outputs: network.outputs, depth: network.depth),
      ledger: WeightLedger(of: network))
  }
}

/// Beyond this the plain O(n²) evaluation would take longer than all the rest.
private let plainForwardLimit = 65_536

/// The class that outputs stand for: the nearest class index, or the largest output.
private func classes(_ outputs: Matrix<Double>, _ sample: CorruptedSample) -> [Int] {
  if outputs.columns > 1 { return outputs.largestColumnOfRows() }
  let last = Double(sample.train.classCount - 1)
  return outputs.elements.map { Int(min(max($0.rounded(), 0), last)) }
}
