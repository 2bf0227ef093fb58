import Foundation
import Subprocess
import SystemPackage
import Testing

/// The Python that the environment names in `RETHINK_PYTHON`.
enum Python {
  private static let path = ProcessInfo.processInfo.environment["RETHINK_PYTHON"]

  /// What to do where a package is missing.
  static func advice(_ package: String) -> Comment {
    "set RETHINK_PYTHON to a Python that has \(package)"
  }

  /// Whether there is a Python that has a package.
  static func has(_ package: String) async throws -> Bool {
    guard let path else { return false }
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: ["-c", "import \(package)"], output: .discarded,
      error: .discarded)
    return result.terminationStatus.isSuccess
  }

  /// Runs a script, which finds the modules of notebooks-text; its failure fails the test.
  static func run(_ script: String, _ arguments: String...) async throws {
    let modules = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../notebooks-text").standardized
    let result = try await Subprocess.run(
      .path(FilePath(try #require(path))), arguments: .init(["-c", script] + arguments),
      environment: .inherit.updating([
        "PYTHONPATH": modules.path, "PYTHONDONTWRITEBYTECODE": "1",
      ]),
      output: .discarded, error: .string(limit: 1 << 20))
    try #require(result.terminationStatus.isSuccess, "\(result.standardError)")
  }

  /// A new folder for files that Python reads and writes.
  static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rethink-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }
}
