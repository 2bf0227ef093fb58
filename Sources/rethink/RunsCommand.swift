import ArgumentParser
import Foundation
import Rethinking

struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List the runs below a folder, compare two, or remove what failed.",
    discussion: """
      A run is a folder with record.json or run.json, which --out and sweep leave.

        rethink runs DIR --filter corrupt=none --filter 'testError<0.5'
        rethink runs DIR --compare RUN RUN
        rethink runs DIR --prune --yes

      A filter names an option, a number or text of record.json, or state, command or run. A RUN is \
      named by its path in the list, or by any part of it that no other has.

      --prune shows the runs that failed or were interrupted, with --older DAYS all that were not \
      touched for so long, and removes their folders when --yes stands there too. Only folders that \
      sweep or reproduce made are removed, and none at which a process is at work.
      """)

  @Argument(help: "The folder to search.")
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Only runs where this holds: KEY=VALUE, KEY<NUMBER or KEY>NUMBER; may stand repeatedly.",
      valueName: "condition"))
  var filter: [String] = []

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Show the options and numbers in which two runs differ.", valueName: "run"))
  var compare: [String] = []

  @Flag(help: "Show the failed and interrupted runs, to remove them with --yes.")
  var prune = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --prune: instead all runs untouched for so many days.", valueName: "days"))
  var older: Double?

  @Flag(help: "With --prune: remove nothing, which is the default.")
  var dryRun = false

  @Flag(help: "With --prune: remove the folders.")
  var yes = false

  @Flag(help: "Print one JSON object on standard output and nothing else there.")
  var json = false

  @Flag(help: "Print comma-separated values.")
  var csv = false

  func validate() throws {
    for text in filter where RunFilter(text) == nil {
      throw ValidationError(
        "--filter \(text): KEY=VALUE, KEY<NUMBER or KEY>NUMBER expected, such as corrupt=none")
    }
    if !compare.isEmpty && compare.count != 2 {
      throw ValidationError("--compare: two runs expected, \(compare.count) given")
    }
    if let older {
      try check("--older", older, "zero or a positive number of days", older >= 0)
    }
    if !prune, let option = older != nil ? "--older" : yes ? "--yes" : dryRun ? "--dry-run" : nil {
      throw ValidationError("\(option): belongs to --prune")
    }
    if prune && !compare.isEmpty { throw ValidationError("--prune: leave --compare out") }
    if yes && dryRun { throw ValidationError("--yes: leave --dry-run out") }
    if json && csv { throw ValidationError("--json: leave --csv out") }
  }

  func run() throws {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue
    else {
      throw Failure(
        status: .noInput, message: "\(folder): no such folder; name one that --out or sweep made")
    }
    let store = RunStore(reading: folder)
    let filters = filter.compactMap(RunFilter.init)
    let runs = store.runs().filter { run in filters.allSatisfy { $0.holds(for: run) } }
    if prune {
      try remove(runs.filter(isPrunable), from: store)
    } else if compare.count == 2 {
      let pair = try compare.map { try named($0, among: runs) }
      try show(RunComparison(pair[0], pair[1]))
    } else {
      try show(RunList(runs))
    }
  }

  private func isPrunable(_ run: FoundRun) -> Bool {
    guard run.isPlanned && run.state != .running else { return false }
    if let older { return run.age > older * 86_400 }
    return run.state == .failed || run.state == .interrupted
  }

  private func remove(_ runs: [FoundRun], from store: RunStore) throws {
    var removed: [FoundRun] = []
    if yes {
      for run in runs {
        if try store.remove(run.folder) {
          removed.append(run)
        } else {
          Session.remark("\(run.folder): a process is at work there; it stays")
        }
      }
      try show(RunList(removed, title: "Removed"))
    } else {
      try show(RunList(runs, title: "To be removed with --yes"))
    }
  }

  /// The run that a path, or a part of one, names.
  private func named(_ word: String, among runs: [FoundRun]) throws -> FoundRun {
    let path = word.hasSuffix("/") ? String(word.dropLast()) : word
    if let run = runs.first(where: { [$0.run.name, $0.folder].contains(path) }) { return run }
    let candidates = runs.filter { $0.run.name.contains(path) }
    guard candidates.count == 1 else {
      let names = nearest(to: path, among: runs.map(\.run.name)).prefix(3)
      throw Failure(
        status: .noInput,
        message: candidates.isEmpty
          ? "--compare \(word): no such run in \(folder); the nearest: "
            + (names.isEmpty ? "none" : names.joined(separator: ", "))
          : "--compare \(word): \(candidates.count) runs have this in their names; name more of it")
    }
    return candidates[0]
  }

  private func show(_ view: some RunView) throws {
    if json {
      print(try jsonText(view))
    } else if csv {
      print(view.table.text, terminator: "")
    } else {
      print(view.text)
    }
  }
}
