public import Foundation

/// What a finished run left behind: its `record.json`, and how to run it again.
public struct RunEvidence: Sendable, Equatable {
  /// The bytes of `record.json`.
  public var record: Data
  /// The run's folder.
  public var folder: String
  /// The command that does the run again.
  public var command: String
  /// The SHA-256 of its resolved options and data.
  public var identity: String

  /// Takes what a run left.
  ///
  /// - Parameters:
  ///   - record: the bytes of `record.json`.
  ///   - folder: the run's folder.
  ///   - command: the command that does the run again.
  ///   - identity: the SHA-256 of its resolved options and data.
  public init(record: Data, folder: String, command: String, identity: String) {
    self.record = record
    self.folder = folder
    self.command = command
    self.identity = identity
  }

  /// The record as a value.
  ///
  /// - Parameter type: what the subcommand writes.
  /// - Returns: the record; nil where it is of another type.
  public func decoded<Record: Decodable>(as type: Record.Type) -> Record? {
    try? JSONDecoder().decode(type, from: record)
  }

  /// A number of the record.
  ///
  /// - Parameter path: keys with dots between them; of a list the place counted from 0.
  /// - Returns: the number; nil where there is none or null.
  public func number(at path: String) -> Double? { value(at: path)?.number }

  /// A text of the record.
  ///
  /// - Parameter path: keys with dots between them.
  /// - Returns: the text; nil where there is none.
  public func text(at path: String) -> String? {
    if case .text(let text) = value(at: path) { text } else { nil }
  }

  /// Texts of the record.
  ///
  /// - Parameter path: keys with dots between them.
  /// - Returns: the texts; none where there is no list of them.
  public func texts(at path: String) -> [String] {
    guard case .list(let values) = value(at: path) else { return [] }
    return values.compactMap { if case .text(let text) = $0 { text } else { nil } }
  }

  private func value(at path: String) -> RecordValue? {
    decoded(as: RecordValue.self)?.value(at: path)
  }
}
