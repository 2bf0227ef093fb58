import Datasets
private import Networks

/// The evidence for the cells of some plans, by their whole names; one entry a seed.
public typealias ReproductionEvidence = [String: [RunEvidence]]

/// A run of the reproduction, for its report.
public struct ReproductionRun: Sendable, Codable, Equatable {
  /// The cells that it fills, by their whole names.
  public var cells: [String]
  /// The command that does it again.
  public var command: String
  /// Its folder.
  public var folder: String
  /// The SHA-256 of its resolved options and data.
  public var identity: String
  /// The SHA-256 of the training images and labels.
  @ExplicitNull public var sampleSHA256: String?
  /// Wall-clock seconds of it.
  @ExplicitNull public var seconds: Double?
}

/// A cell that has no run, and why.
public struct MissingRun: Sendable, Codable, Equatable {
  /// The cell's whole name.
  public var cell: String
  /// What it would run, in words.
  public var title: String
  /// Why it was not run.
  public var reason: String

  /// Names a cell without a run.
  ///
  /// - Parameters:
  ///   - cell: the cell's whole name.
  ///   - title: what it would run.
  ///   - reason: why it was not run.
  public init(cell: String, title: String, reason: String) {
    self.cell = cell
    self.title = title
    self.reason = reason
  }
}

/// One training of Figure 1a: the loss over time in one setting.
public struct LossCurve: Sendable, Codable, Equatable {
  /// The name of the corruption.
  public var corruption: String
  /// The paper's words for it.
  public var title: String
  /// The training with its history, of the first seed.
  public var training: TrainingRecord
}

/// One training of Figure 2b: the accuracy over time of one network.
public struct TestCurve: Sendable, Codable, Equatable {
  /// The paper's name of the network.
  public var title: String
  /// The training with its history, of the first seed.
  public var training: TrainingRecord
}

/// One point of Figures 1b and 1c.
public struct CorruptionPoint: Sendable, Codable, Equatable {
  /// Which learner.
  public var learner: String
  /// Whether it is a network that SGD trained.
  public var isTrained: Bool
  /// The level p of label corruption.
  public var probability: Double
  /// The number of test images.
  public var testSamples: Int
  /// The shares of wrong answers, one entry a seed.
  public var scores: [ClassificationScore]
  /// Steps until the labels were fitted, one entry a seed; nil for learners without steps, or if
  /// they were not.
  public var stepsToFit: [Int?]
}

/// Tables and figures of the paper beside our runs of them.
public struct ReproductionRecord: Sendable, Codable, Equatable {
  /// At which size they were run.
  public var scale: PlanScale
  /// How many seeds.
  public var seeds: Int
  /// What else the result depends on.
  public var environment: RunEnvironment
  /// The names of the sets, and what limits comparison with others' figures on each.
  public var dataCaveats: [String: [String]]
  /// The titles of the tables and figures, by their names.
  public var titles: [String: String]
  /// Every value of the paper beside ours, claims in words among them.
  public var cells: [Cell]
  /// The four learners, on true and on random labels.
  public var comparisons: [ComparisonRecord]
  /// Figure 1a: one training a setting.
  public var lossCurves: [LossCurve]
  /// Figure 2b: one training a network.
  public var testCurves: [TestCurve]
  /// Figures 1b and 1c: test errors and steps against label corruption.
  public var corruptionPoints: [CorruptionPoint]
  /// The runs, each once.
  public var runs: [ReproductionRun]
  /// The cells without a run.
  public var missing: [MissingRun]

  /// Sets runs beside the paper.
  ///
  /// - Parameters:
  ///   - plans: the tables and figures.
  ///   - scale: at which size the runs are.
  ///   - seeds: how many seeds were run.
  ///   - evidence: of the cells that were run.
  ///   - missing: the cells that were not.
  public init(
    _ plans: [PaperPlan], scale: PlanScale, seeds: Int, evidence: ReproductionEvidence,
    missing: [MissingRun] = []
  ) {
    self.scale = scale
    self.seeds = seeds
    self.missing = missing
    environment = .current
    comparisons = plans.flatMap { plan in
      plan.cells.filter { $0.command == "compare" }
        .compactMap {
          evidence[plan.fullName(of: $0)]?.first?.decoded(as: ComparisonRecord.self)
        }
    }
    titles = Dictionary(plans.map { ($0.name, $0.title) }) { $1 }
    lossCurves = plans.lossCurves(evidence)
    testCurves = plans.trainings(of: "figure2b", evidence).map { cell, training in
      TestCurve(title: cell.title, training: training)
    }
    corruptionPoints = plans.corruptionPoints(evidence)
    let measured = plans.flatMap { $0.measuredCells(at: scale, evidence) }
    let claims = PaperClaims(
      plans: plans, evidence: evidence, lossCurves: lossCurves, points: corruptionPoints)
    cells = claims.cells + measured
    (runs, dataCaveats) = describedRuns(plans, evidence)
  }
}

/// Each run once, with the cells it fills; and what limits comparison on each set.
private func describedRuns(
  _ plans: [PaperPlan], _ evidence: ReproductionEvidence
) -> (runs: [ReproductionRun], caveats: [String: [String]]) {
  var runs: [ReproductionRun] = []
  var caveats: [String: [String]] = [:]
  for plan in plans {
    for cell in plan.cells {
      let name = plan.fullName(of: cell)
      for run in evidence[name] ?? [] {
        if let set = run.text(at: "sample.data") {
          caveats[set] = run.texts(at: "sample.caveats")
        }
        if let index = runs.firstIndex(where: { $0.identity == run.identity }) {
          runs[index].cells.append(name)
        } else {
          runs.append(
            ReproductionRun(
              cells: [name], command: run.command, folder: run.folder, identity: run.identity,
              sampleSHA256: run.text(at: "sample.sha256"), seconds: run.number(at: "seconds")))
        }
      }
    }
  }
  return (runs, caveats)
}

extension PaperPlan {
  /// The values of all cells that were run, beside the paper's.
  func measuredCells(at scale: PlanScale, _ evidence: ReproductionEvidence) -> [Cell] {
    cells.flatMap { cell in
      let runs = evidence[fullName(of: cell)] ?? []
      return runs.isEmpty ? [] : measuredCells(of: cell, runs: runs, evidence)
    }
  }

  private func measuredCells(
    of cell: PaperCell, runs: [RunEvidence], _ evidence: ReproductionEvidence
  ) -> [Cell] {
    let obstacles = obstacles(to: cell, runs)
    return quantities.compactMap { quantity in
      let paper = cell.paper[quantity.name]
      let numbers = runs.map { $0.number(at: quantity.measure) }
      // A quantity that neither the paper nor the record has is not one of this cell.
      if paper == nil && numbers.allSatisfy({ $0 == nil }) { return nil }
      let divisors = quantity.divisor.flatMap {
        evidence["\(name)/" + $0.replacing("*", with: cell.network)]
      }
      let measured: [Double] = numbers.enumerated().compactMap { seed, number in
        guard let number else { return nil }
        guard quantity.divisor != nil else {
          return quantity.unit == "%" ? percentage(number) : number
        }
        guard let divisors, divisors.indices.contains(seed),
          let divisor = divisors[seed].number(at: quantity.measure), divisor != 0
        else { return nil }
        return number / divisor
      }
      return Cell(
        name: "\(fullName(of: cell))/\(quantity.name)", title: "\(cell.title): \(quantity.title)",
        source: source, unit: quantity.unit, paper: paper,
        // A seed without the value would leave a mean of the others.
        measured: measured.count == runs.count ? measured : [],
        tolerance: cell.tolerances[quantity.name] ?? quantity.tolerance,
        obstacles: paper == nil ? ["the paper prints no such number"] : obstacles,
        caveats: cell.caveats + (paper == nil ? [] : ["tolerance: \(quantity.reason)"]),
        commands: runs.map(\.command))
    }
  }

  /// Why the set-up of a run is not the paper's.
  private func obstacles(to cell: PaperCell, _ runs: [RunEvidence]) -> [String] {
    guard let run = runs.first else { return [] }
    var obstacles: [String] = []
    if let data = cell.data ?? data, let own = run.text(at: "sample.data"), own != data {
      obstacles.append("\(own), the paper used \(data)")
    }
    if let samples = cell.samples ?? samples, let own = run.number(at: "sample.samples"),
      Int(own) != samples
    {
      obstacles.append("n = \(Int(own)), the paper used \(samples)")
    }
    if let model = cell.options["model"], let own = run.text(at: "model"), own != model {
      obstacles.append("\(modelTitle(own)), the paper used \(modelTitle(model))")
    }
    return obstacles
  }
}

/// The paper's name of a network.
private func modelTitle(_ name: String) -> String { PaperModel(rawValue: name)?.title ?? name }

extension [PaperPlan] {
  /// The trainings of Figure 1a.
  fileprivate func lossCurves(_ evidence: ReproductionEvidence) -> [LossCurve] {
    trainings(of: "figure1a", evidence).map { _, training in
      let corruption = training.sample.corruption
      return LossCurve(
        corruption: corruption, title: Corruption(corruption)?.title ?? corruption,
        training: training)
    }
  }

  /// The trainings of a figure, each of the first seed.
  fileprivate func trainings(
    of name: String, _ evidence: ReproductionEvidence
  ) -> [(cell: PaperCell, training: TrainingRecord)] {
    filter { $0.name == name }.flatMap { plan in
      plan.cells.compactMap { cell in
        evidence[plan.fullName(of: cell)]?.first?.decoded(as: TrainingRecord.self)
          .map { (cell, $0) }
      }
    }
  }

  /// The points of Figures 1b and 1c.
  fileprivate func corruptionPoints(_ evidence: ReproductionEvidence) -> [CorruptionPoint] {
    filter { ["figure1c", "kernel-corruption"].contains($0.name) }.flatMap { plan in
      plan.cells.compactMap { cell in
        let runs = evidence[plan.fullName(of: cell)] ?? []
        guard let first = runs.first, let name = first.text(at: "sample.corruption"),
          let corruption = Corruption(name)
        else { return nil }
        let scores = runs.compactMap(\.score)
        guard scores.count == runs.count else { return nil }
        return CorruptionPoint(
          learner: first.text(at: "model").map(modelTitle) ?? "Gaussian kernel",
          isTrained: first.text(at: "model") != nil, probability: corruption.labelProbability,
          testSamples: Int(first.number(at: "sample.testSamples") ?? 0), scores: scores,
          stepsToFit: runs.map { $0.number(at: "stepsToFit").map { Int($0) } })
      }
    }
  }
}

extension RunEvidence {
  /// The errors of a training, or of a fit that has them at the top of its record.
  var score: ClassificationScore? {
    if let training = decoded(as: TrainingRecord.self) { return training.score }
    guard let train = number(at: "trainError"), let test = number(at: "testError"),
      let corrupted = number(at: "corruptedTestError")
    else { return nil }
    return ClassificationScore(trainError: train, testError: test, corruptedTestError: corrupted)
  }
}
