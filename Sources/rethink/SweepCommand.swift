import ArgumentParser
import Foundation
import Rethinking

struct SweepCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Do many runs of a subcommand, as a plan says, and put them in one table.",
    discussion: """
      The plan is YAML. Options are those of the subcommand without --; a flag is true:

        name: corruption
        command: train
        options: {model: mlp1x512, samples: 1000, epochs: 20}
        grid:                      # every combination
          corrupt: [none, "partial:0.5", random-labels]
          weight-decay: [0, 5e-4]
        list:                      # each entry's options, combined with the grid
          - {model: alexnet, learning-rate: 0.01}
          - {model: mlp1x512}
        seeds: 3                   # 0, 1 and 2; or [0, 7, 11]

      All options and data are checked before the first run. Each run has a folder in --out; one \
      that is finished is not done again, and a training goes on from its checkpoint, so that after \
      Ctrl-C, kill or a power cut the same command does the rest. Several may work on one folder, \
      also from several machines: a run is locked while a process is at it.

      --out also holds results.csv, a row a run; times.csv, what depends on a clock; sweep.json; \
      plan.txt, the commands; sweep.sbatch, a job array for SLURM; parallel.sh, the same for GNU \
      parallel. The exit status is 1 when a run failed, 75 after Ctrl-C or kill.
      """)

  @Argument(help: ArgumentHelp("The plan.", valueName: "plan.yaml"))
  var plan: String

  @Option(
    help: ArgumentHelp(
      "The folder of all runs (default: runs/sweep-NAME).", valueName: "folder"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "The folder with the data's official files, where the plan does not say it.",
      valueName: "folder"))
  var dataDir: String?

  @Option(parsing: .unconditional, help: ArgumentHelp("Runs at once.", valueName: "n"))
  var jobs = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Threads of each run (default: the processors, divided among --jobs).", valueName: "n"))
  var threads: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Do this run alone, counted from 0 as in plan.txt.", valueName: "i"))
  var index: Int?

  @Flag(help: "Show the runs with their commands, and do none.")
  var list = false

  @Flag(help: "Try failed runs again.")
  var retry = false

  @Flag(help: "Print one JSON object on standard output and nothing else there.")
  var json = false

  @Flag(help: "Print no progress.")
  var quiet = false

  func validate() throws {
    try check("--jobs", Double(jobs), "1 to 1000", (1...1000).contains(jobs))
    if let threads {
      try check("--threads", Double(threads), "1 to 64", (1...64).contains(threads))
    }
    if let index { try check("--index", Double(index), "zero or more", index >= 0) }
  }

  func run() async throws {
    let checked = try CheckedPlan(at: plan, dataFolder: dataDir)
    let folder = out ?? "runs/sweep-\(checked.plan.folderName)"
    if let index, index >= checked.runs.count {
      throw Failure(
        status: .wrongUsage,
        message: "--index \(index): \(plan) has the runs 0 to \(checked.runs.count - 1)")
    }
    if list {
      let report = SweepReport(checked, store: RunStore(reading: folder))
      try print(json: report.json, text: report.planText, ended: false)
      return
    }
    let store = try RunStore(creating: folder)
    let report = SweepReport(checked, store: store)
    try report.writePlan(scripts(for: checked, in: folder))
    let outcomes = await work(on: checked, store)
    let gathered = try await report.gathered(outcomes)
    try print(json: gathered.json, text: gathered.text)
    try require(gathered, checked, outcomes)
  }

  /// Does the runs, or the one that `--index` names, and shows how far they are.
  private func work(on checked: CheckedPlan, _ store: RunStore) async -> [Int: RunOutcome] {
    let indices = index.map { [$0] } ?? Array(checked.runs.indices)
    let scheduler = RunScheduler(
      store: store, executable: Self.executable, jobs: jobs, threads: resolvedThreads,
      retriesFailed: retry)
    let runs = indices.map { checked.runs[$0] }
    let outcomes = await scheduler.run(runs, quiet: quiet) { checked.dataDigest(of: $0) }
    return Dictionary(uniqueKeysWithValues: zip(indices, outcomes))
  }

  /// Ends with the status that the outcome of this call's runs has.
  private func require(
    _ report: SweepReport, _ checked: CheckedPlan, _ outcomes: [Int: RunOutcome]
  ) throws {
    let states = outcomes.values.map(\.state)
    let total = outcomes.count
    let finished = states.count { $0 == .finished }
    let failed = states.count { $0 == .failed }
    guard finished + failed == total else {
      throw Failure(
        status: .interrupted,
        message: "interrupted with \(finished + failed) of \(total) runs done; go on with the same "
          + "command")
    }
    guard failed == 0 else {
      throw Failure(
        status: .checkFailed,
        message: "\(failed) of \(total) runs failed; \(report.path("sweep.json")) says why, "
          + "--retry tries them again")
    }
    let unsound = outcomes.values.count { $0.message != nil }
    guard unsound == 0 else {
      throw Failure(
        status: .checkFailed,
        message: "a check failed in \(unsound) of \(total) runs; \(report.path("sweep.json")) says "
          + "which")
    }
  }

  private func print(json: String, text: String, ended: Bool = true) throws {
    Swift.print(self.json ? json : text, terminator: self.json || ended ? "\n" : "")
  }

  private var resolvedThreads: Int {
    threads ?? max(1, min(64, ProcessInfo.processInfo.activeProcessorCount / jobs))
  }

  private func scripts(for checked: CheckedPlan, in folder: String) -> SweepScripts {
    let data = dataDir.map { ["--data-dir=\($0)"] } ?? []
    return SweepScripts(
      name: checked.plan.name, count: checked.runs.count, jobs: jobs, threads: resolvedThreads,
      command: [Self.executable, "sweep", plan, "--out=\(folder)"] + data
        + ["--threads=\(resolvedThreads)"],
      folder: FileManager.default.currentDirectoryPath)
  }

  /// This program.
  static var executable: String {
    let link = "/proc/self/exe"
    let path = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
    // A program that was replaced while it runs can still be started by the link.
    return path.flatMap { FileManager.default.isExecutableFile(atPath: $0) ? $0 : nil } ?? link
  }
}
