import Foundation

/// Calls a closure with a folder of its own and removes it afterwards.
func withTemporaryFolder(_ body: (URL) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("rethink-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder)
}

/// A program that understands what a scheduler hands to `rethink`, for tests.
///
/// It appends a line to `calls.txt` beside itself each time it is started, waits for so many
/// seconds, and then does what `--act` says: `done` writes a record, `fail` ends with status 1.
struct Program {
  let path: String
  private let calls: URL

  init(in folder: URL) throws {
    calls = folder.appendingPathComponent("calls.txt")
    path = folder.appendingPathComponent("program").path
    let script = """
      #!/bin/sh
      echo "$@" >> '\(calls.path)'
      act=done
      for word in "$@"; do
        case "$word" in
          --out=*) out="${word#--out=}" ;;
          --resume=*) out="${word#--resume=}" ;;
          --wait=*) sleep "${word#--wait=}" ;;
          --act=*) act="${word#--act=}" ;;
          --seed=*) seed="${word#--seed=}" ;;
        esac
      done
      case $act in
        fail) echo first >&2; echo "program: no luck" >&2; exit 1 ;;
        leave) echo '{}' > "$out/config.json"; exit 75 ;;
        nothing) exit 0 ;;
      esac
      printf '{"seed": %s, "loss": 0.5, "seconds": 1.5, "environment": {"threads": 1}}' \
        "${seed:-0}" > "$out/record.json"
      """
    try Data(script.utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  /// The arguments of all calls so far, a line a call.
  func lines() -> [String] {
    ((try? String(contentsOf: calls, encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init)
  }
}
