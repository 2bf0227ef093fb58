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
  func show(_ progress: @autoclosure () -> ExperimentProgress) {
    let pause = isTerminal ? 0.1 : 5
    guard !isQuiet, Date().timeIntervalSince(lastPrinted) >= pause else { return }
    lastPrinted = Date()
    let progress = progress()
    let percent = Int((100 * progress.fraction).rounded(.down))
    let seconds = Int(Date().timeIntervalSince(started))
    if isTerminal {
      // A line that is wrapped could not be written over.
      let columns = Self.columns
      let width = columns >= 110 ? 30 : 12
      let filled = Int((Double(width) * progress.fraction).rounded(.down))
      let bar =
        String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
      let line = "[\(bar)] \(percent) %  \(seconds) s  \(progress.activity)"
      write("\r\u{1B}[K" + line.prefix(columns - 1))
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

  /// The width of the terminal in characters.
  private static var columns: Int {
    var size = winsize()
    return ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 1
      ? Int(size.ws_col) : 80
  }

  private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
