public import Experiments

/// All cells as comma-separated values; the caveats of a cell are joined by semicolons.
func cellsCSV(_ cells: [Cell]) -> String {
  var table = CSVTable([
    "name", "title", "source", "unit", "paper", "measured", "deviation",
    "tolerance", "verdict", "caveats", "commands",
  ])
  for cell in cells {
    table.append([
      cell.name, cell.title, cell.source, cell.unit, field(cell.paper), field(cell.measured),
      CSVTable.number(cell.deviation), CSVTable.number(cell.tolerance), cell.verdict.rawValue,
      cell.caveats.joined(separator: "; "), cell.commands.joined(separator: "; "),
    ])
  }
  return table.text
}

/// The learners of comparisons as comma-separated values; errors are shares from 0 to 1.
func fitsCSV(_ comparisons: [ComparisonRecord]) -> String {
  var table = CSVTable([
    "corruption", "samples", "sample_sha256", "learner", "input", "weights", "train_error",
    "test_error", "corrupted_test_error", "margin", "norm", "norm_name", "evidence", "seconds",
  ])
  for comparison in comparisons {
    for fit in comparison.fits {
      table.append([
        comparison.sample.corruption, "\(comparison.sample.samples)", comparison.sampleSHA256,
        fit.learner, fit.input, "\(fit.weights)", CSVTable.number(fit.score.trainError),
        CSVTable.number(fit.score.testError), CSVTable.number(fit.score.corruptedTestError),
        CSVTable.number(fit.margin), CSVTable.number(fit.norm), fit.normName, fit.evidence,
        CSVTable.number(fit.seconds),
      ])
    }
  }
  return table.text
}

private func field(_ value: CellValue) -> String {
  switch value {
  case .none: ""
  case .text(let text): text
  case .number(let number): CSVTable.number(number)
  }
}

extension RecordValue {
  /// The value as a field of a table, in full precision; empty for lists, objects and null.
  public var text: String {
    switch self {
    case .flag(let flag): "\(flag)"
    case .whole(let whole): "\(whole)"
    case .number(let number): CSVTable.number(number)
    case .text(let text): text
    case .null, .list, .object: ""
    }
  }
}
