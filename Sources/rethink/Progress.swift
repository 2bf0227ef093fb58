import Foundation
import Rethinking

/// Progress on standard error: a bar on a terminal, a line every few seconds elsewhere.
final class ProgressPrinter {
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let isQuiet: Bool
  private let started = Date()
  private var lastPrinted = Date.distantPast
  private var isOpen = false

  init(quiet: Bool) { isQuiet = quiet }

  /// Shows how far the work has come.
  func show(_ progress: ExperimentProgress) {
    let pause = isTerminal ? 0.1 : 5
    guard !isQuiet, Date().timeIntervalSince(lastPrinted) >= pause else { return }
    lastPrinted = Date()
    let percent = Int((100 * progress.fraction).rounded(.down))
    let seconds = Int(Date().timeIntervalSince(started))
    if isTerminal {
      let width = 30
      let filled = Int((Double(width) * progress.fraction).rounded(.down))
      let bar =
        String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
      write("\r\u{1B}[K[\(bar)] \(percent) %  \(seconds) s  \(progress.activity)")
      isOpen = true
    } else {
      write("\(percent) %  \(seconds) s  \(progress.activity)\n")
    }
  }

  /// Clears the bar.
  func finish() {
    if isOpen { write("\r\u{1B}[K") }
    isOpen = false
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
