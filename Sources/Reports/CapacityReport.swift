private import Capacity
public import Experiments
private import Foundation

/// A trained network's complexity measures as plain text.
///
/// - Parameter record: the network and its measures.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: NetworkCapacityRecord) -> String {
  var text = TerminalText("Capacity of \(record.model) after its training")
  text.add(
    list(
      sampleIdentity(record.sample) + [
        ("network", "\(record.model), \(plural(record.parameters, "parameter"))"),
        (
          "errors",
          "training \(percent(record.trainError)), test \(percent(record.corruptedTestError)) with "
            + "labels of the same kind: gap \(percent(record.gap))"
        ),
        ("test error", "\(percent(record.testError)), against true labels"),
      ]))
  text.add(measureTable(record.measures).rendered(indent: 2))
  text.add(
    notes: measureNotes(record.measures), others: [verdict(record.measures)] + record.sample.caveats
  )
  return text.text
}

/// The capacity of classes on a sample as plain text.
///
/// - Parameter record: the sample and the measures.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: SampleCapacityRecord) -> String {
  var text = TerminalText("Capacity of classes of functions on a sample")
  text.add(list(sampleIdentity(record.sample) + [("labels", "the parity of each class")]))
  text.add(measureTable(record.measures).rendered(indent: 2))
  text.add(
    notes: measureNotes(record.measures), others: [verdict(record.measures)] + record.sample.caveats
  )
  return text.text
}

/// One line a measure; the number of its note stands last.
private func measureTable(_ measures: [CapacityMeasure]) -> TextTable {
  var table = TextTable([
    .init("measure", limit: 44), .init("value", .right), .init("bound", .right), .init("says"),
    .init("note", .right),
  ])
  for (index, measure) in measures.enumerated() {
    table.append([
      measure.name, valueText(measure), measure.bound.map(brief) ?? absent,
      measure.vacuous.map { $0 ? "nothing" : "something" } ?? "", "\(index + 1)",
    ])
  }
  return table
}

private func valueText(_ measure: CapacityMeasure) -> String {
  guard let interval = measure.interval else { return brief(measure.value) }
  return "\(brief(measure.value)) [\(brief(interval.lower)), \(brief(interval.upper))]"
}

/// Reference, meaning of the bound, and what else is to be known.
private func measureNotes(_ measures: [CapacityMeasure]) -> [String] {
  measures.map { measure in
    let meaning = measure.boundMeaning.isEmpty ? nil : "bound: \(measure.boundMeaning)"
    let interval = measure.interval.map {
      "interval: \($0.method.rawValue), \(brief($0.confidence))"
    }
    return ([measure.reference, meaning, interval, measure.note] as [String?]).compactMap { $0 }
      .joined(separator: "; ")
  }
}

/// How many bounds of the error say something.
private func verdict(_ measures: [CapacityMeasure]) -> String {
  let bounds = measures.compactMap(\.vacuous)
  let noun = bounds.count == 1 ? "bound is" : "bounds are"
  return "\(bounds.count { $0 }) of \(bounds.count) \(noun) vacuous: no better than what is "
    + "known without them."
}

/// The measures as a table of a file.
private func measuresCSV(_ measures: [CapacityMeasure]) -> String {
  var table = CSVTable([
    "name", "value", "lower", "upper", "bound", "vacuous", "bound_meaning", "reference", "note",
  ])
  for measure in measures {
    table.append([
      measure.name, CSVTable.number(measure.value), CSVTable.number(measure.interval?.lower),
      CSVTable.number(measure.interval?.upper), CSVTable.number(measure.bound),
      measure.vacuous.map { "\($0)" } ?? "", measure.boundMeaning, measure.reference,
      measure.note ?? "",
    ])
  }
  return table.text
}

extension NetworkCapacityRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var layers = CSVTable([
      "layer", "frobenius", "operator_frobenius", "spectral", "spectral_residual", "row_sum",
      "largest_row", "stable_rank",
    ])
    for layer in self.layers {
      layers.append(
        [layer.name]
          + [
            layer.frobenius, layer.operatorFrobenius, layer.spectral.value,
            layer.spectral.residual, layer.rowSum, layer.largestRow, layer.stableRank,
          ].map(CSVTable.number))
    }
    return [("measures.csv", measuresCSV(measures)), ("layers.csv", layers.text)]
  }
  var figures: [NamedFigure] { [] }
}

extension SampleCapacityRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] { [("measures.csv", measuresCSV(measures))] }
  var figures: [NamedFigure] { [] }
}
