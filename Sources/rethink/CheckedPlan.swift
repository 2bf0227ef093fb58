import Foundation
import Rethinking

/// A plan whose runs their subcommands take, and whose data are there.
struct CheckedPlan {
  let plan: SweepPlan
  /// The runs, with the folder of data where the plan does not say it.
  let runs: [PlannedRun]
  private var digests: [[String: String]: String] = [:]

  /// Reads a plan and has each run's options parsed, its data and its files read.
  ///
  /// - Parameters:
  ///   - path: the plan.
  ///   - dataFolder: the folder of data where the plan does not say it.
  /// - Throws: `YAMLFileError`; `Failure` that names the plan, the line and the key.
  init(at path: String, dataFolder: String?) throws {
    plan = try SweepPlanFile.read(at: path)
    let entries = plan.entries
    runs = entries.map { entry in
      var run = entry.run
      if run.options["data", default: "synthetic"] != "synthetic" {
        // No shell has read the plan.
        run.options["data-dir"] = (run.options["data-dir"] ?? dataFolder)
          .map { NSString(string: $0).expandingTildeInPath }
      }
      return run
    }
    let known = plannableCommands
    guard known.contains(plan.command.value) else {
      throw YAMLFileError.unknownKey(
        path: path, line: plan.command.line, key: plan.command.value, place: "command",
        known: nearest(to: plan.command.value, among: known))
    }
    var checker = RunChecker()
    for (entry, run) in zip(entries, runs) {
      digests[run.options] = try checker.dataDigest(of: run) { option in
        // Data that were given beside the plan have no line of their own.
        let line = option.flatMap {
          entry.lines[$0] ?? ($0 == "data-dir" ? entry.lines["data"] : nil)
        }
        return lineOfFile(path, line ?? plan.command.line)
      }
    }
  }

  /// Names the content of all files that a run of this plan reads.
  func dataDigest(of run: PlannedRun) -> String { digests[run.options] ?? "" }
}
