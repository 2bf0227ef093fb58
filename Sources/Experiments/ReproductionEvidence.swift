import Datasets
import Networks

/// The measurements of a reproduction, and the cells that they fill.
struct ReproductionEvidence {
  var model: PaperModel
  var sample: SampleRecord
  /// On true labels, then on random ones.
  var interpolants: [InterpolationRecord]
  /// On true labels, then on random ones.
  var linear: [MinimumNormRecord]
  /// On true labels, then on random ones.
  var kernel: [KernelRecord]
  var lossCurves: [LossCurve]
  var corruptionPoints: [CorruptionPoint]

  /// All cells, in the order of the paper's argument.
  var cells: [Cell] {
    theoremCells + table1Cells + claimCells + figure1aCells + figure1bCells + figure1cCells
      + linearCells + kernelCells
  }

  // MARK: Theorem 1

  private var theoremCells: [Cell] {
    zip(interpolants, ["true-labels", "random-labels"]).flatMap { record, labels in
      let distinct = record.n - record.mergedDuplicates
      return [
        Cell(
          name: "theorem1/\(labels)/weights", title: "weights of the interpolating network",
          source: "Theorem 1", unit: "weights", paper: Double(2 * distinct + record.d),
          measured: Double(record.weights), tolerance: 0,
          caveats: record.mergedDuplicates == 0
            ? [] : ["\(record.mergedDuplicates) equal samples share a hidden unit"]),
        Cell(
          name: "theorem1/\(labels)/residual",
          title: "largest residual at the samples, exact arithmetic", source: "Theorem 1",
          unit: "classes", paper: 0, measured: record.maxAbsoluteResidual, tolerance: 0.5,
          caveats: ["tolerance: rounding recovers every label"]
            + (record.projectionsExact ? [] : ["projections of real inputs are rounded"])),
      ]
    }
  }

  // MARK: Table 1

  private var table1Cells: [Cell] {
    guard model == .mlp1x512 else { return [] }
    let rows = [
      (Corruption.none, "true-labels", PaperNumbers.mlp1x512TrueLabels),
      (.randomLabels, "random-labels", PaperNumbers.mlp1x512RandomLabels),
    ]
    return rows.flatMap { corruption, labels, paper in
      let training = curve(corruption)?.training
      let name = "table1/mlp1x512/\(labels)"
      return [
        Cell(
          name: "\(name)/train-accuracy",
          title: "MLP 1x512, \(corruption.title): training accuracy",
          source: "Table 1", unit: "%", paper: paper.train,
          measured: training.map { percentage($0.trainAccuracy) }, tolerance: 1,
          obstacles: obstacles(to: .cifar10)),
        Cell(
          name: "\(name)/test-accuracy", title: "MLP 1x512, \(corruption.title): test accuracy",
          source: "Table 1", unit: "%", paper: paper.test,
          measured: training.map { percentage($0.testAccuracy) }, tolerance: 3,
          obstacles: obstacles(to: .cifar10)),
      ]
    }
  }

  // MARK: Claims

  private var claimCells: [Cell] {
    guard let truth = curve(.none)?.training, let random = curve(.randomLabels)?.training
    else { return [] }
    let chance = 1 - 1 / Double(sample.classes)
    // Chance enters twice: in the labels drawn for training and in the test images.
    let (n, m) = (Double(sample.samples), Double(sample.testSamples))
    let luck = ClassificationScore.binomialHalfWidth(
      rate: chance, samples: Int(n * m / (n + m)))
    let noise = ClassificationScore.binomialHalfWidth(rate: chance, samples: sample.testSamples)
    return [
      Cell(
        name: "claims/random-labels-fitted", title: "SGD fits random labels",
        source: "Section 2", paper: "training error 0",
        measured: "training error \(percent(random.score.trainError))",
        holds: random.trainAccuracy >= 0.99, caveats: ["holds from 99 % training accuracy on"]),
      Cell(
        name: "claims/random-labels-at-chance", title: "random labels teach nothing",
        source: "Section 2", paper: "test error \(percent(chance))",
        measured: "test error \(percent(random.score.testError))",
        holds: abs(random.score.testError - chance) <= luck,
        caveats: [
          "chance holds within \(percent(luck)), the 99.9 % interval of drawing "
            + "\(sample.samples) labels and \(sample.testSamples) test images"
        ]),
      Cell(
        name: "claims/slowdown", title: "random labels slow training by a small factor",
        source: "Section 2, Figure 1b", paper: "a small constant factor",
        measured: slowdown(random, truth).map { "factor \(brief($0))" }
          ?? "mean loss not below \(brief(truth.configuration.fittedLoss))",
        holds: slowdown(random, truth).map { $0 <= 10 } ?? false,
        caveats: [
          "steps until the mean loss is below \(brief(truth.configuration.fittedLoss)); up to "
            + "a factor of 10 counts as small"
        ] + obstacles(to: .cifar10)),
      orderOfConvergence, growthOfError(noise: noise),
    ]
  }

  private var orderOfConvergence: Cell {
    let paper: [Corruption] = [.none, .shuffledPixels, .gaussian, .randomPixels, .randomLabels]
    let measured = paper.sorted { stepsToFit($0) < stepsToFit($1) }
    func words(_ order: [Corruption]) -> String { order.map(\.title).joined(separator: " < ") }
    let agrees = zip(paper, paper.dropFirst()).allSatisfy { stepsToFit($0) <= stepsToFit($1) }
    return Cell(
      name: "claims/order-of-convergence", title: "order in which the settings are fitted",
      source: "Figure 1a", paper: words(paper), measured: words(measured), holds: agrees,
      caveats: [
        "the paper's order is that of its small Inception; \(model.title) sees no neighbourhood "
          + "of pixels, so noise images, far apart, are easy for it"
      ] + obstacles(to: .cifar10))
  }

  private func growthOfError(noise: Double) -> Cell {
    let errors = corruptionPoints.filter { $0.learner == model.title }
      .map(\.score.corruptedTestError)
    let drops = zip(errors, errors.dropFirst()).map { $0 - $1 }
    let largest = max(0, drops.max() ?? 0)
    return Cell(
      name: "claims/error-grows-with-corruption", title: "test error grows with label corruption",
      source: "Figure 1c", paper: "increasing",
      measured: largest == 0 ? "increasing" : "increasing but for a drop of \(percent(largest))",
      holds: largest <= noise, caveats: ["drops up to \(percent(noise)) are sampling noise"])
  }

  // MARK: Figures 1a, 1b, 1c

  private var figure1aCells: [Cell] {
    let reference = PaperFigures.inceptionEpochsToFit(.none).map(Double.init) ?? 1
    return lossCurves.compactMap { curve in
      guard let corruption = Corruption(curve.corruption), corruption != .none,
        let epochs = PaperFigures.inceptionEpochsToFit(corruption)
      else { return nil }
      let ratio = self.curve(.none).flatMap { slowdown(curve.training, $0.training) }
      return Cell(
        name: "figure1a/\(curve.corruption)/time-to-fit",
        title: "\(curve.title): steps to fit, relative to true labels", source: "Figure 1a",
        unit: "", paper: Double(epochs) / reference, measured: ratio, tolerance: 0.5,
        obstacles: obstacles(to: .cifar10)
          + (model == .inception
            ? [] : ["the paper's curve is its small Inception's, ours is \(model.title)"]))
    }
  }

  private var figure1bCells: [Cell] {
    guard let slowdowns = PaperFigures.slowdowns[model] else { return [] }
    let points = corruptionPoints.filter { $0.learner == model.title }
    let truth = points.first { $0.probability == 0 }?.stepsToFit
    return pairs(points, slowdowns).map { point, paper in
      let ratio = point.stepsToFit.flatMap { steps in truth.map { Double(steps) / Double($0) } }
      return Cell(
        name: "figure1b/\(model.rawValue)/p=\(point.probability)",
        title: "\(model.title): time to overfit at p = \(point.probability), relative to p = 0",
        source: "Figure 1b", unit: "", paper: paper, measured: ratio, tolerance: 0.3,
        obstacles: obstacles(to: .cifar10))
    }
  }

  private var figure1cCells: [Cell] {
    let caveat =
      "against test labels corrupted like the training labels, most likely as in the figure"
    let paper = PaperFigures.testErrors[model, default: []].map(percentage)
    let network = corruptionPoints.filter { $0.learner == model.title }
    let kernel = corruptionPoints.filter { $0.learner != model.title }
    return pairs(network, paper).map { point, paper in
      Cell(
        name: "figure1c/\(model.rawValue)/p=\(point.probability)",
        title: "\(model.title): test error at p = \(point.probability)", source: "Figure 1c",
        unit: "%", paper: paper, measured: percentage(point.score.corruptedTestError), tolerance: 3,
        obstacles: obstacles(to: .cifar10), caveats: [caveat])
    }
      + kernel.map { point in
        Cell(
          name: "figure1c/gaussian-kernel/p=\(point.probability)",
          title: "Gaussian kernel: test error at p = \(point.probability)", source: "no figure",
          unit: "%", paper: nil, measured: percentage(point.score.corruptedTestError), tolerance: 0,
          obstacles: ["the paper shows no kernel there"], caveats: [caveat])
      }
  }

  /// Points at the paper's levels, each with the paper's number.
  private func pairs(
    _ points: [CorruptionPoint], _ numbers: [Double]
  ) -> [(CorruptionPoint, Double?)] {
    points.map { point in
      let index = PaperFigures.corruptionLevels.firstIndex(of: point.probability)
      return (point, index.flatMap { numbers.indices.contains($0) ? numbers[$0] : nil })
    }
  }

  // MARK: Section 5

  private var linearCells: [Cell] {
    zip(linear, ["true-labels", "random-labels"]).map { record, labels in
      Cell(
        name: "section5/minimum-norm/\(labels)/train-error",
        title: "minimum-norm linear map: training error", source: "Section 5", unit: "%",
        paper: 0, measured: percentage(record.trainError), tolerance: 0,
        obstacles: sample.samples <= sample.dimension
          ? []
          : ["n = \(sample.samples) exceeds d = \(sample.dimension): the paper's d >= n fails"],
        caveats: nearThreshold)
    }
  }

  private var nearThreshold: [String] {
    let ratio = Double(sample.samples) / Double(sample.dimension)
    return (0.5...2).contains(ratio)
      ? ["n / d = \(brief(ratio)): near the interpolation threshold the test error peaks"] : []
  }

  private var kernelCells: [Cell] {
    let isMNIST = sample.data == "MNIST"
    return kernel.prefix(1).map { record in
      Cell(
        name: "table3/\(isMNIST ? "mnist" : "cifar10")-gaussian",
        title: "Gaussian kernel on pixels: test error", source: "Table 3", unit: "%",
        paper: isMNIST ? PaperNumbers.kernelMNISTError : PaperNumbers.kernelCIFAR10Error,
        measured: percentage(record.testError), tolerance: isMNIST ? 0.1 : 3,
        obstacles: obstacles(to: isMNIST ? .mnist : .cifar10),
        caveats: ["the paper prints no bandwidth; here: \(record.kernel)"])
    }
  }

  // MARK: Set-up

  private enum PaperSet: String {
    case cifar10 = "CIFAR-10"
    case mnist = "MNIST"

    var samples: Int { self == .cifar10 ? 50_000 : 60_000 }
  }

  /// Why a number measured on this sample is not the paper's.
  private func obstacles(to set: PaperSet) -> [String] {
    var obstacles: [String] = []
    if sample.data != set.rawValue {
      obstacles.append("\(sample.data), the paper used \(set.rawValue)")
    }
    if sample.samples != set.samples {
      obstacles.append("n = \(sample.samples), the paper used \(set.samples)")
    }
    return obstacles
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
}

private func percent(_ rate: Double) -> String { "\(brief(100 * rate)) %" }
