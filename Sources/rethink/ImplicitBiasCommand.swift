import ArgumentParser
import Rethinking

struct ImplicitBiasCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "implicit-bias",
    abstract: "Where descent ends on linear models, and what the norm says of it.",
    discussion: """
      Section 5 of the paper: descent from zero ends at the solution of least norm, on other losses \
      it turns to the maximum margin, and the norm of an interpolant does not tell its test error. \
      Labels are taken as they are.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "Inputs: pixels / 255, or these whitened by the second moments of the last test images."))
  var input = ImplicitBiasInput.whitened

  @Option(
    parsing: .unconditional,
    help: "Passes of stochastic descent (default: 60 times the condition, at most 20000).")
  var epochs: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Samples of a batch (default: a quarter of the sample).", valueName: "b"))
  var batchSize: Int?

  @Option(
    parsing: .unconditional, help: "Momentum of stochastic descent (default: by the condition).")
  var momentum: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Step size of stochastic descent over n / (λ b), λ the largest eigenvalue; grows with 1 - momentum.",
      valueName: "f"))
  var stepFraction = 0.0175

  @Option(parsing: .unconditional, help: "Steps on the logistic and the exponential loss.")
  var marginSteps = 1 << 14

  func validate() throws {
    if let epochs { try check("--epochs", Double(epochs), "at least 1", epochs >= 1) }
    if let batchSize { try check("--batch-size", Double(batchSize), "at least 1", batchSize >= 1) }
    if let momentum {
      try check("--momentum", momentum, "0 to below 1", momentum >= 0 && momentum < 1)
    }
    try check("--step-fraction", stepFraction, "a positive number", stepFraction > 0)
    try check("--margin-steps", Double(marginSteps), "at least 1", marginSteps >= 1)
    guard data.corrupt == .none else {
      throw ValidationError("--corrupt: this study takes true labels")
    }
  }

  func run() async throws {
    let session = try Session(data.run)
    let split = try data.split(
      defaultSamples: data.data == .synthetic ? 200 : 500, atLeast: 4)
    let configuration = ImplicitBiasConfiguration(
      samples: split.train.count, input: input, epochs: epochs, batchSize: batchSize,
      momentum: momentum, stepFraction: stepFraction,
      marginSteps: marginSteps, seed: data.run.seed)
    let record = try studyImplicitBias(split, configuration: configuration) {
      session.progress.show($0)
    }
    let result = RunResult(record, seed: data.run.seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
