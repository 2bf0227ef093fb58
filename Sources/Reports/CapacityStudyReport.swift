private import Capacity
public import Experiments
private import Foundation

/// A study of complexity measures as plain text; its last sentence answers.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: CapacityStudyRecord) -> String {
  let configuration = record.configuration
  var text = TerminalText("Do complexity measures order networks by their generalisation gap?")
  text.add(
    list(
      sampleIdentity(record.sample) + [
        ("networks", "ReLU, one hidden layer of each width"),
        (
          "training",
          "SGD until the mean loss is below \(brief(configuration.loss)), at most "
            + "\(configuration.epochs) epochs"
        ), ("bounds", "confidence \(brief(configuration.options.confidence)) each"),
      ]))
  text.add(heading: "The networks, errors in %; test labels corrupted like training labels")
  text.add(networkTable(record.rows).rendered(indent: 2))
  text.add(heading: "Each measure beside the gap, over all networks")
  text.add(orderTable(record).rendered(indent: 2))
  if !record.stability.isEmpty {
    text.add(heading: "Stability of SGD, losses in nats; one training image replaced at a time")
    text.add(stabilityTable(record.stability).rendered(indent: 2))
  }
  text.add(
    notes: [
      "Kendall's tau-b and Spearman's rho of the measure with the gap: 1 is the order of the gap, -1 "
        + "its reverse, which is right for margins. Over p: the mean tau among networks of one width; "
        + "over width: among networks of one p, where the gap may hardly differ: its standard error is "
        + "up to \(percent(0.5 / Double(max(1, record.sample.testSamples)).squareRoot())).",
      "Bound: the smallest of all networks; informative: networks whose bound is below the error of a "
        + "guess, \(percent(CapacityMeasure.guessingError(classes: record.sample.classes))).",
    ]
      + (record.stability.isEmpty
        ? []
        : [
          "Stability: the change of the loss at test images, largest and mean; the bound of Hardt, "
            + "Recht, Singer (2016), Theorem 3.8, for convex losses is one of step sizes alone, the "
            + "same for all labels. Gap: the loss at test images less that at training images."
        ]),
    others: record.sample.caveats)
  text.add(record.answer.wrapped(at: terminalWidth).joined(separator: "\n"))
  return text.text
}

private func networkTable(_ rows: [CapacityStudyRow]) -> TextTable {
  var table = TextTable([
    .init("p", .right), .init("width", .right), .init("parameters", .right),
    .init("training", .right), .init("test", .right), .init("gap", .right),
    .init("test, true labels", .right), .init("fitted"),
  ])
  for row in rows {
    let network = row.network
    table.append([
      brief(row.corruption), grouped(row.width), grouped(network.parameters),
      hundredths(network.trainError), hundredths(network.corruptedTestError),
      hundredths(network.gap), hundredths(network.testError), row.isFitted ? "yes" : "no",
    ])
  }
  return table
}

private func stabilityTable(_ stability: [DescentStability]) -> TextTable {
  var table = TextTable([
    .init("p", .right), .init("learner"), .init("largest", .right), .init("mean", .right),
    .init("bound", .right), .init("gap", .right),
  ])
  for row in stability {
    table.append([
      brief(row.corruption), row.learner, brief(row.largestLossChange), brief(row.meanLossChange),
      row.bound.map(brief) ?? absent, brief(row.lossGap),
    ])
  }
  return table
}

extension DescentStability {
  /// What was trained.
  fileprivate var learner: String {
    width == 0 ? "linear map" : "\(grouped(width)) hidden units"
  }
}

private func orderTable(_ record: CapacityStudyRecord) -> TextTable {
  var table = TextTable([
    .init("measure", limit: 44), .init("tau", .right), .init("rho", .right),
    .init("over p", .right), .init("over width", .right), .init("bound", .right),
    .init("informative", .right),
  ])
  func correlation(_ value: Double?) -> String { value.map { fixed($0, decimals: 2) } ?? absent }
  for measure in record.measures {
    table.append([
      measure.name, correlation(measure.kendall), correlation(measure.spearman),
      correlation(measure.overCorruption), correlation(measure.overWidth),
      measure.smallestBound.map(brief) ?? absent,
      measure.smallestBound == nil ? "" : "\(measure.informative) of \(record.rows.count)",
    ])
  }
  return table
}

extension CapacityStudyRecord {
  /// Which measures order the gap, and which bounds say anything.
  fileprivate var answer: String {
    let right = measures.filter { abs($0.overCorruption ?? 0) > 0.8 }
    let bounded = measures.filter { $0.smallestBound != nil }
    let informative = bounded.filter { $0.informative > 0 }
    return "\(right.count) of \(measures.count) measures follow the gap over p (|tau| above 0.8). "
      + "\(bounded.count - informative.count) of \(plural(bounded.count, "bound")) are vacuous for "
      + "every network"
      + (informative.isEmpty
        ? "." : "; not: " + informative.map(\.name).joined(separator: ", ") + ".")
  }

  /// The measures of each network under one name.
  fileprivate func curve(_ name: String, width: Int) -> [(p: Double, measure: CapacityMeasure)] {
    rows.filter { $0.width == width }.compactMap { row in
      row.network.measures.first { $0.name == name }.map { (row.corruption, $0) }
    }
  }
}

extension CapacityStudyRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var networks = CSVTable([
      "corruption", "width", "parameters", "train_error", "corrupted_test_error", "gap",
      "test_error", "fitted", "measure", "value", "bound", "vacuous",
    ])
    for row in rows {
      let network = row.network
      for measure in network.measures {
        networks.append([
          CSVTable.number(row.corruption), "\(row.width)", "\(network.parameters)",
          CSVTable.number(network.trainError), CSVTable.number(network.corruptedTestError),
          CSVTable.number(network.gap), CSVTable.number(network.testError), "\(row.isFitted)",
          measure.name, CSVTable.number(measure.value), CSVTable.number(measure.bound),
          measure.vacuous.map { "\($0)" } ?? "",
        ])
      }
    }
    var orders = CSVTable([
      "measure", "kendall", "spearman", "over_corruption", "over_width", "smallest_bound",
      "informative",
    ])
    for measure in measures {
      orders.append([
        measure.name, CSVTable.number(measure.kendall), CSVTable.number(measure.spearman),
        CSVTable.number(measure.overCorruption), CSVTable.number(measure.overWidth),
        CSVTable.number(measure.smallestBound), "\(measure.informative)",
      ])
    }
    var stable = CSVTable([
      "corruption", "width", "largest_loss_change", "mean_loss_change", "parameter_distance",
      "bound", "loss_gap",
    ])
    for row in stability {
      stable.append(
        [CSVTable.number(row.corruption), "\(row.width)"]
          + [
            row.largestLossChange, row.meanLossChange, row.parameterDistance, row.bound,
            row.lossGap,
          ].map(CSVTable.number))
    }
    return [("capacity.csv", networks.text), ("capacity-order.csv", orders.text)]
      + (stability.isEmpty ? [] : [("stability.csv", stable.text)])
  }

  var figures: [NamedFigure] {
    guard let width = configuration.widths.last, configuration.corruptions.count > 1 else {
      return []
    }
    return [growthFigure(width: width), boundFigure(width: width)]
      + (stability.isEmpty ? [] : [stabilityFigure])
  }

  /// How stable SGD is over p, the bound that does not see p, and the gap that it bounds.
  private var stabilityFigure: NamedFigure {
    var learners: [DescentStability] = []
    for row in stability where !learners.contains(where: { $0.width == row.width }) {
      learners.append(row)
    }
    func series(
      _ name: String, _ style: Figure.Style, _ width: Int, _ value: (DescentStability) -> Double?
    ) -> Figure.Series {
      Figure.Series(
        name, style,
        points: stability.filter { $0.width == width }.map {
          .init($0.corruption, value($0) ?? .nan)
        })
    }
    let bounds = learners.filter { $0.bound != nil }.map {
      series("bound, \($0.learner)", .reference, $0.width, \.bound)
    }
    let measured = learners.flatMap {
      [
        series("largest change of loss, \($0.learner)", .linesAndPoints, $0.width) {
          $0.largestLossChange
        },
        series("gap of losses, \($0.learner)", .companion, $0.width) { $0.lossGap },
      ]
    }
    return NamedFigure(
      name: "capacity-stability",
      figure: Figure(
        title: "Uniform stability cannot see labels: SGD with one image replaced",
        x: .init("label corruption p"), y: .init("loss, nats"), series: bounds + measured,
        notes: [
          "\(sample.data), n = \(grouped(sample.samples)); each learner trained equally long at all p."
        ]),
      caption: "The bound depends on step sizes and n alone. The gap is the loss at test images, "
        + "labels corrupted alike, less the loss at training images.")
  }

  private var notes: [String] {
    ["\(sample.data), n = \(grouped(sample.samples)); all networks trained to the same loss."]
  }

  /// Each measure over p, as a multiple of its value at the first p, and the gap beside them.
  private func growthFigure(width: Int) -> NamedFigure {
    let names = [
      "path norm", "product of spectral norms", "product of Frobenius norms",
      "distance to initialisation", "spectral complexity", "inverse variance of tolerated noise",
    ]
    let gaps = rows.filter { $0.width == width }.map { ($0.corruption, $0.network.gap) }
    let first = gaps.first?.1 ?? 1
    let gap = Figure.Series(
      "generalisation gap", .reference, points: gaps.map { .init($0.0, $0.1 / first) })
    let series = names.map { name in
      let curve = curve(name, width: width)
      let first = curve.first?.measure.value ?? 1
      return Figure.Series(name, points: curve.map { .init($0.p, $0.measure.value / first) })
    }
    return NamedFigure(
      name: "capacity-growth",
      figure: Figure(
        title: "Complexity measures over label corruption, \(width) hidden units",
        x: .init("label corruption p"), y: .init("multiple of p = 0", isLogarithmic: true),
        series: [gap] + series, notes: notes),
      caption: "How far each measure grows with the part of labels that is random.")
  }

  /// Each bound over p, and the gap that they bound.
  private func boundFigure(width: Int) -> NamedFigure {
    let names = measures.filter { $0.smallestBound != nil }.map(\.name)
    let series = names.map { name in
      Figure.Series(
        name,
        points: curve(name, width: width).compactMap { point in
          point.measure.bound.map { .init(point.p, $0) }
        })
    }
    let errors = Figure.Series(
      "test error", .reference,
      points: rows.filter { $0.width == width }.map {
        .init($0.corruption, $0.network.corruptedTestError)
      })
    return NamedFigure(
      name: "capacity-bounds",
      figure: Figure(
        title: "Bounds of the test error, \(width) hidden units: 1 and more say nothing",
        x: .init("label corruption p"), y: .init("bound", isLogarithmic: true),
        series: [errors] + series, notes: notes),
      caption: "Bounds with all their constants beside the error that they bound.")
  }
}
