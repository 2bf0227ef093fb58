private import Foundation

/// A pipe by which a process that was started ends with the one that started it.
///
/// The starting process holds the pipe's one end and never writes but to ask for an end; the started
/// one reads the other as its standard input. However the first one ends, the kernel closes the
/// pipe, and the second one notices.
public enum Lifeline {
  /// The variable of the environment that says that standard input is a lifeline.
  public static let variable = "RETHINK_LIFELINE"
  /// Seconds that a process has to end by itself after the one that started it is gone: fewer than
  /// the lease of a lock.
  public static let grace = 20.0

  /// Watches standard input where the environment says that it is a lifeline.
  ///
  /// When the starting process asks for an end or is gone, `end` is called once, on another thread;
  /// if it is gone, the process is ended with status 75 after ``grace`` seconds.
  ///
  /// - Parameter end: asks the process to end, such as by a signal to itself.
  public static func watch(end: @escaping @Sendable () -> Void) {
    guard getenv(variable) != nil else { return }
    unsetenv(variable)
    Thread.detachNewThread {
      var byte: UInt8 = 0
      var isAsked = false
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count < 0 && errno == EINTR { continue }
        if !isAsked { end() }
        isAsked = true
        if count <= 0 { break }
      }
      Thread.sleep(forTimeInterval: grace)
      _exit(75)
    }
  }
}
