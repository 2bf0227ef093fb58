private import Foundation
private import NetworkFiles
private import Synchronization

/// What a scheduler tells while it works.
public struct RunEvent: Sendable {
  /// What happened.
  public enum Kind: Sendable, Equatable {
    /// The run begins; `isResumed` where it goes on from a checkpoint.
    case began(isResumed: Bool)
    /// The run was tried, or needed no more work.
    case ended(RunOutcome)
    /// Another process is at work on it; it is looked at again at the end.
    case waits(for: String)
  }

  /// The position of the run in the plan, from 0.
  public var index: Int
  /// What happened.
  public var kind: Kind
}

/// Does planned runs, several at once, each in a process of its own.
///
/// A finished run is not repeated, an interrupted training is taken up at its checkpoint, and a run
/// that fails does not stop the others. A run that another process holds is looked at again at the
/// end, until that process has finished it or is gone.
public struct RunScheduler: Sendable {
  /// Where the runs lie.
  public var store: RunStore
  /// The program that does a run: it understands the runs' subcommands, `--out`, `--quiet` and
  /// `--threads`, and watches its ``Lifeline``.
  public var executable: String
  /// The most processes at once, at least 1.
  public var jobs: Int
  /// The threads of each process, where a run's own options do not say them.
  public var threads: Int
  /// Whether runs that failed before are tried again.
  public var retriesFailed: Bool
  /// Seconds without renewal after which another machine's lock is stale.
  public var lease: Double

  /// Prepares to do runs.
  ///
  /// - Parameters:
  ///   - store: where the runs lie.
  ///   - executable: the program that does a run.
  ///   - jobs: the most processes at once, at least 1.
  ///   - threads: the threads of each process.
  ///   - retriesFailed: whether runs that failed before are tried again.
  ///   - lease: seconds without renewal after which another machine's lock is stale.
  public init(
    store: RunStore, executable: String, jobs: Int = 1, threads: Int, retriesFailed: Bool = false,
    lease: Double = RunLock.defaultLease
  ) {
    precondition(jobs >= 1 && threads >= 1 && lease > 0, "processes, threads and a lease")
    (self.store, self.executable) = (store, executable)
    (self.jobs, self.threads) = (jobs, threads)
    (self.retriesFailed, self.lease) = (retriesFailed, lease)
  }

  /// Does the runs.
  ///
  /// - Parameters:
  ///   - runs: what to do, in this order.
  ///   - dataDigest: names the content of the files that a run reads; asked once for each run.
  ///   - shouldStop: asked ten times a second; once true, processes are asked to end and no other
  ///     is started.
  ///   - progress: told of each run, from any thread, one call at a time.
  /// - Returns: what became of each run, in the order of `runs`.
  public func run(
    _ runs: [PlannedRun], dataDigest: @escaping @Sendable (PlannedRun) -> String,
    shouldStop: @escaping @Sendable () -> Bool = { false },
    progress: @escaping @Sendable (RunEvent) -> Void = { _ in }
  ) async -> [RunOutcome] {
    let journal = Journal(runs, progress: progress)
    let identities = runs.map { RunIdentity($0, dataDigest: dataDigest($0)) }
    var pending = Array(runs.indices)
    while true {
      await pass(over: pending, identities, journal, shouldStop)
      pending = journal.held
      if pending.isEmpty || shouldStop() { break }
      try? await Task.sleep(for: .milliseconds(500))
      if Task.isCancelled { break }
    }
    return runs.indices.map { index in
      journal.outcome(index) ?? store.outcome(of: runs[index], identities[index], lease: lease)
    }
  }

  /// Tries each of some runs once, several at once.
  private func pass(
    over indices: [Int], _ identities: [RunIdentity], _ journal: Journal,
    _ shouldStop: @escaping @Sendable () -> Bool
  ) async {
    let queue = Queue(indices)
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<min(jobs, indices.count) {
        group.addTask {
          while !shouldStop(), !Task.isCancelled, let index = queue.next() {
            let outcome = await self.attempt(
              journal.runs[index], identities[index], shouldStop
            ) { journal.began(index, isResumed: $0) }
            journal.note(index, outcome)
          }
        }
      }
    }
  }

  /// Does one run where that is needed and nobody else is at it.
  private func attempt(
    _ run: PlannedRun, _ identity: RunIdentity, _ shouldStop: @escaping @Sendable () -> Bool,
    began: (Bool) -> Void
  ) async -> RunOutcome {
    var outcome = store.outcome(of: run, identity, lease: lease)
    guard !outcome.folder.isEmpty else { return outcome }
    if isSettled(outcome) {
      // A process that was killed just after its last file may have left its lock.
      if RunFiles(outcome.folder).hold(RunLock.name) {
        try? RunLock.acquire(in: outcome.folder, lease: lease)?.release()
      }
      return outcome
    }
    do throws(RunStoreError) {
      let stored = StoredRun(
        run, identity: identity,
        command: StoredRun.command(of: run, in: outcome.folder))
      try store.prepare(stored, in: outcome.folder)
      guard let lock = try RunLock.acquire(in: outcome.folder, lease: lease) else {
        return store.outcome(of: run, in: outcome.folder, state: .running, lease: lease)
      }
      // Another process may have done it since.
      outcome = store.outcome(
        of: run, in: outcome.folder, state: store.stateWithoutLock(of: outcome.folder),
        lease: lease)
      if isSettled(outcome) {
        lock.release()
        return outcome
      }
      return try await work(on: outcome, lock, shouldStop, began: began)
    } catch {
      (outcome.state, outcome.message) = (.failed, error.description)
      return outcome
    }
  }

  /// Starts the process of a run that is locked, waits for it, and gives the lock back.
  private func work(
    on former: RunOutcome, _ lock: RunLock, _ shouldStop: @escaping @Sendable () -> Bool,
    began: (Bool) -> Void
  ) async throws(RunStoreError) -> RunOutcome {
    var (outcome, lock) = (former, lock)
    outcome.message = nil
    defer { lock.release() }
    let folder = outcome.folder
    let isResumed = outcome.run.command == "train" && RunFiles(folder).hold("config.json")
    var attempt = RunAttempt(threads: outcome.run.options["threads"].flatMap { Int($0) } ?? threads)
    try store.write(attempt, in: folder)
    began(isResumed)
    outcome.wasAttempted = true
    let clock = ContinuousClock.now
    let log = join(folder, RunAttempt.logName)
    let end = try await RunProcess(
      executable: executable,
      arguments: isResumed ? resumption(of: folder) : beginning(of: outcome.run, in: folder),
      log: log, renewalPeriod: min(5, lease / 10)
    ).run(keeping: lock, shouldStop: shouldStop)
    lock = end.lock
    attempt.seconds = (ContinuousClock.now - clock) / .seconds(1)
    // A signal from outside ends a run, too; it is no fault of the run.
    let wasEnded = end.wasStopped || [-SIGTERM, -SIGINT, -SIGHUP].contains(end.status)
    attempt.status = end.status < 0 && wasEnded ? RunAttempt.interruptedStatus : end.status
    attempt.standardError = Self.tail(of: log)
    let isFinished = RunFiles(folder).hold(RunStore.recordName)
    outcome.state = isFinished ? .finished : attempt.hasFailed ? .failed : .interrupted
    outcome.message = isFinished && !attempt.hasFailedCheck ? nil : attempt.message
    do throws(RunStoreError) {
      try store.write(attempt, in: folder)
    } catch {
      outcome.message = outcome.message ?? error.description
    }
    return outcome
  }

  private func beginning(of run: PlannedRun, in folder: String) -> [String] {
    run.completed(by: ["threads": "\(threads)"]).arguments + ["--out=\(folder)", "--quiet"]
  }

  /// The training's own threads count: others might change the last digits.
  private func resumption(of folder: String) -> [String] {
    ["train", "--resume=\(folder)", "--quiet"]
  }

  /// Whether nothing is to be done for a run.
  private func isSettled(_ outcome: RunOutcome) -> Bool {
    outcome.state == .finished || outcome.state == .failed && !retriesFailed
  }

  /// The last 2,000 bytes of a text file.
  private static func tail(of path: String) -> String {
    guard let file = FileHandle(forReadingAtPath: path), let end = try? file.seekToEnd() else {
      return ""
    }
    try? file.seek(toOffset: end - min(end, 2000))
    return String(decoding: (try? file.readToEnd()) ?? Data(), as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}

/// Numbers that several tasks take in turn.
private final class Queue: Sendable {
  private let numbers: Mutex<ArraySlice<Int>>

  init(_ numbers: [Int]) { self.numbers = Mutex(numbers[...]) }

  func next() -> Int? { numbers.withLock { $0.popFirst() } }
}

/// What became of the runs so far.
private final class Journal: Sendable {
  let runs: [PlannedRun]
  private let outcomes: Mutex<[Int: RunOutcome]>
  private let progress: @Sendable (RunEvent) -> Void

  init(_ runs: [PlannedRun], progress: @escaping @Sendable (RunEvent) -> Void) {
    self.runs = runs
    self.progress = progress
    outcomes = Mutex([:])
  }

  /// The runs that other processes hold.
  var held: [Int] {
    outcomes.withLock { $0.filter { $0.value.state == .running }.keys.sorted() }
  }

  func outcome(_ index: Int) -> RunOutcome? { outcomes.withLock { $0[index] } }

  func began(_ index: Int, isResumed: Bool) {
    outcomes.withLock { _ in
      progress(RunEvent(index: index, kind: .began(isResumed: isResumed)))
    }
  }

  func note(_ index: Int, _ outcome: RunOutcome) {
    outcomes.withLock { outcomes in
      let former = outcomes.updateValue(outcome, forKey: index)
      if outcome.state != .running {
        progress(RunEvent(index: index, kind: .ended(outcome)))
      } else if former == nil {
        progress(
          RunEvent(index: index, kind: .waits(for: outcome.message ?? "another process is at work"))
        )
      }
    }
  }
}
