import Rethinking
import Synchronization

/// Shows how many runs of a sweep are done, and which are at work.
final class SweepMeter: Sendable {
  private struct State {
    var progress: ProgressPrinter
    var count: Int
    var done = 0
    var failed = 0
    /// What is told of the runs at work, by their positions.
    var working: [Int: String] = [:]
    var isFinished = false

    var told: ExperimentProgress {
      let counts = "\(done) of \(count) runs" + (failed == 0 ? "" : ", \(failed) failed")
      return ExperimentProgress(
        fraction: Double(done) / Double(count),
        activity: ([counts] + working.sorted { $0.key < $1.key }.map(\.value))
          .joined(separator: "; "))
    }
  }

  private let state: Mutex<State>

  init(count: Int, quiet: Bool) {
    state = Mutex(State(progress: ProgressPrinter(quiet: quiet), count: count))
  }

  /// Takes an event in; a failure is told at once.
  func note(_ event: RunEvent, of run: PlannedRun) {
    state.withLock { state in
      state.working[event.index] = nil
      switch event.kind {
      case .began(let isResumed):
        state.working[event.index] = run.name + (isResumed ? " (resumed)" : "")
      case .waits(let holder): state.working[event.index] = "\(run.name) (\(holder))"
      case .ended(let outcome):
        guard [.finished, .failed].contains(outcome.state) else { break }
        state.done += 1
        if outcome.state == .failed { state.failed += 1 }
        if let message = outcome.message {
          state.progress.finish()
          Session.remark("\(run.name): \(outcome.state.rawValue): \(message)".onOneLine)
        }
      }
      state.progress.show(state.told)
    }
  }

  /// Shows that time passes.
  func show() {
    state.withLock { state in
      if !state.isFinished { state.progress.show(state.told) }
    }
  }

  /// Clears the line.
  func finish() {
    state.withLock { state in
      state.isFinished = true
      state.progress.finish()
    }
  }
}

extension RunScheduler {
  /// Does runs, shows how far they are, and ends between two steps of them after Ctrl-C or kill.
  func run(
    _ runs: [PlannedRun], quiet: Bool, dataDigest: @escaping @Sendable (PlannedRun) -> String
  ) async -> [RunOutcome] {
    let watch = InterruptionWatch()
    defer { watch.stop() }
    let meter = SweepMeter(count: runs.count, quiet: quiet)
    let ticking = Task {
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(1))
        meter.show()
      }
    }
    let outcomes = await run(
      runs, dataDigest: dataDigest, shouldStop: { watch.isRequested },
      progress: { meter.note($0, of: runs[$0.index]) })
    ticking.cancel()
    meter.finish()
    return outcomes
  }
}
