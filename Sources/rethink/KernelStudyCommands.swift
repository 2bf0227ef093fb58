import ArgumentParser
import Rethinking

struct KernelCorruptionCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "corruption",
    abstract: "Kernel regression over label corruption, all levels from one factorisation.",
    discussion: """
      Figure 1c of the paper for a kernel: labels redrawn with probability 0, 0.1, ..., 1, each level \
      fitted exactly. Test errors are counted against true labels and against labels redrawn alike.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var kernel: KernelOptions

  func validate() throws { try refuseCorruption(data) }

  func run() async throws {
    let session = try Session(data.run)
    let configuration = kernel.configuration(seed: data.run.seed)
    let record = try studyKernelCorruption(try data.split(), configuration: configuration) {
      session.progress.show($0)
    }
    let result = RunResult(record, seed: data.run.seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}

struct KernelSpectrumCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "spectrum",
    abstract: "Eigenvalues of a Gram matrix, beside true and random labels.",
    discussion: """
      One decomposition gives every ridge with its leave-one-out error, and where in the spectrum \
      the labels lie. It takes O(n^3): without --samples, n is the first 1000 images.
      """)

  @OptionGroup var data: DataOptions

  @Option(
    help: "The kernel with its parameters, as for rethink kernel.", transform: KernelOptions.parsed)
  var kernel = KernelChoice.gaussian(gamma: nil)

  func validate() throws { try refuseCorruption(data) }

  func run() async throws {
    let session = try Session(data.run)
    let split = try data.split(defaultSamples: 1000)
    let record = try studyKernelSpectrum(split, kernel: kernel, seed: data.run.seed)
    let result = RunResult(record, seed: data.run.seed)
    try await session.write(result, configuration: ["kernel": kernel.description])
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}

/// For studies that corrupt labels themselves.
private func refuseCorruption(_ data: DataOptions) throws {
  guard data.corrupt == .none else {
    throw ValidationError("--corrupt: this study corrupts labels itself")
  }
}
