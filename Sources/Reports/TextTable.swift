private import Datasets

/// A table of texts with a header.
public struct TextTable: Sendable, Equatable {
  /// On which side the texts of a column stand.
  public enum Alignment: Sendable, Equatable {
    /// Words.
    case left
    /// Numbers.
    case right
  }

  /// A column of a table.
  public struct Column: Sendable, Equatable {
    /// The header, with the unit of numbers.
    public var title: String
    /// On which side the texts stand.
    public var alignment: Alignment
    /// The most characters of a line in plain text; longer texts go on in the next line.
    public var limit: Int?

    /// Creates a column.
    ///
    /// - Parameters:
    ///   - title: the header; a table whose headers are all empty has no header.
    ///   - alignment: on which side the texts stand.
    ///   - limit: the most characters of a line in plain text, at least 1; nil for no limit.
    public init(_ title: String, _ alignment: Alignment = .left, limit: Int? = nil) {
      precondition(limit.map { $0 >= 1 } ?? true, "a column holds at least one character")
      self.title = title
      self.alignment = alignment
      self.limit = limit
    }
  }

  /// The columns, from the left.
  public let columns: [Column]
  /// The texts of each row, one a column.
  public private(set) var rows: [[String]] = []

  /// Creates a table without rows.
  ///
  /// - Parameter columns: the columns, from the left.
  public init(_ columns: [Column]) { self.columns = columns }

  /// Adds a row at the end.
  ///
  /// - Parameter row: one text a column.
  public mutating func append(_ row: [String]) {
    precondition(row.count == columns.count, "a text for each column")
    rows.append(row)
  }

  /// The table as plain text: columns two spaces apart, a rule below the header.
  ///
  /// A character counts as one column of the terminal.
  ///
  /// - Parameter indent: the number of spaces before each line.
  /// - Returns: lines without spaces at their end; no line break after the last.
  public func rendered(indent: Int = 0) -> String {
    let hasHeader = columns.contains { !$0.title.isEmpty }
    let header = hasHeader ? [wrapped(columns.map(\.title))] : []
    let cells = header + rows.map(wrapped)
    let widths = columns.indices.map { column in
      cells.flatMap { $0[column] }.map(\.count).max() ?? 0
    }
    var lines: [String] = []
    for (index, row) in cells.enumerated() {
      lines += self.lines(of: row, widths: widths)
      if hasHeader && index == 0 {
        lines.append(widths.map { String(repeating: "-", count: $0) }.joined(separator: "  "))
      }
    }
    let margin = String(repeating: " ", count: indent)
    return lines.map { (margin + $0).withoutTrailingSpaces }.joined(separator: "\n")
  }

  private func wrapped(_ row: [String]) -> [[String]] {
    zip(row, columns).map { text, column in
      column.limit.map { text.wrapped(at: $0) } ?? [text.onOneLine]
    }
  }

  private func lines(of row: [[String]], widths: [Int]) -> [String] {
    (0..<(row.map(\.count).max() ?? 0)).map { line in
      columns.indices.map { column in
        let text = row[column].indices.contains(line) ? row[column][line] : ""
        let space = String(repeating: " ", count: widths[column] - text.count)
        return columns[column].alignment == .left ? text + space : space + text
      }.joined(separator: "  ")
    }
  }
}

extension String {
  /// The text in lines of at most `limit` characters, broken at spaces where there are any.
  func wrapped(at limit: Int) -> [String] {
    var lines: [String] = []
    var line = Substring()
    for word in split(whereSeparator: \.isWhitespace) {
      if !line.isEmpty && line.count + 1 + word.count <= limit {
        line += " " + word
        continue
      }
      if !line.isEmpty { lines.append(String(line)) }
      line = word
      while line.count > limit {
        lines.append(String(line.prefix(limit)))
        line = line.dropFirst(limit)
      }
    }
    return lines + (line.isEmpty && !lines.isEmpty ? [] : [String(line)])
  }

  fileprivate var withoutTrailingSpaces: String {
    var text = Substring(self)
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
