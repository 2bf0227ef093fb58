import ArgumentParser
import Rethinking

/// Which kernel, and how its equations are solved.
struct KernelOptions: ParsableArguments {
  @Option(help: "The kernel with its parameters.", transform: Self.parsed)
  var kernel = KernelChoice.gaussian(gamma: nil)

  @Option(
    parsing: .unconditional,
    help: "gamma of the Gaussian kernel exp(-gamma |x - z|^2), the same as --kernel gaussian:GAMMA."
  )
  var gamma: Double?

  @Option(parsing: .unconditional, help: "lambda added to the diagonal of K.")
  var ridge = 0.0

  @Option(
    help: """
      exact: by a factorisation; iterative: by conjugate gradients; eigenpro: by preconditioned \
      SGD; pseudoinverse: by eigenvalues, for images that coincide.
      """)
  var solver = KernelSolver.exact

  @Option(help: "Of the exact solver's factor.")
  var precision = KernelPrecision.double

  @Option(
    help: "Of the exact solver's Gram matrix: half a square in panels or packed, or a square.")
  var storage = GramStorage.panels

  @Option(
    parsing: .unconditional,
    help: "Relative residual to refine or iterate to (default: 1e-10, iterative 1e-3).")
  var tolerance: Double?

  @Option(
    parsing: .unconditional,
    help: "The rank of the iterative solver's preconditioner; for eigenpro its subsample.")
  var rank = 2000

  @Option(
    parsing: .unconditional,
    help: "The most iterations of the iterative solver, or epochs of eigenpro.")
  var iterations = 500

  @Flag(
    inversion: .prefixedNo,
    help:
      "Keep half the Gram matrix in single precision while iterating, or make it anew each time.")
  var keepGram = true

  @Option(
    help: """
      How much of the iterative solver's residual is measured at the end, in double precision: all \
      rows, 2,000 random rows, or none (default: sample).
      """)
  var residual: ResidualCheck?

  /// Reads a kernel; its own words say what is wrong with it.
  static func parsed(_ text: String) throws -> KernelChoice {
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
          "--gamma: belongs to the Gaussian kernel alone; give \(kernel) its own parameters")
      }
    }
    try check("--ridge", ridge, "zero or a positive number", ridge >= 0)
    if ridge > 0 && (solver == .eigenPro || solver == .pseudoinverse) {
      throw ValidationError("--ridge: belongs to --solver exact or iterative")
    }
    if let tolerance {
      try check("--tolerance", tolerance, "from 0 to below 1", (0..<1).contains(tolerance))
    }
    if residual != nil && solver != .iterative {
      throw ValidationError("--residual: belongs to --solver iterative")
    }
    try check("--rank", Double(rank), "zero or more", rank >= 0)
    try check("--iterations", Double(iterations), "at least 1", iterations >= 1)
  }

  /// What the options say, within this machine's memory.
  func configuration(
    validationSamples: Int = 0, leavesOneOut: Bool = false,
    scaleSelection: ScaleSelection = .median, selectionSamples: Int = 2000, seed: UInt64
  ) -> KernelConfiguration {
    KernelConfiguration(
      kernel: gamma.map { .gaussian(gamma: $0) } ?? kernel, ridge: ridge, solver: solver,
      precision: precision, storage: storage, tolerance: tolerance,
      iteration: IterativeKernelConfiguration(
        preconditionerRank: rank, keepsGramMatrix: keepGram, maximalIterations: iterations,
        residualCheck: residual ?? .sample),
      validationSamples: validationSamples, leavesOneOut: leavesOneOut,
      scaleSelection: scaleSelection, selectionSamples: selectionSamples,
      memoryLimit: physicalMemory, seed: seed)
  }
}
