/// A value of a record, as JSON has it.
public indirect enum RecordValue: Sendable, Equatable, Codable {
  /// True or false.
  case flag(Bool)
  /// A whole number.
  case whole(Int)
  /// Any other number.
  case number(Double)
  /// A text.
  case text(String)
  /// No value.
  case null
  /// Values one after another.
  case list([RecordValue])
  /// Values by their names.
  case object([String: RecordValue])

  /// Reads a value.
  ///
  /// - Parameter decoder: gives one value.
  /// - Throws: `DecodingError`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let flag = try? container.decode(Bool.self) {
      self = .flag(flag)
    } else if let whole = try? container.decode(Int.self) {
      self = .whole(whole)
    } else if let number = try? container.decode(Double.self) {
      self = .number(number)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else if let list = try? container.decode([RecordValue].self) {
      self = .list(list)
    } else {
      self = .object(try container.decode([String: RecordValue].self))
    }
  }

  /// Writes the value as it was read.
  ///
  /// - Parameter encoder: receives one value.
  /// - Throws: what the encoder throws.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .flag(let flag): try container.encode(flag)
    case .whole(let whole): try container.encode(whole)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .null: try container.encodeNil()
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }

  /// The number; nil for anything else.
  public var number: Double? {
    switch self {
    case .whole(let whole): Double(whole)
    case .number(let number): number
    default: nil
    }
  }

  /// A value within this one.
  ///
  /// - Parameter path: keys with dots between them; of a list the place counted from 0.
  /// - Returns: the value; nil where there is none.
  public func value(at path: String) -> RecordValue? {
    path.split(separator: ".").reduce(self as RecordValue?) { value, key in
      switch value {
      case .object(let members): members[String(key)]
      case .list(let values):
        Int(key).flatMap { values.indices.contains($0) ? values[$0] : nil }
      default: nil
      }
    }
  }
}
