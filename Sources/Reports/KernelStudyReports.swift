public import Experiments

/// A study of label corruption by kernel regression as plain text.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: KernelCorruptionRecord) -> String {
  var text = TerminalText("Kernel regression over label corruption, one factorisation")
  text.add(
    list(
      sampleIdentity(record.sample) + [
        ("kernel", record.kernel), ("ridge", brief(record.configuration.ridge)),
        (
          "evidence",
          "relative residual \(brief(record.relativeResidual)) of all levels together"
            + (record.conditionEstimate.map { ", condition \(brief($0))" } ?? "")
        ),
        (
          "time",
          "\(inSeconds(record.fitSeconds)) s to fit, \(inSeconds(record.predictSeconds)) s to predict"
        ),
      ]))
  var table = TextTable([
    .init("p", .right), .init("labels changed", .right), .init("train error", .right),
    .init("test error", .right), .init("corrupted test error", .right), .init("RKHS norm", .right),
  ])
  for row in record.rows {
    table.append([
      brief(row.corruption), percent(row.changedLabelFraction), percent(row.trainError),
      percent(row.testError), percent(row.corruptedTestError), brief(row.rkhsNorm),
    ])
  }
  text.add(table.rendered(indent: 2))
  text.add(
    notes: [
      "p: the probability that a label is redrawn. Test error: against true labels; corrupted: "
        + "against test labels redrawn like the training's."
    ], others: record.sample.caveats)
  text.add(
    record.fitsAll
      ? "Every level is fitted without error, random labels too."
      : "Not every level is fitted without error.")
  return text.text
}

extension KernelCorruptionRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "corruption", "changed_labels", "train_error", "test_error", "corrupted_test_error",
      "rkhs_norm",
    ])
    for row in rows {
      table.append(
        [
          row.corruption, row.changedLabelFraction, row.trainError, row.testError,
          row.corruptedTestError, row.rkhsNorm,
        ].map(CSVTable.number))
    }
    return [("corruption.csv", table.text)]
  }

  var figures: [NamedFigure] {
    let notes = ["\(sample.data), n = \(grouped(sample.samples)), \(kernelInBrief(kernel))."]
    func series(_ name: String, _ value: (KernelCorruptionRow) -> Double) -> Figure.Series {
      Figure.Series(name, points: rows.map { .init($0.corruption, value($0)) })
    }
    return [
      NamedFigure(
        name: "corruption-error",
        figure: Figure(
          title: "Kernel regression over label corruption",
          x: .init("corruption p"), y: .init("share of wrong answers"),
          series: [
            series("test images, true labels", \.testError),
            series("test images, corrupted labels", \.corruptedTestError),
            series("training images", \.trainError),
          ], notes: notes),
        caption: "Every level is one more right-hand side of the same factorisation."),
      NamedFigure(
        name: "corruption-norm",
        figure: Figure(
          title: "Norm of the fit over label corruption", x: .init("corruption p"),
          y: .init("RKHS norm"), series: [series("RKHS norm", \.rkhsNorm)], notes: notes),
        caption: "Redrawn labels cost norm."),
    ]
  }
}

/// A study of the spectrum of a kernel as plain text.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: KernelSpectrumRecord) -> String {
  var text = TerminalText("The spectrum of a kernel, beside true and random labels")
  let (largest, least) = (record.eigenvalues.first ?? 0, record.eigenvalues.last ?? 0)
  text.add(
    list(
      sampleIdentity(record.sample) + [
        ("kernel", record.kernel),
        (
          "eigenvalues",
          "\(grouped(record.eigenvalues.count)) above \(brief(record.cutOff)), from \(brief(largest)) "
            + "to \(brief(least)); LAPACK's test ratio \(brief(record.testRatio)), at most 60 for a "
            + "sound decomposition"
        ), ("time", "\(inSeconds(record.seconds)) s"),
      ]))
  var summary = TextTable([
    .init("labels"), .init("alignment", .right), .init("half in", .right),
    .init("norm at ridge 0", .right), .init("best ridge", .right),
    .init("left-out loss there", .right),
  ])
  for labels in record.labels {
    summary.append([
      labels.labels, brief(labels.targetAlignment), "\(grouped(labels.halfRank)) vectors",
      labels.interpolationNorm.map(brief) ?? absent, brief(labels.leaveOneOutChoice),
      brief(labels.path.map(\.leaveOneOutLoss).min() ?? 0),
    ])
  }
  text.add(summary.rendered(indent: 2))
  for labels in record.labels {
    text.add(heading: "Ridge path, \(labels.labels) labels")
    var table = TextTable([
      .init("lambda", .right), .init("dimension", .right), .init("RKHS norm", .right),
      .init("train loss", .right), .init("left-out loss", .right),
    ])
    for point in labels.path {
      table.append([
        brief(point.ridge), brief(point.effectiveDimension), brief(point.rkhsNorm),
        brief(point.trainLoss), brief(point.leaveOneOutLoss),
      ])
    }
    text.add(table.rendered(indent: 2))
  }
  text.add(
    notes: [
      "Alignment: <K, Y Y'> / (|K| |Y Y'|). Half in: the leading eigenvectors that hold half of "
        + "|Y|². Dimension: sum of s / (s + lambda) over the eigenvalues s. Losses: squared distance "
        + "to the one-hot label, mean over images."
    ], others: record.sample.caveats)
  return text.text
}

extension KernelSpectrumRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var spectrum = CSVTable(["index", "eigenvalue"] + labels.map { "\($0.labels)_alignment" })
    for (index, value) in eigenvalues.enumerated() {
      spectrum.append(
        ["\(index + 1)", CSVTable.number(value)]
          + labels.map { CSVTable.number($0.cumulativeAlignment[index]) })
    }
    var path = CSVTable([
      "labels", "ridge", "effective_dimension", "rkhs_norm", "train_loss", "leave_one_out_loss",
    ])
    for labels in labels {
      for point in labels.path {
        path.append(
          [labels.labels]
            + [
              point.ridge, point.effectiveDimension, point.rkhsNorm, point.trainLoss,
              point.leaveOneOutLoss,
            ].map(CSVTable.number))
      }
    }
    return [("spectrum.csv", spectrum.text), ("ridge-path.csv", path.text)]
  }

  var figures: [NamedFigure] {
    let notes = ["\(sample.data), n = \(grouped(sample.samples)), \(kernelInBrief(kernel))."]
    return [
      NamedFigure(
        name: "spectrum",
        figure: Figure(
          title: "Eigenvalues of the Gram matrix", x: .init("index", isLogarithmic: true),
          y: .init("eigenvalue", isLogarithmic: true),
          series: [
            Figure.Series(
              "eigenvalues", .line,
              points: eigenvalues.enumerated().map { .init(Double($0 + 1), $1) })
          ], notes: notes),
        caption: "From the largest."),
      NamedFigure(
        name: "spectrum-alignment",
        figure: Figure(
          title: "Labels in the leading eigenvectors",
          x: .init("eigenvectors", isLogarithmic: true), y: .init("share of |Y|²"),
          series: labels.map { labels in
            Figure.Series(
              "\(labels.labels) labels", .line,
              points: labels.cumulativeAlignment.enumerated().map { .init(Double($0 + 1), $1) })
          }, notes: notes),
        caption: "True labels lie in few eigenvectors, random ones in all."),
      NamedFigure(
        name: "spectrum-ridge",
        figure: Figure(
          title: "Leave-one-out loss over the ridge", x: .init("lambda", isLogarithmic: true),
          y: .init("squared distance to the label"),
          series: labels.flatMap { labels in
            [
              Figure.Series(
                "\(labels.labels) labels, left out",
                points: labels.path.map { .init($0.ridge, $0.leaveOneOutLoss) }),
              Figure.Series(
                "\(labels.labels) labels, training", .companion,
                points: labels.path.map { .init($0.ridge, $0.trainLoss) }),
            ]
          }, notes: notes),
        caption: "One decomposition gives every ridge."),
    ]
  }
}

/// A kernel's description with its numbers in three digits.
func kernelInBrief(_ kernel: String) -> String {
  kernel.split(separator: " ", omittingEmptySubsequences: false).map { word in
    let number = word.last == "," ? word.dropLast() : word
    guard number.count > 6, let value = Double(number) else { return String(word) }
    return brief(value) + word.dropFirst(number.count)
  }.joined(separator: " ")
}
