import Foundation
import Runs
import Synchronization
import Testing

@Suite("Scheduler of runs")
struct RunSchedulerTests {
  private func plan(_ count: Int, _ options: [String: String] = [:]) -> [PlannedRun] {
    (0..<count).map { seed in
      PlannedRun(
        name: "seed=\(seed)", command: "kernel",
        options: options.merging(["seed": "\(seed)"]) { $1 })
    }
  }

  private func scheduler(
    _ folder: URL, _ program: Program, jobs: Int = 2, retries: Bool = false
  ) throws -> RunScheduler {
    RunScheduler(
      store: try RunStore(creating: folder.appendingPathComponent("runs").path),
      executable: program.path, jobs: jobs, threads: 3, retriesFailed: retries)
  }

  @Test("each run is done once, with its folder, quiet and its threads; a second call does nothing")
  func once() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      let scheduler = try scheduler(folder, program)
      let events = Mutex<[RunEvent]>([])
      let runs = plan(5)
      let outcomes = await scheduler.run(
        runs, dataDigest: { _ in "d" }, progress: { event in events.withLock { $0.append(event) } })
      #expect(outcomes.map(\.run) == runs)
      #expect(outcomes.allSatisfy { $0.state == .finished && $0.wasAttempted })
      #expect(events.withLock { $0.count } == 10)
      #expect(
        Set(program.lines())
          == Set(
            outcomes.map { outcome in
              "kernel --seed=\(outcome.run.options["seed"] ?? "") --threads=3 "
                + "--out=\(outcome.folder) --quiet"
            }))
      let store = scheduler.store
      for outcome in outcomes {
        let stored = try store.stored(in: outcome.folder)
        #expect(stored.run == outcome.run)
        #expect(outcome.folder.hasSuffix("\(outcome.run.name)-\(stored.identity.prefix)"))
        let attempt = try #require(store.attempt(of: outcome.folder))
        #expect(attempt.status == 0 && attempt.threads == 3 && attempt.seconds != nil)
        #expect(!FileManager.default.fileExists(atPath: outcome.folder + "/lock.json"))
      }
      let again = await scheduler.run(runs, dataDigest: { _ in "d" })
      #expect(again.allSatisfy { $0.state == .finished && !$0.wasAttempted })
      #expect(program.lines().count == 5)
      // Other data are other runs.
      _ = await scheduler.run(runs, dataDigest: { _ in "e" })
      #expect(program.lines().count == 10)
    }
  }

  @Test("a run that fails is told with its last line and stops no other; it is retried when asked")
  func failed() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      var runs = plan(3)
      runs[1].options["act"] = "fail"
      runs[2].options["act"] = "nothing"
      let first = try await scheduler(folder, program).run(runs, dataDigest: { _ in "" })
      #expect(first.map(\.state) == [.finished, .failed, .failed])
      #expect(first.map(\.message) == [nil, "program: no luck", "ended without record.json"])
      let second = try await scheduler(folder, program).run(runs, dataDigest: { _ in "" })
      #expect(second.map(\.state) == first.map(\.state))
      #expect(second.map(\.message) == first.map(\.message))
      #expect(program.lines().count == 3)
      _ = try await scheduler(folder, program, retries: true).run(runs, dataDigest: { _ in "" })
      #expect(program.lines().count == 5)
    }
  }

  @Test("a finished run whose check failed says so each time; one that was asked too late does not")
  func check() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      var runs = plan(2)
      runs[0].options["act"] = "check"
      runs[1].options["act"] = "late"
      for _ in 0..<2 {
        let outcomes = try await scheduler(folder, program).run(runs, dataDigest: { _ in "" })
        #expect(outcomes.map(\.state) == [.finished, .finished])
        #expect(outcomes.map(\.message) == ["program: unsound", nil])
      }
      #expect(program.lines().count == 2)
    }
  }

  @Test("a training that was left goes on with --resume; status 75 is no failure")
  func resumed() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      let run = PlannedRun(name: "a", command: "train", options: ["act": "leave"])
      let scheduler = try scheduler(folder, program)
      let left = await scheduler.run([run], dataDigest: { _ in "" })
      #expect(left[0].state == .interrupted)
      let events = Mutex<[RunEvent.Kind]>([])
      let outcomes = await scheduler.run(
        [run], dataDigest: { _ in "" },
        progress: { event in events.withLock { $0.append(event.kind) } })
      #expect(outcomes[0].state == .finished)
      #expect(events.withLock { $0.first } == .began(isResumed: true))
      #expect(program.lines().last == "train --resume=\(outcomes[0].folder) --quiet")
    }
  }

  @Test("two schedulers at once on one folder do each run once")
  func two() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      let runs = plan(12, ["wait": "0.02"])
      async let first = scheduler(folder, program).run(runs, dataDigest: { _ in "" })
      async let second = scheduler(folder, program).run(runs.reversed(), dataDigest: { _ in "" })
      let outcomes = try await (first, second)
      #expect(outcomes.0.allSatisfy { $0.state == .finished })
      #expect(outcomes.1.allSatisfy { $0.state == .finished })
      #expect((outcomes.0 + outcomes.1).allSatisfy { $0.message == nil })
      #expect(program.lines().count == 12)
      #expect(Set(program.lines()).count == 12)
    }
  }

  @Test("a run that another process holds is told, waited for and done after it")
  func held() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      let scheduler = try scheduler(folder, program)
      let runs = plan(3)
      let store = scheduler.store
      let held = try store.folder(of: runs[1], identity: RunIdentity(runs[1], dataDigest: ""))
      try FileManager.default.createDirectory(atPath: held, withIntermediateDirectories: true)
      let lock = try #require(try RunLock.acquire(in: held))
      let events = Mutex<[RunEvent]>([])
      let outcomes = await scheduler.run(
        runs, dataDigest: { _ in "" },
        progress: { event in
          events.withLock { $0.append(event) }
          if case .waits(let holder) = event.kind {
            #expect(holder.contains("process \(getpid()) of "))
            lock.release()
          }
        })
      #expect(outcomes.allSatisfy { $0.state == .finished && $0.wasAttempted })
      #expect(program.lines().count == 3)
      #expect(events.withLock { $0.last?.index } == 1)
    }
  }

  @Test("a process whose lock was taken is killed, and the other's lock stays")
  func lost() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      var scheduler = try scheduler(folder, program)
      scheduler.lease = 1
      let runs = plan(1, ["wait": "300"])
      let own = try scheduler.store.folder(
        of: runs[0], identity: RunIdentity(runs[0], dataDigest: ""))
      let other = folder.appendingPathComponent("other")
      try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
      let taken = try #require(try RunLock.acquire(in: other.path))
      let file = URL(fileURLWithPath: own).appendingPathComponent(RunLock.name)
      // A process of its own takes it, which no other test delays.
      let script = """
        (while ! [ -e \(program.calls.path) ]; do sleep 0.01; done; sleep 0.1
        cp \(other.path)/\(RunLock.name) \(file.path)) >/dev/null 2>&1 &
        """
      _ = try await outputOf("/bin/sh", "-c", script)
      let outcomes = await scheduler.run(runs, dataDigest: { _ in "" }, shouldStop: { false })
      #expect(outcomes[0].state == .interrupted)
      #expect(FileManager.default.fileExists(atPath: file.path))
      taken.release()
    }
  }

  @Test("asked to stop, it starts nothing more, and what is left is planned")
  func stopped() async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      let hasBegun = Mutex(false)
      let outcomes = try await scheduler(folder, program, jobs: 1).run(
        plan(4, ["wait": "0.3"]), dataDigest: { _ in "" },
        shouldStop: { hasBegun.withLock { $0 } },
        progress: { _ in hasBegun.withLock { $0 = true } })
      #expect(program.lines().count == 1)
      #expect(outcomes.dropFirst().allSatisfy { $0.state == .planned && !$0.wasAttempted })
    }
  }

  @Test("a program that cannot be started is an error of each run and leaves no lock")
  func noProgram() async throws {
    try await withTemporaryFolder { folder in
      let store = try RunStore(creating: folder.path + "/runs")
      let outcomes = await RunScheduler(
        store: store, executable: folder.path + "/none", threads: 1
      ).run(plan(2), dataDigest: { _ in "" })
      for outcome in outcomes {
        #expect(outcome.state == .failed)
        #expect(outcome.message?.hasPrefix(folder.path + "/none: cannot be started: ") == true)
        #expect(!FileManager.default.fileExists(atPath: outcome.folder + "/lock.json"))
      }
    }
  }

  @Test(
    "a name that leads out of the folder is refused and nothing is started",
    arguments: ["..", "a/../b", "", "a//b", "/a", "a/", "a\nb"])
  func names(name: String) async throws {
    try await withTemporaryFolder { folder in
      let program = try await Program(in: folder)
      let run = PlannedRun(name: name, command: "kernel", options: [:])
      let outcomes = try await scheduler(folder, program).run([run], dataDigest: { _ in "" })
      #expect(outcomes[0].state == .failed)
      #expect(outcomes[0].message == RunStoreError.name(name).description)
      #expect(program.lines().isEmpty)
    }
  }
}
