import ArgumentParser
import Rethinking

/// Which network is trained, and how.
struct TrainingOptions: ParsableArguments {
  @Option(
    help: "The network: one of the paper's, or a file of layers (see 'rethink help model').")
  var model: NetworkChoice = .paper(.mlp1x512)

  @Option(parsing: .unconditional, help: "The most passes over the sample.")
  var epochs = 100

  @Option(parsing: .unconditional, help: "Samples of a step.")
  var batch = 128

  @OptionGroup var schedule: ScheduleOptions

  @Option(parsing: .unconditional, help: "The share of the old velocity that a step keeps.")
  var momentum = 0.9

  @Option(parsing: .unconditional, help: "lambda of the penalty lambda |w|^2 / 2 on the weights.")
  var weightDecay = 0.0

  @Option(
    help: ArgumentHelp(
      "Initial weights: he (normal, variance 2/inputs) or glorot (uniform) (default: he, and "
        + "glorot for AlexNet and Inception)."))
  var initialization: Initialization?

  @Option(
    help: ArgumentHelp(
      "How training images are altered, anew in each epoch: none, or a list such as "
        + "flip,rotation:25 (the paper's Table 4) of crop (at a random place), flip, rotation:25 "
        + "(degrees), brightness:0.25, contrast:0.5, saturation:0.5, hue:0.05; each number is the "
        + "largest change and, as it stands here, what is taken without one.",
      valueName: "list"))
  var augment = "none"

  @Option(help: "What carries out the arithmetic: reference (plain) or fast.")
  var engine: EngineChoice = .fast

  @Option(
    parsing: .unconditional,
    help: "End after the first epoch whose mean loss is below this.")
  var stopLoss: Double?

  @Option(
    parsing: .unconditional,
    help: "End after the first epoch with this accuracy on the training images, from 0 to 1.")
  var stopAccuracy: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "End when so many epochs were no better than the best before: N, which watches the test "
        + "accuracy, or N:training-loss.", valueName: "n"))
  var patience: String?

  @Option(
    parsing: .unconditional,
    help: "The mean loss of an epoch below which the sample counts as fitted.")
  var fittedLoss = 0.05

  @Flag(help: "Score all training images, unaltered, after each epoch; it takes a pass forward.")
  var evaluateTraining = false

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A training has diverged when so many epochs in a row have FACTOR times the loss of the "
        + "start, or more; none: only when a number is not finite.", valueName: "n:factor"))
  var divergence = "10:1.25"

  func validate() throws {
    try check("--epochs", Double(epochs), "at least 1", epochs >= 1)
    try check("--batch", Double(batch), "at least 1", batch >= 1)
    try check("--momentum", momentum, "from 0 to below 1", momentum >= 0 && momentum < 1)
    try check("--weight-decay", weightDecay, "zero or a positive number", weightDecay >= 0)
    if let stopLoss { try check("--stop-loss", stopLoss, "a positive number", stopLoss > 0) }
    if let stopAccuracy {
      try check(
        "--stop-accuracy", stopAccuracy, "above 0, at most 1",
        stopAccuracy > 0 && stopAccuracy <= 1)
    }
    try check("--fitted-loss", fittedLoss, "a positive number", fittedLoss > 0)
    _ = try Augmentation(option: augment)
    _ = try patience.map(StoppingRule.init(patience:))
    _ = try DivergenceRule.optional(option: divergence)
  }

  /// How images are altered.
  func augmentation() throws -> Augmentation { try Augmentation(option: augment) }

  /// How the network is trained.
  func configuration(seed: UInt64) throws -> TrainingConfiguration {
    var rules: [StoppingRule] = []
    if let stopLoss { rules.append(.loss(below: stopLoss)) }
    if let stopAccuracy { rules.append(.accuracy(atLeast: stopAccuracy)) }
    if let patience { rules.append(try StoppingRule(patience: patience)) }
    return TrainingConfiguration(
      epochs: epochs, batchSize: batch,
      learningRate: try schedule.learningRate(default: model.learningRate), momentum: momentum,
      weightDecay: weightDecay, fittedLoss: fittedLoss, stoppingRules: rules,
      divergence: try DivergenceRule.optional(option: divergence),
      evaluatesTraining: evaluateTraining, seed: seed)
  }

  /// All options as they are typed, with what stands for those that were left out.
  var resolved: [String: String] {
    var options = schedule.resolved(default: model.learningRate)
    options["model"] = model.defaultValueDescription
    options["epochs"] = "\(epochs)"
    options["batch"] = "\(batch)"
    options["momentum"] = "\(momentum)"
    options["weight-decay"] = "\(weightDecay)"
    options["initialization"] = (initialization ?? model.initialization).rawValue
    options["augment"] = augment
    options["engine"] = engine.rawValue
    options["stop-loss"] = stopLoss.map { "\($0)" }
    options["stop-accuracy"] = stopAccuracy.map { "\($0)" }
    options["patience"] = patience
    options["fitted-loss"] = "\(fittedLoss)"
    options["evaluate-training"] = evaluateTraining ? "true" : nil
    options["divergence"] = divergence
    return options
  }
}

/// How the learning rate falls.
struct ScheduleOptions: ParsableArguments {
  enum Schedule: String, CaseIterable, ExpressibleByArgument {
    case constant, exponential, step
  }

  @Option(
    parsing: .unconditional,
    help: "The learning rate of the first epoch (default: the paper's for the network, or 0.01).")
  var learningRate: Double?

  @Option(
    help: """
      How it falls: not at all (constant), after each epoch (exponential), or by --step-epochs \
      (step).
      """)
  var schedule: Schedule = .exponential

  @Option(
    parsing: .unconditional,
    help: "What it is multiplied by when it falls (default: 0.95; with --schedule step 0.1).")
  var learningRateDecay: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --schedule step: N, after every N epochs, or a list such as 60,90, after these.",
      valueName: "n"))
  var stepEpochs: String?

  func validate() throws {
    if let learningRate {
      try check("--learning-rate", learningRate, "a positive number", learningRate > 0)
    }
    if let learningRateDecay {
      try check(
        "--learning-rate-decay", learningRateDecay, "a positive number", learningRateDecay > 0)
    }
    let epochs = try stepEpochs.map(Self.epochs(of:))
    if schedule == .constant, let learningRateDecay {
      throw ValidationError(
        "--learning-rate-decay \(learningRateDecay): a constant rate does not fall; leave it out, "
          + "or --schedule constant")
    }
    if schedule != .step, let stepEpochs, epochs != nil {
      throw ValidationError("--step-epochs \(stepEpochs): only with --schedule step")
    }
    if schedule == .step && stepEpochs == nil {
      throw ValidationError("--schedule step: needs --step-epochs, such as 30 or 60,90")
    }
  }

  /// The learning rate of each epoch.
  func learningRate(default rate: Double) throws -> LearningRateSchedule {
    let initial = learningRate ?? rate
    guard let factor else { return .constant(initial) }
    guard schedule == .step, let stepEpochs else { return .exponential(initial, factor: factor) }
    let epochs = try Self.epochs(of: stepEpochs)
    return LearningRateSchedule(
      initial,
      decay: epochs.count == 1
        ? .everyEpochs(epochs[0], factor: factor) : .afterEpochs(epochs, factor: factor))
  }

  /// The options as they are typed.
  func resolved(default rate: Double) -> [String: String] {
    var options = ["schedule": schedule.rawValue, "learning-rate": "\(learningRate ?? rate)"]
    options["learning-rate-decay"] = factor.map { "\($0)" }
    options["step-epochs"] = stepEpochs
    return options
  }

  private var factor: Double? {
    switch schedule {
    case .constant: nil
    case .exponential: learningRateDecay ?? 0.95
    case .step: learningRateDecay ?? 0.1
    }
  }

  private static func epochs(of text: String) throws -> [Int] {
    let epochs = text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard epochs.allSatisfy({ $0 >= 1 }), zip(epochs, epochs.dropFirst()).allSatisfy(<) else {
      throw ValidationError(
        "--step-epochs \(text): a number of epochs, or a list that increases, expected")
    }
    return epochs
  }
}
