import ArgumentParser
import Rethinking

struct InterpolateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpolate",
    abstract: "Build the two-layer ReLU network with 2n+d weights that fits any labels.",
    discussion: """
      Theorem 1 of the paper: project the samples on one direction, place a threshold before each \
      projection, and solve Lemma 1's triangular system. The network is then evaluated at every \
      sample in exact integer arithmetic; the exit status is 1 unless rounding recovers every target. \
      --out DIR keeps its weights in network.json, the certificate in \
      certificate.json and what a proved checker needs in evidence.txt.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "class-index: one output, 2n+d weights; one-hot: C outputs, n(1+C)+d weights.",
      valueName: "kind"))
  var outputs: InterpolationTargets = .classIndex

  @Option(
    help: ArgumentHelp(
      "A text file with one real target a line, in place of the labels.", valueName: "file"))
  var targets: String?

  @Option(help: "recurrence: O(n); lapack: a dense n x n triangular solve.")
  var solver: OutputWeightSolver = .recurrence

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Where a threshold stands in the gap between projections, between 0 and 1.",
      valueName: "fraction"))
  var thresholdFraction = ThresholdPlacement.nearPreviousPoint.fraction

  func validate() throws {
    try check(
      "--threshold-fraction", thresholdFraction, "a number strictly between 0 and 1",
      thresholdFraction > 0 && thresholdFraction < 1)
  }

  func run() async throws {
    let sample = try data.sample()
    let realTargets = try targets.map { try readTargets(at: $0, for: sample) }
    let session = try Session(data.run)
    let configuration = InterpolationConfiguration(
      targets: outputs, solver: solver, thresholdFraction: thresholdFraction, seed: data.run.seed)
    let (network, record) =
      if let realTargets {
        try interpolate(sample, targets: realTargets, configuration: configuration)
      } else {
        try interpolate(sample, configuration: configuration)
      }
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    if let folder = session.folder {
      let certification = try Certification(
        of: .sharedDirection(network), on: sample.train,
        targets: realTargets ?? outputs.matrix(of: sample.train))
      try Reports.write(certification, to: folder)
    }
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(
      record.certified,
      "not certified: the residual \(brief(record.maxAbsoluteResidual)) is too large to recover "
        + "every target by rounding; try --threshold-fraction 0.01 or --solver recurrence")
  }
}
