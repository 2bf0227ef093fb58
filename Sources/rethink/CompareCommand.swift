import ArgumentParser
import Rethinking

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Give one sample to the four learners and put them in one table.",
    discussion: """
      The 2n+d interpolant, the minimum-norm linear map, Gaussian kernel regression and an MLP \
      trained by SGD are given the same bytes, named by their SHA-256.
      """)

  @OptionGroup var data: DataOptions

  @Option(help: "The network that SGD trains: mlp1x512 or mlp3x512.")
  var model: PaperModel = .mlp1x512

  @Option(
    parsing: .unconditional,
    help: "The most epochs of the training; it ends when the mean loss is below 0.02.")
  var epochs = 100

  @Option(
    parsing: .unconditional,
    help: "gamma of the Gaussian kernel (default: 1 / median squared distance).")
  var gamma: Double?

  func validate() throws {
    try check("--epochs", Double(epochs), "at least 1", epochs >= 1)
    if let gamma { try check("--gamma", gamma, "a positive number", gamma > 0) }
  }

  func run() async throws {
    let sample = try data.sample()
    let session = try Session(data.run)
    try session.save(sample)
    let seed = data.run.seed
    let kernel = KernelConfiguration(gamma: gamma, memoryLimit: physicalMemory, seed: seed)
    let plan = ReproductionPlan(model: model, epochs: epochs, kernel: kernel, seed: seed)
    let configuration = ComparisonConfiguration(
      interpolation: InterpolationConfiguration(seed: seed), kernel: kernel, model: model,
      training: plan.training(samples: sample.train.count))
    let record = try compare(sample, configuration: configuration) { session.progress.show($0) }
    let result = RunResult(record, seed: seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
