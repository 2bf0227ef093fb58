public import Experiments

/// A study of double descent as plain text: one table for each kind of features and each p.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: DoubleDescentRecord) -> String {
  let n = record.sample.samples
  var text = TerminalText("Double descent of minimum-norm regression on random features")
  text.add(
    list(
      sampleIdentity(record.sample) + [
        ("features", "ReLU, and Fourier with gamma \(brief(record.gamma))"),
        ("draws", "\(record.configuration.draws), mean ± standard deviation"),
      ]))
  for curve in record.curves {
    text.add(heading: "\(title(of: curve.features)), \(labels(curve.corruption))")
    text.add(table(curve.rows, samples: n).rendered(indent: 2))
    if let peak = curve.rows.max(by: { $0.testLoss.mean < $1.testLoss.mean }) {
      text.add(
        "  Largest test loss at N = \(grouped(peak.count)), "
          + "\(brief(Double(peak.count) / Double(n))) n.")
    }
  }
  text.add(
    notes: [
      "Loss: squared distance to the one-hot label, mean over images. Test labels are true.",
      "Condition: the estimate for the system that was solved, the largest over draws. Solves "
        + "below n are by normal equations, from n on by the Gram system, and by a complete "
        + "orthogonal factorisation where these lose too many digits.",
    ], others: record.sample.caveats)
  return text.text
}

private func table(_ rows: [DoubleDescentRow], samples: Int) -> TextTable {
  var table = TextTable([
    .init("N", .right), .init("N/n", .right), .init("train loss", .right),
    .init("train error", .right), .init("test loss", .right), .init("test error", .right),
    .init("norm", .right), .init("condition", .right),
  ])
  for row in rows {
    table.append([
      grouped(row.count), brief(Double(row.count) / Double(samples)), brief(row.trainLoss.mean),
      percent(row.trainError.mean), spread(row.testLoss),
      "\(percent(row.testError.mean)) ± \(brief(100 * row.testError.deviation))",
      spread(row.norm), brief(row.conditionEstimate),
    ])
  }
  return table
}

private func spread(_ value: Spread) -> String {
  "\(brief(value.mean)) ± \(brief(value.deviation))"
}

private func title(of features: String) -> String {
  features == "relu" ? "ReLU features" : "Fourier features"
}

private func labels(_ corruption: Double) -> String {
  corruption == 0 ? "true labels" : "\(brief(100 * corruption)) % of labels redrawn"
}

extension DoubleDescentRecord {
  /// The rows of each kind of features and each p, by N.
  fileprivate var curves: [(features: String, corruption: Double, rows: [DoubleDescentRow])] {
    var kinds: [String] = []
    for row in rows where !kinds.contains(row.features) { kinds.append(row.features) }
    return kinds.flatMap { kind in
      configuration.corruptions.map { (kind, $0, curve(kind, corruption: $0)) }
    }
  }
}

extension DoubleDescentRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "features", "corruption", "count", "train_loss", "train_error", "test_loss",
      "test_loss_deviation", "test_error", "test_error_deviation", "norm", "norm_deviation",
      "condition_estimate",
    ])
    for row in rows {
      table.append(
        [row.features, CSVTable.number(row.corruption), "\(row.count)"]
          + [
            row.trainLoss.mean, row.trainError.mean, row.testLoss.mean, row.testLoss.deviation,
            row.testError.mean, row.testError.deviation, row.norm.mean, row.norm.deviation,
            row.conditionEstimate,
          ].map(CSVTable.number))
    }
    return [("double-descent.csv", table.text)]
  }

  var figures: [NamedFigure] {
    rows.isEmpty
      ? []
      : [
        figure("loss", "test loss", isLogarithmic: true) { $0.testLoss },
        figure("error", "test error", isLogarithmic: false) { $0.testError },
        figure("norm", "norm of the weights", isLogarithmic: true) { $0.norm },
        trainFigure,
      ]
  }

  private var n: Double { Double(sample.samples) }

  private func figure(
    _ name: String, _ label: String, isLogarithmic: Bool, _ value: (DoubleDescentRow) -> Spread
  ) -> NamedFigure {
    let series = curves.map { curve in
      Figure.Series(
        "\(title(of: curve.features)), \(labels(curve.corruption))",
        points: curve.rows.map { row in
          let spread = value(row)
          let low = spread.mean - spread.deviation
          return .init(
            Double(row.count) / n, spread.mean,
            band: !isLogarithmic || low > 0 ? low...spread.mean + spread.deviation : nil)
        })
    }
    return NamedFigure(
      name: "double-descent-\(name)",
      figure: Figure(
        title: "Double descent: \(label) over the number of random features",
        x: .init("features N / samples n", isLogarithmic: true),
        y: .init(label, isLogarithmic: isLogarithmic),
        series: [threshold(of: series)] + series, notes: figureNotes),
      caption: "Minimum-norm regression: \(label) peaks where N reaches n and falls again beyond.")
  }

  private var trainFigure: NamedFigure {
    NamedFigure(
      name: "double-descent-train",
      figure: Figure(
        title: "Training loss reaches zero where N reaches n",
        x: .init("features N / samples n", isLogarithmic: true), y: .init("training loss"),
        series: curves.map { curve in
          Figure.Series(
            "\(title(of: curve.features)), \(labels(curve.corruption))",
            points: curve.rows.map { .init(Double($0.count) / n, $0.trainLoss.mean) })
        },
        notes: ["\(figureSample), mean of \(plural(configuration.draws, "draw")) of the features."]),
      caption: "Beyond N = n every label is fitted, redrawn ones too.")
  }

  /// A line at N = n, as high as the curves.
  private func threshold(of series: [Figure.Series]) -> Figure.Series {
    let values = series.flatMap(\.points).map(\.y).filter { $0.isFinite && $0 > 0 }
    return Figure.Series(
      "N = n", .reference,
      points: [.init(1, values.min() ?? 0), .init(1, values.max() ?? 1)])
  }

  private var figureSample: String { "\(sample.data), n = \(grouped(sample.samples))" }

  private var figureNotes: [String] {
    [
      "\(figureSample), bands: one standard deviation over "
        + "\(plural(configuration.draws, "draw")) of the features."
    ]
  }
}
