private import Foundation

/// A record with what else it depends on, encoded as one flat object.
public struct RunResult<Record: Encodable & Sendable>: Encodable, Sendable {
  /// What was measured.
  public var record: Record
  /// The seed that named every draw.
  public var seed: UInt64
  /// What else the result depends on.
  public var environment: RunEnvironment
  /// The most memory that the process held so far, in bytes.
  public var peakBytes: Int

  /// Adds this process's environment and peak memory to a record.
  ///
  /// - Parameters:
  ///   - record: what was measured.
  ///   - seed: the seed that named every draw.
  public init(_ record: Record, seed: UInt64) {
    self.record = record
    self.seed = seed
    environment = .current
    peakBytes = peakResidentBytes()
  }

  private enum Key: CodingKey {
    case seed, environment, peakBytes
  }

  /// Encodes the record's own keys, then the others beside them.
  ///
  /// - Parameter encoder: receives one object.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    try record.encode(to: encoder)
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(seed, forKey: .seed)
    try container.encode(environment, forKey: .environment)
    try container.encode(peakBytes, forKey: .peakBytes)
  }
}

/// The most memory that this process held so far, in bytes.
func peakResidentBytes() -> Int {
  var usage = rusage()
  // Linux counts in KiB.
  return getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 ? usage.ru_maxrss * 1024 : 0
}
