import ArgumentParser
import Rethinking

struct DoubleDescentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "double-descent",
    abstract: "Minimum-norm regression over the number of random features.",
    discussion: """
      ReLU and Fourier features of the images, n fixed, no ridge: the test error peaks where the \
      number of features N reaches n, and falls again beyond. Labels are taken as they are and with \
      a part of them redrawn. Without --samples, n is the first 500 images.
      """)

  @OptionGroup var data: DataOptions

  @Option(parsing: .unconditional, help: "Draws of the features.")
  var draws = 5

  @Option(
    parsing: .unconditional, help: "Probabilities with which labels are redrawn, such as 0,0.2.")
  var redrawn = "0,0.2"

  func validate() throws {
    if let samples = data.samples {
      try check("--samples", Double(samples), "at least 2", samples >= 2)
    }
    try check("--draws", Double(draws), "at least 1", draws >= 1)
    _ = try corruptions()
  }

  private func corruptions() throws -> [Double] {
    try numbers(redrawn, option: "--redrawn", "numbers from 0 to 1") { (0...1).contains($0) }
  }

  func run() async throws {
    let session = try Session(data.run)
    let configuration = DoubleDescentConfiguration(
      samples: data.samples ?? DoubleDescentConfiguration().samples, corruptions: try corruptions(),
      draws: draws, seed: data.run.seed)
    let sample = try data.sample()
    let record = try studyDoubleDescent(
      DatasetSplit(train: sample.train, test: sample.test), configuration: configuration
    ) { session.progress.show($0) }
    let result = RunResult(record, seed: data.run.seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
