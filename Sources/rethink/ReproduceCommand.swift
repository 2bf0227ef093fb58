import ArgumentParser
import Foundation
import Rethinking

struct ReproduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Run the paper's tables and figures, and set its numbers beside ours.",
    discussion: """
      Names are tables, figures or cells: table1, table1/mlp1x512/random-labels, figure1c/mlp1x512, \
      */mlp3x512; without names all of them. A name that ends in .yaml is a file of yours: --print \
      table1 writes the one that is built in, to be changed. --list shows each cell with its run's \
      estimated time and whether it was done.

      Each run is a subcommand in a process of its own, with a folder of its own below OUT/runs, \
      named by what it depends on. What is done is not repeated, what was interrupted goes on.

      quick: images drawn from the seed, an MLP in the place of larger networks; some minutes, and \
      no number that is comparable with the paper's. standard: the paper's sets, cut to a part. \
      full: the paper's sizes. The report is OUT/report.html. A difference from the paper is a \
      finding, not a failure: the exit status is 1 only where a run failed or Theorem 1 does not hold.
      """)

  @Argument(
    help: ArgumentHelp("Tables, figures, cells, or plans of yours.", valueName: "name"))
  var names: [String] = []

  @Flag(help: "All tables and figures, as without names.")
  var all = false

  @Option(help: "At which size (default: full with --data-dir, else quick).")
  var scale: PlanScale?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Runs of each cell, with seeds from --seed on.", valueName: "n"))
  var seeds = 1

  @Flag(help: "Show the cells, the time that each run takes at most, and how far it is.")
  var list = false

  @Option(
    name: .customLong("print"),
    help: ArgumentHelp(
      "Print the plan of a table or a figure, and nothing else.", valueName: "name"))
  var printed: String?

  @Option(
    help: ArgumentHelp("A set for all runs, in place of the plans'.", valueName: "set"))
  var data: DataName?

  @Option(
    help: ArgumentHelp(
      "None but none: each cell has its own modification.", valueName: "kind"))
  var corrupt: Corruption = .none

  @Option(
    help: ArgumentHelp(
      "The folder that holds the sets' folders of official files.", valueName: "folder"))
  var dataDir: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Training images of each run, in place of the scale's.", valueName: "n"))
  var samples: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Test images of each run, in place of the scale's.", valueName: "n"))
  var testSamples: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The most epochs of each training, in place of the plans'.", valueName: "n"))
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Runs at once, the threads divided among them.", valueName: "n"))
  var jobs = 1

  @Flag(help: "Try runs again that failed.")
  var retry = false

  @OptionGroup var run: RunOptions

  func validate() throws {
    try check("--seeds", Double(seeds), "1 to 1000", (1...1000).contains(seeds))
    for (name, count) in [
      ("--samples", samples), ("--test-samples", testSamples), ("--epochs", epochs),
    ] {
      if let count { try check(name, Double(count), "at least 1", count >= 1) }
    }
    try check("--jobs", Double(jobs), "1 to 64", (1...64).contains(jobs))
    if corrupt != .none {
      throw ValidationError("--corrupt: reproduce runs all settings; leave it out")
    }
    if all && !names.isEmpty { throw ValidationError("--all: belongs to no names; leave one out") }
    if run.saveSample { throw ValidationError("--save-sample: reproduce has more than one sample") }
  }

  func run() async throws {
    if let printed { return try printPlan(printed) }
    let planned = try planned()
    let session = try Session(run, folder: "runs/paper")
    guard let folder = session.folder else { return }
    let store = RunStore(reading: folder.pathOf("runs"))
    let digests = try checkedDigests(of: planned)
    let digest: @Sendable (PlannedRun) -> String = { digests[$0.options] ?? "" }
    if list { return try await show(planned, store, digest, session) }
    _ = try RunStore(creating: store.root)
    let outcomes = try await done(planned, store, digest, session)
    try await report(planned, outcomes, store, folder, session)
  }

  private func printPlan(_ name: String) throws {
    guard let plan = PaperPlans.texts.first(where: { $0.name == name }) else {
      throw Failure(
        status: .wrongUsage,
        message: "--print \(name): \(PaperPlans.texts.map(\.name).joined(separator: ", ")) expected"
      )
    }
    Swift.print(plan.text, terminator: "")
  }

  private func planned() throws -> PlannedReproduction {
    let files = names.filter { NetworkChoice.isFile($0) }
    let plans = try files.isEmpty ? PaperPlans.all() : files.map(PaperPlanFile.read(at:))
    var options: [String: String] = [:]
    options["data"] = data?.rawValue
    options["samples"] = samples.map { "\($0)" }
    options["test-samples"] = testSamples.map { "\($0)" }
    do throws(UnknownCell) {
      return try PlannedReproduction(
        plans, patterns: names.filter { !files.contains($0) }, scale: resolvedScale,
        seeds: (0..<UInt64(seeds)).map { run.seed &+ $0 }, options: options,
        replacements: epochs.map { ["epochs": "\($0)"] } ?? [:])
    } catch {
      throw Failure(status: .wrongUsage, message: error.description)
    }
  }

  private var resolvedScale: PlanScale { scale ?? (dataDir == nil ? .quick : .full) }

  /// The cells with their times and states.
  private func show(
    _ planned: PlannedReproduction, _ store: RunStore, _ digest: @Sendable (PlannedRun) -> String,
    _ session: Session
  ) async throws {
    let models = Set(planned.runs.compactMap { $0.options["model"] })
    let speed = try measureMachineSpeed(PaperModel.allCases.filter { models.contains($0.rawValue) })
    {
      session.progress.show($0)
    }
    let listing = ReproductionListing(planned, speed: speed) { run in
      let run = completed(run)
      let folder = try? store.folder(of: run, identity: RunIdentity(run, dataDigest: digest(run)))
      return folder.map { store.state(of: $0) } ?? .planned
    }
    try session.print(json: jsonText(listing), text: terminalReport(listing))
  }

  private func done(
    _ planned: PlannedReproduction, _ store: RunStore,
    _ digest: @escaping @Sendable (PlannedRun) -> String, _ session: Session
  ) async throws -> [RunOutcome] {
    let scheduler = RunScheduler(
      store: store, executable: SweepCommand.executable, jobs: jobs,
      threads: max(1, run.resolvedThreads / jobs), retriesFailed: retry)
    let runs = planned.runs.map { completed($0) }
    let outcomes = await scheduler.run(runs, quiet: run.quiet, dataDigest: digest)
    let ended = outcomes.count { [.finished, .failed].contains($0.state) }
    guard ended == runs.count else {
      throw Failure(
        status: .interrupted,
        message: "interrupted with \(ended) of \(runs.count) runs done; go on with the same command"
      )
    }
    return outcomes
  }

  /// A sheet of the images that are drawn from the seed, where a run had them.
  private func drawImages(of planned: PlannedReproduction, _ session: Session) async throws {
    guard planned.runs.contains(where: { $0.options["data"] == DataName.synthetic.rawValue })
    else { return }
    let images = ProceduralImages.split(trainCount: 200, testCount: 1, seed: run.seed).train
    try await session.write(images, to: "figures/images.png", enlarged: 2, columns: 10)
  }

  /// The run with the folder of its data and its threads.
  private func completed(_ planned: PlannedRun) -> PlannedRun {
    guard let dataDir, planned.options["data"].map({ $0 != "synthetic" }) ?? false else {
      return planned
    }
    return planned.completed(by: ["data-dir": dataDir])
  }

  /// What names the content of the files that each run reads, by its options.
  ///
  /// - Throws: before any run, where a subcommand does not take its options, or data are not there.
  private func checkedDigests(
    of planned: PlannedReproduction
  ) throws -> [[String: String]: String] {
    var checker = RunChecker()
    var digests: [[String: String]: String] = [:]
    for (cell, indices) in planned.runsOfCells.sorted(by: { $0.key < $1.key }) {
      for run in indices.map({ completed(planned.runs[$0]) }) where digests[run.options] == nil {
        guard plannableCommands.contains(run.command) else {
          throw Failure(
            status: .badData,
            message: "\(cell): command is \(run.command.debugDescription), expected "
              + choice(plannableCommands))
        }
        if let data = run.options["data"], data != DataName.synthetic.rawValue,
          run.options["data-dir"] == nil
        {
          throw Failure(
            status: .wrongUsage,
            message: "\(cell): its run needs --data-dir, the folder that holds \(data)'s folder of "
              + "files; --scale quick needs none")
        }
        digests[run.options] = try checker.dataDigest(of: run) { option in
          option.map { "\(cell), \($0)" } ?? cell
        }
      }
    }
    return digests
  }

  private func report(
    _ planned: PlannedReproduction, _ outcomes: [RunOutcome], _ store: RunStore,
    _ folder: RunFolder, _ session: Session
  ) async throws {
    let evidence = planned.evidence { index in
      let outcome = outcomes[index]
      guard outcome.state == .finished, let stored = try? store.stored(in: outcome.folder),
        let record = FileManager.default.contents(
          atPath: outcome.folder + "/" + RunStore.recordName)
      else { return nil }
      return RunEvidence(
        record: record, folder: outcome.folder, command: stored.command,
        identity: stored.identity.sha256)
    }
    let failed = planned.plans.flatMap { plan in
      plan.cells.compactMap { cell -> MissingRun? in
        let name = plan.fullName(of: cell)
        guard let indices = planned.runsOfCells[name], evidence[name] == nil else { return nil }
        let outcome = indices.map { outcomes[$0] }.first { $0.state != .finished }
        return MissingRun(
          cell: name, title: cell.title,
          reason: outcome.map { "\($0.state.rawValue): \($0.message ?? $0.folder)" } ?? "unreadable"
        )
      }
    }
    let record = ReproductionRecord(
      planned.plans, scale: planned.scale, seeds: seeds, evidence: evidence,
      missing: failed + planned.missing)
    try await drawImages(of: planned, session)
    let remarks = try await write(
      record, to: folder, command: Session.commandLine, formats: run.figureFormats)
    remarks.forEach(session.remark)
    try session.print(
      json: jsonText(record),
      text: terminalReport(record) + "\nReport: \(folder.path)/report.html")
    try session.require(failed.isEmpty, "\(failed.count) cells have no finished run; see the end")
    try session.require(
      record.cells.filter { $0.name.hasPrefix("claims/theorem1/") }
        .allSatisfy { $0.verdict == .agrees },
      "an interpolating network is not certified; see the cells claims/theorem1")
  }
}
