import Foundation
import Synchronization

/// Notices Ctrl-C and `kill`, so that work can stop between two steps.
///
/// The second of them ends the process at once, as does the first one after `stop`.
struct InterruptionWatch {
  private static let signals = [SIGINT, SIGTERM]

  /// Whether the process was asked to end.
  var isRequested: Bool { isInterruptionRequested.load(ordering: .relaxed) }

  /// Asks this process to end, as `kill` does, unless it was asked before.
  static func requestOnce() {
    if !isInterruptionRequested.load(ordering: .relaxed) { kill(getpid(), SIGTERM) }
  }

  /// Begins to watch.
  init() {
    // Made before a handler can want it.
    isInterruptionRequested.store(false, ordering: .relaxed)
    for number in Self.signals {
      signal(number) { number in
        isInterruptionRequested.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
    }
  }

  /// Lets the signals end the process again.
  func stop() {
    for number in Self.signals { signal(number, SIG_DFL) }
  }
}

/// The only thing that a handler of signals, which is the process's, may touch.
private let isInterruptionRequested = Atomic(false)
