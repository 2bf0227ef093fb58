import DatasetFiles
import RandomStreams
import Testing

@Suite("Files of real targets")
struct TargetsFileTests {
  let folder: TestFolder

  init() throws { folder = try TestFolder() }

  @Test("Written numbers read back to the last bit", arguments: UInt64(0)..<200)
  func roundTrip(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "targets")
    var values: [Double] = []
    while values.count < size(of: seed) {
      let value = Double(bitPattern: stream.next())
      if value.isFinite { values.append(value) }
    }
    let lineEnd = seed % 4 < 2 ? "\n" : "\r\n"
    let lines = values.map { "\($0)" }.joined(separator: lineEnd)
    let path = try folder.write(lines + (seed % 3 == 0 ? lineEnd : ""), to: "targets.txt")
    #expect(try TargetsFile.values(at: path).map(\.bitPattern) == values.map(\.bitPattern))
  }

  @Test("Blank lines and remarks are skipped")
  func remarks() throws {
    let path = try folder.write("# y\n\n 1\n  # two\n\t-2.5e-1 \n\n", to: "targets.txt")
    #expect(try TargetsFile.values(at: path) == [1, -0.25])
  }

  @Test(
    "What is no number is told with its line",
    arguments: ["one", "1,2", "1 2", "1.5.2", "0x", "--1", "\u{feff}1", "1 # one", "1\r2"])
  func notANumber(text: String) throws {
    let path = try folder.write("# y\n\n1\n\(text)\n2\n", to: "targets.txt")
    #expect(throws: DatasetFileError.notANumber(path: path, line: 4, text: text)) {
      try TargetsFile.values(at: path)
    }
  }

  @Test(
    "NaN and infinity are told with their line",
    arguments: ["nan", "NaN", "-nan", "inf", "-Infinity", "1e400", "-1e400"])
  func notFinite(text: String) throws {
    let path = try folder.write("1\n2\n\(text)", to: "targets.txt")
    #expect(throws: DatasetFileError.notFinite(path: path, line: 3, text: text)) {
      try TargetsFile.values(at: path)
    }
  }

  @Test("A file without numbers is refused", arguments: ["", "\n", "# nothing\n \n"])
  func empty(text: String) throws {
    let path = try folder.write(text, to: "targets.txt")
    #expect(throws: DatasetFileError.empty(path: path)) { try TargetsFile.values(at: path) }
  }

  @Test("A missing file is missing input")
  func missing() {
    let path = folder.path("nowhere")
    #expect(throws: DatasetFileError.notFound(path: path, whatToTry: "check the path")) {
      try TargetsFile.values(at: path)
    }
  }

  @Test("Random bytes give an error, never a crash", arguments: UInt64(0)..<200)
  func randomBytes(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: "random text")
    let path = try folder.write([0xff] + stream.bytes(size(of: seed)), to: "targets.txt")
    #expect(throws: DatasetFileError.self) { try TargetsFile.values(at: path) }
  }
}
