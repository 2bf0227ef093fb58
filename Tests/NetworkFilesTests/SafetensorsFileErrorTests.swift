import LinearAlgebra
import NetworkFiles
import ReLUNetworks
import TestSupport
import Testing

@Suite("Safetensors that are damaged or made to harm are refused")
struct SafetensorsFileErrorTests {
  /// A file with a given header and as many bytes of data.
  private static func file(_ header: String, data: Int = 0) -> [UInt8] {
    file(header, data: [UInt8](repeating: 0, count: data))
  }

  private static func file(_ header: String, data: [UInt8]) -> [UInt8] {
    let length = (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) }
    return length + Array(header.utf8) + data
  }

  /// A header with one tensor `t` of two doubles, or with what is written in its place.
  private static func tensor(
    type: String = "F64", shape: String = "[2]", offsets: String = "[0,16]"
  ) -> String {
    #"{"t":{"dtype":"\#(type)","shape":\#(shape),"data_offsets":\#(offsets)}}"#
  }

  @Test(
    "what the format forbids is an error that says where and what",
    arguments: [
      ([UInt8](), SafetensorsFileError.truncated(expectedBytes: 8, foundBytes: 0)),
      ([1, 2, 3, 4, 5, 6, 7], .truncated(expectedBytes: 8, foundBytes: 7)),
      ([2, 0, 0, 0, 0, 0, 0, 0, 0x7B], .truncated(expectedBytes: 10, foundBytes: 9)),
      (
        [UInt8](repeating: 0xFF, count: 8),
        .headerTooLong(bytes: .max, limit: 100_000_000)
      ),
      ([1, 0xE1, 0xF5, 5, 0, 0, 0, 0], .headerTooLong(bytes: 100_000_001, limit: 100_000_000)),
      ([0, 0, 0, 0, 0, 0, 0, 0], .malformedHeader(position: 8, expected: "{")),
      (file(" {}"), .malformedHeader(position: 8, expected: "{")),
      (file("[]"), .malformedHeader(position: 8, expected: "{")),
      (file("{"), .malformedHeader(position: 9, expected: "\"")),
      (file("{}x"), .malformedHeader(position: 10, expected: "the end of the header")),
      (file("{},"), .malformedHeader(position: 10, expected: "the end of the header")),
      (file(#"{"t":3}"#), .malformedHeader(position: 13, expected: "{")),
      (file(#"{"t"}"#), .malformedHeader(position: 12, expected: ":")),
      (file(#"{"t":{},}"#), .malformedHeader(position: 15, expected: "data_offsets of \"t\"")),
      (file(#"{"t"#), .malformedHeader(position: 11, expected: "\" at the end of a string")),
      (
        file("{\"t\u{1}\":{}}"),
        .malformedHeader(position: 11, expected: "no control character in a string")
      ),
      (file(#"{"\x"#), .malformedHeader(position: 11, expected: "a character that JSON escapes")),
      (file(#"{"\u12"#), .malformedHeader(position: 12, expected: "four hexadecimal digits")),
      (
        file(#"{"\ud800":{}}"#),
        .malformedHeader(position: 11, expected: "a character, or both halves of one")
      ),
      (
        file(tensor(shape: "[-1]")),
        .malformedHeader(
          position: 37, expected: "a whole number from 0 to 9223372036854775807")
      ),
      (
        file(tensor(shape: "[02]")),
        .malformedHeader(
          position: 37, expected: "a whole number from 0 to 9223372036854775807")
      ),
      (
        file(tensor(shape: "[9223372036854775808]")),
        .malformedHeader(
          position: 37, expected: "a whole number from 0 to 9223372036854775807")
      ),
      (file(tensor(shape: "[1.5]")), .malformedHeader(position: 38, expected: "]")),
      (file(tensor(shape: "2")), .malformedHeader(position: 36, expected: "[")),
      (file(tensor(offsets: "[0]")), .malformedHeader(position: 58, expected: "two offsets")),
      (
        file(#"{"t":{"type":"F64"}}"#),
        .malformedHeader(
          position: 21, expected: "no other key than dtype, shape and data_offsets")
      ),
      (
        file(#"{"__metadata__":{"k":1}}"#), .malformedHeader(position: 29, expected: "\"")
      ),
      (
        file(#"{"__metadata__":{"k":"1","k":"2"}}"#), .duplicateName(position: 33, name: "k")
      ),
      (
        file(#"{"__metadata__":{},"__metadata__":{}}"#),
        .duplicateName(position: 27, name: "__metadata__")
      ),
      (
        file(#"{"t":{"dtype":"F64","dtype":"F64"}}"#), .duplicateName(position: 28, name: "dtype")
      ),
      (
        file(
          #"{"t":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"\u0074":{}}"#, data: 8),
        .duplicateName(position: 61, name: "t")
      ),
      (file(tensor(type: "F16"), data: 16), .unsupportedType(tensor: "t", type: "F16")),
      (file(tensor(type: "what"), data: 16), .unsupportedType(tensor: "t", type: "what")),
      (
        file(tensor(shape: "[4294967296,4294967296]"), data: 16),
        .tooLarge(tensor: "t", shape: [4_294_967_296, 4_294_967_296])
      ),
      (
        file(tensor(shape: "[1152921504606846976]"), data: 16),
        .tooLarge(tensor: "t", shape: [1 << 60])
      ),
      (
        file(tensor(offsets: "[8,24]"), data: 24),
        .notContiguous(tensor: "t", begin: 8, expected: 0)
      ),
      (
        file(tensor(offsets: "[0,8]"), data: 8),
        .wrongLength(tensor: "t", bytes: 8, expected: 16)
      ),
      (
        file(tensor(offsets: "[0,9223372036854775807]"), data: 16),
        .wrongLength(tensor: "t", bytes: .max, expected: 16)
      ),
      (
        file(
          #"{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,16]},"#
            + #""b":{"dtype":"F64","shape":[1],"data_offsets":[8,16]}}"#, data: 16),
        .notContiguous(tensor: "b", begin: 8, expected: 16)
      ),
      (
        file(
          #"{"b":{"dtype":"F64","shape":[1],"data_offsets":[16,24]},"#
            + #""a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}"#, data: 24),
        .notContiguous(tensor: "b", begin: 16, expected: 8)
      ),
      (file(tensor(), data: 15), .truncated(expectedBytes: 79, foundBytes: 78)),
      (file(tensor(), data: 17), .trailingBytes(expectedBytes: 79, foundBytes: 80)),
      (file("{}", data: 1), .trailingBytes(expectedBytes: 10, foundBytes: 11)),
    ])
  func format(_ bytes: [UInt8], _ error: SafetensorsFileError) {
    #expect(throws: error) { try SafetensorsFile(reading: bytes) }
  }

  @Test("what the format allows is read: spaces, escapes, any order, no sizes, no tensors")
  func allowed() throws {
    let file = try SafetensorsFile(
      reading: Self.file(
        "{ \"b\\u00e9\\ud83d\\ude00\\n\" :\t{\"shape\":[], \"dtype\":\"F64\",\n\"data_offsets\":[ 8 , 16 ]},"
          + #""a":{"dtype":"F64","shape":[1,1],"data_offsets":[0,8]},"#
          + #""none":{"dtype":"F64","shape":[0,4],"data_offsets":[8,8]},"__metadata__":{"k":"v"}}  "#,
        data: [0, 0, 0, 0, 0, 0, 0xF0, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0x40]))
    #expect(file.tensors.map(\.name) == ["a", "none", "bé😀\n"])
    #expect(file.tensors.map { file.values(of: $0) } == [[1], [], [2]])
    #expect(file.metadata == ["k": "v"])
    #expect(try SafetensorsFile(reading: Self.file("{}")).tensors.isEmpty)
  }

  /// A network file with given metadata and tensors, all of zeros.
  private static func network(
    _ metadata: String, _ tensors: [(name: String, shape: [Int])], data: [Double]? = nil
  ) -> [UInt8] {
    var end = 0
    let entries = tensors.map { name, shape in
      let begin = end
      end += 8 * shape.reduce(1, *)
      return #""\#(name)":{"dtype":"F64","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
    }
    let data = data ?? [Double](repeating: 0, count: end / 8)
    return file(
      "{" + (["\"__metadata__\":{\(metadata)}"] + entries).joined(separator: ",") + "}",
      data: data.flatMap { number in withUnsafeBytes(of: number.bitPattern.littleEndian, Array.init)
      })
  }

  private static let interpolant = #""kind":"shared-direction","depth":"2","formatVersion":"1""#
  private static let twoLayers = #""kind":"feed-forward","depth":"2","formatVersion":"1""#

  @Test(
    "tensors that make no network are an error that names the part",
    arguments: [
      (
        network("", []),
        SafetensorsFileError.wrongMetadata(
          key: "formatVersion", found: nil, expected: "\"1\"")
      ),
      (
        network(#""formatVersion":"2""#, []),
        .wrongMetadata(key: "formatVersion", found: "2", expected: "\"1\"")
      ),
      (
        network(#""formatVersion":"1","kind":"tree""#, []),
        .wrongMetadata(
          key: "kind", found: "tree", expected: "\"shared-direction\" or \"feed-forward\"")
      ),
      (
        network(#""kind":"shared-direction","depth":"3","formatVersion":"1""#, []),
        .wrongMetadata(key: "depth", found: "3", expected: "\"2\"")
      ),
      (
        network(#""kind":"feed-forward","depth":"02","formatVersion":"1""#, []),
        .wrongMetadata(key: "depth", found: "02", expected: "a whole number of at least 1")
      ),
      (
        network(#""kind":"feed-forward","depth":"0","formatVersion":"1""#, []),
        .wrongMetadata(key: "depth", found: "0", expected: "a whole number of at least 1")
      ),
      (
        network(#""kind":"feed-forward","depth":"9223372036854775807","formatVersion":"1""#, []),
        .missingTensor(name: "layers.0.weight")
      ),
      (network(interpolant, [("direction", [1])]), .missingTensor(name: "thresholds")),
      (
        network(
          interpolant,
          [("direction", [1]), ("thresholds", [1]), ("outputWeights", [1, 1]), ("extra", [1])]),
        .unexpectedTensor(name: "extra")
      ),
      (
        network(
          interpolant, [("direction", [1, 1]), ("thresholds", [1]), ("outputWeights", [1, 1])]),
        .wrongShape(tensor: "direction", found: [1, 1], expected: [nil])
      ),
      (
        network(
          interpolant, [("direction", [1]), ("thresholds", [2]), ("outputWeights", [3, 1])],
          data: [0, 1, 2, 0, 0, 0]),
        .wrongShape(tensor: "outputWeights", found: [3, 1], expected: [2, nil])
      ),
      (
        network(
          interpolant, [("direction", [1]), ("thresholds", [3]), ("outputWeights", [3, 0])],
          data: [0, 1, 2, 2]),
        .thresholdsNotIncreasing(index: 2)
      ),
      (
        network(
          interpolant, [("direction", [1]), ("thresholds", [2]), ("outputWeights", [2, 0])],
          data: [0, .nan, 2]),
        .thresholdsNotIncreasing(index: 1)
      ),
      (
        network(
          twoLayers,
          [
            ("layers.0.weight", [2, 3]), ("layers.0.bias", [2]), ("layers.1.weight", [1, 3]),
            ("layers.1.bias", [1]),
          ]),
        .wrongShape(tensor: "layers.1.weight", found: [1, 3], expected: [nil, 2])
      ),
      (
        network(
          twoLayers,
          [
            ("layers.0.weight", [2, 3]), ("layers.0.bias", [3]), ("layers.1.weight", [1, 2]),
            ("layers.1.bias", [1]),
          ]),
        .wrongShape(tensor: "layers.0.bias", found: [3], expected: [2])
      ),
    ])
  func networks(_ bytes: [UInt8], _ error: SafetensorsFileError) {
    #expect(throws: error) { try SafetensorsFile(reading: bytes).network() }
  }

  @Test("huge sizes without entries do no harm")
  func emptyButHuge() throws {
    let bytes = Self.network(
      #""kind":"feed-forward","depth":"1","formatVersion":"1""#,
      [("layers.0.weight", [0, 1 << 59]), ("layers.0.bias", [0])])
    guard case .feedForward(let network) = try SafetensorsFile(reading: bytes).network() else {
      Issue.record("another kind of network came back")
      return
    }
    #expect(network.inputs == 1 << 59)
    #expect(network.outputs == 0)
  }

  @Test("a file cut short anywhere is refused")
  func cut() {
    let whole = SafetensorsFile.bytes(of: PropertyCase(seed: 171).interpolant(.normal))
    for length in whole.indices {
      #expect(throws: SafetensorsFileError.self) {
        try SafetensorsFile(reading: Array(whole.prefix(length)))
      }
    }
  }

  @Test("no changed byte of the header goes unseen or brings the reader down")
  func changed() throws {
    let network = PropertyCase(seed: 2 + 2 * 7 + 2 * 49).interpolant(.normal)
    let whole = SafetensorsFile.bytes(of: network)
    let dataStart = 8 + Int(whole[0]) + 256 * Int(whole[1])
    let original = try SafetensorsFile(reading: whole)
    for position in 0..<dataStart {
      for bit in 0..<8 {
        var bytes = whole
        bytes[position] ^= 1 << bit
        guard let file = try? SafetensorsFile(reading: bytes) else { continue }
        // What is still a file has other names or other texts, unless one kind of space became another.
        let isSpace = [0x20, 0x09, 0x0A, 0x0D].contains(bytes[position])
        #expect(
          isSpace || file.metadata != original.metadata
            || file.tensors.map(\.name) != original.tensors.map(\.name)
            || file.tensors.map(\.shape) != original.tensors.map(\.shape))
      }
    }
  }

  @Test("each description is one line that names the place and what to try")
  func descriptions() {
    let errors: [(SafetensorsFileError, [String])] = [
      (.truncated(expectedBytes: 84, foundBytes: 83), ["83", "84", "again"]),
      (.trailingBytes(expectedBytes: 84, foundBytes: 85), ["84", "85", "again"]),
      (
        .headerTooLong(bytes: 1 << 60, limit: 5), ["1152921504606846976", "5", "not a safetensors"]
      ),
      (.malformedHeader(position: 17, expected: "{"), ["byte 17", "{", "again"]),
      (.duplicateName(position: 17, name: "a\nb"), ["byte 17", #""a\nb""#, "again"]),
      (.unsupportedType(tensor: "a\nb", type: "F\n"), [#""a\nb""#, #""F\n""#, "F64", "double"]),
      (
        .wrongType(tensor: "t", found: .float32, expected: .float64),
        ["\"t\"", "F32", "F64", "precision"]
      ),
      (.tooLarge(tensor: "t", shape: [3, 4]), ["\"t\"", "[3, 4]", "again"]),
      (.notContiguous(tensor: "t", begin: 8, expected: 16), ["\"t\"", "8", "16", "again"]),
      (.wrongLength(tensor: "t", bytes: 8, expected: 16), ["\"t\"", "8", "16", "again"]),
      (.wrongMetadata(key: "kind", found: "x\n", expected: "y"), ["\"kind\"", #""x\n""#, "y"]),
      (.wrongMetadata(key: "kind", found: nil, expected: "y"), ["\"kind\"", "nothing", "y"]),
      (.missingTensor(name: "t"), ["\"t\"", "missing", "again"]),
      (.unexpectedTensor(name: "t"), ["\"t\"", "again"]),
      (
        .wrongShape(tensor: "t", found: [3, 1], expected: [2, nil]),
        ["\"t\"", "[3, 1]", "[2, any]", "again"]
      ),
      (.thresholdsNotIncreasing(index: 17), ["threshold 17", "again"]),
    ]
    for (error, parts) in errors {
      for part in parts { #expect(error.description.contains(part)) }
      #expect(!error.description.contains("\n"))
    }
  }
}
