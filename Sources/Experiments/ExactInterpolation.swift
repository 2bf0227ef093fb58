private import Certificates
public import Datasets
private import ExactArithmetic
public import LinearAlgebra
private import ReLUInterpolation
import ReLUNetworks

/// An interpolating network of fractions, measured and certified.
public struct ExactInterpolationRecord: Sendable, Codable, Equatable {
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
  /// The largest |c(z_i) - y_i|: 0.
  public var maxAbsoluteResidual: Double
  /// Whether every target is taken exactly.
  public var certified: Bool
  /// Whether points and thresholds interleave strictly.
  public var interleavesStrictly: Bool
  /// Lemma 1's min (x_i - b_i), in units of the projection, rounded.
  public var smallestEigenvalue: Double
  /// The most bits of a numerator and its denominator together, of thresholds and output weights.
  public var longestFractionBits: Int
  /// Wall-clock seconds to build the network.
  public var seconds: Double
  /// Wall-clock seconds to certify it.
  public var certificationSeconds: Double
}

/// Builds the interpolating network of fractions, whose residual is exactly 0, and certifies it.
///
/// - Parameters:
///   - sample: the sample.
///   - targets: Y, n × C; each double is the fraction that it is.
///   - configuration: how to build; of its solver, its depth and its targets no use is made.
/// - Returns: the network as the independent check found it, and its record.
/// - Throws: ``ExperimentError/interpolation(_:)``.
/// - Complexity: as `RationalInterpolant.fit`.
public func interpolateExactly(
  _ sample: CorruptedSample, targets: Matrix<Double>, configuration: InterpolationConfiguration
) throws(ExperimentError) -> (certification: Certification, record: ExactInterpolationRecord) {
  let train = sample.train
  let building = Stopwatch()
  let fit: RationalInterpolantFit
  do {
    fit = try RationalInterpolant.fit(
      train.featureMatrix(.raw, of: Float.self), targets: targets,
      direction: configuration.directionChoice(for: train),
      placement: ThresholdPlacement(fraction: configuration.thresholdFraction),
      seed: configuration.seed)
  } catch {
    throw .interpolation(error)
  }
  let seconds = building.seconds
  let certification = certify(.rational(fit.network), on: train, targets: targets)
  let certificate = certification.record.certificate
  let fractions = fit.network.thresholds + fit.network.outputWeights.joined()
  return (
    certification,
    ExactInterpolationRecord(
      sample: SampleRecord(sample), n: train.count, d: train.dimension, outputs: targets.columns,
      depth: 2, weights: certificate.weightCount, mergedDuplicates: fit.mergedDuplicates,
      solver: "recurrence in fractions", direction: fit.direction.kind.rawValue,
      thresholdFraction: configuration.thresholdFraction,
      maxAbsoluteResidual: certificate.maxAbsoluteResidual,
      certified: certification.record.certified && certificate.exactResidual == 0,
      interleavesStrictly: certificate.interleaving == .strict,
      smallestEigenvalue: fit.matrix.eigenvalues.min()?.nearestDouble ?? 0,
      longestFractionBits: fractions.map(\.bitWidth).max() ?? 0, seconds: seconds,
      certificationSeconds: certification.seconds)
  )
}

/// The independent check of a network at the sample that it was built for.
func certify(
  _ network: AnyReLUNetwork, on sample: LabeledDataset, targets: Matrix<Double>
) -> Certification {
  do throws(CertificationError) {
    return try Certification(of: network, on: sample, targets: targets)
  } catch {
    preconditionFailure("a network has the dimension and the outputs that it was built for")
  }
}
