public import Experiments

/// The four learners on growing samples as plain text of at most 100 columns.
///
/// - Parameter record: the learning curves.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: LearningCurvesRecord) -> String {
  var text = TerminalText(
    "Learning curves of the four learners on \(record.sample.data)"
      + (record.curves.last.map { ", \(labelsTitle($0))" } ?? ""))
  text.add(list(sampleIdentity(record.sample)))
  var table = TextTable([
    .init("n", .right), .init("learner", limit: 20), .init("weights", .right),
    .init("train error, %", .right, limit: 8), .init("test error, %", .right, limit: 8),
    .init("margin", .right, limit: 8), .init("norm", .right, limit: 8),
    .init("time, s", .right, limit: 7),
  ])
  for curve in record.curves {
    for (index, fit) in curve.fits.enumerated() {
      table.append([
        index == 0 ? grouped(curve.sample.samples) : "", fit.learner, grouped(fit.weights),
        hundredths(fit.score.trainError), hundredths(fit.score.testError),
        fit.margin.map(brief) ?? absent, brief(fit.norm), inSeconds(fit.seconds),
      ])
    }
  }
  text.add(table.rendered(indent: 2))
  if let first = record.curves.first { text.add(indented(normSentence(first))) }
  text.add(indented(marginSentence))
  text.add(
    notes: ["Each sample is the first n images of the largest, corrupted once."],
    others: record.sample.caveats)
  return text.text
}

extension LearningCurvesRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] { [("comparison.csv", fitsCSV(curves))] }

  var figures: [NamedFigure] {
    let learners = curves.last?.fits.map(\.learner) ?? []
    let series = learners.map { learner in
      Figure.Series(
        learner,
        points: curves.compactMap { curve in
          curve.fits.first { $0.learner == learner }.map { fit in
            let rate = fit.score.testError
            let half = ClassificationScore.binomialHalfWidth(
              rate: rate, samples: curve.sample.testSamples)
            return .init(
              Double(curve.sample.samples), 100 * rate,
              band: 100 * max(0, rate - half)...100 * min(1, rate + half))
          }
        })
    }
    let chance = 100 * (1 - 1 / Double(max(1, sample.classes)))
    let ends = [curves.first, curves.last].compactMap { $0.map { Double($0.sample.samples) } }
    let reference = Figure.Series("chance", .reference, points: ends.map { .init($0, chance) })
    return [
      NamedFigure(
        name: "learning-curves",
        figure: Figure(
          title: "Test error of the four learners against the sample size",
          x: .init("training images n", isLogarithmic: true), y: .init("test error, %"),
          series: [reference] + series,
          notes: [
            "\(sample.data), \(curves.last.map(labelsTitle) ?? ""), \(plural(sample.testSamples, "test image")), "
              + "scored against true labels. Shaded: the 99.9 % interval of so many images."
          ]),
        caption: "Each sample is a prefix of the largest.")
    ]
  }
}
