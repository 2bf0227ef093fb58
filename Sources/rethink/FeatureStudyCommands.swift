import ArgumentParser
import Rethinking

struct KernelNormsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "norms",
    abstract: "Kernel regression on pixels and on Gabor features: errors and norms.",
    discussion: """
      The paper's section 5: Gabor features halve the error of a Gaussian kernel on MNIST while the \
      norm grows. Each fit has a bandwidth of its own: the median distance, or what the options say. \
      The exit status is 1 where refinement does not meet the equations.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    parsing: .unconditional,
    help: "gamma of the Gaussian kernel on pixels (default: by the median distance).")
  var gamma: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      gamma of the kernel on Gabor features as multiples of 1 / (median squared distance), \
      separated by commas; several are tried on held-out training images.
      """, valueName: "list"))
  var gaborGammas = "1"

  @Option(help: "Of both factors.")
  var precision = KernelPrecision.mixed

  @Option(parsing: .unconditional, help: "lambda, added to the diagonal of both Gram matrices.")
  var ridge = 0.0

  @Option(
    parsing: .unconditional, help: "The relative residual that mixed precision refines to.")
  var tolerance = 1e-10

  func validate() throws {
    if let gamma { try check("--gamma", gamma, "a positive number", gamma > 0) }
    try check("--ridge", ridge, "zero or a positive number", ridge >= 0)
    try check("--tolerance", tolerance, "from 0 to below 1", (0..<1).contains(tolerance))
    _ = try gammas()
  }

  private func gammas() throws -> [Double] {
    try numbers(gaborGammas, option: "--gabor-gammas", "positive numbers") { $0 > 0 }
  }

  func run() async throws {
    let session = try Session(data.run)
    let sample = try data.split(atLeast: 2).corrupted(by: data.corrupt, seed: data.run.seed)
    let seed = data.run.seed
    let configuration = KernelConfiguration(
      kernel: .gaussian(gamma: gamma), ridge: ridge, precision: precision, tolerance: tolerance,
      memoryLimit: physicalMemory, seed: seed)
    let gabor = GaborConfiguration(
      relativeGammas: try gammas(), ridge: ridge, precision: precision, tolerance: tolerance,
      memoryLimit: physicalMemory, seed: seed)
    let record = try studyKernelNorms(sample, configuration: configuration, gabor: gabor) {
      session.progress.show($0)
    }
    let result = RunResult(record, seed: seed)
    try await session.write(result, configuration: configuration)
    try await session.write(
      waveletPictures(gabor.features), to: "figures/wavelets.png", enlarged: 4,
      columns: gabor.features.orientations)
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(
      record.pixels.isSound(configuration) && record.gabor.isSound,
      """
      relative residuals \(brief(record.pixels.relativeResidual)) on pixels and \
      \(brief(record.gabor.relativeResidual)) on Gabor features exceed the tolerance \
      \(brief(tolerance)): take --ridge 1e-6, a larger --gamma or --gabor-gammas, or \
      --precision double
      """)
  }
}

struct ConvolutionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convolution",
    abstract: "Ridge regression on random convolutional features, over the number of filters.",
    discussion: """
      Coates and Ng's single layer with random patches for filters, as the paper's section 5 has it: \
      whitened patches, responses rectified on both sides, summed over a grid of parts. Features are \
      made in blocks, so that n times their number need not fit into memory. The exit status is 1 \
      where refinement does not meet the equations.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Numbers of filters, increasing, separated by commas.", valueName: "list"))
  var filters = "100,200,400,800"

  @Option(help: "Filters: patches of the training images, or Gaussian directions.")
  var source = RandomConvolutionalFeatures.Source.patches

  @Option(parsing: .unconditional, help: "Rows and columns of a filter.")
  var side = 6

  @Option(parsing: .unconditional, help: "What a response must exceed to count.")
  var threshold = 0.5

  @Option(
    parsing: .unconditional,
    help: "To what power sums of responses are raised; 0.5 for their roots.")
  var exponent = 1.0

  @Option(
    parsing: .unconditional, help: "Rows and columns of parts that responses are summed over.")
  var parts = 2

  @Flag(help: "Add up the sums of an image and of its mirror image.")
  var mirror = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      A Gaussian kernel of the features instead of the features: its gamma as multiples of \
      1 / (median squared distance), separated by commas; held-out training images choose.
      """, valueName: "list"))
  var gammas: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      """
      Candidates lambda / n, or lambda with --gammas, separated by commas; held-out training images \
      choose (default: 0.003,0.01,0.03,0.1, or 0.01,0.03).
      """, valueName: "list"))
  var ridges: String?

  @Option(
    parsing: .unconditional,
    help: "The relative residual that the fits of all training images are refined to.")
  var tolerance = 1e-8

  func validate() throws {
    try check("--tolerance", tolerance, "from 0 to below 1", (0..<1).contains(tolerance))
    try check("--side", Double(side), "1 to 28", (1...28).contains(side))
    try check("--threshold", threshold, "zero or a positive number", threshold >= 0)
    try check("--exponent", exponent, "a positive number", exponent > 0)
    try check("--parts", Double(parts), "1 to 10", (1...10).contains(parts))
    _ = try counts()
    _ = try relativeGammas()
    _ = try ridgeCandidates()
  }

  private func relativeGammas() throws -> [Double] {
    try gammas.map { try numbers($0, option: "--gammas", "positive numbers") { $0 > 0 } } ?? []
  }

  private func ridgeCandidates() throws -> [Double]? {
    try ridges.map { try numbers($0, option: "--ridges", "numbers from 0") { $0 >= 0 } }
  }

  private func counts() throws -> [Int] {
    try wholeNumbers(
      filters, option: "--filters", "increasing whole numbers from 1", in: 1...1_000_000,
      isIncreasing: true)
  }

  func run() async throws {
    let session = try Session(data.run)
    let split = try data.split(atLeast: 2)
    let smallest = min(split.train.shape.height, split.train.shape.width)
    guard smallest >= 2 else {
      throw Failure(
        status: .wrongUsage,
        message: "images of \(split.train.shape) are no larger than a filter; take larger ones")
    }
    guard side + 1 <= smallest else {
      throw Failure(
        status: .wrongUsage,
        message: "--side \(side): the images are \(split.train.shape); take at most \(smallest - 1)"
      )
    }
    guard parts <= smallest - side + 1 else {
      throw Failure(
        status: .wrongUsage,
        message: "--parts \(parts): a filter has \(smallest - side + 1) places; take fewer")
    }
    let corrupted = split.corrupted(by: data.corrupt, seed: data.run.seed)
    let counts = try counts()
    let configuration = RandomConvolutionConfiguration(
      features: RandomConvolutionalFeatures.Configuration(
        filters: counts.last ?? 1, source: source, side: side, threshold: threshold,
        parts: parts, exponent: exponent, isMirrored: mirror, seed: data.run.seed),
      filterCounts: counts, relativeGammas: try relativeGammas(), ridges: try ridgeCandidates(),
      tolerance: tolerance, memoryLimit: physicalMemory)
    let record = try fitRandomConvolution(
      DatasetSplit(train: corrupted.train, test: corrupted.test), configuration: configuration
    ) { session.progress.show($0) }
    let result = RunResult(record, seed: data.run.seed)
    try await session.write(result, configuration: configuration)
    if session.folder != nil {
      try await session.write(
        randomFilterPictures(corrupted.train, configuration.features), to: "figures/filters.png",
        enlarged: 8, columns: 10, rowsPerClass: 8)
    }
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(
      record.isSound,
      """
      a relative residual of \(brief(record.points.map(\.relativeResidual).max() ?? 0)) exceeds the \
      tolerance \(brief(tolerance)): take larger --ridges or a larger --tolerance
      """)
  }
}
