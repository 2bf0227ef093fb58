// The certificate of a stored network. No file of the code that builds networks is imported.
public import Certificates
public import Datasets
public import LinearAlgebra
public import ReLUNetworks

/// Why a network and a sample do not belong together.
public enum CertificationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The samples have another dimension than the network's inputs.
  case wrongDimension(network: Int, sample: Int)
  /// There are more or fewer targets than the network has outputs.
  case wrongOutputs(network: Int, expected: [Int])

  /// What was found, what was expected, and what to try, on one line.
  public var description: String {
    switch self {
    case .wrongDimension(let network, let sample):
      "the network has \(network) inputs, the samples have \(sample) values: give the data and "
        + "--crop that it was built for"
    case .wrongOutputs(let network, let expected):
      "the network has \(network) outputs, "
        + expected.map(String.init).joined(separator: " or ")
        + " expected for these targets: give the data that it was built for"
    }
  }
}

/// What a stored network was found to be, at a sample and for targets that digests name.
public struct CertificationRecord: Sendable, Equatable {
  /// The form of the network.
  public let kind: AnyReLUNetwork.Kind
  /// The SHA-256 of the network's canonical bytes.
  public let networkSHA256: String
  /// The SHA-256 of the images and labels.
  public let sampleSHA256: String
  /// The SHA-256 of the targets, column after column as 64-bit little-endian patterns.
  public let targetsSHA256: String
  /// Whether every target is recovered and thresholds, where there are any, interleave.
  public let certified: Bool
  /// Whether the residual is known without rounding: false where a number is not finite.
  public let exact: Bool
  /// What exact arithmetic says of the network.
  public let certificate: InterpolationCertificate

  /// The fields in which another record of the same network and sample differs.
  ///
  /// - Parameter other: a record, such as one from a file.
  /// - Returns: names of fields; empty for equal records.
  public func differences(from other: CertificationRecord) -> [String] {
    zip(fields, other.fields).filter { $0.value != $1.value }.map(\.0.name)
  }

  private var fields: [(name: String, value: String)] {
    [
      ("kind", kind.rawValue), ("networkSHA256", networkSHA256), ("sampleSHA256", sampleSHA256),
      ("targetsSHA256", targetsSHA256), ("certified", "\(certified)"), ("exact", "\(exact)"),
      ("samples", "\(certificate.samples)"), ("dimension", "\(certificate.dimension)"),
      ("outputs", "\(certificate.outputs)"), ("weightCount", "\(certificate.weightCount)"),
      ("interleaving", "\(certificate.interleaving?.rawValue ?? "null")"),
      ("exactResidual", certificate.exactResidual.map { "\($0)" } ?? "null"),
      ("maxAbsoluteResidual", "\(certificate.maxAbsoluteResidual)"),
      ("worstSample", certificate.worstSample.map(String.init) ?? "null"),
      ("worstOutput", certificate.worstOutput.map(String.init) ?? "null"),
      ("recoveryRadius", "\(certificate.recoveryRadius)"),
      ("recoversTargets", "\(certificate.recoversTargets)"),
    ]
  }
}

extension CertificationRecord: Codable {
  private enum Key: CodingKey {
    case kind, networkSHA256, sampleSHA256, targetsSHA256, certified, exact
  }

  /// Decodes a record.
  ///
  /// - Parameter decoder: holds what ``encode(to:)`` writes.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    kind = try container.decode(AnyReLUNetwork.Kind.self, forKey: .kind)
    networkSHA256 = try container.decode(String.self, forKey: .networkSHA256)
    sampleSHA256 = try container.decode(String.self, forKey: .sampleSHA256)
    targetsSHA256 = try container.decode(String.self, forKey: .targetsSHA256)
    certified = try container.decode(Bool.self, forKey: .certified)
    exact = try container.decode(Bool.self, forKey: .exact)
    certificate = try InterpolationCertificate(from: decoder)
  }

  /// Encodes the certificate's own keys with the others beside them.
  ///
  /// - Parameter encoder: receives one object.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    try certificate.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(kind, forKey: .kind)
    try container.encode(networkSHA256, forKey: .networkSHA256)
    try container.encode(sampleSHA256, forKey: .sampleSHA256)
    try container.encode(targetsSHA256, forKey: .targetsSHA256)
    try container.encode(certified, forKey: .certified)
    try container.encode(exact, forKey: .exact)
  }
}

/// A network, checked at a sample.
public struct Certification: Sendable {
  /// The network.
  public let network: AnyReLUNetwork
  /// What was found.
  public let record: CertificationRecord
  /// The text of the evidence for a proved checker, made when asked for; nil for a network that is
  /// not of the shared-direction form, and where a number is not finite.
  public var evidence: String? {
    guard case .sharedDirection(let network) = network, let projections else { return nil }
    return interpolationEvidence(
      of: network, projections: projections, targets: targets, certificate: record.certificate)
  }

  /// Wall-clock seconds that the certificate took.
  public let seconds: Double

  private let targets: Matrix<Double>
  private let projections: ExactProjections?

  /// Evaluates a network exactly at the images of a sample.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - sample: the sample; its images are read, and its labels are only hashed.
  ///   - targets: Y, n × C.
  /// - Throws: ``CertificationError``.
  /// - Complexity: that of the certificate, and hashes of network, sample and targets.
  public init(
    of network: AnyReLUNetwork, on sample: LabeledDataset, targets: Matrix<Double>
  ) throws(CertificationError) {
    precondition(targets.rows == sample.count, "a target for each sample")
    guard network.inputs == sample.dimension else {
      throw .wrongDimension(network: network.inputs, sample: sample.dimension)
    }
    guard network.outputs == targets.columns else {
      throw .wrongOutputs(network: network.outputs, expected: [targets.columns])
    }
    let stopwatch = Stopwatch()
    let certificate: InterpolationCertificate
    switch network {
    case .sharedDirection(let network):
      let projections = ExactProjections(of: sample.sampleBlocks, along: network.direction)
      self.projections = projections
      certificate = InterpolationCertificate(
        checking: network, projections: projections, targets: targets)
    case .feedForward(let network):
      projections = nil
      certificate = InterpolationCertificate(
        checking: network, samples: sample.sampleBlocks, targets: targets)
    case .rational(let network):
      projections = nil
      certificate = InterpolationCertificate(
        checking: network, samples: sample.sampleBlocks, targets: targets)
    }
    seconds = stopwatch.seconds
    self.network = network
    self.targets = targets
    record = CertificationRecord(
      kind: network.kind, networkSHA256: sha256(network.canonicalBytes),
      sampleSHA256: sample.sha256, targetsSHA256: sha256(targets.elements),
      certified: certificate.certifies, exact: certificate.exactResidual != nil,
      certificate: certificate)
  }
}

private func sha256(_ bytes: [UInt8]) -> String {
  let hash = SHA256()
  bytes.withUnsafeBytes { hash.update($0) }
  return hash.hexadecimal()
}

private func sha256(_ numbers: [Double]) -> String {
  let hash = SHA256()
  numbers.map(\.bitPattern.littleEndian).withUnsafeBytes { hash.update($0) }
  return hash.hexadecimal()
}
