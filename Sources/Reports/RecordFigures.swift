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
