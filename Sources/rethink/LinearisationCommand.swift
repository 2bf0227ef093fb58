import ArgumentParser
import Rethinking

struct LinearisationCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "linearised",
    abstract: "Trained ReLU networks beside their kernel solution, over width.",
    discussion: """
      Each network is trained on the squared distance to one-hot targets and held against its \
      linearisation at the start, fitted with the smallest change of weights: predictions, weights \
      and the drift of the neural tangent kernel. The kernel has one row for each image and output, \
      so n is kept small: 200 images unless --samples says otherwise.
      """)

  /// The most images that are fitted and that are predicted where no option says.
  private static let (defaultSamples, defaultTestSamples) = (200, 1000)
  /// The largest kernel, in rows: 3.2 GB each of several.
  private static let mostRows = 20_000

  @OptionGroup var data: DataOptions

  @Option(parsing: .unconditional, help: "Hidden units of a layer, increasing.")
  var widths = "64,256,1024,4096"

  @Option(parsing: .unconditional, help: "Hidden layers of each network.")
  var layers = 1

  @Option(parsing: .unconditional, help: "Draws of the initial weights.")
  var draws = 3

  @Option(
    parsing: .unconditional, help: "Which labels are fitted: given, random, or given,random.")
  var labels = "given"

  @Option(help: "What the outputs stand for: parity, even and odd labels, or classes.")
  var targets = LinearisationConfiguration.Targets.parity

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Images of a step of SGD (default: all).", valueName: "b"))
  var batch: Int?

  @Option(
    parsing: .unconditional,
    help: "The learning rate as a share of the step size that the start's kernel allows.")
  var step = 1.0

  @Option(parsing: .unconditional, help: "The share of the old velocity that a step keeps.")
  var momentum = 0.9

  @Option(
    parsing: .unconditional, help: "Train until the residual is this share of that at the start.")
  var tolerance = 0.001

  func validate() throws {
    try check("--layers", Double(layers), "1 to 16", (1...16).contains(layers))
    try check("--draws", Double(draws), "at least 1", draws >= 1)
    if let batch { try check("--batch", Double(batch), "at least 1", batch >= 1) }
    try check("--step", step, "above 0 and at most 1", step > 0 && step <= 1)
    try check("--momentum", momentum, "from 0 to below 1", (0..<1).contains(momentum))
    try check(
      "--tolerance", tolerance, "at least 1e-6 and below 1",
      (1e-6..<1).contains(tolerance))
    _ = try (parsedWidths(), parsedLabels())
  }

  private func parsedWidths() throws -> [Int] {
    try wholeNumbers(
      widths, option: "--widths", "increasing whole numbers from 1 to 65536", in: 1...65536,
      isIncreasing: true)
  }

  private func parsedLabels() throws -> [LinearisationConfiguration.Labels] {
    let values = labels.split(separator: ",", omittingEmptySubsequences: false).compactMap {
      LinearisationConfiguration.Labels(rawValue: String($0))
    }
    guard values.count == labels.split(separator: ",", omittingEmptySubsequences: false).count,
      Set(values).count == values.count
    else {
      throw ValidationError("--labels \(labels): given, random, or given,random expected")
    }
    return values
  }

  func run() async throws {
    let session = try Session(data.run)
    let split = try data.split(defaultSamples: Self.defaultSamples, atLeast: 2)
    let sample = split.corrupted(by: data.corrupt, seed: data.run.seed)
    let n = sample.train.count
    let outputs = targets.outputs(classes: sample.train.classCount)
    let rows = n * outputs
    guard rows <= Self.mostRows else {
      throw Failure(
        status: .wrongUsage,
        message: "--samples \(n): the kernel would have \(rows) rows, one for each image and "
          + "output; take at most \(Self.mostRows / outputs) images")
    }
    let configuration = LinearisationConfiguration(
      samples: n,
      testSamples: data.testSamples ?? min(Self.defaultTestSamples, sample.test.count),
      widths: try parsedWidths(), hiddenLayers: layers, draws: draws, labels: try parsedLabels(),
      targets: targets, batchSize: batch, stepShare: step, momentum: momentum, tolerance: tolerance,
      seed: data.run.seed)
    let record = try studyLinearisation(
      DatasetSplit(train: sample.train, test: sample.test), configuration: configuration
    ) { session.progress.show($0) }
    let result = RunResult(record, seed: data.run.seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
