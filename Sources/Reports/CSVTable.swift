/// A table as comma-separated values (RFC 4180).
///
/// Lines end in a line feed alone, which every reader of CSV takes.
public struct CSVTable: Sendable, Equatable {
  /// The names of the columns.
  public let header: [String]
  /// The fields of each row, one a column.
  public private(set) var rows: [[String]] = []

  /// Creates a table without rows.
  ///
  /// - Parameter header: the names of the columns, at least one.
  public init(_ header: [String]) {
    precondition(!header.isEmpty, "a table has at least one column")
    self.header = header
  }

  /// Adds a row at the end.
  ///
  /// - Parameter row: one field a column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == header.count, "a field for each column")
    rows.append(row)
  }

  /// The text of the file: the header, then one line a row.
  ///
  /// A field with a comma, a quotation mark, a line break or a space at either end is quoted, its
  /// quotation marks doubled.
  public var text: String {
    ([header] + rows).map { $0.map(field).joined(separator: ",") + "\n" }.joined()
  }

  /// A number as a field: in full precision, empty where there is none.
  ///
  /// - Parameter value: a number or nil; what is not finite is `nan`, `inf` or `-inf`.
  /// - Returns: the field.
  public static func number(_ value: Double?) -> String {
    value.map { $0 == $0.rounded() && abs($0) < 1e15 ? "\(Int64($0))" : "\($0)" } ?? ""
  }
}

/// A field as it stands in the file.
private func field(_ text: String) -> String {
  let isPlain = text.unicodeScalars.allSatisfy { !",\"\r\n".unicodeScalars.contains($0) }
  if isPlain && text.first != " " && text.last != " " { return text }
  return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
