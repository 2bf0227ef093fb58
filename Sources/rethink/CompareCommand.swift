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

  @OptionGroup var learners: LearnerOptions

  func run() async throws {
    let sample = try data.sample()
    let session = try Session(data.run)
    let seed = data.run.seed
    let configuration = learners.configuration(samples: sample.train.count, seed: seed)
    let record = try compare(sample, configuration: configuration) { session.progress.show($0) }
    let result = RunResult(record, seed: seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
