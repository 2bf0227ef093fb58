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

/// Runs the built `rethink`, hands the running process to a closure, and waits for it.
func rethink(
  _ arguments: [String], meanwhile: (pid_t) async throws -> Void = { _ in }
) async throws -> Outcome {
  let folder = try #require(Bundle.main.executableURL).deletingLastPathComponent()
  let result = try await run(
    .path(FilePath(folder.appendingPathComponent("rethink").path)), arguments: .init(arguments),
    input: .none, output: .string(limit: 1 << 24), error: .string(limit: 1 << 20)
  ) { try await meanwhile($0.processIdentifier.value) }
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
