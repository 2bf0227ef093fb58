private import Foundation
private import NetworkFiles
private import Subprocess
private import SystemPackage

/// The program that draws figures: gnuplot 5.2 or later.
public struct Gnuplot: Sendable, Equatable {
  /// The name of the program, looked up in the search path, or its path.
  public var executable: String

  /// Names the program.
  ///
  /// - Parameter executable: its name, looked up in the search path, or its path.
  public init(executable: String = "gnuplot") { self.executable = executable }

  /// Runs a script and returns what it draws.
  ///
  /// The script goes through a temporary file: a program that stops reading its standard input
  /// early would end this process by SIGPIPE. The user's own settings of gnuplot are not read.
  ///
  /// - Parameter script: commands, and any binary data that the last one reads.
  /// - Returns: the bytes of the picture.
  /// - Throws: ``ReportError/gnuplotMissing(executable:)``,
  ///   ``ReportError/gnuplotLacksTerminal(name:)``, ``ReportError/gnuplotFailed(reason:)``.
  func run(_ script: [UInt8]) async throws(ReportError) -> [UInt8] {
    let file = temporaryPath(beside: join(FileManager.default.temporaryDirectory.path, "script"))
    do throws(SystemFailure) {
      try writeNewFile(script, at: file, mode: 0o600)
    } catch {
      throw .gnuplotFailed(reason: "its script \(file) cannot be written: \(error.reason)")
    }
    defer { unlink(file) }
    do {
      let result = try await Subprocess.run(
        executable.contains("/") ? .path(FilePath(executable)) : .name(executable),
        arguments: ["--default-settings", file],
        output: .bytes(limit: largestPicture), error: .string(limit: largestPicture))
      let complaint = result.standardError.inWords
      guard result.terminationStatus.isSuccess, !result.standardOutput.isEmpty else {
        if complaint.contains("unknown or ambiguous terminal type") {
          throw ReportError.gnuplotLacksTerminal(name: terminal(of: script))
        }
        throw ReportError.gnuplotFailed(
          reason: complaint.isEmpty ? "\(result.terminationStatus)" : complaint)
      }
      return result.standardOutput
    } catch let error as ReportError {
      throw error
    } catch let error as SubprocessError where error.code == .executableNotFound {
      throw .gnuplotMissing(executable: executable)
    } catch {
      throw .gnuplotFailed(reason: "\(error)")
    }
  }
}

extension String {
  /// The words, one space between them.
  fileprivate var inWords: String {
    split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// The terminal that a script chooses.
private func terminal(of script: [UInt8]) -> String {
  let text = String(decoding: script, as: UTF8.self)
  return text.firstMatch(of: /set terminal ([a-z]+)/).map { String($0.1) } ?? "of this kind"
}

/// More bytes than any picture of a report has.
private let largestPicture = 1 << 28
