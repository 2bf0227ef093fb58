import ArgumentParser
import Foundation
import Rethinking

struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Fit kernel regression to one-hot labels by an exact solve.",
    discussion: """
      Section 5 of the paper: K alpha = y with K_ij = exp(-gamma |x_i - x_j|^2) on pixels / 255, \
      factored by Cholesky in double precision. The solve's residual, LAPACK's test ratio and a \
      condition estimate come with it; the exit status is 1 where the ratio exceeds 30.
      """)

  enum KernelName: String, CaseIterable, ExpressibleByArgument {
    case gaussian
  }

  @OptionGroup var data: DataOptions

  @Option(help: "The kernel: gaussian.")
  var kernel: KernelName = .gaussian

  @Option(
    parsing: .unconditional,
    help: "gamma of the Gaussian kernel (default: 1 / median squared distance).")
  var gamma: Double?

  @Option(parsing: .unconditional, help: "lambda added to the diagonal of K.")
  var ridge = 0.0

  func validate() throws {
    if let gamma { try check("--gamma", gamma, "a positive number", gamma > 0) }
    try check("--ridge", ridge, "zero or a positive number", ridge >= 0)
  }

  func run() async throws {
    let sample = try data.sample()
    let session = try Session(data.run)
    session.progress.show(ExperimentProgress(fraction: 0, activity: "kernel regression"))
    let configuration = KernelConfiguration(
      gamma: gamma, ridge: ridge, memoryLimit: physicalMemory, seed: data.run.seed)
    let record = try fitKernel([sample], configuration: configuration)[0]
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(
      record.testRatio <= soundTestRatio,
      "LAPACK's test ratio \(brief(record.testRatio)) exceeds \(soundTestRatio)")
  }
}

/// The memory that a fit may plan for: this machine's.
var physicalMemory: Int { Int(ProcessInfo.processInfo.physicalMemory) }
