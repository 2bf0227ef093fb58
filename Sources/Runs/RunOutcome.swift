/// What became of a planned run.
public struct RunOutcome: Sendable, Equatable {
  /// The run.
  public var run: PlannedRun
  /// Its folder; empty where its name makes none.
  public var folder: String
  /// How far it has come.
  public var state: RunState
  /// Why it failed, which check of a finished run failed, or who else is at work; nil where there is
  /// nothing to say.
  public var message: String?
  /// Whether this call did something for it.
  public var wasAttempted: Bool
}

extension RunStore {
  /// A run as its folder shows it.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - identity: what its results depend on.
  ///   - lease: seconds without renewal after which a lock is stale.
  /// - Returns: its state, without anything done for it; failed where its name makes no folder.
  public func outcome(
    of run: PlannedRun, _ identity: RunIdentity, lease: Double = RunLock.defaultLease
  ) -> RunOutcome {
    do throws(RunStoreError) {
      let folder = try folder(of: run, identity: identity)
      return outcome(
        of: run, in: folder, state: state(of: folder, lease: lease), lease: lease)
    } catch {
      return RunOutcome(
        run: run, folder: "", state: .failed, message: error.description, wasAttempted: false)
    }
  }

  /// A run with a state and what there is to say of it.
  func outcome(
    of run: PlannedRun, in folder: String, state: RunState, lease: Double
  ) -> RunOutcome {
    let attempt = attempt(of: folder)
    let message: String? =
      switch state {
      case .failed: attempt?.message
      // A check of its result failed.
      case .finished: attempt.flatMap { $0.hasFailedCheck ? $0.message : nil }
      case .running: holder(of: folder, lease: lease)
      case .planned, .interrupted: nil
      }
    return RunOutcome(
      run: run, folder: folder, state: state, message: message, wasAttempted: false)
  }

  /// Who is at work on a run, in words.
  private func holder(of folder: String, lease: Double) -> String? {
    RunLock.liveHolder(of: folder, lease: lease).map {
      "process \($0.process) of \($0.host.isEmpty ? "another machine" : $0.host) is at work"
    }
  }
}
