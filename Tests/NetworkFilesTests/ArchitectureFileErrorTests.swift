import Foundation
import NetworkFiles
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Errors of architecture files")
struct ArchitectureFileErrorTests {
  /// A file with these layers, the first on line 4.
  private static func file(_ layers: String) -> String {
    "name: a\ninput: 8x8x3\nlayers:\n" + layers
  }

  private static let whole = "a whole number from 0 to 2147483647"

  @Test(
    "the line, the key, what was found and what was expected are named exactly",
    arguments: [
      (
        file("  - relu\n  - convolutoin: {filters: 1, size: 1}\n"),
        #"f.yaml: line 5: "convolutoin" is not known in layers, expected convolution, "#
      ),
      (
        file("  - relu\n  - Flat\n"),
        #"f.yaml: line 5: "Flat" is not known in layers, expected flatten, "#
      ),
      (
        file("  - convolution: {filters: 1,\n      siez: 1}\n"),
        #"f.yaml: line 5: "siez" is not known in convolution, expected size, "#
      ),
      (
        file("  - relu: {slope: 1}\n"), #"line 4: "slope" is not known in relu, expected no key"#
      ),
      ("nam: a\n", #"line 1: "nam" is not known in the file, expected name, input or layers"#),
      ("{[a]: 1}", #"line 1: "a list of 1" is not known in the file, expected "#),
      ("name: a\nlayers: []\n", "f.yaml: line 1: input is missing in the file"),
      (file("  - convolution: {size: 1}\n"), "line 4: filters is missing in convolution"),
      (file("  - convolution\n"), "line 4: filters is missing in convolution"),
      (file("  - max-pooling: {size: 2}\n"), "line 4: stride is missing in max-pooling"),
      (file("  - dense:\n"), "line 4: outputs is missing in dense"),
      (file("  - dropout\n"), "line 4: rate is missing in dropout"),
      (
        file("  - relu\n  - dense: ten\n"),
        #"f.yaml: line 5: dense: outputs is "ten", expected \#(whole)"#
      ),
      (file("  - dense: -1\n"), #"line 4: dense: outputs is "-1", expected \#(whole)"#),
      (file("  - dense: 1.5\n"), #"line 4: dense: outputs is "1.5", expected \#(whole)"#),
      (
        file("  - dense: 2147483648\n"),
        #"line 4: dense: outputs is "2147483648", expected \#(whole)"#
      ),
      (file("  - dense: [1]\n"), "line 4: dense is a list of 1, expected keys with values"),
      (
        file("  - convolution: {filters: 1, size: 1, padding: some}\n"),
        #"convolution: padding is "some", expected same, valid or \#(whole)"#
      ),
      (
        file("  - dense: {outputs: 1, bias: 1}\n"),
        #"line 4: dense: bias is "1", expected true or false"#
      ),
      (file("  - dropout: half\n"), #"line 4: dropout: rate is "half", expected a number"#),
      (file("  - dropout: nan\n"), #"line 4: dropout: rate is "nan", expected a number"#),
      (file("  - 5\n"), #"line 4: "5" is not known in layers"#),
      (file("  - [relu]\n"), "line 4: layer 0 is a list of 1, expected the word for a layer"),
      (
        file("  - relu: {}\n    flatten: {}\n"),
        "line 4: layer 0 is 2 keys with values, expected one layer for each entry of the list"
      ),
      (file("  - branches: 5\n"), #"line 4: branches is "5", expected a list of branches"#),
      (
        file("  - branches: [relu]\n"),
        #"line 4: a branch of branches is "relu", expected a list of layers"#
      ),
      ("name: a\ninput: 8x8\nlayers: []\n", #"line 2: input is "8x8", expected height x width"#),
      ("name: a\ninput: 8x8x-3\nlayers: []\n", #"line 2: input is "8x8x-3", expected height"#),
      ("name: a\ninput: 8x8x3000000000\nlayers: []\n", "expected sizes of at most 2147483647"),
      (
        "name: a\ninput: 5\nlayers: relu\n", #"line 3: layers is "relu", expected a list of layers"#
      ),
      ("name: [a]\ninput: 5\nlayers: []\n", "line 1: name is a list of 1, expected a text"),
      ("just words", #"line 1: the file is "just words", expected keys with values"#),
      ("", "f.yaml: no YAML: the text is empty"),
      ("name: [", "f.yaml: line 2: no YAML: "),
      ("name: a\n\tinput: 5", "f.yaml: line 2: no YAML: "),
      ("name: a\nname: b\ninput: 5\nlayers: []\n", "name stands a second time, expected once"),
      ("a: &x [1]\nb: *x\n", "no YAML: anchors (&) and aliases (*)"),
      ("name: a\u{0}b", "no YAML"),
      (
        file("  - relu\n  - dense: 10\n"),
        "f.yaml: line 5: Layer 1 (dense) is given 8x8x3, expected a vector: put flatten before it."
      ),
      (
        file("  - flatten\n  - branches:\n    - - relu\n    - - dense: 0\n"),
        "f.yaml: line 7: Layer 1.1.0 (dense): outputs is 0, expected at least 1."
      ),
      (file("  - relu\n"), "f.yaml: line 4: The last layer gives 8x8x3, expected a vector"),
      ("name: a\ninput: 0\nlayers: [relu]\n", "line 2: The input's shape is 0"),
      (
        "name: a\ninput: 2147483647x2147483647x2147483647\nlayers: [flatten]\n",
        "line 3: Layer 0 (flatten), whose result is 2147483647x2147483647x2147483647, has more"
      ),
      (
        "name: a\ninput: 2147483647\nlayers: [dense: 2147483647]\n",
        "line 3: Layer 0 (dense), whose result is 2147483647, has more"
      ),
      (
        file("  - convolution: {filters: 2147483647, size: 2147483647}\n"),
        "line 4: Layer 0 (convolution), whose result is 8x8x2147483647, has more"
      ),
      (
        file("  - max-pooling: {size: 2147483647, stride: 2147483647, padding: 2147483646}\n"),
        "The last layer gives 2x2x3"
      ),
    ])
  func errors(text: String, message: String) {
    #expect(
      performing: {
        try ArchitectureFile.architecture(parsing: text, path: "f.yaml")
      },
      throws: { error in
        let line = "\(error)"
        if !line.contains(message) { Issue.record("\(line)\nexpected: \(message)") }
        return line.contains(message) && !line.contains("\n") && line.hasPrefix("f.yaml: ")
      })
  }

  @Test("files that are not there, no files, too long or not in UTF-8 are refused")
  func files() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rethink-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("f.yaml")
    #expect(throws: ArchitectureFileError.file(.notFound(path: file.path))) {
      try ArchitectureFile.read(at: file.path)
    }
    #expect(
      throws: ArchitectureFileError.file(
        .unreadable(path: folder.path, reason: "it is no regular file"))
    ) { try ArchitectureFile.read(at: folder.path) }
    try Data([0x6E, 0xFF]).write(to: file)
    #expect(
      throws: ArchitectureFileError.file(
        .notYAML(path: file.path, line: 0, reason: "the text is not in UTF-8"))
    ) { try ArchitectureFile.read(at: file.path) }
    try Data(count: ArchitectureFile.largestBytes + 1).write(to: file)
    #expect(
      throws: ArchitectureFileError.file(
        .tooLarge(
          path: file.path, bytes: ArchitectureFile.largestBytes + 1,
          largestBytes: ArchitectureFile.largestBytes))
    ) { try ArchitectureFile.read(at: file.path) }
    try Data(ArchitectureFile.yaml(of: PaperModel.alexnet.architecture).utf8).write(to: file)
    #expect(try ArchitectureFile.read(at: file.path) == PaperModel.alexnet.architecture)
  }

  @Test("too many layers, and branches too deep, are refused without a crash or a long wait")
  func limits() {
    let many = Self.file(String(repeating: "  - relu\n", count: 20_000))
    #expect(
      throws: ArchitectureFileError.file(
        .tooMany(path: "f", line: 10_004, what: "layers", limit: ArchitectureFile.mostLayers))
    ) { try ArchitectureFile.architecture(parsing: many, path: "f") }
    for depth in [33, 200, 5_000] {
      let deep =
        "name: a\ninput: 8x8x3\nlayers: "
        + String(repeating: "[branches: [", count: depth) + "[relu]"
        + String(repeating: "]]", count: depth)
      #expect(throws: ArchitectureFileError.self) {
        try ArchitectureFile.architecture(parsing: deep, path: "f")
      }
    }
    for opening in ["[", "{a: ", "- ", "? "] {
      #expect(throws: ArchitectureFileError.self) {
        try ArchitectureFile.architecture(
          parsing: String(repeating: opening, count: 100_000), path: "f")
      }
    }
  }

  @Test("a text with any part cut off or any byte changed is read or refused, never more")
  func fuzz() throws {
    let text = Array(try ArchitectureFile.yaml(of: PropertyCase(seed: 300).architecture).utf8)
    for length in text.indices {
      _ = try? ArchitectureFile.architecture(
        parsing: String(decoding: text[..<length], as: UTF8.self), path: "f")
    }
    var stream = RandomStream(seed: 1, purpose: "changed bytes")
    for position in text.indices {
      var changed = text
      changed[position] = UInt8(stream.integer(below: 256))
      _ = try? ArchitectureFile.architecture(
        parsing: String(decoding: changed, as: UTF8.self), path: "f")
    }
  }
}
