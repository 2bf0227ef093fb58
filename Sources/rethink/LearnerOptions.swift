import ArgumentParser
import Rethinking

/// How the learners of a comparison are set up.
struct LearnerOptions: ParsableArguments {
  @Option(help: "The network that SGD trains, one of the paper's.")
  var model: PaperModel = .mlp1x512

  @Option(
    parsing: .unconditional,
    help: "The most epochs of a training; it ends when the mean loss is below 0.03.")
  var epochs = 150

  @Option(
    parsing: .unconditional,
    help: "Gaussian kernel exp(-gamma |x - z|^2) on pixels / 255 (default: median heuristic).")
  var gamma: Double?

  func validate() throws {
    try check("--epochs", Double(epochs), "at least 1", epochs >= 1)
    if let gamma { try check("--gamma", gamma, "a positive number", gamma > 0) }
  }

  /// How the learners are set up for a sample of some size.
  func configuration(samples: Int, seed: UInt64) -> ComparisonConfiguration {
    ComparisonConfiguration(
      interpolation: InterpolationConfiguration(seed: seed),
      kernel: KernelConfiguration(
        kernel: .gaussian(gamma: gamma), memoryLimit: physicalMemory, seed: seed),
      model: model, training: model.training(samples: samples, epochs: epochs, seed: seed))
  }
}
