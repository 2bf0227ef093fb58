private import Datasets
import Experiments
private import Networks

extension ReproductionRecord {
  /// The paper's Figures 1 and 2b, as far as there are runs for them.
  var figures: [NamedFigure] {
    let networks = learners.filter { points(of: $0).contains(where: \.isTrained) }
    return (lossCurves.isEmpty ? [] : [figure1a])
      + (networks.isEmpty ? [] : [figure1b(networks)])
      + (corruptionPoints.isEmpty ? [] : [figure1c])
      + (testCurves.isEmpty ? [] : [figure2b])
  }

  private var figure1a: NamedFigure {
    let network = lossCurves.first?.training.model ?? ""
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
    let samples = lossCurves.map(\.training.sample)
    return NamedFigure(
      name: "figure1a",
      figure: Figure(
        title: "Figure 1a: training loss in the paper's settings", x: .init("steps of SGD"),
        y: .init("mean loss of the epoch, nats"),
        series: paperLosses(network) + [reference] + curves,
        notes: [
          "Paper: \(paperSetting(.inception)), read off the printed figure; here: "
            + "\(PaperModel(rawValue: network)?.title ?? network)"
            + (samples.first.map { " on \($0.data), n = \(grouped($0.samples))" } ?? "") + "."
        ]),
      caption: "Mean cross-entropy of each epoch, at the epoch's end, for each modification of the "
        + "sample. A curve ends when the loss is small or after the last epoch.")
  }

  /// The paper's five curves of Figure 1a as one series; only for the network that it shows there, and
  /// its n, for steps to compare.
  ///
  /// Each curve ends in a point without a value, which breaks the line.
  private func paperLosses(_ network: String) -> [Figure.Series] {
    guard network == PaperModel.inception.rawValue,
      lossCurves.contains(where: { $0.training.isOfPaperSize })
    else { return [] }
    let points = Corruption.paperSettings.compactMap { PaperFigures.inceptionLosses[$0] }
      .flatMap { losses in
        losses.enumerated().map { epoch, loss in
          Figure.Point(Double((epoch + 1) * PaperFigures.stepsPerEpoch), loss)
        } + [Figure.Point(.nan, .nan)]
      }
    return [Figure.Series("paper: \(paperSetting(.inception))", .reference, points: points)]
  }

  private func figure1b(_ networks: [String]) -> NamedFigure {
    let measured = networks.map { network in
      let own = points(of: network)
      let reference = own.first { $0.probability == 0 }
      return Figure.Series(
        "\(network), here",
        points: own.map { point in
          let ratios = zip(point.stepsToFit, reference?.stepsToFit ?? []).map { steps, base in
            steps.flatMap { steps in base.map { Double(steps) / Double($0) } } ?? .nan
          }
          return Self.point(point.probability, ratios)
        })
    }
    return NamedFigure(
      name: "figure1b",
      figure: Figure(
        title: "Figure 1b: time to fit against label corruption",
        x: .init("label corruption p", range: Self.corruptionRange),
        y: .init("steps to fit, relative to p = 0"),
        series: paperSeries(PaperFigures.slowdowns, networks, scale: 1) + measured,
        notes: setNotes),
      caption: "Steps until the mean loss of an epoch is below the threshold, relative to those on "
        + "true labels. A missing point was not fitted." + bandNote)
  }

  private var figure1c: NamedFigure {
    let curves = learners.flatMap { learner in
      let own = points(of: learner)
      func series(
        _ name: String, _ style: Figure.Style, _ error: KeyPath<ClassificationScore, Double>
      ) -> Figure.Series {
        Figure.Series(
          name, style,
          points: own.map { point in
            Self.point(point.probability, point.scores.map { 100 * $0[keyPath: error] })
          })
      }
      return [
        series("\(learner), test labels corrupted alike", .linesAndPoints, \.corruptedTestError),
        series("\(learner), true test labels", .companion, \.testError),
      ]
    }
    return NamedFigure(
      name: "figure1c",
      figure: Figure(
        title: "Figure 1c: test error against label corruption",
        x: .init("label corruption p", range: Self.corruptionRange), y: .init("test error, %"),
        series: paperSeries(PaperFigures.testErrors, learners, scale: 100) + curves,
        notes: setNotes),
      caption: "Test error after fitting labels of which a fraction p was replaced by uniformly "
        + "random classes. The paper most likely scores against test labels corrupted alike; the "
        + "dotted curves score against the true ones." + bandNote)
  }

  private var figure2b: NamedFigure {
    let curves = testCurves.flatMap { curve in
      let history = curve.training.history
      return [
        Figure.Series(
          "\(curve.title), test", .line,
          points: history.map {
            Figure.Point(Double($0.steps), 100 * ($0.test?.accuracy ?? .nan))
          }),
        Figure.Series(
          "\(curve.title), training", .companion,
          points: history.map { Figure.Point(Double($0.steps), 100 * $0.runningAccuracy) }),
      ]
    }
    return NamedFigure(
      name: "figure2b",
      figure: Figure(
        title: "Figure 2b: accuracy with and without batch normalisation",
        x: .init("steps of SGD"), y: .init("accuracy, %"), series: paperTestCurves + curves,
        notes: setNotes
          + (paperTestCurves.count == 2
            ? ["Of the paper's curves the upper one is that with batch normalisation."] : [])),
      caption: "Test accuracy at the end of each epoch, and the share of training images that were "
        + "right when their batch came; no explicit regulariser.")
  }

  /// The paper's test accuracies where they were read off; only for its n, for steps to compare.
  private var paperTestCurves: [Figure.Series] {
    testCurves.filter(\.training.isOfPaperSize).compactMap { curve in
      PaperModel(rawValue: curve.training.model).flatMap { PaperFigures.testCurves[$0] }.map {
        Figure.Series(
          "paper: \(curve.title), test", .reference,
          points: $0.accuracies.sorted { $0.key < $1.key }.map { epoch, accuracy in
            Figure.Point(Double(epoch * PaperFigures.stepsPerEpoch), 100 * accuracy)
          })
      }
    }
  }

  /// The mean over seeds, with their range as a band where there are several.
  private static func point(_ x: Double, _ values: [Double]) -> Figure.Point {
    guard let low = values.min(), let high = values.max(), values.allSatisfy(\.isFinite) else {
      return Figure.Point(x, .nan)
    }
    return Figure.Point(
      x, values.reduce(0, +) / Double(values.count), band: values.count > 1 ? low...high : nil)
  }

  private var bandNote: String {
    seeds > 1 ? " Means of \(grouped(seeds)) seeds; shaded: their range." : ""
  }

  private static let corruptionRange = -0.02...1.02

  /// The paper's curves of the networks that it has there.
  private func paperSeries(
    _ curves: [PaperModel: [Double]], _ learners: [String], scale: Double
  ) -> [Figure.Series] {
    PaperModel.allCases.filter { learners.contains($0.title) }.compactMap { model in
      curves[model].map { numbers in
        Figure.Series(
          "paper: \(paperSetting(model))", .reference,
          points: zip(PaperFigures.corruptionLevels, numbers).map {
            Figure.Point($0, scale * $1)
          })
      }
    }
  }

  /// On what the points and the paper's were measured.
  private var setNotes: [String] {
    [
      "Paper: read off the printed figure, CIFAR-10, n = 50,000. Here: "
        + "\(dataCaveats.keys.sorted().joined(separator: ", ")), \(scale.rawValue) scale."
    ]
  }

  private func paperSetting(_ model: PaperModel) -> String {
    "\(model.title) on CIFAR-10, n = 50,000"
  }
}

extension TrainingRecord {
  /// Whether it saw as many images as the paper's networks.
  fileprivate var isOfPaperSize: Bool { sample.samples == PaperFigures.trainingImages }
}
