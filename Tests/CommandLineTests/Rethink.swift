import Foundation
import Subprocess
import SystemPackage
import Testing

/// What a run of the built program left.
struct Outcome {
  var status: Int32
  var output: String
  var errors: String

  /// Standard output as one JSON object.
  func json() throws -> [String: Any] {
    try #require(
      JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any],
      "standard output is no JSON object: \(output.prefix(200))")
  }
}

/// Runs the built `rethink` and waits for it.
func rethink(_ arguments: String...) async throws -> Outcome {
  try await rethink(arguments)
}

/// Runs the built `rethink` and waits for it.
func rethink(_ arguments: [String]) async throws -> Outcome {
  try await outcome(of: try program(), arguments)
}

/// Runs the built `rethink`, sends it a signal once a condition holds, and waits for it.
///
/// A shell beside the program watches for the condition. A task of this process would do so late:
/// it waits until other tests leave it a thread, while the program goes on.
///
/// - Parameters:
///   - arguments: those of the program.
///   - signal: what is sent; nothing is when the program ends before.
///   - condition: a command that ends with status 0 once the signal shall be sent; `$$` is the
///     program's number.
/// - Returns: what the program left.
/// - Throws: what kept the program from running.
func rethink(
  _ arguments: [String], signalled signal: Int32, when condition: String
) async throws -> Outcome {
  let script = """
    (while kill -0 $$ && ! { \(condition); }; do sleep 0.005; done
    kill -\(signal) $$) >/dev/null 2>&1 &
    exec "$@"
    """
  return try await outcome(of: "/bin/sh", ["-c", script, "sh", try program()] + arguments)
}

/// The path of the built `rethink`.
private func program() throws -> String {
  try #require(Bundle.main.executableURL).deletingLastPathComponent()
    .appendingPathComponent("rethink").path
}

private func outcome(of program: String, _ arguments: [String]) async throws -> Outcome {
  let result = try await run(
    .path(FilePath(program)), arguments: .init(arguments), input: .none,
    output: .string(limit: 1 << 24), error: .string(limit: 1 << 20))
  let status: Int32 =
    switch result.terminationStatus {
    case .exited(let code): code
    case .signaled(let signal): -signal
    }
  return Outcome(
    status: status, output: result.standardOutput, errors: result.standardError)
}

/// Calls a closure with a folder of its own and removes it afterwards.
func withTemporaryFolder(_ body: (URL) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("rethink-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder)
}
