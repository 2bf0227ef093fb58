private import Foundation
private import NetworkFiles
private import Subprocess
private import Synchronization
private import SystemPackage

/// A process that does one run while the run's lock is kept for it.
struct RunProcess {
  /// The program.
  var executable: String
  /// Its arguments.
  var arguments: [String]
  /// The file that takes its standard error.
  var log: String
  /// Seconds between two renewals of the lock.
  var renewalPeriod: Double

  /// How the process ended.
  struct End {
    /// The exit status, or minus the signal.
    var status: Int32
    /// Whether it was asked to end, or its lock was lost.
    var wasStopped: Bool
    /// The lock as it now is.
    var lock: RunLock
  }

  /// Starts the process and waits for its end.
  ///
  /// It stands in a process group of its own, so that Ctrl-C reaches it only through `shouldStop`,
  /// and reads a ``Lifeline``.
  ///
  /// - Parameters:
  ///   - lock: the run's lock, kept and named for the process until its end.
  ///   - shouldStop: asked ten times a second.
  /// - Returns: how it ended.
  /// - Throws: ``RunStoreError/cannotStart(path:reason:)``,
  ///   ``RunStoreError/cannotWrite(path:reason:)``.
  func run(
    keeping lock: RunLock, shouldStop: @escaping @Sendable () -> Bool
  ) async throws(RunStoreError) -> End {
    let errors = open(log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard errors >= 0 else {
      throw .cannotWrite(path: log, reason: SystemFailure.last.reason)
    }
    let (readEnd, writeEnd): (FileDescriptor, FileDescriptor)
    do throws(Errno) {
      (readEnd, writeEnd) = try FileDescriptor.pipe(options: .closeOnExec)
    } catch {
      close(errors)
      throw .cannotStart(path: executable, reason: "\(error)")
    }
    // The reading end stays open here too, so that asking a process that has just ended is no error.
    defer {
      close(readEnd.rawValue)
      close(writeEnd.rawValue)
    }
    var options = PlatformOptions()
    options.processGroupID = 0
    let keeper = Keeper(lock: lock, lifeline: writeEnd.rawValue, renewalPeriod: renewalPeriod)
    let keeping = Task {
      while !Task.isCancelled {
        keeper.keep(isStopping: shouldStop())
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    defer { keeping.cancel() }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(executable)), arguments: .init(arguments),
        environment: .inherit.updating([.init(stringLiteral: Lifeline.variable): "1"]),
        platformOptions: options,
        input: .fileDescriptor(readEnd, closeAfterSpawningProcess: false),
        output: .discarded,
        error: .fileDescriptor(
          FileDescriptor(rawValue: errors), closeAfterSpawningProcess: true)
      ) { keeper.begin($0.processIdentifier.value) }
      keeping.cancel()
      let status =
        switch result.terminationStatus {
        case .exited(let code): code
        case .signaled(let signal): -signal
        }
      return keeper.end(status: status)
    } catch {
      throw .cannotStart(path: executable, reason: "\(error)")
    }
  }
}

/// Keeps a lock while a process runs, and passes on that it should end.
private final class Keeper: Sendable {
  private struct State {
    var lock: RunLock
    var process: Int32?
    var lastRenewal = ContinuousClock.now
    var wasStopped = false
  }

  private let state: Mutex<State>
  private let lifeline: Int32
  private let renewalPeriod: Duration

  init(lock: RunLock, lifeline: Int32, renewalPeriod: Double) {
    state = Mutex(State(lock: lock))
    self.lifeline = lifeline
    self.renewalPeriod = .seconds(renewalPeriod)
  }

  func begin(_ process: Int32) {
    state.withLock { state in
      state.process = process
      // Without its name in the file the lock still is this process's.
      if let named = try? state.lock.naming(worker: process) { state.lock = named }
    }
  }

  func keep(isStopping: Bool) {
    state.withLock { state in
      guard let process = state.process else { return }
      if isStopping && !state.wasStopped {
        state.wasStopped = true
        var byte: UInt8 = 1
        write(lifeline, &byte, 1)
      }
      guard state.lastRenewal.duration(to: .now) >= renewalPeriod else { return }
      state.lastRenewal = .now
      if !state.lock.renew() {
        // Another process works in the folder: nothing more may be written by this one.
        state.wasStopped = true
        kill(-process, SIGKILL)
      }
    }
  }

  func end(status: Int32) -> RunProcess.End {
    state.withLock { state in
      state.process = nil
      return RunProcess.End(status: status, wasStopped: state.wasStopped, lock: state.lock)
    }
  }
}
