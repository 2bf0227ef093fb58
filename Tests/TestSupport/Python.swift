public import Foundation
private import Subprocess
private import SystemPackage

/// The Python that the environment names in `RETHINK_PYTHON`; see `scripts/notebooks environment`.
public enum Python {
  private static let path = ProcessInfo.processInfo.environment["RETHINK_PYTHON"]

  /// Why a script gave no output.
  public struct Failure: Error, CustomStringConvertible {
    /// What Python wrote of it.
    public let description: String
  }

  /// What to do where a package is missing.
  public static func advice(_ package: String) -> String {
    "set RETHINK_PYTHON to a Python that has \(package)"
  }

  /// Whether there is a Python that can import something.
  public static func has(_ package: String) async throws -> Bool {
    guard let path else { return false }
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: ["-c", "import \(package)"], output: .discarded,
      error: .discarded)
    return result.terminationStatus.isSuccess
  }

  /// Runs a script, which finds the modules of notebooks-text.
  ///
  /// - Parameters:
  ///   - script: the program itself.
  ///   - arguments: its arguments.
  /// - Returns: its standard output.
  /// - Throws: ``Failure`` where it fails.
  @discardableResult
  public static func run(_ script: String, _ arguments: String...) async throws -> String {
    try await output(["-c", script] + arguments)
  }

  /// Runs a script in a file.
  ///
  /// - Parameters:
  ///   - file: the file.
  ///   - arguments: its arguments.
  /// - Returns: its standard output.
  /// - Throws: ``Failure`` where it fails.
  public static func run(_ file: URL, _ arguments: String...) async throws -> String {
    try await output([file.path] + arguments)
  }

  /// A new folder for files that Python reads and writes.
  public static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("rethink-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  private static func output(_ arguments: [String]) async throws -> String {
    guard let path else { throw Failure(description: advice("the packages of the notebooks")) }
    let modules = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../notebooks-text").standardized
    let result = try await Subprocess.run(
      .path(FilePath(path)), arguments: .init(arguments),
      environment: .inherit.updating([
        "PYTHONPATH": modules.path, "PYTHONDONTWRITEBYTECODE": "1",
      ]),
      output: .string(limit: 1 << 26), error: .string(limit: 1 << 20))
    if !result.terminationStatus.isSuccess { throw Failure(description: result.standardError) }
    return result.standardOutput
  }
}
