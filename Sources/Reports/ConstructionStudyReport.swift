public import Experiments
private import ReLUInterpolation
private import ReLUNetworks

/// Constructions side by side as plain text of at most 100 columns.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: ConstructionStudyRecord) -> String {
  var text = TerminalText("Networks that fit any labels, on one sample")
  let used = record.n < record.sample.samples ? "the first \(grouped(record.n)); " : ""
  text.add(
    list(
      sampleIdentity(record.sample)
        + [("fitted", used + "targets are the \(record.targets.rawValue), one output")]))
  text.add(constructionTable(record).rendered(indent: 2))
  text.add(precisionTable(record).rendered(indent: 2))
  text.add(list(record.rows.map { ($0.method.rawValue, $0.explanation) }))
  text.add(
    notes: [
      "weights: biases included, those that are not zero, each where it stands; stored: tied "
        + "weights once, constants such as 1 not at all",
      "exact residual: the largest |c(z) - y| of the stored weights, exact and rounded up; plain: "
        + "the layers evaluated in doubles",
      "bits: from the first one to the last one of a weight's binary digits; fixed point: from "
        + "the first one of the largest weight to the last one of the finest",
    ], others: record.sample.caveats)
  return text.text
}

/// Sizes and residuals of the constructions; 96 characters wide at most.
private func constructionTable(_ record: ConstructionStudyRecord) -> TextTable {
  var table = TextTable([
    .init("construction", limit: 17), .init("layers", .right), .init("width", .right),
    .init("weights", .right), .init("stored", .right), .init("certified", limit: 9),
    .init("exact residual", .right, limit: 8), .init("plain residual", .right, limit: 8),
    .init("time, s", .right, limit: 7),
  ])
  for row in record.rows {
    guard let measures = row.measures else {
      table.append(
        [row.method.rawValue] + [String](repeating: absent, count: 4) + ["refused"]
          + [String](repeating: absent, count: 3))
      continue
    }
    table.append([
      row.method.rawValue, grouped(measures.depth), grouped(measures.width),
      grouped(measures.nonZeroWeights), grouped(measures.storedNumbers),
      measures.certified ? "yes" : "no", brief(measures.maxAbsoluteResidual),
      brief(measures.plainResidual), inSeconds(measures.seconds),
    ])
  }
  return table
}

/// How large and how fine the weights are, of the constructions that apply.
private func precisionTable(_ record: ConstructionStudyRecord) -> TextTable {
  var table = TextTable([
    .init("construction", limit: 17), .init("largest weight", .right, limit: 8),
    .init("bits a weight", .right, limit: 8), .init("most bits", .right, limit: 5),
    .init("fixed point", .right, limit: 6), .init("what the check found"),
  ])
  for row in record.rows {
    guard let measures = row.measures else { continue }
    let facts = measures.facts.map { "\($0.name) \(brief($0.value))" }
    let precision = measures.precision
    for (index, fact) in (facts.isEmpty ? [""] : facts).enumerated() {
      table.append(
        index > 0
          ? [String](repeating: "", count: 5) + [fact]
          : [
            row.method.rawValue, brief(measures.largestWeight),
            fixed(precision.meanBits, decimals: 1), "\(precision.largestBits)",
            grouped(precision.fixedPointBits), fact,
          ])
    }
  }
  return table
}

extension ConstructionStudyRow {
  /// The source, the assumption and what is left out, or why the construction does not apply.
  fileprivate var explanation: String {
    let refused = refusal.map { "refused: \($0). " } ?? ""
    return refused + "\(source). Assumes that \(assumption). Left out: \(leftOut)."
  }
}

extension ConstructionStudyRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] { [("constructions.csv", constructionsCSV(self))] }
  var figures: [NamedFigure] { [] }
}

/// The constructions as comma-separated values; fields without a value are empty.
private func constructionsCSV(_ record: ConstructionStudyRecord) -> String {
  var table = CSVTable([
    "method", "source", "assumption", "left_out", "refusal", "depth", "width", "hidden_units",
    "non_zero_weights", "stored_numbers", "largest_weight", "mean_bits", "largest_bits",
    "fixed_point_bits", "max_absolute_residual", "plain_residual", "certified", "seconds",
    "certification_seconds", "facts",
  ])
  for row in record.rows {
    let measures = row.measures
    func field(_ value: (ConstructionMeasures) -> Int) -> String {
      measures.map { "\(value($0))" } ?? ""
    }
    func number(_ value: (ConstructionMeasures) -> Double) -> String {
      CSVTable.number(measures.map(value))
    }
    table.append([
      row.method.rawValue, row.source, row.assumption, row.leftOut, row.refusal ?? "",
      field(\.depth), field(\.width), field(\.hiddenUnits), field(\.nonZeroWeights),
      field(\.storedNumbers), number(\.largestWeight), number(\.precision.meanBits),
      field(\.precision.largestBits), field(\.precision.fixedPointBits),
      number(\.maxAbsoluteResidual), number(\.plainResidual),
      measures.map { "\($0.certified)" } ?? "", number(\.seconds),
      number(\.certificationSeconds),
      (measures?.facts ?? []).map { "\($0.name): \(CSVTable.number($0.value))" }
        .joined(separator: "; "),
    ])
  }
  return table.text
}
