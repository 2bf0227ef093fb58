public import Experiments

/// The scale study as plain text: times and memory, then accuracy, then the triangular solve.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: ScaleRecord) -> String {
  let plan = record.configuration
  var text = TerminalText("The 2n+d network at scale")
  text.add(
    list([
      ("labels", "\(grouped(plan.classes)) random classes, one output, recovered by rounding"),
      ("thresholds", "\(brief(plan.thresholdFraction)) of each gap, from the previous projection"),
      ("times", "the least of \(plural(plan.repetitions, "run")) each"),
      ("seed", "\(plan.seed)"),
    ]))
  if !record.measurements.isEmpty {
    text.add(heading: "Time and memory")
    text.add(timeTable(record.measurements).rendered(indent: 2))
    text.add(heading: "Accuracy at the samples")
    text.add(accuracyTable(record.measurements).rendered(indent: 2))
  }
  if let triangular = record.triangular {
    text.add(heading: "Lemma 1's system of size \(grouped(triangular.size))")
    text.add(triangularTable(triangular).rendered(indent: 2))
    text.add(
      "  The recurrence is \(brief(triangular.speedup)) times faster than dtrtrs alone, which also "
        + "waits\n  \(inSeconds(triangular.matrixSeconds)) s for its matrix of "
        + "\(gigabytes(triangular.matrixBytes)) GB.")
  }
  text.add(
    notes: [
      "Read: every byte of the samples once, on all threads; bytes that are drawn count as read "
        + "when they are drawn. Sort: the standard library's sort of the n projections alone. "
        + "Ratio: time to build over read + sort.",
      "Draws: directions until one separated the samples; each reads the samples once.",
      "Memory: the most that the process held until the network was built; it never falls from "
        + "one row to the next.",
      "Evaluate: the network at the projections of n new samples, in twice the digits.",
      "Doubles and twice the digits: prefix sums of slope and offset, and the labels that "
        + "rounding them does not recover. Exact: the stored weights in integer arithmetic, "
        + "rounded up.",
    ], others: [])
  return text.text
}

private func timeTable(_ measurements: [ScaleMeasurement]) -> TextTable {
  var table = TextTable([
    .init("samples", limit: 9), .init("n", .right), .init("d", .right),
    .init("read, s", .right, limit: 7), .init("sort, s", .right, limit: 7),
    .init("sort by bits, s", .right, limit: 7), .init("draws", .right),
    .init("build, s", .right, limit: 7),
    .init("ratio", .right), .init("evaluate, s", .right, limit: 9),
    .init("certify, s", .right, limit: 8), .init("memory, GB", .right, limit: 7),
  ])
  for row in measurements {
    table.append([
      row.scaleCase.samples.rawValue, grouped(row.scaleCase.n), grouped(row.scaleCase.d),
      inSeconds(row.readSeconds), inSeconds(row.sortSeconds), inSeconds(row.radixSortSeconds),
      grouped(row.directionDraws), inSeconds(row.buildSeconds), fixed(row.buildRatio, decimals: 2),
      inSeconds(row.evaluationSeconds), inSeconds(row.certificationSeconds),
      gigabytes(row.peakBytes),
    ])
  }
  return table
}

private func accuracyTable(_ measurements: [ScaleMeasurement]) -> TextTable {
  var table = TextTable([
    .init("samples", limit: 9), .init("n", .right), .init("min x - b", .right),
    .init("max |w|", .right), .init("residual in doubles", .right, limit: 10),
    .init("wrong labels", .right, limit: 9), .init("in twice the digits", .right, limit: 9),
    .init("wrong labels", .right, limit: 6), .init("exact", .right), .init("certified", limit: 9),
  ])
  for row in measurements {
    table.append([
      row.scaleCase.samples.rawValue, grouped(row.scaleCase.n), brief(row.smallestEigenvalue),
      brief(row.maxAbsoluteWeight), brief(row.plain.maxAbsolute), grouped(row.plain.wrongLabels),
      brief(row.compensated.maxAbsolute), grouped(row.compensated.wrongLabels),
      brief(row.exactResidual), row.certified ? "yes" : "no",
    ])
  }
  return table
}

private func triangularTable(_ record: TriangularSolveRecord) -> TextTable {
  var table = TextTable([
    .init("solver"), .init("time, s", .right), .init("exact residual", .right),
  ])
  table.append([
    "recurrence, O(n)", brief(record.recurrenceSeconds), brief(record.recurrenceResidual),
  ])
  table.append([
    "LAPACK's dtrtrs, O(n²)", brief(record.substitutionSeconds),
    brief(record.substitutionResidual),
  ])
  return table
}

private func gigabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e9, decimals: 2) }

extension ScaleRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    [("scale.csv", scaleCSV)] + (triangular.map { [("triangular.csv", csv(of: $0))] } ?? [])
  }

  var figures: [NamedFigure] { [] }

  private var scaleCSV: String {
    var table = CSVTable([
      "samples", "n", "d", "weights", "read_seconds", "sort_seconds", "radix_sort_seconds",
      "direction_draws", "build_seconds", "build_ratio", "evaluation_seconds",
      "certification_seconds", "peak_bytes",
      "smallest_eigenvalue", "max_absolute_weight", "plain_residual", "plain_wrong_labels",
      "compensated_residual", "compensated_wrong_labels", "exact_residual", "certified",
    ])
    for row in measurements {
      let numbers = [
        row.readSeconds, row.sortSeconds, row.radixSortSeconds, Double(row.directionDraws),
        row.buildSeconds, row.buildRatio,
        row.evaluationSeconds, row.certificationSeconds, Double(row.peakBytes),
        row.smallestEigenvalue, row.maxAbsoluteWeight, row.plain.maxAbsolute,
        Double(row.plain.wrongLabels), row.compensated.maxAbsolute,
        Double(row.compensated.wrongLabels), row.exactResidual,
      ].map { CSVTable.number($0) }
      table.append(
        [
          row.scaleCase.samples.rawValue, "\(row.scaleCase.n)", "\(row.scaleCase.d)",
          "\(row.weights)",
        ] + numbers + ["\(row.certified)"])
    }
    return table.text
  }

  private func csv(of record: TriangularSolveRecord) -> String {
    var table = CSVTable(["solver", "n", "seconds", "matrix_seconds", "exact_residual"])
    table.append([
      "recurrence", "\(record.size)", CSVTable.number(record.recurrenceSeconds), "",
      CSVTable.number(record.recurrenceResidual),
    ])
    table.append([
      "dtrtrs", "\(record.size)", CSVTable.number(record.substitutionSeconds),
      CSVTable.number(record.matrixSeconds), CSVTable.number(record.substitutionResidual),
    ])
    return table.text
  }
}
