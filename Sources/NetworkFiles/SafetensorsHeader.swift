/// The header of a safetensors file as it is written, before its numbers are checked.
///
/// A parser of its own, because a general one lets the second of two equal names win in silence.
struct SafetensorsHeader {
  /// What the header says of a tensor.
  struct Entry {
    var name: String
    var type = ""
    var shape: [Int] = []
    var begin = 0
    var end = 0
  }

  private(set) var metadata: [String: String] = [:]
  private(set) var tensors: [Entry] = []

  /// Parses the header's text.
  ///
  /// - Parameter text: its bytes; indices are positions in the file.
  /// - Throws: ``SafetensorsFileError/malformedHeader(position:expected:)`` and
  ///   ``SafetensorsFileError/duplicateName(position:name:)``.
  init(parsing text: ArraySlice<UInt8>) throws(SafetensorsFileError) {
    var parser = HeaderParser(text: text)
    guard text.first == UInt8(ascii: "{") else { throw parser.failure("{") }
    var metadata: [String: String] = [:]
    var tensors: [Entry] = []
    try parser.object { parser, name throws(SafetensorsFileError) in
      if name == "__metadata__" {
        try parser.object { parser, key throws(SafetensorsFileError) in
          metadata[key] = try parser.string()
        }
      } else {
        tensors.append(try parser.entry(named: name))
      }
    }
    try parser.finish()
    (self.metadata, self.tensors) = (metadata, tensors)
  }
}

/// Reads the part of JSON that a header consists of: objects, strings, and arrays of whole numbers.
private struct HeaderParser {
  private let text: ArraySlice<UInt8>
  private var position: Int

  init(text: ArraySlice<UInt8>) {
    self.text = text
    position = text.startIndex
  }

  func failure(_ expected: String) -> SafetensorsFileError {
    .malformedHeader(position: position, expected: expected)
  }

  /// Reads an object; `member` reads the value that belongs to a name.
  mutating func object(
    _ member: (inout HeaderParser, String) throws(SafetensorsFileError) -> Void
  ) throws(SafetensorsFileError) {
    var names: Set<String> = []
    try expect("{")
    if skip("}") { return }
    repeat {
      skipSpace()
      let start = position
      let name = try string()
      guard names.insert(name).inserted else {
        throw .duplicateName(position: start, name: name)
      }
      try expect(":")
      try member(&self, name)
    } while skip(",")
    try expect("}")
  }

  /// Reads what stands for one tensor.
  mutating func entry(named name: String) throws(SafetensorsFileError) -> SafetensorsHeader.Entry {
    var entry = SafetensorsHeader.Entry(name: name)
    var missing: Set = ["dtype", "shape", "data_offsets"]
    try object { parser, key throws(SafetensorsFileError) in
      missing.remove(key)
      switch key {
      case "dtype": entry.type = try parser.string()
      case "shape": entry.shape = try parser.numbers()
      case "data_offsets":
        let offsets = try parser.numbers()
        guard offsets.count == 2 else { throw parser.failure("two offsets") }
        (entry.begin, entry.end) = (offsets[0], offsets[1])
      default: throw parser.failure("no other key than dtype, shape and data_offsets")
      }
    }
    if let key = missing.sorted().first { throw failure("\(key) of \(name.debugDescription)") }
    return entry
  }

  /// Reads an array of whole numbers.
  mutating func numbers() throws(SafetensorsFileError) -> [Int] {
    var numbers: [Int] = []
    try expect("[")
    if skip("]") { return [] }
    repeat { numbers.append(try number()) } while skip(",")
    try expect("]")
    return numbers
  }

  private mutating func number() throws(SafetensorsFileError) -> Int {
    skipSpace()
    let start = position
    while let next, UInt8(ascii: "0")...UInt8(ascii: "9") ~= next { position += 1 }
    let digits = text[start..<position]
    guard digits.count == 1 || digits.first != UInt8(ascii: "0"),
      let value = Int(String(decoding: digits, as: UTF8.self))
    else {
      position = start
      throw failure("a whole number from 0 to \(Int.max)")
    }
    return value
  }

  /// Reads a string.
  mutating func string() throws(SafetensorsFileError) -> String {
    try expect("\"")
    let start = position
    var units: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let value = String(validating: units, as: UTF8.self) else {
          position = start
          throw failure("a string in UTF-8")
        }
        return value
      case UInt8(ascii: "\\"): units += Array(try escaped().utf8)
      case ..<0x20:
        position -= 1
        throw failure("no control character in a string")
      default: units.append(byte)
      }
    }
    throw failure("\" at the end of a string")
  }

  private mutating func escaped() throws(SafetensorsFileError) -> String {
    let single: [UInt8: String] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/",
      UInt8(ascii: "b"): "\u{8}", UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n",
      UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    guard let byte = next else { throw failure("a character after \\") }
    if let character = single[byte] {
      position += 1
      return character
    }
    guard byte == UInt8(ascii: "u") else { throw failure("a character that JSON escapes") }
    let start = position
    position += 1
    var units = [try hexadecimal()]
    if UTF16.isLeadSurrogate(units[0]), text[position...].starts(with: "\\u".utf8) {
      position += 2
      units.append(try hexadecimal())
    }
    guard let character = String(validating: units, as: UTF16.self) else {
      position = start
      throw failure("a character, or both halves of one")
    }
    return character
  }

  private mutating func hexadecimal() throws(SafetensorsFileError) -> UInt16 {
    let digits = text[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    else { throw failure("four hexadecimal digits") }
    position += 4
    return unit
  }

  /// Requires that nothing but spaces is left.
  mutating func finish() throws(SafetensorsFileError) {
    skipSpace()
    if next != nil { throw failure("the end of the header") }
  }

  private var next: UInt8? { position < text.endIndex ? text[position] : nil }

  private mutating func skipSpace() {
    while let next, [0x20, 0x09, 0x0A, 0x0D].contains(next) { position += 1 }
  }

  /// Goes past a character if it comes next.
  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(SafetensorsFileError) {
    guard skip(character) else { throw failure(String(character)) }
  }
}
