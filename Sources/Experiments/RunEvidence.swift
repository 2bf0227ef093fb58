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
  public func number(at path: String) -> Double? {
    if case .number(let number) = value(at: path) { number } else { nil }
  }

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

  private func value(at path: String) -> JSONValue? {
    path.split(separator: ".").reduce(decoded(as: JSONValue.self)) { value, key in
      switch value {
      case .object(let members): members[String(key)]
      case .list(let values):
        Int(key).flatMap { values.indices.contains($0) ? values[$0] : nil }
      default: nil
      }
    }
  }
}

/// Any value of JSON.
private enum JSONValue: Decodable {
  case object([String: JSONValue])
  case list([JSONValue])
  case number(Double)
  case text(String)
  case flag(Bool)
  case null

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([JSONValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }
}
