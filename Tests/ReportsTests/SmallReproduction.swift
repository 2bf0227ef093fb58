import Datasets
import Experiments
import Foundation
import Networks

/// A reproduction small enough to run in a test, run once.
enum SmallReproduction {
  static let split = ProceduralImages.split(trainCount: 20, testCount: 10, seed: 1)

  static let record = Result { try made() }

  private static let accuracy = PaperQuantity(
    name: "train-accuracy", title: "training accuracy", measure: "trainAccuracy", unit: "%",
    tolerance: 1, reason: "one run of the paper's")

  private static let error = PaperQuantity(
    name: "error", title: "test error", measure: "score.corruptedTestError", unit: "%",
    tolerance: 3, reason: "read off the figure")

  private static func made() throws -> ReproductionRecord {
    var evidence: ReproductionEvidence = [:]
    func add(_ name: String, _ record: some Encodable) throws {
      evidence[name] = [
        RunEvidence(
          record: try JSONEncoder().encode(record), folder: "runs/\(name)",
          command: "rethink \(name) <here>", identity: name)
      ]
    }
    func plan(
      _ name: String, _ source: String, _ quantities: [PaperQuantity] = [], command: String,
      _ names: [String], paper: [String: Double] = [:]
    ) -> PaperPlan {
      PaperPlan(
        name: name, title: name, source: source, data: "CIFAR-10", samples: 50_000,
        quantities: quantities,
        cells: names.map {
          PaperCell(name: $0, title: "run \($0)", command: command, options: [:], paper: paper)
        })
    }
    let sample = { split.corrupted(by: $0, seed: 1) }
    func trained(_ corruption: Corruption) throws -> TrainingRecord {
      let sample = sample(corruption)
      return try trainNetwork(
        TrainingPlan(
          .mlp1x512, for: sample,
          configuration: PaperModel.mlp1x512.training(samples: 20, epochs: 2, seed: 1)),
        on: sample
      ).record
    }
    for (name, corruption) in [("true-labels", Corruption.none), ("random-labels", .randomLabels)] {
      try add(
        "theorem1/\(name)",
        interpolate(sample(corruption), configuration: InterpolationConfiguration(seed: 1)).record)
      try add(
        "four-learners/\(name)",
        compare(
          sample(corruption),
          configuration: ComparisonConfiguration(
            training: PaperModel.mlp1x512.training(samples: 20, epochs: 2, seed: 1))))
    }
    let settings: [Corruption] = [
      .none, .shuffledPixels, .gaussian, .randomPixels, .randomLabels,
    ]
    for setting in settings { try add("figure1a/\(setting)", trained(setting)) }
    for name in ["inception", "inception-nobn"] { try add("figure2b/\(name)", trained(.none)) }
    let levels: [Double] = [0, 0.5, 1]
    for level in levels {
      let corruption: Corruption =
        level == 0 ? .none : level == 1 ? .randomLabels : .partialLabels(probability: level)
      try add("figure1c/mlp1x512/p=\(level)", trained(corruption))
      let kernel = try fitKernel([sample(corruption)], configuration: KernelConfiguration(seed: 1))
      try add("kernel-corruption/gaussian-kernel/p=\(level)", kernel[0])
    }
    return ReproductionRecord(
      [
        plan("theorem1", "Theorem 1", command: "interpolate", ["true-labels", "random-labels"]),
        plan("four-learners", "Section 5", command: "compare", ["true-labels", "random-labels"]),
        plan(
          "figure1a", "Figure 1a", [accuracy], command: "train", settings.map(\.description),
          paper: ["train-accuracy": 100]),
        plan(
          "figure1c", "Figure 1c", [error], command: "train", levels.map { "mlp1x512/p=\($0)" },
          paper: ["error": 50]),
        plan("figure2b", "Figure 2b", command: "train", ["inception", "inception-nobn"]),
        plan(
          "kernel-corruption", "beside Figure 1c", command: "kernel",
          levels.map { "gaussian-kernel/p=\($0)" }),
      ], scale: .quick, seeds: 1, evidence: evidence,
      missing: [MissingRun(cell: "table2/x", title: "x", reason: "no such set")])
  }
}
