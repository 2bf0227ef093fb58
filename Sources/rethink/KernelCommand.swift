import ArgumentParser
import Foundation
import Rethinking

struct KernelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kernel",
    abstract: "Fit kernel regression to one-hot labels, exactly or by iteration.",
    discussion: """
      Section 5 of the paper: K alpha = y on pixels / 255, without a ridge unless asked for. The \
      exact solver factors K by Cholesky, panel by panel: in double precision, in single, or in \
      single with refinement until the residual in double is small (mixed). Where K is too large, \
      preconditioned conjugate gradients take its place. The memory is planned before and refused \
      with the numbers where it is not there. The exit status is 1 where the equations are not met: \
      LAPACK's test ratio exceeds 30 and the residual its tolerance, or an iteration ended otherwise.

      Kernels: gaussian[:GAMMA], laplacian[:GAMMA], matern12|32|52[:LENGTH], linear, \
      polynomial:DEGREE[:GAMMA[:CONSTANT]], power:DEGREE, arccosine:ORDER[:DEPTH], \
      nngp:DEPTH[:WEIGHTVARIANCE[:BIASVARIANCE]], ntk: the same. A scale left out is the median \
      distance of the images.
      """)

  @OptionGroup var data: DataOptions

  @Option(help: "The kernel with its parameters.", transform: Self.parsed)
  var kernel = KernelChoice.gaussian(gamma: nil)

  @Option(
    parsing: .unconditional,
    help: "gamma of the Gaussian kernel exp(-gamma |x - z|^2), the same as --kernel gaussian:GAMMA."
  )
  var gamma: Double?

  @Option(parsing: .unconditional, help: "lambda added to the diagonal of K.")
  var ridge = 0.0

  @Option(help: "exact, by a factorisation, or iterative, by conjugate gradients.")
  var solver = KernelSolver.exact

  @Option(help: "Of the exact solver's factor.")
  var precision = KernelPrecision.double

  @Option(
    help: "Of the exact solver's Gram matrix: half a square in panels or packed, or a square.")
  var storage = GramStorage.panels

  @Option(
    parsing: .unconditional,
    help: "Relative residual to refine or iterate to (default: 1e-10, iterative 1e-4).")
  var tolerance: Double?

  @Flag(help: "Measure the leave-one-out error, for as much work as the factorisation.")
  var leaveOneOut = false

  @Option(parsing: .unconditional, help: "The rank of the iterative solver's preconditioner.")
  var rank = 2000

  @Option(parsing: .unconditional, help: "The most iterations of the iterative solver.")
  var iterations = 500

  @Flag(
    inversion: .prefixedNo,
    help:
      "Keep half the Gram matrix in single precision while iterating, or make it anew each time.")
  var keepGram = true

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Training images at the end that the iterative solver holds out, to stop by their error.",
      valueName: "m"))
  var validation = 0

  /// Reads a kernel; its own words say what is wrong with it.
  private static func parsed(_ text: String) throws -> KernelChoice {
    do throws(KernelChoiceError) {
      return try KernelChoice(text)
    } catch {
      throw ValidationError(error.description)
    }
  }

  func validate() throws {
    if let gamma {
      try check("--gamma", gamma, "a positive number", gamma > 0)
      guard kernel == .gaussian(gamma: nil) else {
        throw ValidationError(
          "--gamma: belongs to the Gaussian kernel alone; give \(kernel) its own")
      }
    }
    try check("--ridge", ridge, "zero or a positive number", ridge >= 0)
    if let tolerance {
      try check("--tolerance", tolerance, "from 0 to below 1", (0..<1).contains(tolerance))
    }
    try check("--rank", Double(rank), "zero or more", rank >= 0)
    try check("--iterations", Double(iterations), "at least 1", iterations >= 1)
    try check("--validation", Double(validation), "zero or more", validation >= 0)
    if solver == .exact && validation > 0 {
      throw ValidationError("--validation: belongs to --solver iterative")
    }
    if solver == .iterative && leaveOneOut {
      throw ValidationError("--leave-one-out: belongs to --solver exact")
    }
  }

  func run() async throws {
    let sample = try data.sample()
    let session = try Session(data.run)
    let configuration = KernelConfiguration(
      kernel: gamma.map { .gaussian(gamma: $0) } ?? kernel, ridge: ridge, solver: solver,
      precision: precision, storage: storage, tolerance: tolerance,
      iteration: IterativeKernelConfiguration(
        preconditionerRank: rank, keepsGramMatrix: keepGram, maximalIterations: iterations),
      validationSamples: validation, leavesOneOut: leaveOneOut, memoryLimit: physicalMemory,
      seed: data.run.seed)
    guard validation < sample.train.count else {
      throw Failure(
        status: .wrongUsage,
        message:
          "--validation \(validation): there are \(sample.train.count) images; hold out fewer")
    }
    if let plan = planKernel([sample], configuration: configuration).plan, !data.run.quiet {
      session.remark(memoryLine(plan))
    }
    let record = try fitKernel([sample], configuration: configuration) {
      session.progress.show($0)
    }[0]
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
    try session.require(
      record.isSound(configuration),
      record.testRatio.map {
        "LAPACK's test ratio \(brief($0)) exceeds 30, and the relative residual "
          + "\(brief(record.relativeResidual)) its tolerance \(brief(configuration.tolerance))"
      } ?? "the iteration ended by \(record.stop?.rawValue ?? "") with a relative residual of "
        + "\(brief(record.relativeResidual)), above \(brief(configuration.tolerance))")
  }
}

/// The memory that a fit may plan for: this machine's.
var physicalMemory: Int { Int(ProcessInfo.processInfo.physicalMemory) }
