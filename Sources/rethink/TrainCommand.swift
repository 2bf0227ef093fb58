import ArgumentParser
import Rethinking

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train one of the paper's networks by SGD.",
    discussion: """
      Appendix A of the paper: cross-entropy, momentum 0.9, learning rate 0.1 (Inception) or 0.01 \
      (the others) times 0.95 after each epoch. Inputs are pixels / 255, standardised for each image. The paper does not print its batch \
      size; 128 is read off its figures.
      """)

  @OptionGroup var data: DataOptions

  @Option(help: "The network, one of the paper's.")
  var model: PaperModel = .mlp1x512

  @Option(parsing: .unconditional, help: "Passes over the sample.")
  var epochs = 100

  @Option(parsing: .unconditional, help: "Samples of a step.")
  var batch = 128

  @Option(
    parsing: .unconditional,
    help: "The learning rate of the first epoch (default: the paper's for the network).")
  var learningRate: Double?

  @Option(
    parsing: .unconditional, help: "What the learning rate is multiplied by after each epoch.")
  var learningRateDecay = 0.95

  @Option(parsing: .unconditional, help: "The share of the old velocity that a step keeps.")
  var momentum = 0.9

  @Option(parsing: .unconditional, help: "lambda of the penalty lambda |w|^2 / 2 on the weights.")
  var weightDecay = 0.0

  @Option(help: "Initial weights: he (normal, variance 2/inputs) or glorot (uniform).")
  var initialization: Initialization = .he

  @Flag(help: "Cut training images at a random place, anew in each epoch, not in the middle.")
  var randomCrop = false

  @Option(help: "What carries out the arithmetic: reference (plain) or fast.")
  var engine: EngineChoice = .fast

  @Option(
    parsing: .unconditional,
    help: "End after the first epoch whose mean loss is below this (default: run all epochs).")
  var stopLoss: Double?

  func validate() throws {
    try check("--epochs", Double(epochs), "at least 1", epochs >= 1)
    try check("--batch", Double(batch), "at least 1", batch >= 1)
    if let learningRate {
      try check("--learning-rate", learningRate, "a positive number", learningRate > 0)
    }
    try check(
      "--learning-rate-decay", learningRateDecay, "a positive number", learningRateDecay > 0)
    try check("--momentum", momentum, "from 0 to below 1", momentum >= 0 && momentum < 1)
    try check("--weight-decay", weightDecay, "zero or a positive number", weightDecay >= 0)
    if let stopLoss { try check("--stop-loss", stopLoss, "a positive number", stopLoss > 0) }
  }

  func run() async throws {
    let sample = try data.sample(keepingUncropped: randomCrop)
    let session = try Session(data.run)
    let configuration = TrainingConfiguration(
      epochs: epochs, batchSize: batch,
      learningRate: .exponential(learningRate ?? model.learningRate, factor: learningRateDecay),
      momentum: momentum, weightDecay: weightDecay,
      stoppingRules: stopLoss.map { [.loss(below: $0)] } ?? [], seed: data.run.seed)
    let plan = TrainingPlan(
      model, for: sample, configuration: configuration, initialization: initialization,
      augmentation: Augmentation(randomCrop: randomCrop), engine: engine)
    let record = try trainNetwork(plan, on: sample) {
      session.progress.show(
        ExperimentProgress(
          fraction: Double($0.epoch) / Double(epochs),
          activity: "epoch \($0.epoch), mean loss \(brief($0.loss)) nats, "
            + "running accuracy \(brief(100 * $0.runningAccuracy)) %"))
    }.record
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
