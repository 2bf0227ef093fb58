private import Datasets
import Experiments
private import Networks

/// A figure with the name of its files and what a page says of it.
struct NamedFigure {
  /// The name of its files, without their ending.
  var name: String
  /// The figure.
  var figure: Figure
  /// What is shown, in sentences; the notes of the figure follow it on a page.
  var caption: String
}

extension ReproductionRecord {
  /// The paper's Figure 1 on this sample.
  var figures: [NamedFigure] {
    let network = corruptionPoints.contains { $0.learner == plan.model.title }
    return (lossCurves.isEmpty ? [] : [figure1a])
      + (network ? [figure1b] : []) + (corruptionPoints.isEmpty ? [] : [figure1c])
  }

  private var here: String {
    "here: \(plan.model.title) on \(sample.data), n = \(grouped(sample.samples))"
  }

  private var figure1a: NamedFigure {
    let threshold = lossCurves.first?.training.configuration.fittedLoss ?? 0
    let end = lossCurves.flatMap(\.training.history).map(\.steps).max() ?? 0
    let curves = lossCurves.map { curve in
      Figure.Series(
        curve.title,
        points: curve.training.history.map { Figure.Point(Double($0.steps), $0.loss) })
    }
    let reference = Figure.Series(
      "fitted: mean loss below \(brief(threshold))", .reference,
      points: [Figure.Point(0, threshold), Figure.Point(Double(end), threshold)])
    return NamedFigure(
      name: "figure1a",
      figure: Figure(
        title: "Figure 1a: training loss in the paper's settings", x: .init("steps of SGD"),
        y: .init("mean loss of the epoch, nats"), series: paperLosses + [reference] + curves,
        notes: [
          "Paper: \(paperSetting(.inception))"
            + (plan.model == .inception ? ", read off the printed figure" : "") + "; \(here)."
        ]),
      caption: "Mean cross-entropy of each epoch, at the epoch's end, for each modification of the "
        + "sample. A curve ends when the loss is small or after "
        + "\(plural(plan.epochs, "epoch")).")
  }

  private var figure1b: NamedFigure {
    let network = plan.model.title
    let reference = point(network, 0)?.stepsToFit
    let measured = levels.map { level in
      let steps = point(network, level)?.stepsToFit
      let ratio = steps.flatMap { steps in reference.map { Double(steps) / Double($0) } }
      return Figure.Point(level, ratio ?? .nan)
    }
    return NamedFigure(
      name: "figure1b",
      figure: Figure(
        title: "Figure 1b: time to fit against label corruption",
        x: .init("label corruption p", range: corruptionRange),
        y: .init("steps to fit, relative to p = 0"),
        series: paperSeries(PaperFigures.slowdowns[plan.model])
          + [Figure.Series("\(network), measured", points: measured)],
        notes: paperNotes),
      caption: "Steps until the mean loss of an epoch is below the threshold, relative to those on "
        + "true labels. A missing point was not fitted.")
  }

  private var figure1c: NamedFigure {
    let network = plan.model.title
    let samples = sample.testSamples
    let curves = ([network] + learners.filter { $0 != network }).flatMap { learner in
      let points = levels.compactMap { point(learner, $0) }
      let corrupted = points.map { point in
        let rate = point.score.corruptedTestError
        let half = ClassificationScore.binomialHalfWidth(rate: rate, samples: samples)
        return Figure.Point(
          point.probability, 100 * rate,
          band: learner == network
            ? 100 * max(0, rate - half)...100 * min(1, rate + half) : nil)
      }
      let clean = points.map { Figure.Point($0.probability, 100 * $0.score.testError) }
      return [
        Figure.Series("\(learner), test labels corrupted alike", points: corrupted),
        Figure.Series("\(learner), true test labels", .companion, points: clean),
      ]
    }
    return NamedFigure(
      name: "figure1c",
      figure: Figure(
        title: "Figure 1c: test error against label corruption",
        x: .init("label corruption p", range: corruptionRange),
        y: .init("test error, %"),
        series: curves
          + paperSeries(
            PaperFigures.testErrors[plan.model]?.map { 100 * $0 }), notes: paperNotes),
      caption: "Test error after fitting labels of which a fraction p was replaced by uniformly "
        + "random classes. The paper most likely scores against test labels corrupted alike; the "
        + "dotted curves score against the true ones. Shaded: the 99.9 % interval of "
        + "\(plural(samples, "test image")).")
  }

  private var corruptionRange: ClosedRange<Double>? {
    guard let low = levels.first, let high = levels.last, low < high else { return nil }
    return low - 0.02 * (high - low)...high + 0.02 * (high - low)
  }

  /// The paper's curve, where it has one for this network.
  private func paperSeries(_ numbers: [Double]?) -> [Figure.Series] {
    guard let numbers else { return [] }
    let points = zip(PaperFigures.corruptionLevels, numbers).map { Figure.Point($0, $1) }
    return [Figure.Series("paper: \(paperSetting(plan.model))", .reference, points: points)]
  }

  private var paperNotes: [String] {
    PaperFigures.slowdowns[plan.model] == nil
      ? ["The paper shows no \(plan.model.title); \(here)."]
      : ["Paper: \(paperSetting(plan.model)), read off the printed figure; \(here)."]
  }

  private func paperSetting(_ model: PaperModel) -> String {
    "\(model.title) on CIFAR-10, n = 50,000"
  }

  /// The paper's five curves of Figure 1a as one series; only for the network that it shows there.
  ///
  /// Each curve ends in a point without a value, which breaks the line.
  private var paperLosses: [Figure.Series] {
    guard plan.model == .inception else { return [] }
    let points = Corruption.paperSettings.compactMap { PaperFigures.inceptionLosses[$0] }
      .flatMap { losses in
        losses.enumerated().map { epoch, loss in
          Figure.Point(Double((epoch + 1) * PaperFigures.stepsPerEpoch), loss)
        } + [Figure.Point(.nan, .nan)]
      }
    return [Figure.Series("paper: \(paperSetting(.inception))", .reference, points: points)]
  }
}

extension TrainingRecord {
  /// The loss over the steps of the training.
  var lossFigure: NamedFigure {
    let title = PaperModel(rawValue: model)?.title ?? model
    let threshold = configuration.fittedLoss
    let end = Double(history.last?.steps ?? 0)
    return NamedFigure(
      name: "loss",
      figure: Figure(
        title: "\(title) on \(sample.data): training loss", x: .init("steps of SGD"),
        y: .init("mean loss of the epoch, nats", isLogarithmic: true),
        series: [
          Figure.Series(
            "fitted: mean loss below \(brief(threshold))", .reference,
            points: [Figure.Point(0, threshold), Figure.Point(end, threshold)]),
          Figure.Series(
            Corruption(sample.corruption)?.title ?? sample.corruption,
            points: history.map { Figure.Point(Double($0.steps), $0.loss) }),
        ],
        notes: [setting]),
      caption: "Mean cross-entropy of each epoch, at the epoch's end.")
  }

  /// Accuracies of each epoch.
  var accuracyFigure: NamedFigure {
    func series(_ name: String, _ accuracy: (EpochRecord) -> Double?) -> Figure.Series {
      Figure.Series(
        name,
        points: history.compactMap { epoch in
          accuracy(epoch).map { Figure.Point(Double(epoch.steps), 100 * $0) }
        })
    }
    let title = PaperModel(rawValue: model)?.title ?? model
    return NamedFigure(
      name: "accuracy",
      figure: Figure(
        title: "\(title) on \(sample.data): accuracy", x: .init("steps of SGD"),
        y: .init("accuracy, %", range: 0...100),
        series: [
          series("training images, running") { $0.runningAccuracy },
          series("training images, at the epoch's end") { $0.train?.accuracy },
          series("test images, true labels") { $0.testAccuracy },
        ].filter { !$0.points.isEmpty }, notes: [setting]),
      caption: "The running accuracy counts each training image when its batch came, altered as it "
        + "then was; test images are scored at the epoch's end.")
  }

  private var setting: String {
    "n = \(grouped(sample.samples)), batches of \(grouped(configuration.batchSize)), seed "
      + "\(configuration.seed)."
  }
}
