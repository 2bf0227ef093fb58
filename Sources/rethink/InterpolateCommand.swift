import ArgumentParser
import Rethinking

struct InterpolateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "interpolate",
    abstract: "Build the ReLU network with 2n+d weights that fits any labels, or a deep one.",
    discussion: """
      Theorem 1 of the paper: project the samples on one direction, place a threshold before each \
      projection, and solve Lemma 1's triangular system. With --depth K the same function as a \
      feed-forward network of K layers (Corollary 1), with a ledger of its weights. The network is \
      then evaluated at every sample in exact integer arithmetic; the exit status is 1 unless \
      rounding recovers every target.

      --out DIR keeps the network in network.json, what was certified in certificate.json, and the \
      numbers of the proof in evidence.txt; 'rethink certify DIR' checks them again.

      --study measures instead of building one network: thresholds (where they stand against \
      conditioning and residual), constructions (this network beside others of the literature), \
      scale (up to ten million samples, against reading and sorting them).
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

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Layers of weights: 2 is Theorem 1, more is Corollary 1.", valueName: "k"))
  var depth = 2

  @OptionGroup var export: ExportOptions

  @Option(help: "Measure instead: thresholds, constructions or scale.")
  var study: InterpolationStudy?

  func validate() throws {
    try check(
      "--threshold-fraction", thresholdFraction, "a number strictly between 0 and 1",
      thresholdFraction > 0 && thresholdFraction < 1)
    try check("--depth", Double(depth), "2 to \(Self.deepest)", (2...Self.deepest).contains(depth))
    if depth > 2 && export.directionLayout == .expanded {
      throw ValidationError(
        "--direction-layout expanded: only a network of two layers has the choice; leave it out")
    }
  }

  func run() async throws {
    if let study {
      try await study.run(data)
      return
    }
    let sample = try data.sample()
    let realTargets = try targets.map { try column(of: $0, count: sample.train.count) }
    let session = try Session(data.run)
    let configuration = InterpolationConfiguration(
      targets: outputs, solver: solver, thresholdFraction: thresholdFraction, depth: depth,
      seed: data.run.seed)
    let interpolation =
      if let realTargets {
        try interpolate(sample, targets: realTargets, configuration: configuration)
      } else {
        try interpolate(sample, configuration: configuration)
      }
    let record = interpolation.record
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    if let folder = session.folder { try Reports.write(interpolation.certification, to: folder) }
    try export.write(interpolation)
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(
      record.certified,
      "not certified: the residual \(brief(record.maxAbsoluteResidual)) is too large to recover "
        + "every target by rounding; try --threshold-fraction 0.01 or --solver recurrence")
    if let costs = record.depthCosts {
      try session.require(
        costs.areWithinBounds, "the network is wider or heavier than Corollary 1 allows")
    }
  }

  /// Beyond this depth layers do nothing but hand numbers on, and the files grow.
  private static let deepest = 1024
}

/// The numbers of a file as one column, one for each sample.
func column(of file: String, count: Int) throws -> Matrix<Double> {
  let values = try TargetsFile.values(at: file)
  guard values.count == count else {
    throw Failure(
      status: .badData,
      message: "\(file): \(values.count) targets for \(count) samples; give one a line for each")
  }
  return Matrix(rows: values.count, columns: 1, columnMajor: values)
}
