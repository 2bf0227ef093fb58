import ArgumentParser
import Rethinking

/// What `rethink linear` sees of an image.
struct LinearFeatureOptions: ParsableArguments {
  @Option(
    help: """
      pixels: values / 255; fourier or relu: random features of them, with --feature-count of at \
      least n for any labels to be fitted (default: pixels).
      """)
  var features: LinearFeatures.Kind?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How many random features (default: 2000).", valueName: "n"))
  var featureCount: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "gamma of the Gaussian kernel that Fourier features stand for (default: 1 over the median "
        + "squared distance).", valueName: "gamma"))
  var featureGamma: Double?

  /// The options that were given.
  var given: [String] {
    [
      features.map { _ in "--features" }, featureCount.map { _ in "--feature-count" },
      featureGamma.map { _ in "--feature-gamma" },
    ].compactMap(\.self)
  }

  func validate() throws {
    if let featureCount {
      try check(
        "--feature-count", Double(featureCount), "1 to 1000000",
        (1...1_000_000).contains(featureCount))
      if features ?? .pixels == .pixels {
        throw ValidationError("--feature-count: needs --features fourier or relu")
      }
    }
    if let featureGamma {
      try check("--feature-gamma", featureGamma, "a positive number", featureGamma > 0)
      if features != .fourier {
        throw ValidationError("--feature-gamma: needs --features fourier")
      }
    }
  }

  /// What the options say.
  func choice(seed: UInt64) -> LinearFeatures {
    LinearFeatures(
      features ?? .pixels, count: featureCount ?? 2000, gamma: featureGamma, seed: seed)
  }
}

/// How `rethink linear` solves for minimum norm.
struct MinimumNormOptions: ParsableArguments {
  @Option(
    help: """
      cheapest: by the smaller Gram matrix, or orthogonal where that loses digits; svd: by singular \
      values; orthogonal: by a complete orthogonal factorisation; gram: X X^T alpha = y (n <= d); \
      normal: X^T X w = X^T y (n >= d); lsqr: by conjugate gradients (default: cheapest).
      """)
  var solver: MinimumNormSolver?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What a singular value or a pivot must exceed to count, relative to the largest (default: "
        + "max(n, d) epsilon); for svd and orthogonal.", valueName: "share"))
  var cutOff: Double?

  @Flag(
    inversion: .prefixedNo,
    help: "Also solve by singular values, to compare (default: where that takes seconds).")
  var reference: Bool?

  /// The options that were given.
  var given: [String] {
    [
      solver.map { _ in "--solver" }, cutOff.map { _ in "--cut-off" },
      reference.map { $0 ? "--reference" : "--no-reference" },
    ].compactMap(\.self)
  }

  func validate() throws {
    if let cutOff {
      try check("--cut-off", cutOff, "a number from 0 to below 1", cutOff >= 0 && cutOff < 1)
      if !(solver ?? .cheapest).hasCutOff {
        throw ValidationError("--cut-off: needs --solver svd or --solver orthogonal")
      }
    }
  }
}

/// Which ridges `rethink linear` tries.
struct RidgeOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "lambda of |XW - Y|^2 + lambda |W|^2, one or more with commas between (default: a grid over "
        + "the squared singular values).", valueName: "lambdas"))
  var ridge: String?

  @Option(parsing: .unconditional, help: "Ridges of that grid (default: 25).")
  var ridges: Int?

  /// The options that were given.
  var given: [String] {
    [ridge.map { _ in "--ridge" }, ridges.map { _ in "--ridges" }].compactMap(\.self)
  }

  func validate() throws {
    if ridge != nil && ridges != nil {
      throw ValidationError(
        "--ridges: the size of the grid that --ridge replaces; take one of both")
    }
    _ = try grid()
  }

  /// The ridges as asked for.
  func grid() throws -> RidgeGrid {
    if let ridges {
      try check("--ridges", Double(ridges), "2 to 1000", (2...1000).contains(ridges))
    }
    guard let ridge else { return .spectrum(count: ridges ?? 25) }
    return .values(
      try numbers(ridge, option: "--ridge", "positive numbers") { $0 > 0 })
  }
}

/// How `rethink linear` descends.
struct DescentOptions: ParsableArguments {
  @Option(help: "The loss of an output: squared, logistic or exponential (default: squared).")
  var loss: DescentLoss?

  @Option(
    parsing: .unconditional,
    help: "Step size for losses summed over a batch (default: one that is safe, printed).")
  var stepSize: Double?

  @Option(parsing: .unconditional, help: "Steps (default: 1000).")
  var steps: Int?

  @Option(parsing: .unconditional, help: "Passes over the sample, in place of --steps.")
  var epochs: Int?

  @Option(parsing: .unconditional, help: "Samples of a step (default: all).")
  var batch: Int?

  @Flag(help: "Draw each sample of a batch from all samples.")
  var replacement = false

  @Option(parsing: .unconditional, help: "Heavy-ball momentum, from 0 to below 1 (default: 0).")
  var momentum: Double?

  @Option(parsing: .unconditional, help: "delta of the term delta |W|^2 / 2 (default: 0).")
  var weightDecay: Double?

  @Flag(help: "Follow the mean of the weights of all steps.")
  var average = false

  @Option(
    parsing: .unconditional,
    help: "Norm of a start in a random direction (default: 0, from zero).")
  var startNorm: Double?

  @Option(
    parsing: .unconditional,
    help: "Most passes of coordinate ascent for the hard margin (default: 16384).")
  var marginPasses: Int?

  /// The options that were given, of both methods.
  var given: [String] {
    [
      stepSize.map { _ in "--step-size" }, steps.map { _ in "--steps" },
      epochs.map { _ in "--epochs" }, batch.map { _ in "--batch" },
      replacement ? "--replacement" : nil, momentum.map { _ in "--momentum" },
      weightDecay.map { _ in "--weight-decay" }, average ? "--average" : nil,
      startNorm.map { _ in "--start-norm" },
    ].compactMap(\.self)
  }

  /// The options that only descent has.
  var givenForDescent: [String] { loss.map { _ in ["--loss"] } ?? [] }

  /// The options that only logistic regression has.
  var givenForLogistic: [String] { marginPasses.map { _ in ["--margin-passes"] } ?? [] }

  func validate() throws {
    if let stepSize { try check("--step-size", stepSize, "a positive number", stepSize > 0) }
    if let steps { try check("--steps", Double(steps), "at least 1", steps >= 1) }
    if let epochs {
      try check("--epochs", Double(epochs), "1 to 1000000", (1...1_000_000).contains(epochs))
    }
    if steps != nil && epochs != nil {
      throw ValidationError("--epochs: another length than --steps; take one of both")
    }
    if let batch { try check("--batch", Double(batch), "at least 1", batch >= 1) }
    if replacement && batch == nil { throw ValidationError("--replacement: needs --batch") }
    if let momentum {
      try check("--momentum", momentum, "0 to below 1", momentum >= 0 && momentum < 1)
    }
    if let weightDecay {
      try check("--weight-decay", weightDecay, "zero or a positive number", weightDecay >= 0)
    }
    if let startNorm {
      try check("--start-norm", startNorm, "zero or a positive number", startNorm >= 0)
    }
    if let marginPasses {
      try check("--margin-passes", Double(marginPasses), "at least 1", marginPasses >= 1)
    }
  }

  /// The descent that the options make.
  func plan(
    targets: LinearTargets, isLogistic: Bool, _ run: RunOptions
  ) -> LinearDescentConfiguration {
    var plan = LinearDescentConfiguration(seed: run.seed)
    plan.targets = targets
    plan.loss = isLogistic ? .logistic : loss ?? .squared
    plan.stepSize = stepSize
    if let batch {
      plan.batches =
        replacement ? .withReplacement(size: batch) : .withoutReplacement(size: batch)
    }
    plan.momentum = momentum ?? 0
    plan.weightDecay = weightDecay ?? 0
    plan.averagesIterates = average
    plan.startNorm = startNorm ?? 0
    plan.length = epochs.map { .epochs($0) } ?? .steps(steps ?? 1000)
    plan.comparesWithMargin = isLogistic
    if let marginPasses { plan.marginPasses = marginPasses }
    plan.memoryLimit = physicalMemory
    return plan
  }
}
