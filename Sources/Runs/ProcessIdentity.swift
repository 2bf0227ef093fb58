private import Foundation

/// A process on one machine, told from a later one with the same number.
struct ProcessIdentity: Codable, Hashable, Sendable {
  /// Its number.
  var number: Int32
  /// When it began, in the kernel's ticks since the machine was started; nil where unknown.
  var startTicks: UInt64?

  /// A process that runs now.
  init(_ number: Int32) {
    self.number = number
    startTicks = Self.startTicks(of: number)
  }

  /// This process.
  static var current: ProcessIdentity { ProcessIdentity(getpid()) }

  /// Whether the process still runs; one that has ended and waits for its parent does not.
  var isAlive: Bool {
    guard let ticks = Self.startTicks(of: number) else { return false }
    return startTicks == nil || startTicks == ticks
  }

  /// The field `starttime` of `/proc/PID/stat`; nil for no process and for one that has ended.
  private static func startTicks(of number: Int32) -> UInt64? {
    guard let stat = try? String(contentsOfFile: "/proc/\(number)/stat", encoding: .utf8),
      // The name, in parentheses, may hold spaces and parentheses.
      let end = stat.lastIndex(of: ")")
    else { return nil }
    let fields = stat[stat.index(after: end)...].split(separator: " ")
    guard fields.count > 19, !["Z", "X", "x"].contains(fields[0]) else { return nil }
    return UInt64(fields[19])
  }
}

/// A running system: numbers of processes mean the same wherever this is equal.
struct SystemIdentity: Codable, Hashable, Sendable {
  /// The machine's name.
  var host: String
  /// Names this start of the machine, and the container's own numbering of processes.
  var session: String

  static let current = SystemIdentity(
    host: text(of: "/proc/sys/kernel/hostname") ?? "",
    session: (text(of: "/proc/sys/kernel/random/boot_id") ?? "")
      + ((try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid"))
        .map { " " + $0 } ?? ""))

  private static func text(of path: String) -> String? {
    (try? String(contentsOfFile: path, encoding: .utf8))?
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
