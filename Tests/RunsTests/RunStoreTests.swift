import Experiments
import Foundation
import Runs
import Testing

@Suite("Folders of runs")
struct RunStoreTests {
  private let run = PlannedRun(name: "a/seed=1", command: "train", options: ["seed": "1"])

  private func write(_ text: String, _ folder: String, _ name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder).appendingPathComponent(name))
  }

  @Test("a run's state is what its files say")
  func states() async throws {
    try await withTemporaryFolder { root in
      let store = try RunStore(creating: root.path + "/new/runs")
      let identity = RunIdentity(run, dataDigest: "")
      let folder = try store.folder(of: run, identity: identity)
      #expect(folder == root.path + "/new/runs/a/seed=1-\(identity.prefix)")
      #expect(store.state(of: folder) == .planned)
      let stored = StoredRun(run, identity: identity, command: "rethink")
      try store.prepare(stored, in: folder)
      #expect(store.state(of: folder) == .planned)
      #expect(try store.stored(in: folder) == stored)
      try write("{}", folder, "config.json")
      #expect(store.state(of: folder) == .interrupted)
      for (status, state) in [
        (nil, RunState.interrupted), (75, .interrupted), (0, .failed), (1, .failed), (-9, .failed),
      ] as [(Int32?, RunState)] {
        try store.write(RunAttempt(status: status, threads: 1), in: folder)
        #expect(store.state(of: folder) == state, "status \(String(describing: status))")
      }
      let lock = try #require(try RunLock.acquire(in: folder))
      #expect(store.state(of: folder) == .running)
      lock.release()
      try write("{}", folder, "record.json")
      #expect(store.state(of: folder) == .finished)
    }
  }

  @Test("a folder that holds another run is not used")
  func other() async throws {
    try await withTemporaryFolder { root in
      let store = try RunStore(creating: root.path)
      let folder = root.path + "/a"
      try store.prepare(
        StoredRun(run, identity: RunIdentity(run, dataDigest: "1"), command: ""), in: folder)
      let second = StoredRun(run, identity: RunIdentity(run, dataDigest: "2"), command: "")
      #expect(throws: RunStoreError.self) { try store.prepare(second, in: folder) }
      try write("{", folder, "run.json")
      #expect(
        performing: { try store.prepare(second, in: folder) },
        throws: { "\($0)".hasPrefix("\(folder)/run.json: cannot be read: it says no run: ") })
    }
  }

  @Test("a file in the folder's place, and a folder that may not be written, are told")
  func unusable() async throws {
    try await withTemporaryFolder { root in
      try write("", root.path, "file")
      #expect(
        throws: RunStoreError.cannotCreate(
          path: root.path + "/file/runs", reason: "Not a directory")
      ) { try RunStore(creating: root.path + "/file/runs") }
      // The superuser may write everywhere but in the kernel's folders.
      #expect(
        performing: { try RunStore(creating: "/proc/runs") },
        throws: { error in
          "\(error)".hasPrefix("/proc/runs: cannot be used as a folder of runs: ")
        })
    }
  }

  @Test("runs are found below the root by run.json or record.json, in order, without links")
  func found() async throws {
    try await withTemporaryFolder { root in
      let store = try RunStore(creating: root.path)
      let identity = RunIdentity(run, dataDigest: "")
      let folder = try store.folder(of: run, identity: identity)
      try store.prepare(StoredRun(run, identity: identity, command: ""), in: folder)
      let typed = root.path + "/by-hand"
      try FileManager.default.createDirectory(
        atPath: typed, withIntermediateDirectories: true)
      try write(
        #"{"command": "rethink study norms --seed 4 --noise=2 --json --leave --threads 2"}"#, typed,
        "config.json")
      try write(
        #"{"testError": 0.25, "list": [1], "none": null, "n": 3, "ok": true}"#, typed,
        "record.json")
      try FileManager.default.createSymbolicLink(
        atPath: root.path + "/link", withDestinationPath: root.path)
      let runs = store.runs()
      #expect(runs.map(\.folder) == [folder, typed])
      #expect(runs.map(\.run.name) == ["a/seed=1-\(identity.prefix)", "by-hand"])
      #expect(
        runs.map(\.state) == [.planned, .finished] && runs.map(\.isPlanned) == [true, false])
      #expect(runs[1].run.command == "study norms")
      #expect(runs[1].run.options == ["seed": "4", "noise": "2", "leave": "true"])
      #expect(
        runs[1].values == ["testError": .number(0.25), "n": .whole(3), "ok": .flag(true)])
      #expect(runs[1].age < 100)
      #expect(try store.remove(folder))
      let lock = try RunLock.acquire(in: typed)
      #expect(try !store.remove(typed))
      lock?.release()
      #expect(store.runs().map(\.folder) == [typed])
    }
  }

  @Test(
    "filters compare numbers as numbers and texts as texts",
    arguments: [
      ("seed=4", true), ("seed=4.0", true), ("seed=5", false), ("testError<0.3", true),
      ("testError<0.25", false), ("testError>0.2", true), ("corrupt=none", true),
      ("corrupt=non", false), ("state=finished", true), ("command=train", true), ("run=a", true),
      ("missing=", false), ("corrupt<1", false),
    ])
  func filters(text: String, holds: Bool) throws {
    let found = FoundRun(
      run: PlannedRun(name: "a", command: "train", options: ["seed": "4", "corrupt": "none"]),
      folder: "", state: .finished, values: ["testError": .number(0.25)], isPlanned: true, age: 0)
    #expect(try #require(RunFilter(text)).holds(for: found) == holds)
  }

  @Test("texts that are no conditions are none", arguments: ["", "a", "=1", "a<", "a<b", ">3"])
  func noFilter(text: String) { #expect(RunFilter(text) == nil) }
}
