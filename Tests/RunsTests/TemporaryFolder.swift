import Foundation
import Subprocess
import SystemPackage

/// Calls a closure with a folder of its own and removes it afterwards.
func withTemporaryFolder(_ body: (URL) async throws -> Void) async throws {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("rethink-tests-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  try await body(folder)
}

/// Writes a script that can be started.
///
/// Another process writes it: a process that this one starts at the same time, on another thread,
/// would inherit the open file, and a file that is open for writing cannot be started.
func writeExecutable(_ script: String, at path: String) async throws {
  let text = path + ".text"
  try Data(script.utf8).write(to: URL(fileURLWithPath: text))
  _ = try await outputOf("/usr/bin/install", "-m", "755", text, path)
}

/// What a program writes to its standard output.
func outputOf(
  _ program: String, _ arguments: String..., environment: Environment = .inherit
) async throws -> [UInt8] {
  try await Subprocess.run(
    .path(FilePath(program)), arguments: .init(arguments), environment: environment,
    output: .bytes(limit: 1 << 20), error: .discarded
  ).standardOutput
}

/// A program that understands what a scheduler hands to `rethink`, for tests.
///
/// It appends a line to `calls.txt` beside itself each time it is started, waits for so many
/// seconds, and then does what `--act` says: `done` writes a record, `check` also ends with status 1,
/// `late` with 75; `fail` ends with status 1, `leave` with 75 and `nothing` with 0, all without one.
struct Program {
  let path: String
  /// What it was started with, a line a call.
  let calls: URL

  init(in folder: URL) async throws {
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
      [ -d "$out" ] || exit 0
      printf '{"seed": %s, "loss": 0.5, "seconds": 1.5, "environment": {"threads": 1}}' \
        "${seed:-0}" > "$out/record.json"
      case $act in
        check) echo "program: unsound" >&2; exit 1 ;;
        late) exit 75 ;;
      esac
      """
    try await writeExecutable(script, at: path)
  }

  /// The arguments of all calls so far, a line a call.
  func lines() -> [String] {
    ((try? String(contentsOf: calls, encoding: .utf8)) ?? "")
      .split(separator: "\n").map(String.init)
  }
}
