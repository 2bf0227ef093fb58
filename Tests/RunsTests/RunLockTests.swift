import Foundation
import Runs
import Subprocess
import Synchronization
import SystemPackage
import Testing

@Suite("Locks of runs")
struct RunLockTests {
  private func lockFile(_ folder: URL) -> URL { folder.appendingPathComponent(RunLock.name) }

  /// Changes what a lock's file says.
  private func edit(_ file: URL, _ change: (inout [String: Any]) -> Void) throws {
    var object = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
    change(&object)
    try JSONSerialization.data(withJSONObject: object).write(to: file)
  }

  private func setAge(_ file: URL, seconds: Double) throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -seconds)], ofItemAtPath: file.path)
  }

  @Test("one process holds it until it gives it back")
  func exclusive() async throws {
    try await withTemporaryFolder { folder in
      let lock = try #require(try RunLock.acquire(in: folder.path))
      #expect(try RunLock.acquire(in: folder.path) == nil)
      let holder = try #require(RunLock.liveHolder(of: folder.path))
      #expect(holder.process == getpid() && !holder.host.isEmpty && holder.age < 10)
      #expect(lock.isHeld && lock.renew())
      lock.release()
      #expect(!lock.isHeld && !lock.renew())
      #expect(RunLock.liveHolder(of: folder.path) == nil)
      #expect(try RunLock.acquire(in: folder.path) != nil)
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: folder.path) == [RunLock.name])
    }
  }

  @Test("another machine's is stale when its lease is over, not before; renewing puts it off")
  func lease() async throws {
    try await withTemporaryFolder { folder in
      let file = lockFile(folder)
      let lock = try #require(try RunLock.acquire(in: folder.path))
      try edit(file) { $0["system"] = ["host": "elsewhere", "session": "1"] }
      try setAge(file, seconds: 50)
      #expect(RunLock.liveHolder(of: folder.path, lease: 60)?.host == "elsewhere")
      #expect(try RunLock.acquire(in: folder.path, lease: 60) == nil)
      try setAge(file, seconds: 70)
      #expect(RunLock.liveHolder(of: folder.path, lease: 60) == nil)
      #expect(lock.renew())
      #expect(try RunLock.acquire(in: folder.path, lease: 60) == nil)
      try setAge(file, seconds: 70)
      let taken = try #require(try RunLock.acquire(in: folder.path, lease: 60))
      #expect(taken.isHeld && !lock.isHeld && !lock.renew())
      lock.release()
      #expect(taken.isHeld, "the former holder must not remove another's lock")
    }
  }

  @Test("this machine's is stale at once when its processes are gone, and never while one lives")
  func processes() async throws {
    try await withTemporaryFolder { folder in
      let file = lockFile(folder)
      let lock = try #require(try RunLock.acquire(in: folder.path))
      try setAge(file, seconds: 1000)
      #expect(try RunLock.acquire(in: folder.path) == nil, "a process that sleeps still holds it")
      _ = try await Subprocess.run(
        .path("/bin/sleep"), arguments: ["infinity"], input: .none, output: .discarded,
        error: .discarded
      ) { sleeper in
        let number = sleeper.processIdentifier.value
        let named = try lock.naming(worker: number)
        #expect(named.isHeld)
        // The holder is gone, what it started is not.
        try edit(file) { object in
          var processes = object["processes"] as? [[String: Any]] ?? []
          processes[0]["number"] = 4_194_304
          object["processes"] = processes
        }
        #expect(try RunLock.acquire(in: folder.path) == nil)
        kill(number, SIGKILL)
      }
      #expect(try RunLock.acquire(in: folder.path) != nil)
    }
  }

  @Test("a later process with the same number does not hold it")
  func reusedNumber() async throws {
    try await withTemporaryFolder { folder in
      _ = try #require(try RunLock.acquire(in: folder.path))
      try edit(lockFile(folder)) { object in
        object["processes"] = [["number": Int(getpid()), "startTicks": 1]]
      }
      #expect(try RunLock.acquire(in: folder.path) != nil)
    }
  }

  @Test("a file that says nothing counts until the lease is over", arguments: ["", "{", "[1]"])
  func damaged(text: String) async throws {
    try await withTemporaryFolder { folder in
      let file = lockFile(folder)
      try Data(text.utf8).write(to: file)
      #expect(try RunLock.acquire(in: folder.path) == nil)
      #expect(RunLock.liveHolder(of: folder.path)?.process == 0)
      try setAge(file, seconds: 61)
      #expect(try RunLock.acquire(in: folder.path) != nil)
    }
  }

  @Test("of many that find one stale at the same time one wins", arguments: 0..<40)
  func race(round: Int) async throws {
    try await withTemporaryFolder { folder in
      let file = lockFile(folder)
      try Data("{}".utf8).write(to: file)
      try setAge(file, seconds: 100)
      let won = Mutex(0)
      let failures = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do {
          if try RunLock.acquire(in: folder.path) != nil { won.withLock { $0 += 1 } }
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(won.withLock { $0 } == 1)
      #expect(failures.withLock { $0 }.isEmpty)
    }
  }

  @Test("a folder that is not there cannot be locked, and the error names the file")
  func noFolder() async throws {
    try await withTemporaryFolder { folder in
      let missing = folder.appendingPathComponent("none").path
      #expect(
        throws: RunStoreError.cannotWrite(
          path: missing + "/lock.json", reason: "No such file or directory")
      ) { try RunLock.acquire(in: missing) }
      #expect(RunLock.liveHolder(of: missing) == nil)
    }
  }
}
