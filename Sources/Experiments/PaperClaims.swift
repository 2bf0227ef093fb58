import Datasets
import Networks
private import RealModule

/// What the paper says in words, checked on the runs that bear on it.
struct PaperClaims {
  var plans: [PaperPlan]
  var evidence: ReproductionEvidence
  var lossCurves: [LossCurve]
  var points: [CorruptionPoint]

  /// The claims that some run bears on, in the order of the paper's argument.
  var cells: [Cell] {
    theorem + fitted + atChance + [slowdown, orderOfConvergence].compactMap(\.self) + growth
      + notNecessary + notSufficient
  }

  // MARK: Theorem 1

  private var theorem: [Cell] {
    runs(of: "theorem1").compactMap { cell, runs in
      let records = runs.compactMap { $0.decoded(as: InterpolationRecord.self) }
      guard let first = records.first, records.count == runs.count else { return nil }
      let distinct = first.n - first.mergedDuplicates
      let holds = records.allSatisfy {
        $0.weights == ($0.n - $0.mergedDuplicates) * (1 + $0.outputs) + $0.d && $0.certified
      }
      return Cell(
        name: "claims/theorem1/\(cell.name)",
        title: "2n + d weights fit \(cell.title), checked exactly", source: "Theorem 1",
        paper: "\(distinct * (1 + first.outputs) + first.d) weights, every label",
        measured: "\(first.weights) weights, "
          + (records.allSatisfy(\.certified) ? "every label" : "not certified")
          + ", residual \(brief(records.map(\.maxAbsoluteResidual).max() ?? 0))",
        holds: holds,
        caveats: (first.mergedDuplicates == 0
          ? [] : ["\(first.mergedDuplicates) equal samples share a hidden unit"])
          + (first.projectionsExact ? [] : ["projections of real inputs are rounded"]),
        commands: runs.map(\.command))
    }
  }

  // MARK: Random labels

  private var fitted: [Cell] {
    randomLabels.map { cell, trainings, commands in
      let worst = trainings.map(\.trainAccuracy).min() ?? 0
      return Cell(
        name: "claims/random-labels-fitted/\(cell.network)",
        title: "\(title(of: trainings)) fits random labels", source: "Section 2",
        paper: "training error 0", measured: "training error \(percent(1 - worst))",
        holds: worst >= 0.99, caveats: ["holds from 99 % training accuracy on"],
        commands: commands)
    }
  }

  private var atChance: [Cell] {
    randomLabels.map { cell, trainings, commands in
      // Chance enters twice: in the labels drawn for training and in the test images.
      let tests = trainings.map { training in
        let (n, m) = (Double(training.sample.samples), Double(training.sample.testSamples))
        return twoSidedTest(
          rate: training.score.testError, chance: 1 - 1 / Double(training.sample.classes),
          samples: n * m / (n + m))
      }
      let least = tests.map(\.probability).min() ?? 1
      let errors = trainings.map(\.score.testError)
      let chance = 1 - 1 / Double(trainings.first?.sample.classes ?? 1)
      let level = 0.001 / Double(max(1, tests.count))
      return Cell(
        name: "claims/random-labels-at-chance/\(cell.network)",
        title: "\(title(of: trainings)): random labels teach nothing", source: "Section 2",
        paper: "test error \(percent(chance))",
        measured: "test error \(percent(mean(errors))), p-value \(brief(least))",
        holds: least >= level,
        caveats: [
          "the p-value is of so large a distance from chance, two-sided, by the normal "
            + "approximation to drawing training labels and test images; it holds from "
            + "\(brief(level)) on"
        ], commands: commands)
    }
  }

  /// The trainings on random labels without any regulariser.
  private var randomLabels: [(cell: PaperCell, trainings: [TrainingRecord], commands: [String])] {
    trainings(of: "table1").filter { _, trainings, _ in
      trainings.allSatisfy {
        $0.sample.corruption == Corruption.randomLabels.description && !$0.isRegularized
      }
    }
  }

  // MARK: Time to fit

  private var slowdown: Cell? {
    guard let truth = curve(.none)?.training, let random = curve(.randomLabels)?.training
    else { return nil }
    let ratio = slowdown(random, truth)
    return Cell(
      name: "claims/slowdown", title: "random labels slow training by a small factor",
      source: "Section 2, Figure 1b", paper: "a small constant factor",
      measured: ratio.map { "factor \(brief($0))" }
        ?? "mean loss not below \(brief(truth.configuration.fittedLoss))",
      holds: ratio.map { $0 <= 10 } ?? false,
      caveats: [
        "steps until the mean loss is below \(brief(truth.configuration.fittedLoss)); up to "
          + "a factor of 10 counts as small"
      ], commands: commands(of: "figure1a"))
  }

  private var orderOfConvergence: Cell? {
    let paper: [Corruption] = [.none, .shuffledPixels, .gaussian, .randomPixels, .randomLabels]
    guard paper.allSatisfy({ curve($0) != nil }), let first = lossCurves.first else { return nil }
    // The paper leaves Gaussian noise and random pixels near each other.
    let before: [(Corruption, Corruption)] = [
      (.none, .shuffledPixels), (.shuffledPixels, .gaussian), (.shuffledPixels, .randomPixels),
      (.gaussian, .randomLabels), (.randomPixels, .randomLabels),
    ]
    let measured = paper.sorted { stepsToFit($0) < stepsToFit($1) }
    return Cell(
      name: "claims/order-of-convergence", title: "order in which the settings are fitted",
      source: "Figure 1a",
      paper: "true labels < shuffled pixels < Gaussian, random pixels < random labels",
      measured: measured.map(\.title).joined(separator: " < "),
      holds: before.allSatisfy { stepsToFit($0) <= stepsToFit($1) },
      caveats: first.training.model.hasPrefix("mlp")
        ? [
          "the paper's order is that of its small Inception; an MLP sees no neighbourhood of "
            + "pixels, so noise images, far apart, are easy for it"
        ] : [], commands: commands(of: "figure1a"))
  }

  // MARK: Label corruption

  private var growth: [Cell] {
    let learners = points.reduce(into: [String]()) {
      if !$0.contains($1.learner) { $0.append($1.learner) }
    }
    return learners.compactMap { learner in
      let own = points.filter { $0.learner == learner }.sorted { $0.probability < $1.probability }
      guard own.count >= 3, let first = own.first else { return nil }
      let errors = own.map { mean($0.scores.map(\.corruptedTestError)) }
      let largest = max(0, zip(errors, errors.dropFirst()).map { $0 - $1 }.max() ?? 0)
      let noise = ClassificationScore.binomialHalfWidth(
        rate: errors.max() ?? 0, samples: first.testSamples * first.scores.count)
      return Cell(
        name: "claims/error-grows-with-corruption/\(slug(learner))",
        title: "\(learner): test error grows with label corruption", source: "Figure 1c",
        paper: "increasing",
        measured: largest == 0 ? "increasing" : "increasing but for a drop of \(percent(largest))",
        holds: largest <= noise,
        caveats: ["drops up to \(percent(noise)) are sampling noise, at 99.9 %"],
        commands: commands(of: "figure1c"))
    }
  }

  // MARK: Regularisers

  private var notNecessary: [Cell] {
    let all = trainings(of: "table1").filter { _, trainings, _ in
      trainings.allSatisfy { $0.sample.corruption == Corruption.none.description }
    }
    return all.filter { $0.trainings.allSatisfy { !$0.isRegularized } }.compactMap {
      cell, plain, commands in
      let others = all.filter { $0.cell.network == cell.network && $0.cell.name != cell.name }
      let best = others.max {
        mean($0.trainings.map(\.testAccuracy)) < mean($1.trainings.map(\.testAccuracy))
      }
      guard let best, let first = plain.first else { return nil }
      let chance = 1 / Double(first.sample.classes)
      let own = mean(plain.map(\.testAccuracy))
      let regularized = mean(best.trainings.map(\.testAccuracy))
      return Cell(
        name: "claims/regularisers-not-necessary/\(cell.network)",
        title: "\(title(of: plain)) generalises without regularisers", source: "Section 3",
        paper: "most of the test accuracy remains",
        measured: "\(percent(own)) without, \(percent(regularized)) with (\(best.cell.title))",
        holds: own - chance > (regularized - chance) / 2,
        caveats: ["holds where more than half of the accuracy above chance remains"],
        commands: commands + best.commands)
    }
  }

  private var notSufficient: [Cell] {
    trainings(of: "table4").map { cell, trainings, commands in
      let worst = trainings.map(\.trainAccuracy).min() ?? 0
      return Cell(
        name: "claims/regularisers-not-sufficient/\(cell.name)",
        title: "random labels are fitted under a regulariser: \(cell.title)",
        source: "Table 4", paper: cell.paper.isEmpty ? "failed to converge" : "fitted",
        measured: "training accuracy \(percent(worst))",
        holds: cell.paper.isEmpty ? worst < 0.99 : worst >= 0.99,
        caveats: [
          "fitted from 99 % training accuracy on, of images as they are at the end; the paper "
            + "counts the running accuracy of altered images"
        ], commands: commands)
    }
  }

  // MARK: Runs

  private func runs(of plan: String) -> [(cell: PaperCell, runs: [RunEvidence])] {
    plans.filter { $0.name == plan }.flatMap { plan in
      plan.cells.compactMap { cell in
        evidence[plan.fullName(of: cell)].flatMap { $0.isEmpty ? nil : (cell, $0) }
      }
    }
  }

  private func trainings(
    of plan: String
  ) -> [(cell: PaperCell, trainings: [TrainingRecord], commands: [String])] {
    runs(of: plan).compactMap { cell, runs in
      let trainings = runs.compactMap { $0.decoded(as: TrainingRecord.self) }
      return trainings.count == runs.count ? (cell, trainings, runs.map(\.command)) : nil
    }
  }

  private func commands(of plan: String) -> [String] {
    runs(of: plan).flatMap { $0.runs.map(\.command) }
  }

  private func curve(_ corruption: Corruption) -> LossCurve? {
    lossCurves.first { $0.corruption == corruption.description }
  }

  private func stepsToFit(_ corruption: Corruption) -> Int {
    curve(corruption)?.training.stepsToFit ?? .max
  }

  private func slowdown(_ training: TrainingRecord, _ reference: TrainingRecord) -> Double? {
    guard let steps = training.stepsToFit, let base = reference.stepsToFit else { return nil }
    return Double(steps) / Double(base)
  }

  private func title(of trainings: [TrainingRecord]) -> String {
    trainings.first.map { PaperModel(rawValue: $0.model)?.title ?? $0.model } ?? ""
  }
}

extension PaperCell {
  /// The first part of its name.
  var network: String { String(name.prefix { $0 != "/" }) }
}

extension TrainingRecord {
  /// Whether anything held the weights or altered the images.
  fileprivate var isRegularized: Bool {
    configuration.weightDecay > 0 || augmentation != Augmentation.none.summary
  }
}

/// How far a rate is from chance, and how probable so large a distance is, two-sided and normal.
func twoSidedTest(
  rate: Double, chance: Double, samples: Double
) -> (deviations: Double, probability: Double) {
  let deviation = (chance * (1 - chance) / max(1, samples)).squareRoot()
  let z = deviation > 0 ? abs(rate - chance) / deviation : 0
  return (z, .erfc(z / 2.0.squareRoot()))
}

/// The mean; 0 of no values.
func mean(_ values: [Double]) -> Double {
  values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
}

private func percent(_ rate: Double) -> String { "\(brief(100 * rate)) %" }

/// A title as a part of a name.
private func slug(_ title: String) -> String {
  String(title.lowercased().map { $0.isLetter || $0.isNumber ? $0 : "-" })
}
