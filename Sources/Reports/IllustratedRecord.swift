import Experiments
private import Networks

/// A record that has more to show than its JSON.
protocol IllustratedRecord {
  /// Tables by file name.
  var tables: [(name: String, csv: String)] { get }
  /// Figures to draw.
  var figures: [NamedFigure] { get }
}

extension ComparisonRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] { [("comparison.csv", fitsCSV([self]))] }
  var figures: [NamedFigure] { [] }
}

extension TrainingRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var metrics = CSVTable([
      "epoch", "steps", "learning_rate", "loss", "running_accuracy", "train_loss",
      "train_accuracy", "test_loss", "test_accuracy", "norm", "distance_to_start",
    ])
    for epoch in history {
      metrics.append([
        "\(epoch.epoch)", "\(epoch.steps)", CSVTable.number(epoch.learningRate),
        CSVTable.number(epoch.loss), CSVTable.number(epoch.runningAccuracy),
        CSVTable.number(epoch.train?.loss), CSVTable.number(epoch.train?.accuracy),
        CSVTable.number(epoch.test?.loss), CSVTable.number(epoch.test?.accuracy),
        CSVTable.number(epoch.norm), CSVTable.number(epoch.distanceToStart),
      ])
    }
    return [("metrics.csv", metrics.text)]
  }
  var figures: [NamedFigure] { [lossFigure, accuracyFigure] }
}
