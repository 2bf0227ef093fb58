import Foundation
import Synchronization

/// Notices Ctrl-C and `kill`, so that work can stop between two steps.
///
/// The second of them ends the process at once, as does the first one after `stop`.
final class InterruptionWatch {
  private final class Mark: Sendable {
    let isSet = Atomic(false)
  }

  private let mark = Mark()
  private let sources: [any DispatchSourceSignal]

  /// Whether the process was asked to end.
  var isRequested: Bool { mark.isSet.load(ordering: .relaxed) }

  init() {
    let mark = mark
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        mark.isSet.store(true, ordering: .relaxed)
        signal(number, SIG_DFL)
      }
      source.resume()
      return source
    }
  }

  /// Lets the signals end the process again.
  func stop() {
    for source in sources { source.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }
}
