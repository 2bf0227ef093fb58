import ArgumentParser
import Rethinking

struct CapacityStudyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capacity",
    abstract: "Complexity measures and their bounds over label corruption.",
    discussion: """
      Networks of one hidden layer are trained to the same loss on labels of which a part is redrawn, \
      and measured: which measures order the generalisation gap, and which bounds say anything. \
      Without --samples, n is the first 500 images.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    parsing: .unconditional, help: "Probabilities with which labels are redrawn, such as 0,0.5,1.")
  var redrawn = "0,0.25,0.5,0.75,1"

  @Option(parsing: .unconditional, help: "Hidden units of the networks, such as 64,256.")
  var widths = "64,256"

  @Option(parsing: .unconditional, help: "The most passes over the sample.")
  var epochs = 300

  @Option(parsing: .unconditional, help: "The mean loss at which each training ends.")
  var loss = 0.02

  @Option(
    parsing: .unconditional, help: "Draws of the noise for each variance of PAC-Bayes.")
  var perturbations = 4

  func validate() throws {
    if data.corrupt != .none {
      throw ValidationError("--corrupt \(data.corrupt): --redrawn says it; leave it out")
    }
    try check("--epochs", Double(epochs), "at least 1", epochs >= 1)
    try check("--loss", loss, "a positive number", loss > 0)
    try check("--perturbations", Double(perturbations), "at least 1", perturbations >= 1)
    _ = try (corruptions(), parsedWidths())
  }

  private func corruptions() throws -> [Double] {
    try numbers(redrawn, option: "--redrawn", "numbers from 0 to 1") { (0...1).contains($0) }
  }

  private func parsedWidths() throws -> [Int] {
    try wholeNumbers(widths, option: "--widths", "whole numbers from 1 to 65536", in: 1...65536)
  }

  func run() async throws {
    let session = try Session(data.run)
    let seed = data.run.seed
    let configuration = CapacityStudyConfiguration(
      samples: data.samples ?? CapacityStudyConfiguration().samples,
      corruptions: try corruptions(), widths: try parsedWidths(), epochs: epochs, loss: loss,
      options: NetworkCapacityOptions(perturbations: perturbations, seed: seed), seed: seed)
    let record = try studyCapacity(try data.split(atLeast: 8), configuration: configuration) {
      session.progress.show($0)
    }
    let result = RunResult(record, seed: seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
