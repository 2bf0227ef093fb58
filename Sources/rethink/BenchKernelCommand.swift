import ArgumentParser
import Rethinking

struct BenchKernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Time the parts of exact kernel regression.",
    discussion: """
      Standard normal points and targets, a Gaussian kernel at which the closest two points have \
      k(x, z) of about 1/2 unless --gamma says otherwise. The rate of a large square product, \
      measured before and after, is the limit. The exit status is 1 where a relative residual \
      exceeds the tolerance.
      """)

  @OptionGroup var run: RunOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Numbers of samples, separated by commas (default: 2000,5000,10000).", valueName: "n,n,..."),
    transform: Self.sizes)
  var sizes = [2000, 5000, 10_000]

  @Option(parsing: .unconditional, help: "Coordinates of a sample.")
  var dimension = 784

  @Option(parsing: .unconditional, help: "Columns of targets.")
  var targets = 10

  @Option(help: "Of the factor.")
  var precision = KernelPrecision.double

  @Option(parsing: .unconditional, help: "gamma of the Gaussian kernel (default: by the sizes).")
  var gamma: Double?

  @Option(
    parsing: .unconditional,
    help: "Relative residual to refine to and to require (default: 1e-8, single 1e-3).")
  var tolerance: Double?

  @Option(parsing: .unconditional, help: "Rows and columns of the product that is the limit.")
  var product = 4096

  /// Reads a list of sizes.
  static func sizes(_ text: String) throws -> [Int] {
    try wholeNumbers(
      text, option: "--sizes", "whole numbers from 2 to 1000000", in: 2...1_000_000)
  }

  func validate() throws {
    try check(
      "--dimension", Double(dimension), "1 to 1000000", (1...1_000_000).contains(dimension))
    try check("--targets", Double(targets), "1 to 10000", (1...10_000).contains(targets))
    if let gamma { try check("--gamma", gamma, "a positive number", gamma > 0) }
    if let tolerance {
      try check("--tolerance", tolerance, "from 0 to below 1", (0..<1).contains(tolerance))
    }
    try check("--product", Double(product), "1 to 32768", (1...32_768).contains(product))
  }

  func run() async throws {
    let session = try Session(run)
    let configuration = KernelBenchmarkConfiguration(
      sizes: sizes, dimension: dimension, targets: targets, precision: precision, gamma: gamma,
      tolerance: tolerance, productSize: product, memoryLimit: physicalMemory, seed: run.seed)
    let record = try measureKernelSpeed(configuration) { session.progress.show($0) }
    let result = RunResult(record, seed: run.seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
    let worst = record.sizes.map(\.relativeResidual).max() ?? 0
    try session.require(
      record.isSound,
      "the relative residual \(brief(worst)) exceeds its tolerance "
        + "\(brief(configuration.tolerance))")
  }
}
