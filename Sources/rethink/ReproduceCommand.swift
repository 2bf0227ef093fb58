import ArgumentParser
import Rethinking

struct ReproduceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reproduce",
    abstract: "Run the paper's argument end to end and set its numbers beside ours.",
    discussion: """
      The four learners on true and on random labels, the training loss of an MLP in the paper's six \
      settings (Figure 1a), time to fit and test error against label corruption (Figures 1b, 1c). \
      Without --data it runs on images drawn from the seed and takes about half a minute; a real set \
      is cut to its first 10,000 images unless --samples says otherwise.

      The run folder (--out, or runs/reproduce-SET-nN-seedS) holds record.json, CSV tables, SVG \
      figures and report.html. A difference from the paper is a finding, not a failure: the exit \
      status is 1 only where a certificate or a solve is not sound.
      """)

  @OptionGroup var data: DataOptions

  @OptionGroup var learners: LearnerOptions

  func validate() throws {
    if data.corrupt != .none {
      throw ValidationError("--corrupt: reproduce runs all settings; leave it out")
    }
  }

  func run() async throws {
    let split = try data.split(defaultSamples: 10_000)
    let seed = data.run.seed
    let session = try Session(
      data.run, folder: "runs/reproduce-\(data.data.rawValue)-n\(split.train.count)-seed\(seed)")
    let plan = learners.plan(seed: seed)
    let record = try reproduce(split, plan: plan) { session.progress.show($0) }
    var text = terminalReport(record)
    try session.save(split.corrupted(by: .none, seed: seed))
    if let folder = session.folder {
      let remarks = try await write(
        record, images: split, to: folder, command: Session.commandLine,
        formats: data.run.figureFormats)
      remarks.forEach(session.remark)
      text += "\nReport: \(folder.path)/report.html"
    }
    try session.print(json: jsonText(record), text: text)
    let fits = record.comparisons.flatMap(\.fits)
    try session.require(
      record.cells.filter { $0.name.hasPrefix("theorem1/") }.allSatisfy { $0.verdict == .agrees },
      "an interpolating network is not certified; see its cells of theorem1")
    try session.require(fits.count == 8, "a learner is missing from the comparison")
  }
}
