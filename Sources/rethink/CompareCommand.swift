import ArgumentParser
import Rethinking

struct CompareCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Give one sample to the four learners and put them in one table.",
    discussion: """
      The 2n+d interpolant, the minimum-norm linear map, Gaussian kernel regression and an MLP \
      trained by SGD are given the same bytes, named by their SHA-256.

      --sizes gives growing prefixes of the sample, corrupted once, to all four: their learning \
      curves in one table, and test error against n in one figure.
      """)

  @OptionGroup var data: DataOptions

  @OptionGroup var learners: LearnerOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Learning curves: sizes of prefixes of the sample, increasing, separated by commas.",
      valueName: "list"))
  var sizes: String?

  func validate() throws {
    _ = try parsedSizes()
  }

  private func parsedSizes() throws -> [Int]? {
    try sizes.map {
      try wholeNumbers(
        $0, option: "--sizes", "increasing whole numbers from 1", in: 1...Int.max,
        isIncreasing: true)
    }
  }

  func run() async throws {
    if let sizes = try parsedSizes() { return try await compareSizes(sizes) }
    let sample = try data.sample()
    let session = try Session(data.run)
    let seed = data.run.seed
    let configuration = comparison(samples: sample.train.count)
    let record = try compare(sample, configuration: configuration) { session.progress.show($0) }
    let result = RunResult(record, seed: seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }

  private func compareSizes(_ sizes: [Int]) async throws {
    let split = try data.split()
    if let size = sizes.last, size > split.train.count {
      throw Failure(
        status: .wrongUsage,
        message: "--sizes \(size): the sample has \(split.train.count) images; take fewer, or more "
          + "--samples")
    }
    let session = try Session(data.run)
    let seed = data.run.seed
    let configuration = LearningCurvesConfiguration(sizes: sizes) { comparison(samples: $0) }
    let record = try learningCurves(
      split, corruption: data.corrupt, seed: seed, configuration: configuration
    ) { session.progress.show($0) }
    let result = RunResult(record, seed: seed)
    try session.save(split.corrupted(by: data.corrupt, seed: seed))
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }

  private func comparison(samples: Int) -> ComparisonConfiguration {
    learners.configuration(samples: samples, seed: data.run.seed)
  }
}
