/// A certification beside the one that a file recorded earlier.
public struct CertificationCheck: Sendable, Encodable {
  /// What was found now.
  public var record: CertificationRecord
  /// The file of the network.
  public var network: String
  /// The file that it was compared with; nil where there was none.
  public var comparedWith: String?
  /// The fields of that file that differ from what was found.
  public var differences: [String]
  /// The sample.
  public var sample: SampleRecord
  /// Wall-clock seconds to certify.
  public var seconds: Double

  /// Whether the network is certified and nothing differs.
  public var holds: Bool { record.certified && differences.isEmpty }

  /// Compares a certification with a recorded one.
  ///
  /// - Parameters:
  ///   - certification: what was found now.
  ///   - network: the file of the network.
  ///   - recorded: what a file recorded, with its path; nil where there is none.
  ///   - sample: the sample.
  public init(
    _ certification: Certification, network: String,
    recorded: (record: CertificationRecord, path: String)?, sample: SampleRecord
  ) {
    record = certification.record
    self.network = network
    comparedWith = recorded?.path
    differences = recorded.map { certification.record.differences(from: $0.record) } ?? []
    self.sample = sample
    seconds = certification.seconds
  }

  private enum Key: CodingKey {
    case network, comparedWith, differences, sample, seconds
  }

  /// Encodes the record's own keys, then the others beside them.
  ///
  /// - Parameter encoder: receives one object.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    try record.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(network, forKey: .network)
    try container.encode(comparedWith, forKey: .comparedWith)
    try container.encode(differences, forKey: .differences)
    try container.encode(sample, forKey: .sample)
    try container.encode(seconds, forKey: .seconds)
  }
}
