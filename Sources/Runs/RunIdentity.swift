private import Datasets

/// What a run's results depend on, as a SHA-256.
///
/// Two runs with one identity give the same results, up to what other threads change in the last
/// digits. Hashed are the subcommand, the options in the order of their names and the data's
/// digest, each with its length before it, so that no two lists of them are hashed alike.
public struct RunIdentity: Sendable, Hashable, CustomStringConvertible {
  /// 64 hexadecimal digits.
  public let sha256: String

  /// Options that say where files are or go, or what is told on the way; no result depends on them.
  public static let independentOptions: Set = [
    "checkpoint-every", "checkpoint-seconds", "data-dir", "factor", "json", "out", "quiet",
    "resume", "save-sample", "threads",
  ]

  /// Identifies a run.
  ///
  /// - Parameters:
  ///   - run: the run; its name is no part of the identity.
  ///   - dataDigest: names the content of the files that the run reads, such as a SHA-256.
  public init(_ run: PlannedRun, dataDigest: String) {
    let hash = SHA256()
    func update(_ text: String) {
      Array("\(text.utf8.count):\(text)".utf8).withUnsafeBytes { hash.update($0) }
    }
    let options = run.options.filter {
      !Self.independentOptions.contains($0.key) && $0.value != "false"
    }
    update("rethink run 1")
    update(run.command.split(separator: " ").joined(separator: " "))
    update("\(options.count)")
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      update(name)
      update(value)
    }
    update(dataDigest)
    sha256 = hash.hexadecimal()
  }

  /// The first 12 digits, which stand in the names of folders.
  public var prefix: String { String(sha256.prefix(12)) }

  /// The 64 digits.
  public var description: String { sha256 }
}

extension RunIdentity: Codable {
  /// Reads the digits.
  ///
  /// - Parameter decoder: gives one text.
  /// - Throws: what the decoder throws.
  public init(from decoder: any Decoder) throws {
    sha256 = try decoder.singleValueContainer().decode(String.self)
  }

  /// Writes the digits as one text.
  ///
  /// - Parameter encoder: receives one text.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(sha256)
  }
}
