public import Experiments

/// A study of threshold placements as plain text: residuals, then the conditioning of the systems.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: ThresholdStudyRecord) -> String {
  var text = TerminalText("Lemma 1's system: where the thresholds stand")
  text.add(list(sampleIdentity(record.sample)))
  text.add(heading: "Largest residual of the stored weights, exact, rounded up")
  text.add(residualTable(record).rendered(indent: 2))
  text.add(heading: "Conditioning of the system, and the time of its solution")
  text.add(conditioningTable(record).rendered(indent: 2))
  text.add(notes: [], others: studyNotes(record) + record.sample.caveats)
  return text.text
}

private func residualTable(_ record: ThresholdStudyRecord) -> TextTable {
  var table = TextTable([
    .init("n", .right), .init("threshold at", .right, limit: 9),
    .init("recurrence, compensated", .right, limit: 11),
    .init("recurrence, plain", .right, limit: 11), .init("LAPACK", .right),
    .init("exact, rounded", .right, limit: 8), .init("largest weight", .right, limit: 9),
  ])
  for row in record.rows {
    table.append(
      [grouped(row.n), place(row.fraction)]
        + [
          row.recurrenceResidual, row.plainResidual, row.lapackResidual, row.roundedExactResidual,
          row.maxAbsoluteWeight,
        ].map(number))
  }
  return table
}

private func conditioningTable(_ record: ThresholdStudyRecord) -> TextTable {
  var table = TextTable([
    .init("n", .right), .init("threshold at", .right, limit: 9),
    .init("smallest eigenvalue", .right, limit: 10),
    .init("smallest singular value", .right, limit: 14), .init("condition", .right),
    .init("test ratio", .right), .init("recurrence, s", .right, limit: 11),
    .init("LAPACK, s", .right),
  ])
  for row in record.rows {
    table.append(
      [grouped(row.n), place(row.fraction), brief(row.smallestEigenvalue)]
        + [
          row.smallestSingularValue, row.conditionNumber, row.testRatio, row.recurrenceSeconds,
          row.lapackSeconds,
        ].map(number))
  }
  return table
}

private func number(_ value: Double?) -> String { value.map(brief) ?? absent }

/// Where a threshold stands, in words.
private func place(_ fraction: Double) -> String { fraction == 0 ? "previous" : brief(fraction) }

private func studyNotes(_ record: ThresholdStudyRecord) -> [String] {
  [
    "A threshold stands at a fraction of the gap between two projections, counted from the "
      + "previous one; the direction is \(record.direction), one for all sizes.",
    "Exact, rounded: the rational solution, each weight rounded to the nearest double; \(absent) "
      + "beyond the limit of the study or of doubles.",
    "Eigenvalues and singular values are in units of the projection. The test ratio is LAPACK's, "
      + "at most 30 for a sound solve: small backward error, not small residual.",
    "LAPACK's time includes the n x n matrix and its evidence.",
  ]
}

extension ThresholdStudyRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "n", "fraction", "recurrence_residual", "plain_residual", "lapack_residual",
      "rounded_exact_residual", "max_absolute_weight", "smallest_eigenvalue",
      "smallest_singular_value", "condition_number", "test_ratio", "recurrence_seconds",
      "lapack_seconds",
    ])
    for row in rows {
      table.append(
        ["\(row.n)"]
          + [
            row.fraction, row.recurrenceResidual, row.plainResidual, row.lapackResidual,
            row.roundedExactResidual, row.maxAbsoluteWeight, row.smallestEigenvalue,
            row.smallestSingularValue, row.conditionNumber, row.testRatio, row.recurrenceSeconds,
            row.lapackSeconds,
          ].map(CSVTable.number))
    }
    return [("thresholds.csv", table.text)]
  }

  var figures: [NamedFigure] {
    rows.isEmpty ? [] : sizes.map(residualFigure) + [singularValueFigure, conditionFigure]
  }

  private var sizes: [Int] { Set(rows.map(\.n)).sorted() }
  private var fractions: [Double] { Set(rows.map(\.fraction)).sorted() }

  // MARK: Residuals

  /// Above this no label is recovered, however much larger the residual is.
  private static let largestResidual = 1.0

  private func residualFigure(_ size: Int) -> NamedFigure {
    let rows = rows(size: size)
    let hasExact = rows.contains { $0.roundedExactResidual != nil }
    func series(
      _ name: String, _ residual: (ThresholdStudyRow) -> Double?
    ) -> Figure.Series {
      Figure.Series(
        name, points: rows.map { .init(abscissa($0.fraction), residual($0) ?? .nan) })
    }
    let curves =
      [
        series("recurrence, compensated sums") { $0.recurrenceResidual },
        series("recurrence, plain doubles") { $0.plainResidual },
        series("LAPACK's dtrtrs") { $0.lapackResidual },
      ]
      + (hasExact
        ? [series("exact solution, each weight rounded") { $0.roundedExactResidual }] : [])
    let values = curves.flatMap(\.points).map(\.y)
    let low = values.filter { $0 > 0 }.min() ?? 1
    // A residual beyond the largest double is none of these, and above the limit all the same.
    let isCut = !values.allSatisfy { $0 <= Self.largestResidual } && low < Self.largestResidual
    let range = isCut ? logarithmicRange(from: low, to: Self.largestResidual) : nil
    return NamedFigure(
      name: "thresholds-residual-n\(size)",
      figure: Figure(
        title: "Largest residual against the place of the thresholds, n = \(grouped(size))",
        x: .init(
          "threshold, as a fraction of the gap", isLogarithmic: true,
          range: abscissa(fractions.first ?? 0) * 0.9...1),
        y: .init("largest residual, exact", isLogarithmic: true, range: range), series: curves,
        notes: ["\(sample.data), \(sample.corruption), d = \(grouped(sample.dimension))."]
          + (fractions.first == 0
            ? ["The leftmost point stands for the previous projection itself."] : [])
          + (isCut
            ? ["Residuals above \(brief(Self.largestResidual)) are beyond the upper edge."] : [])),
      caption: "Residuals of the stored weights in exact arithmetic, rounded up.")
  }

  /// A logarithmic axis has no 0: the previous point stands a decade before the others.
  private func abscissa(_ fraction: Double) -> Double {
    fraction > 0 ? fraction : (fractions.first { $0 > 0 } ?? 1) / 10
  }

  // MARK: Conditioning

  /// Below this share of the largest value nothing is shown.
  private static let smallestShare = 1e-15

  private var singularValueFigure: NamedFigure {
    let curves = fractions.filter { [0.01, 0.5, 0.9].contains($0) }.flatMap { fraction in
      let rows = rows.filter { $0.fraction == fraction }
      return [
        Figure.Series(
          "eigenvalue, \(inWords(fraction))",
          points: rows.map { .init(Double($0.n), $0.smallestEigenvalue) }),
        Figure.Series(
          "singular value, \(inWords(fraction))", .companion,
          points: rows.map { .init(Double($0.n), $0.smallestSingularValue ?? .nan) }),
      ]
    }
    let values = curves.flatMap(\.points).map(\.y).filter { $0 > 0 && $0.isFinite }
    let (low, high) = (values.min() ?? 1, values.max() ?? 1)
    let floor = max(low, high * Self.smallestShare)
    return NamedFigure(
      name: "thresholds-singular-values",
      figure: Figure(
        title: "The smallest eigenvalue is not the smallest singular value",
        x: .init("sample size n", isLogarithmic: true),
        y: .init(
          "units of the projection", isLogarithmic: true,
          range: floor < high ? logarithmicRange(from: floor, to: high) : nil),
        series: curves,
        notes: ["\(sample.data); dotted: singular values, of the colour of their eigenvalues."]),
      caption: "Lemma 1's smallest eigenvalue min (x - b) and the smallest singular value of the "
        + "same matrix, which bounds how much an error of the targets grows.")
  }

  private var conditionFigure: NamedFigure {
    let limit = 1 / Double.ulpOfOne * 2
    let curves = fractions.map { fraction in
      Figure.Series(
        "threshold \(inWords(fraction))",
        points: rows.filter { $0.fraction == fraction }.map {
          .init(Double($0.n), $0.conditionNumber ?? .nan)
        })
    }
    let values = curves.flatMap(\.points).map(\.y).filter { $0 > 0 && $0.isFinite }
    let low = values.min() ?? 1
    let ends = [sizes.first, sizes.last].compactMap(\.self).map { Double($0) }
    return NamedFigure(
      name: "thresholds-condition",
      figure: Figure(
        title: "Condition number against the sample size",
        x: .init("sample size n", isLogarithmic: true),
        y: .init(
          "condition number", isLogarithmic: true,
          range: logarithmicRange(from: min(low, limit / 10), to: limit * 1e4)),
        series: [
          Figure.Series("1/ε of doubles", .reference, points: ends.map { .init($0, limit) })
        ] + curves,
        notes: ["\(sample.data), d = \(grouped(sample.dimension)); 2-norm, by singular values."]),
      caption: "The condition number of Lemma 1's matrix for several places of the thresholds.")
  }

  private func inWords(_ fraction: Double) -> String {
    fraction == 0 ? "at the previous point" : "at \(brief(fraction)) of the gap"
  }
}
