import RandomStreams
import Reports
import Testing

/// A reader of RFC 4180, written from its grammar.
private func parse(_ text: String) -> [[String]] {
  var rows: [[String]] = []
  var row: [String] = []
  var field = String.UnicodeScalarView()
  var isQuoted = false
  var scalars = Array(text.unicodeScalars)[...]
  while let scalar = scalars.popFirst() {
    if isQuoted {
      if scalar != "\"" {
        field.append(scalar)
      } else if scalars.first == "\"" {
        field.append("\"")
        scalars.removeFirst()
      } else {
        isQuoted = false
      }
    } else if scalar == "\"" {
      isQuoted = true
    } else if scalar == "," || scalar == "\n" {
      row.append(String(field))
      field = String.UnicodeScalarView()
      if scalar == "\n" {
        rows.append(row)
        row = []
      }
    } else {
      field.append(scalar)
    }
  }
  return rows
}

@Suite("Comma-separated values")
struct CSVTableTests {
  @Test(
    "Hostile fields come back through a reader of the format", arguments: 0..<210 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "hostile fields")
    let columns = 1 + stream.integer(below: 4)
    func row() -> [String] {
      (0..<columns).map { _ in HostileText.make(from: &stream, pieces: size(of: seed)) }
    }
    var table = CSVTable(row())
    for _ in 0..<stream.integer(below: 5) { table.append(row()) }
    let read = try CSVTable(reading: table.text)
    func scalars(_ table: CSVTable) -> [[[Unicode.Scalar]]] {
      ([table.header] + table.rows).map { $0.map { Array($0.unicodeScalars) } }
    }
    #expect(scalars(read) == scalars(table))
    let parsed = parse(table.text).map { $0.map { Array($0.unicodeScalars) } }
    #expect(parsed == scalars(table))
  }

  @Test("Lines may end in carriage returns, and the last without any")
  func endings() throws {
    var table = CSVTable(["a", "b"])
    table.append(["1", "x\r\ny"])
    for text in ["a,b\n1,\"x\r\ny\"\n", "a,b\r\n1,\"x\r\ny\"\r\n", "a,b\n1,\"x\r\ny\""] {
      #expect(try CSVTable(reading: text) == table)
    }
    #expect(try CSVTable(reading: "a") == CSVTable(["a"]))
    #expect(try CSVTable(reading: "a,\"\"") == CSVTable(["a", ""]))
  }

  @Test(
    "What is no table is told with its line",
    arguments: [
      ("", 1, "is no header"), ("a,b\n1\n", 2, "has 1 field, 2 expected"),
      ("a\n\"x\ny\"\n1,2\n", 4, "has 2 fields, 1 expected"),
      ("a\n\"x\ny\n", 2, "has a quotation mark without its pair"),
      ("a\nx\"y\n", 2, "has a quotation mark within a field"),
      ("a\n\"x\"y\n", 2, "has a quotation mark within a field"),
      ("a\n\"x\" \"y\"\n", 2, "has a quotation mark within a field"),
    ])
  func malformed(text: String, line: Int, reason: String) {
    #expect(throws: CSVError(line: line, reason: reason)) { try CSVTable(reading: text) }
  }

  @Test("Only fields that need it are quoted")
  func quoting() {
    var table = CSVTable(["a", "b c"])
    table.append(["1,5", "say \"no\""])
    table.append(["", " x"])
    table.append(["x\ny", "x\r\ny"])
    #expect(
      table.text == "a,b c\n\"1,5\",\"say \"\"no\"\"\"\n,\" x\"\n\"x\ny\",\"x\r\ny\"\n")
  }

  @Test(
    "Numbers keep their full precision",
    arguments: [
      (0.1, "0.1"), (3, "3"), (-0.0, "0"), (1e300, "1e+300"), (1.0 / 3, "0.3333333333333333"),
      (.nan, "nan"), (.infinity, "inf"), (-.infinity, "-inf"), (nil, ""),
    ] as [(Double?, String)])
  func numbers(value: Double?, text: String) {
    #expect(CSVTable.number(value) == text)
    if let value, value.isFinite { #expect(Double(text) == value) }
  }
}
