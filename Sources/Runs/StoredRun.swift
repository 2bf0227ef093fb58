/// How far a run has come.
public enum RunState: String, Sendable, Codable, CaseIterable {
  /// Nothing was done yet.
  case planned
  /// A process is at work.
  case running
  /// It began, and can be taken up again.
  case interrupted
  /// Its last attempt ended with an error.
  case failed
  /// Its record is there.
  case finished
}

/// What `run.json` says of a run.
public struct StoredRun: Sendable, Codable, Equatable {
  /// The name of the file.
  public static let fileName = "run.json"

  /// The run.
  public var run: PlannedRun
  /// What its results depend on.
  public var identity: RunIdentity
  /// The command that makes this folder, for a shell.
  public var command: String

  /// The command that makes a run's folder, for a shell.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - folder: its folder.
  /// - Returns: one line.
  public static func command(of run: PlannedRun, in folder: String) -> String {
    shellLine(["rethink"] + run.arguments + ["--out=\(folder)"])
  }

  /// Describes a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - identity: what its results depend on.
  ///   - command: the command that makes its folder, for a shell.
  public init(_ run: PlannedRun, identity: RunIdentity, command: String) {
    self.run = run
    self.identity = identity
    self.command = command
  }
}

/// What `attempt.json` says of the last time that a run was tried.
public struct RunAttempt: Sendable, Codable, Equatable {
  /// The name of the file.
  public static let fileName = "attempt.json"
  /// The name of the file that keeps the attempt's standard error.
  public static let logName = "log.txt"
  /// The exit status of a run that was interrupted and can be taken up again.
  static let interruptedStatus: Int32 = 75

  /// The exit status, or the signal that ended the process as a negative number; nil while it runs,
  /// and where the process that started it was killed.
  public var status: Int32?
  /// The threads that it was given.
  public var threads: Int
  /// Seconds from its start to its end.
  public var seconds: Double?
  /// The end of what it wrote to its standard error.
  public var standardError: String?

  /// Describes an attempt.
  ///
  /// - Parameters:
  ///   - status: the exit status, or minus the signal; nil while it runs.
  ///   - threads: the threads that it was given.
  ///   - seconds: from its start to its end; nil while it runs.
  ///   - standardError: the end of what it wrote; nil while it runs.
  public init(
    status: Int32? = nil, threads: Int, seconds: Double? = nil, standardError: String? = nil
  ) {
    self.status = status
    self.threads = threads
    self.seconds = seconds
    self.standardError = standardError
  }

  /// Whether a run without a record ended by itself, rather than somebody ended it.
  var hasFailed: Bool { status.map { $0 != Self.interruptedStatus } ?? false }

  /// Whether a run with a record ended with an error, as it does when a check of its result fails.
  var hasFailedCheck: Bool { hasFailed && status != 0 }

  /// The error in one line: the last line of the standard error, or the status where there is none.
  ///
  /// It is meant for a run without a record, where also status 0 is an error.
  public var message: String {
    let line = standardError?.split(whereSeparator: \.isNewline).last.map(String.init)
    if let line, !line.isEmpty { return line }
    guard let status else { return "did not end" }
    if status == 0 { return "ended without \(RunStore.recordName)" }
    return status < 0 ? "ended by signal \(-status)" : "ended with status \(status)"
  }
}
