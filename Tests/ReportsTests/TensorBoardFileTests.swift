import Foundation
import RandomStreams
import Reports
import TestSupport
import Testing

@Suite("Event files for TensorBoard")
struct TensorBoardFileTests {
  private func loss(_ step: Int) -> TensorBoardEvent {
    TensorBoardEvent(wallTime: Double(step), step: step, .scalar(tag: "loss", value: Float(step)))
  }

  private func bytes(_ path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }

  @Test("Names are in order of time and stay in their folder")
  func names() {
    #expect(
      TensorBoardFile.name(seconds: 1_700_000_000, host: "a.b")
        == "events.out.tfevents.1700000000.a.b")
    #expect(TensorBoardFile.name(seconds: 7, host: "../x") == "events.out.tfevents.0000000007...-x")
    #expect(
      TensorBoardFile.name(seconds: 1)
        == TensorBoardFile.name(
          seconds: 1, host: TensorBoardFile.hostName))
    #expect(!TensorBoardFile.hostName.isEmpty)
  }

  @Test("A file holds the version and what was appended, and its length is known")
  func appending() throws {
    let place = try TestFolder()
    let path = place.path(TensorBoardFile.name(seconds: 5, host: "h"))
    var file = try TensorBoardFile(creating: path, wallTime: 12)
    var stream = RandomStream(seed: 1, purpose: "event file")
    var expected = [TensorBoardEvent(wallTime: 12, .fileVersion)]
    for count in PropertyCase.sizes {
      let events = (0..<count).map { _ in randomEvent(&stream) }
      try file.append(events)
      expected += events
      #expect(try bytes(path).count == file.byteCount)
    }
    #expect(try decodedEvents(bytes(path)) == expected.map { DecodedEvent($0) })
  }

  @Test("A resumed run continues from its checkpoint as if it had not been cut off")
  func continuing() throws {
    let place = try TestFolder()
    let path = place.path("tfevents")
    var file = try TensorBoardFile(creating: path, wallTime: 0)
    try file.append([loss(1), loss(2)])
    let checkpoint = file.byteCount
    try file.append([loss(3)])
    let uninterrupted = try bytes(path)
    try file.append([loss(4), loss(5)])

    var resumed = try TensorBoardFile(continuing: path, byteCount: checkpoint)
    #expect(resumed.byteCount == checkpoint)
    try resumed.append([loss(3)])
    #expect(try bytes(path) == uninterrupted)
    // The writer from before does not overwrite what the resumed run has written.
    let left = uninterrupted.count
    #expect(
      throws: TensorBoardFileError.wrongLength(path: path, expected: file.byteCount, found: left)
    ) { try file.append([loss(6)]) }
    #expect(try bytes(path) == uninterrupted)
    let whole = try TensorBoardFile(continuing: path, byteCount: left)
    #expect(whole.byteCount == left)
  }

  @Test("Every other length is refused and leaves the file as it is")
  func wrongLengths() throws {
    let place = try TestFolder()
    let path = place.path("tfevents")
    var file = try TensorBoardFile(creating: path, wallTime: 0)
    let first = file.byteCount
    try file.append([loss(1)])
    let before = try bytes(path)
    for length in -1...before.count where length != first && length != before.count {
      #expect(
        throws: TensorBoardFileError.brokenRecord(path: path, position: length < first ? 0 : first)
      ) { try TensorBoardFile(continuing: path, byteCount: length) }
    }
    for length in [before.count + 1, Int.max] {
      #expect(
        throws: TensorBoardFileError.wrongLength(
          path: path, expected: length, found: before.count)
      ) { try TensorBoardFile(continuing: path, byteCount: length) }
    }
    #expect(try bytes(path) == before)
  }

  @Test("One bit changed in the bytes to keep is found, in the bytes to cut off it is not")
  func damage() throws {
    let place = try TestFolder()
    let path = place.path("tfevents")
    var file = try TensorBoardFile(creating: path, wallTime: 0)
    let first = file.byteCount
    try file.append([loss(1)])
    let (kept, whole) = (file.byteCount, try bytes(path))
    try file.append([loss(2)])
    let all = try bytes(path)
    for place in 0..<kept {
      var damaged = all
      damaged[place] ^= 1 << UInt8(place % 8)
      try Data(damaged).write(to: URL(filePath: path))
      #expect(
        throws: TensorBoardFileError.brokenRecord(path: path, position: place < first ? 0 : first)
      ) { try TensorBoardFile(continuing: path, byteCount: kept) }
      #expect(try bytes(path) == damaged)
    }
    try Data(whole + [1, 2, 3]).write(to: URL(filePath: path))
    _ = try TensorBoardFile(continuing: path, byteCount: kept)
    #expect(try bytes(path) == whole)
  }

  @Test("Names that TensorBoard does not see, missing folders and files are refused")
  func hostilePaths() throws {
    let place = try TestFolder()
    for path in ["", "/", place.path("events"), place.path("tfevents/x")] {
      #expect(throws: TensorBoardFileError.notAnEventFileName(path: path)) {
        try TensorBoardFile(creating: path, wallTime: 0)
      }
      #expect(throws: TensorBoardFileError.notAnEventFileName(path: path)) {
        try TensorBoardFile(continuing: path, byteCount: 40)
      }
    }
    let missing = place.path("no/tfevents")
    let reason = "No such file or directory"
    #expect(throws: TensorBoardFileError.cannotCreate(path: missing, reason: reason)) {
      try TensorBoardFile(creating: missing, wallTime: 0)
    }
    #expect(throws: TensorBoardFileError.cannotOpen(path: missing, reason: reason)) {
      try TensorBoardFile(continuing: missing, byteCount: 40)
    }
    let path = place.path("tfevents")
    var file = try TensorBoardFile(creating: path, wallTime: 0)
    #expect(throws: TensorBoardFileError.cannotCreate(path: path, reason: "File exists")) {
      try TensorBoardFile(creating: path, wallTime: 0)
    }
    #expect(try bytes(path).count == file.byteCount)
    try FileManager.default.removeItem(atPath: path)
    #expect(throws: TensorBoardFileError.cannotOpen(path: path, reason: reason)) {
      try file.append([loss(1)])
    }
    #expect(try place.contents() == [])
  }

  @Test("A record that finds no room is taken back")
  func fullDisk() async throws {
    await #expect(processExitsWith: .success) {
      let folder = FileManager.default.temporaryDirectory.appending(path: "reports-\(UUID())")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.path + "/tfevents"
      var file = try TensorBoardFile(creating: path, wallTime: 0)
      let before = file.byteCount
      // Room for a part of the record only.
      var limit = rlimit(rlim_cur: rlim_t(before + 10), rlim_max: rlim_t(before + 1000))
      signal(SIGXFSZ, SIG_IGN)
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      let event = TensorBoardEvent(wallTime: 0, .scalar(tag: "loss", value: 1))
      do throws(TensorBoardFileError) {
        try file.append([event])
        preconditionFailure("the record was written")
      } catch {
        precondition(error == .cannotWrite(path: path, reason: "File too large"))
      }
      precondition(file.byteCount == before)
      limit.rlim_cur = limit.rlim_max
      precondition(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
      try file.append([event])
      let events = try decodedEvents(Array(Data(contentsOf: URL(filePath: path))))
      precondition(events.count == 2)
    }
  }

  @Test("Refusals say what to do, on one line")
  func descriptions() {
    let path = "a\nb"
    let texts: [(TensorBoardFileError, String)] = [
      (
        .notAnEventFileName(path: path),
        "a b: TensorBoard reads files with \"tfevents\" in their name only: "
          + "call it events.out.tfevents.1700000000.host or alike"
      ),
      (
        .cannotCreate(path: path, reason: "r"),
        "a b: cannot be created: r; name a new file in a folder that you may write"
      ),
      (.cannotOpen(path: path, reason: "r"), "a b: cannot be opened: r; begin a new event file"),
      (
        .cannotWrite(path: path, reason: "r"),
        "a b: cannot be written: r; free space there, or name another folder"
      ),
      (
        .wrongLength(path: path, expected: 5, found: 4),
        "a b: has 4 bytes, 5 expected: changed by something else; begin a new event file"
      ),
      (
        .brokenRecord(path: path, position: 7),
        "a b: no whole record at byte 7 of those to keep: not the file of this run, or damaged; "
          + "begin a new event file"
      ),
    ]
    for (error, text) in texts { #expect(error.description == text) }
  }
}
