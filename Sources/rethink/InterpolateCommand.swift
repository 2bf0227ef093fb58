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
      "Where a threshold stands in the gap between projections: 0, on the previous one, to below 1 "
        + "(default: 0.01; with --exact 0).", valueName: "fraction"))
  var thresholdFraction: Double?

  @Flag(
    help: "Solve in fractions of integers of any length, so that the residual is exactly zero.")
  var exact = false

  @Option(help: "normal or integer entries (default: integer with bytes, which projects exactly).")
  var direction: DirectionKind?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draw this many directions and take the one with the largest smallest gap.",
      valueName: "m"))
  var directionDraws = 1

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Layers of weights: 2 is Theorem 1, more is Corollary 1.", valueName: "k"))
  var depth = 2

  @OptionGroup var export: ExportOptions

  @Option(help: "Measure instead: thresholds, constructions or scale.")
  var study: InterpolationStudy?

  func validate() throws {
    if let thresholdFraction {
      try check(
        "--threshold-fraction", thresholdFraction, "a number from 0 to below 1",
        thresholdFraction >= 0 && thresholdFraction < 1)
    }
    try check(
      "--direction-draws", Double(directionDraws), "1 to 1000", (1...1000).contains(directionDraws))
    if exact && (depth != 2 || solver != .recurrence || !export.export.isEmpty) {
      throw ValidationError(
        "--exact: fractions have no --depth, no --solver and no --export; leave those out")
    }
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
    let usual: ThresholdPlacement = exact ? .previousPoint : .nearPreviousPoint
    let configuration = InterpolationConfiguration(
      targets: outputs, solver: solver, thresholdFraction: thresholdFraction ?? usual.fraction,
      depth: depth,
      direction: direction, directionDraws: directionDraws, seed: data.run.seed)
    if exact {
      try await runExactly(
        sample, realTargets ?? outputs.matrix(of: sample.train), configuration, session)
      return
    }
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
    try session.require(record.certified, Self.refusal(of: record, interpolation.certification))
    if let costs = record.depthCosts {
      try session.require(
        costs.areWithinBounds, "the network is wider or heavier than Corollary 1 allows")
    }
  }

  /// Why a network is not certified, and what to try.
  private static func refusal(
    of record: InterpolationRecord, _ certification: Certification
  ) -> String {
    certification.record.certificate.recoversTargets
      ? "not certified: projections are rounded, and without the rounding they do not interleave "
        + "with the thresholds; try --threshold-fraction 0.01, or --direction integer with bytes"
      : "not certified: the residual \(brief(record.maxAbsoluteResidual)) is too large to recover "
        + "every target by rounding; try --threshold-fraction 0.01 or --solver recurrence"
  }

  private func runExactly(
    _ sample: CorruptedSample, _ targets: Matrix<Double>,
    _ configuration: InterpolationConfiguration, _ session: Session
  ) async throws {
    if configuration.thresholdFraction > 0 && sample.train.count > Self.longestExact {
      throw Failure(
        status: .wrongUsage,
        message:
          "--exact with thresholds inside the gaps: fractions grow with each sample, at most "
          + "\(Self.longestExact) samples; leave --threshold-fraction out")
    }
    let (certification, record) = try interpolateExactly(
      sample, targets: targets, configuration: configuration)
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    if let folder = session.folder { try Reports.write(certification, to: folder) }
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(record.certified, "the network of fractions does not take every target")
  }

  /// With thresholds inside the gaps the i-th fraction is as long as all gaps before it.
  private static let longestExact = 5000

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
