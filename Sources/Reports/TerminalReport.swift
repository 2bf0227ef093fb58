public import Experiments

/// The width that reports for the terminal keep to, in characters.
let terminalWidth = 100

/// A reproduction as plain text of at most 100 columns: what differs comes first.
///
/// - Parameter record: the reproduction.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: ReproductionRecord) -> String {
  var footnotes = Footnotes()
  var text = TerminalText(record.title)
  text.add(list(record.identity))
  text.add(record.summary.wrapped(at: terminalWidth).joined(separator: "\n"))
  let differing = record.cells(.differs)
  text.add(heading: "Differs from the paper (\(differing.count))")
  if differing.isEmpty { text.add("  nothing") }
  for cells in differing.wordsFirst {
    text.add(cellTable(cells, footnotes: &footnotes).rendered(indent: 2))
  }
  text.add(heading: "Agrees with the paper (\(record.cells(.agrees).count))")
  for cells in record.cells(.agrees).wordsFirst {
    text.add(cellTable(cells, footnotes: &footnotes).rendered(indent: 2))
  }
  for comparison in record.comparisons {
    text.add(heading: "The four learners on \(labelsTitle(comparison))")
    text.add(fitTable(comparison).rendered(indent: 2))
    text.add(indented(normSentence(comparison)))
  }
  if !record.comparisons.isEmpty { text.add(indented(marginSentence)) }
  if !record.lossCurves.isEmpty {
    text.add(heading: "Figure 1a: time to fit")
    text.add(record.fitTimeTable.rendered(indent: 2))
    text.add(indented("See notes \(footnotes.marks(of: record.caveats(of: ["figure1a"])))."))
  }
  for (learner, table) in record.corruptionTables {
    text.add(heading: "Figures 1b and 1c: \(learner) at levels p of label corruption")
    text.add(table.rendered(indent: 2))
  }
  let remaining = record.cells(.notComparable).filter { !$0.name.hasPrefix("figure1") }
  if !remaining.isEmpty {
    text.add(heading: "Not comparable, beside the figures (\(remaining.count))")
    for cells in remaining.wordsFirst {
      text.add(cellTable(cells, footnotes: &footnotes).rendered(indent: 2))
    }
  }
  if !record.missing.isEmpty {
    text.add(heading: "Without a run (\(record.missing.count))")
    text.add(record.missingTable.rendered(indent: 2))
  }
  text.add(
    notes: footnotes.notes, others: record.dataCaveats.values.flatMap(\.self).sorted())
  return text.text
}

/// The four learners on one sample as plain text of at most 100 columns.
///
/// - Parameter record: the comparison.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: ComparisonRecord) -> String {
  var text = TerminalText("The four learners on \(record.sample.data), \(labelsTitle(record))")
  text.add(list(sampleIdentity(record.sample)))
  text.add(fitTable(record).rendered(indent: 2))
  text.add(indented(normSentence(record)))
  text.add(indented(marginSentence))
  text.add(notes: [], others: record.sample.caveats)
  return text.text
}

/// What identifies a sample: names and values.
func sampleIdentity(_ sample: SampleRecord) -> [(name: String, value: String)] {
  let changed =
    sample.changedLabelFraction > 0
    ? ", \(percent(sample.changedLabelFraction)) of the training labels changed" : ""
  return [
    (
      "data",
      "\(sample.data), \(sample.shape): n = \(grouped(sample.samples)) training and "
        + "\(plural(sample.testSamples, "test image")), d = \(grouped(sample.dimension)), "
        + "C = \(grouped(sample.classes))"
    ),
    ("corruption", sample.corruption + changed),
    ("SHA-256", "\(short(sample.sha256)) of the training images and labels"),
  ]
}

extension [Cell] {
  /// The cells of claims in words, then those of numbers; no empty part.
  var wordsFirst: [[Cell]] {
    [filter(\.isInWords), filter { !$0.isInWords }].filter { !$0.isEmpty }
  }
}

/// Paragraphs of a report, an empty line between them.
struct TerminalText {
  private var paragraphs: [String]

  init(_ title: String) {
    paragraphs = [title.wrapped(at: terminalWidth).joined(separator: "\n")]
  }

  var text: String { paragraphs.joined(separator: "\n\n") }

  mutating func add(_ paragraph: String) { paragraphs.append(paragraph) }

  mutating func add(heading: String) {
    paragraphs.append(heading.wrapped(at: terminalWidth).joined(separator: "\n"))
  }

  /// Adds numbered remarks, and others that no number refers to.
  mutating func add(notes: [String], others: [String]) {
    let others = others.filter { !notes.contains($0) }
    if notes.isEmpty && others.isEmpty { return }
    var table = TextTable([.init("", .right), .init("", limit: terminalWidth - 8)])
    for (index, note) in notes.enumerated() { table.append(["\(index + 1)", note]) }
    for other in others { table.append(["*", other]) }
    paragraphs.append("Notes")
    paragraphs.append(table.rendered(indent: 2))
  }
}

/// Names and values in two columns.
func list(_ entries: [(name: String, value: String)]) -> String {
  let widest = entries.map(\.name.count).max() ?? 0
  var table = TextTable([.init(""), .init("", limit: terminalWidth - widest - 4)])
  for entry in entries { table.append([entry.name, entry.value]) }
  return table.rendered(indent: 2)
}

func indented(_ text: String) -> String {
  text.wrapped(at: terminalWidth - 2).map { "  " + $0 }.joined(separator: "\n")
}
