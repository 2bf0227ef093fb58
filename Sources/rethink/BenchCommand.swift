import ArgumentParser
import Rethinking

struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure the speed of this program on this machine.",
    subcommands: [BenchTrainCommand.self, BenchKernelCommand.self])
}

struct BenchTrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Time a step of SGD of the paper's networks.",
    discussion: """
      Random 28x28x3 images, forward, backward and the step with momentum 0.9; the median of the \
      timed steps. The rate of a large matrix product, measured in the same run, is the limit.
      """)

  @OptionGroup var run: RunOptions

  @Argument(help: "The networks; all of the paper's if none is named.")
  var models: [PaperModel] = []

  @Option(parsing: .unconditional, help: "Images of a step.")
  var batch = 128

  @Option(parsing: .unconditional, help: "Timed steps; small networks take ten times as many.")
  var steps = 20

  @Flag(help: "Time each computation of a step by itself, too.")
  var profile = false

  func validate() throws {
    try check("--batch", Double(batch), "at least 1", batch >= 1)
    try check("--steps", Double(steps), "at least 1", steps >= 1)
  }

  func run() async throws {
    let session = try Session(run)
    let record = try measureTrainingSpeed(
      models.isEmpty ? PaperModel.allCases : models, batchSize: batch, steps: steps,
      profiles: profile
    ) { session.progress.show($0) }
    let result = RunResult(record, seed: run.seed)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
