import ArgumentParser
import Rethinking

struct LinearCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linear",
    abstract: "Fit a linear map: minimum norm, ridge, gradient descent, logistic regression.",
    discussion: """
      Section 5 of the paper: with n <= d any labels are fitted, and descent from zero ends at the \
      solution of least norm. Inputs are pixels / 255, or random features of them.

      minimum-norm solves; ridge measures a whole path of lambda from one decomposition; descent \
      takes steps, full or stochastic, and follows distance to the minimum-norm solution, the part \
      outside the span of the samples and the decay of eigendirections; logistic descends on the \
      logistic loss and compares the direction with the hard margin's.
      """)

  enum Method: String, CaseIterable, ExpressibleByArgument {
    case minimumNorm = "minimum-norm"
    case ridge, descent, logistic
  }

  @OptionGroup var data: DataOptions

  @Option(help: "How to find the weights.")
  var method: Method = .minimumNorm

  @Option(
    help: """
      What is fitted: one-hot labels, or 1 for an even class and -1 for an odd one (default: \
      one-hot; parity for logistic, which has two classes).
      """)
  var targets: LinearTargets?

  @OptionGroup(title: "Options of minimum-norm and ridge") var inputs: LinearFeatureOptions
  @OptionGroup(title: "Options of minimum-norm") var solving: MinimumNormOptions
  @OptionGroup(title: "Options of ridge") var ridge: RidgeOptions
  @OptionGroup(title: "Options of descent and logistic") var descent: DescentOptions

  func validate() throws {
    let groups: [([Method], [String])] = [
      ([.minimumNorm, .ridge], inputs.given), ([.minimumNorm], solving.given),
      ([.ridge], ridge.given),
      ([.descent], descent.givenForDescent), ([.logistic], descent.givenForLogistic),
      ([.descent, .logistic], descent.given),
    ]
    for (methods, options) in groups where !methods.contains(method) {
      if let option = options.first {
        throw ValidationError(
          "\(option): an option of --method \(methods.map(\.rawValue).joined(separator: " or ")), "
            + "not of \(method.rawValue)")
      }
    }
    if method == .logistic && targets == .oneHot {
      throw ValidationError("--targets one-hot: parity expected for --method logistic")
    }
  }

  func run() async throws {
    let sample = try data.sample()
    let session = try Session(data.run)
    let targets = targets ?? (method == .logistic ? .parity : .oneHot)
    switch method {
    case .minimumNorm: try await fit(sample, targets, session)
    case .ridge:
      session.progress.show(ExperimentProgress(fraction: 0, activity: "ridge path"))
      let record = try fitRidge(
        sample, targets: targets, grid: try ridge.grid(),
        features: inputs.choice(seed: data.run.seed))
      try await finish(
        record, sample, session, configuration: try ridge.grid(), text: terminalReport(record))
      try session.require(
        record.testRatio <= record.testRatioLimit,
        "LAPACK's test ratio \(brief(record.testRatio)) exceeds \(record.testRatioLimit)")
    case .descent, .logistic:
      session.progress.show(ExperimentProgress(fraction: 0, activity: "descent"))
      let plan = descent.plan(targets: targets, isLogistic: method == .logistic, data.run)
      let record = try descend(sample, configuration: plan)
      try await finish(
        record, sample, session, configuration: plan, text: terminalReport(record))
      try check(record, session)
    }
  }

  private func fit(
    _ sample: CorruptedSample, _ targets: LinearTargets, _ session: Session
  ) async throws {
    session.progress.show(ExperimentProgress(fraction: 0, activity: "minimum norm"))
    let solver = solving.solver ?? .cheapest
    let records = try fitMinimumNorm(
      [sample], targets: targets, features: inputs.choice(seed: data.run.seed), by: solver,
      relativeCutOff: solving.cutOff,
      comparing: solving.reference)
    let record = records[0]
    try await finish(
      record, sample, session, configuration: ["method": record.method],
      text: terminalReport(record))
    if record.isConverged == false {
      throw Failure(
        status: .checkFailed,
        message: "conjugate gradients did not converge in \(record.iterations ?? 0) iterations: "
          + "take --solver orthogonal")
    }
    if record.iterations == nil {
      try session.require(
        record.testRatio <= soundTestRatio,
        "LAPACK's test ratio \(brief(record.testRatio)) exceeds \(soundTestRatio)")
      try session.require(
        record.conditionEstimate < 1 / Double.ulpOfOne || solver.hasCutOff,
        "the condition estimate \(brief(record.conditionEstimate)) leaves no digit: take --solver "
          + "orthogonal")
    }
  }

  /// What rounding cannot explain is a failed check.
  private func check(_ record: DescentRecord, _ session: Session) throws {
    try session.require(
      record.outsideDrift <= record.outsideDriftBound,
      "descent left the span of the samples by \(brief(record.outsideDrift)), of which rounding "
        + "explains \(brief(record.outsideDriftBound))")
    if let closed = record.closedForm {
      try session.require(
        closed.distance <= closed.bound,
        "descent is \(brief(closed.distance)) away from its closed form, of which rounding explains "
          + brief(closed.bound))
    }
  }

  private func finish<Record: Codable & Sendable>(
    _ record: Record, _ sample: CorruptedSample, _ session: Session,
    configuration: some Encodable, text: String
  ) async throws {
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: text)
  }
}
