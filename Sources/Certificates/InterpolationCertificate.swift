public import ExactArithmetic
public import LinearAlgebra
public import ReLUNetworks

/// How the thresholds of a shared-direction network lie between the distinct projections.
public enum Interleaving: String, Sendable, Codable, CaseIterable {
  /// b₁ < x₁ < b₂ < x₂ < … < x_n.
  case strict
  /// b₁ < x₁ ≤ b₂ < x₂ ≤ … < x_n.
  case weak
  /// Neither, or not as many thresholds as distinct projections.
  case none
}

/// What exact arithmetic says of a network at the samples it was built for.
///
/// Stored weights and samples are rational numbers; projections, slopes and values are computed from
/// them without any rounding. Nothing of the code that built the network is used, nor anything that
/// it computed.
public struct InterpolationCertificate: Sendable, Equatable {
  /// The number of samples n, duplicates counted.
  public let samples: Int
  /// The input dimension d.
  public let dimension: Int
  /// The number of outputs C.
  public let outputs: Int
  /// The number of weights of the network; of a feed-forward network those that are not zero.
  public let weightCount: Int
  /// How thresholds and projections interleave; nil for a feed-forward network.
  public let interleaving: Interleaving?
  /// The largest |c(z_i) - y_i|; nil where a weight, a sample or a target is no finite number.
  public let exactResidual: Rational?
  /// The same, rounded up to a double; infinite where there is none so large.
  public let maxAbsoluteResidual: Double
  /// The sample with the largest miss, counted from 0, of equal misses the first; nil where nothing
  /// is missed.
  public let worstSample: Int?
  /// The output that this sample misses most, counted from 0.
  public let worstOutput: Int?
  /// Half the smallest distance between two different targets of one output, rounded down, and at
  /// most 1/2 where all targets are integers, such as class indices.
  public let recoveryRadius: Double

  /// Whether rounding each output to the nearest target recovers every target.
  public let recoversTargets: Bool

  /// Whether every target is recovered and, where there are thresholds, they interleave.
  public var certifies: Bool { recoversTargets && interleaving != Interleaving.none }

  /// Evaluates a shared-direction network exactly at its samples.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - samples: Z, n samples of d values.
  ///   - targets: Y, n × C.
  /// - Throws: what reading the samples throws.
  /// - Complexity: O(n d + n log n + n C).
  public init<Failure>(
    checking network: ReLUInterpolant, samples: SampleBlocks<Failure>, targets: Matrix<Double>
  ) throws(Failure) {
    self.init(
      checking: network,
      projections: try ExactProjections(of: samples, along: network.direction), targets: targets)
  }

  /// Evaluates a shared-direction network exactly at the projections of its samples.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - projections: ⟨a, z_i⟩, n numbers.
  ///   - targets: Y, n × C.
  /// - Complexity: O(n log n + n C).
  public init(
    checking network: ReLUInterpolant, projections: ExactProjections, targets: Matrix<Double>
  ) {
    precondition(network.outputs == targets.columns, "a target for each output")
    precondition(projections.count == targets.rows, "a target for each sample")
    let order = projections.sortedIndices()
    let isFinite =
      projections.isFinite && network.thresholds.allSatisfy(\.isFinite)
      && network.outputWeights.elements.allSatisfy(\.isFinite)
    self.init(
      dimension: network.direction.count, weightCount: network.weightCount, targets: targets,
      interleaving: isFinite
        ? projections.interleaving(order, thresholds: network.thresholds.count) {
          projections.sign($1, minus: network.thresholds[$0])
        } : Interleaving.none,
      miss: isFinite && targets.isFinite
        ? largestMiss(of: network, at: projections, order: order, targets: targets) : nil)
  }

  /// Evaluates a shared-direction network of rational weights exactly at its samples.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - samples: Z, n samples of d values.
  ///   - targets: Y, n × C.
  /// - Throws: what reading the samples throws.
  /// - Complexity: O(n d + n log n), and O(n C) operations on fractions.
  public init<Failure>(
    checking network: RationalInterpolant, samples: SampleBlocks<Failure>, targets: Matrix<Double>
  ) throws(Failure) {
    precondition(samples.count == targets.rows, "a target for each sample")
    precondition(
      network.outputs == targets.columns || network.hiddenUnits == 0, "a target for each output")
    let projections = try ExactProjections(of: samples, along: network.direction)
    let order = projections.sortedIndices()
    let points = projections.values
    self.init(
      dimension: network.direction.count, weightCount: network.weightCount, targets: targets,
      interleaving: projections.isFinite
        ? projections.interleaving(order, thresholds: network.hiddenUnits) {
          let threshold = network.thresholds[$0]
          return points[$1] < threshold ? -1 : points[$1] > threshold ? 1 : 0
        } : Interleaving.none,
      miss: projections.isFinite && targets.isFinite
        ? largestMiss(
          thresholds: network.thresholds, weights: network.outputWeights, at: points, order: order,
          targets: targets) : nil)
  }

  /// Evaluates a feed-forward network exactly at its samples.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - samples: Z, n samples of d values.
  ///   - targets: Y, n × C.
  /// - Throws: what reading the samples throws.
  /// - Complexity: O(n p) with p the non-zero weights; less where units are inactive.
  public init<Failure>(
    checking network: ReLUNetwork, samples: SampleBlocks<Failure>, targets: Matrix<Double>
  ) throws(Failure) {
    precondition(network.inputs == samples.dimension, "samples have the network's dimension")
    precondition(network.outputs == targets.columns, "a target for each output")
    precondition(samples.count == targets.rows, "a target for each sample")
    self.init(
      dimension: network.inputs, weightCount: network.nonZeroWeights, targets: targets,
      interleaving: nil,
      miss: targets.isFinite
        ? try largestMiss(of: network, at: samples, targets: targets) : nil)
  }

  private init(
    dimension: Int, weightCount: Int, targets: Matrix<Double>, interleaving: Interleaving?,
    miss: LargestMiss?
  ) {
    self.samples = targets.rows
    self.dimension = dimension
    self.outputs = targets.columns
    self.weightCount = weightCount
    self.interleaving = interleaving
    exactResidual = miss?.magnitude
    maxAbsoluteResidual = miss?.magnitude.roundedUp ?? .infinity
    worstSample = miss?.sample
    worstOutput = miss?.output
    recoveryRadius = targets.recoveryRadius
    recoversTargets = maxAbsoluteResidual < recoveryRadius
  }
}

extension InterpolationCertificate: Codable {
  private enum Key: CodingKey {
    case samples, dimension, outputs, weightCount, interleaving, exactResidual
    case maxAbsoluteResidual, worstSample, worstOutput, recoveryRadius, recoversTargets
  }

  /// Decodes a certificate.
  ///
  /// - Parameter decoder: holds what ``encode(to:)`` writes.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    samples = try container.decode(Int.self, forKey: .samples)
    dimension = try container.decode(Int.self, forKey: .dimension)
    outputs = try container.decode(Int.self, forKey: .outputs)
    weightCount = try container.decode(Int.self, forKey: .weightCount)
    interleaving = try container.decode(Interleaving?.self, forKey: .interleaving)
    exactResidual = try container.decode(Rational?.self, forKey: .exactResidual)
    maxAbsoluteResidual =
      try container.decode(Double?.self, forKey: .maxAbsoluteResidual) ?? .infinity
    worstSample = try container.decode(Int?.self, forKey: .worstSample)
    worstOutput = try container.decode(Int?.self, forKey: .worstOutput)
    recoveryRadius = try container.decode(Double?.self, forKey: .recoveryRadius) ?? .infinity
    recoversTargets = try container.decode(Bool.self, forKey: .recoversTargets)
  }

  /// Encodes the certificate; what is infinite becomes null, the exact residual a text "p/q".
  ///
  /// - Parameter encoder: receives an object with a key for each property.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(samples, forKey: .samples)
    try container.encode(dimension, forKey: .dimension)
    try container.encode(outputs, forKey: .outputs)
    try container.encode(weightCount, forKey: .weightCount)
    try container.encode(interleaving, forKey: .interleaving)
    try container.encode(exactResidual, forKey: .exactResidual)
    try container.encode(maxAbsoluteResidual.finite, forKey: .maxAbsoluteResidual)
    try container.encode(worstSample, forKey: .worstSample)
    try container.encode(worstOutput, forKey: .worstOutput)
    try container.encode(recoveryRadius.finite, forKey: .recoveryRadius)
    try container.encode(recoversTargets, forKey: .recoversTargets)
  }
}

extension Double {
  fileprivate var finite: Double? { isFinite ? self : nil }
}
