import Foundation
import Reports
import Testing

@Suite("Folders of runs")
struct RunFolderTests {
  @Test(
    "The first file makes the folder and its parents, an existing one is taken, trials leave nothing"
  )
  func creation() throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path("a/b/c"))
    #expect(folder.path == place.path("a/b/c"))
    #expect(try place.contents() == [])
    try folder.write("old", to: "x.txt")
    let again = try RunFolder(creating: place.path("a/b/c/"))
    #expect(try place.text("a/b/c/x.txt") == "old")
    try again.write("new", to: "x.txt")
    #expect(try place.text("a/b/c/x.txt") == "new")
    #expect(try place.contents() == ["a", "a/b", "a/b/c", "a/b/c/x.txt"])
  }

  @Test("Files are written whole, folders in their names are made, and no temporary stays")
  func writing() throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path)
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try folder.write(bytes: bytes, to: "figures/deep/data.bin")
    try folder.write("", to: "empty")
    #expect(
      try place.contents() == ["empty", "figures", "figures/deep", "figures/deep/data.bin"])
    #expect(folder.pathOf("figures/deep/data.bin") == place.path("figures/deep/data.bin"))
    let read = try Data(contentsOf: URL(filePath: folder.pathOf("figures/deep/data.bin")))
    #expect(Array(read) == bytes)
  }

  @Test("A reader sees a whole file at any time, the old or the new one")
  func atomicity() async throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path)
    let size = 300_000
    try folder.write(bytes: Array(repeating: 0, count: size), to: "file")
    let writer = Task.detached {
      var round: UInt8 = 0
      while !Task.isCancelled {
        round &+= 1
        try folder.write(bytes: Array(repeating: round, count: size), to: "file")
      }
    }
    defer { writer.cancel() }
    let url = URL(filePath: folder.pathOf("file"))
    var last: UInt8 = 0
    var changes = 0
    while changes < 100 {
      let bytes = try Data(contentsOf: url)
      try #require(bytes.count == size)
      try #require(bytes.allSatisfy { $0 == bytes[0] })
      if bytes[0] != last { changes += 1 }
      last = bytes[0]
    }
    writer.cancel()
    try await writer.value
    #expect(try place.contents() == ["file"])
  }

  @Test("A path that is a file, below a file, or in /proc cannot be created")
  func cannotCreate() throws {
    let place = try TestFolder()
    try Data("x".utf8).write(to: URL(filePath: place.path("file")))
    for path in [place.path("file"), place.path("file/below/that"), "/proc/rethink/run", "/proc"] {
      let error = #expect(throws: ReportError.self) { try RunFolder(creating: path) }
      guard case .cannotCreate(let told, let reason) = error else {
        Issue.record("\(path) gives \(String(describing: error))")
        continue
      }
      #expect(told == path)
      #expect(!reason.isEmpty)
    }
    #expect(try place.contents() == ["file"])
    #expect(try place.text("file") == "x")
  }

  @Test("Folders made on the way to a failure are removed")
  func nothingLeftBehind() throws {
    let place = try TestFolder()
    let tooLong = String(repeating: "n", count: 300)
    #expect(throws: ReportError.self) { try RunFolder(creating: place.path("a/b/\(tooLong)")) }
    #expect(try place.contents().isEmpty)
    let folder = try RunFolder(creating: place.path)
    #expect(throws: ReportError.self) { try folder.write("x", to: "c/d/\(tooLong)") }
    #expect(try place.contents().isEmpty)
  }

  @Test("A name that a folder has cannot be written, and nothing stays behind")
  func nameOfFolder() throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path)
    try folder.write("x", to: "inner/file")
    let error = #expect(throws: ReportError.self) { try folder.write("y", to: "inner") }
    guard case .cannotWrite(let path, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(path == place.path("inner"))
    #expect(try place.contents() == ["inner", "inner/file"])
  }

  @Test(
    "Names lead nowhere outside the folder",
    arguments: ["../x", "", "/x", "a/../../x", ".", "a//b"])
  func names(name: String) throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path("run"))
    #expect(throws: ReportError.self) { try folder.write("x", to: name) }
    #expect(try place.contents() == [])
  }

  @Test(
    "Every message is one line that names its subject and says what to try",
    arguments: [
      (.cannotCreate(path: "a\nb", reason: "r"), "a b: ", "name a folder"),
      (.cannotWrite(path: "a\nb", reason: "r"), "a b: ", "free space"),
      (.cannotEncode(reason: "r\ns"), "the record", "print the report"),
      (.gnuplotMissing(executable: "gnuplot"), "gnuplot: ", "install gnuplot"),
      (
        .gnuplotLacksTerminal(name: "pdf\ncairo"), "gnuplot: has no terminal pdf cairo", "--figures"
      ),
      (.gnuplotFailed(reason: "r\ns"), "gnuplot drew no figure: r s", "--version"),
    ] as [(ReportError, String, String)])
  func messages(error: ReportError, start: String, advice: String) {
    #expect(error.description.hasPrefix(start))
    #expect(error.description.contains(advice))
    #expect(!error.description.contains { $0.isNewline })
  }
}
