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

/// Why a text is no table of comma-separated values.
public struct CSVError: Error, Equatable, Sendable {
  /// The line of the text, from 1.
  public var line: Int
  /// What stands there.
  public var reason: String

  /// Creates an error.
  ///
  /// - Parameters:
  ///   - line: the line of the text, from 1.
  ///   - reason: what stands there.
  public init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}

extension CSVTable {
  /// Reads a table of comma-separated values (RFC 4180), whose first line is the header.
  ///
  /// - Parameter text: lines that end in a line feed, alone or after a carriage return; the last may
  ///   do without.
  /// - Throws: ``CSVError`` where there is no header, a line has more or fewer fields than it, or
  ///   quotation marks do not enclose a field.
  public init(reading text: String) throws(CSVError) {
    var rows: [[String]] = []
    var row: [String] = []
    var field = ""
    var (line, firstLine) = (1, 1)
    var (isQuoted, wasQuoted) = (false, false)
    func endField() {
      row.append(field)
      (field, wasQuoted) = ("", false)
    }
    func endRow() throws(CSVError) {
      endField()
      if let header = rows.first, header.count != row.count {
        throw CSVError(
          line: firstLine,
          reason: "has \(row.count) field\(row.count == 1 ? "" : "s"), \(header.count) expected")
      }
      rows.append(row)
      row = []
    }
    let scalars = Array(text.unicodeScalars)
    var index = 0
    while index < scalars.count {
      let scalar = scalars[index]
      let next = index + 1 < scalars.count ? scalars[index + 1] : nil
      index += 1
      switch scalar {
      case "\"" where isQuoted && next == "\"":
        field.append("\"")
        index += 1
      case "\"" where isQuoted: (isQuoted, wasQuoted) = (false, true)
      case _ where isQuoted:
        if scalar == "\n" { line += 1 }
        field.unicodeScalars.append(scalar)
      case ",": endField()
      case "\r" where next == "\n": break
      case "\n":
        try endRow()
        line += 1
        firstLine = line
      case "\"" where field.isEmpty && !wasQuoted: isQuoted = true
      case _ where wasQuoted || scalar == "\"":
        throw CSVError(line: line, reason: "has a quotation mark within a field")
      default: field.unicodeScalars.append(scalar)
      }
    }
    if isQuoted { throw CSVError(line: firstLine, reason: "has a quotation mark without its pair") }
    if !row.isEmpty || !field.isEmpty || wasQuoted { try endRow() }
    guard let header = rows.first else { throw CSVError(line: 1, reason: "is no header") }
    self.header = header
    self.rows = Array(rows.dropFirst())
  }
}

/// A field as it stands in the file.
private func field(_ text: String) -> String {
  let isPlain = text.unicodeScalars.allSatisfy { !",\"\r\n".unicodeScalars.contains($0) }
  if isPlain && text.first != " " && text.last != " " { return text }
  return "\"" + text.replacing("\"", with: "\"\"") + "\""
}
