private import Datasets
import Experiments
private import Networks

/// How much a table of cells tells of each.
enum CellDetail {
  /// What fits the terminal.
  case brief
  /// The verdict as well, for tables that mix them.
  case full
}

/// Cells beside the paper's values, in words and numbers.
///
/// - Parameters:
///   - cells: the cells, one a row, either all in words or all in numbers.
///   - detail: how much to tell.
///   - footnotes: receives the caveats.
/// - Returns: the table; in brief 98 characters wide at most.
func cellTable(
  _ cells: [Cell], detail: CellDetail = .brief, footnotes: inout Footnotes
) -> TextTable {
  let isWords = cells.contains(where: \.isInWords)
  let side: TextTable.Alignment = isWords ? .left : .right
  let limit = isWords ? 23 : 16
  let isFull = detail == .full
  var table = TextTable(
    // On a phone the first columns are seen.
    [.init("value", limit: isWords ? 26 : 27)] + (isFull ? [.init(TextTable.verdictTitle)] : [])
      + [.init("paper", side, limit: limit), .init("here", side, limit: limit)]
      + (isWords ? [] : [.init("tolerance", .right, limit: 13)])
      + [.init("source", limit: 10), .init(TextTable.notesTitle, limit: isWords ? 8 : 6)])
  for cell in cells {
    table.append(
      [cell.title] + (isFull ? [cell.verdict.rawValue] : [])
        + [cell.paper.text(unit: cell.unit), cell.measuredText]
        + (isWords ? [] : [cell.toleranceText]) + [cell.source, footnotes.marks(of: cell.caveats)])
  }
  return table
}

/// The four learners of a comparison.
///
/// - Parameter record: the comparison.
/// - Returns: the table; 98 characters wide at most.
func fitTable(_ record: ComparisonRecord) -> TextTable {
  var table = TextTable([
    .init("learner", limit: 20), .init("weights", .right),
    .init("train error, %", .right, limit: 8),
    .init("test error, %", .right, limit: 8), .init("margin", .right, limit: 8),
    .init("norm", .right, limit: 8), .init("evidence", limit: 20),
    .init("time, s", .right, limit: 7),
  ])
  for fit in record.fits {
    table.append([
      fit.learner, grouped(fit.weights), hundredths(fit.score.trainError),
      hundredths(fit.score.testError), fit.margin.map(brief) ?? absent, brief(fit.norm),
      fit.evidence, inSeconds(fit.seconds),
    ])
  }
  return table
}

/// Which norm each learner of a comparison has, on one line.
///
/// - Parameter record: the comparison.
/// - Returns: such as `Norms: output weights (2n+d interpolant), Frobenius (…), …`.
func normSentence(_ record: ComparisonRecord) -> String {
  var names: [String] = []
  for fit in record.fits where !names.contains(fit.normName) { names.append(fit.normName) }
  let parts = names.map { name in
    let learners = record.fits.filter { $0.normName == name }.map(\.learner)
    return "\(name) (\(learners.joined(separator: "; ")))"
  }
  return "Norms: " + parts.joined(separator: ", ") + "."
}

/// What a margin is, for readers of the table.
let marginSentence =
  "Margin: the smallest, on the training sample, of the label's score less the largest other one. "
  + "An exact fit of the first three has 1; SGD's scores are logits, without a scale."

/// A heading for a comparison: on which labels the learners were fitted.
func labelsTitle(_ record: ComparisonRecord) -> String {
  Corruption(record.sample.corruption)?.title ?? record.sample.corruption
}

extension ReproductionRecord {
  /// Figure 1a in numbers: when each setting was fitted, and how well it ended.
  var fitTimeTable: TextTable {
    var table = TextTable([
      .init("setting", limit: 26), .init("steps to fit", .right, limit: 10),
      .init("relative to true labels", .right, limit: 11),
      .init("paper's small Inception", .right, limit: 9),
      .init("final loss, nats", .right, limit: 7),
      .init("train accuracy, %", .right, limit: 9), .init("test accuracy, %", .right, limit: 9),
    ])
    let reference = lossCurves.first { $0.corruption == Corruption.none.description }?
      .training.stepsToFit
    for curve in lossCurves {
      let training = curve.training
      let cell = cells.first { $0.name == "figure1a/\(curve.corruption)/time-to-fit" }
      let isReference = curve.corruption == Corruption.none.description
      table.append([
        curve.title, training.stepsToFit.map(grouped) ?? "not fitted",
        ratio(training.stepsToFit, reference),
        isReference ? fixed(1, decimals: 2) : decimals(cell?.paper),
        training.history.last.map { brief($0.loss) } ?? absent,
        hundredths(training.trainAccuracy), hundredths(training.testAccuracy),
      ])
    }
    return table
  }

  /// Figures 1b and 1c in numbers, one table a learner: test errors and time to fit at each level of
  /// corruption, means over seeds.
  var corruptionTables: [(learner: String, table: TextTable)] {
    learners.map { ($0, corruptionTable(of: $0)) }
  }

  private func corruptionTable(of learner: String) -> TextTable {
    let own = points(of: learner)
    let hasSteps = own.contains(where: \.isTrained)
    var table = TextTable(
      [
        .init("p", .right), .init("error, corrupted test labels, %", .right, limit: 16),
        .init("paper's", .right), .init("error, true test labels, %", .right, limit: 11),
      ]
        + (hasSteps
          ? [
            .init("steps to fit", .right, limit: 10),
            .init("relative to p = 0", .right, limit: 10), .init("paper's ratio", .right, limit: 7),
          ] : []))
    let reference = own.first { $0.probability == 0 }?.meanSteps
    let paper = PaperModel.allCases.first { $0.title == learner }
    for point in own {
      let level = PaperFigures.corruptionLevels.firstIndex(of: point.probability)
      func printed(_ numbers: [Double]?, _ scale: Double) -> String {
        guard let numbers, let level else { return absent }
        return fixed(scale * numbers[level], decimals: scale == 1 ? 2 : 1)
      }
      table.append(
        [
          "\(point.probability)", hundredths(point.meanScore(\.corruptedTestError)),
          printed(paper.flatMap { PaperFigures.testErrors[$0] }, 100),
          hundredths(point.meanScore(\.testError)),
        ]
          + (hasSteps
            ? [
              point.meanSteps.map { grouped(Int($0.rounded())) } ?? "not fitted",
              reference.flatMap { reference in
                point.meanSteps.map { fixed($0 / reference, decimals: 2) }
              } ?? absent,
              printed(paper.flatMap { PaperFigures.slowdowns[$0] }, 1),
            ] : []))
    }
    return table
  }

  /// The cells without a run, by reason.
  var missingTable: TextTable {
    var table = TextTable([.init("cells", limit: 44), .init("why", limit: 50)])
    let reasons = missing.reduce(into: [String]()) {
      if !$0.contains($1.reason) { $0.append($1.reason) }
    }
    for reason in reasons {
      table.append([
        missing.filter { $0.reason == reason }.map(\.cell).joined(separator: ", "), reason,
      ])
    }
    return table
  }

  /// The caveats of all cells of some figures.
  func caveats(of figures: [String]) -> [String] {
    cells.filter { cell in figures.contains { cell.name.hasPrefix($0 + "/") } }.flatMap(\.caveats)
  }

  /// The learners of Figures 1b and 1c, in the record's order.
  var learners: [String] {
    corruptionPoints.reduce(into: []) { if !$0.contains($1.learner) { $0.append($1.learner) } }
  }

  /// The points of a learner, levels increasing.
  func points(of learner: String) -> [CorruptionPoint] {
    corruptionPoints.filter { $0.learner == learner }.sorted { $0.probability < $1.probability }
  }
}

extension CorruptionPoint {
  /// The mean over seeds of a share of wrong answers.
  func meanScore(_ error: KeyPath<ClassificationScore, Double>) -> Double {
    scores.reduce(0) { $0 + $1[keyPath: error] } / Double(max(1, scores.count))
  }

  /// The mean over seeds of the steps to fit; nil where one seed was not fitted.
  var meanSteps: Double? {
    let steps = stepsToFit.compactMap(\.self)
    return steps.isEmpty || steps.count < stepsToFit.count
      ? nil : Double(steps.reduce(0, +)) / Double(steps.count)
  }
}

extension Cell {
  /// Whether it holds a claim in words.
  var isInWords: Bool { if case .text = measured { true } else { false } }

  /// Our value with its unit, and the standard deviation over seeds.
  var measuredText: String {
    measured.text(unit: unit)
      + (deviation.map { " ± " + CellValue.number($0).text(unit: unit) } ?? "")
  }
}

private func ratio(_ steps: Int?, _ reference: Int?) -> String {
  guard let steps, let reference, reference > 0 else { return absent }
  return fixed(Double(steps) / Double(reference), decimals: 2)
}

private func decimals(_ value: CellValue?, _ count: Int = 2) -> String {
  guard case .number(let number) = value else { return absent }
  return fixed(number, decimals: count)
}
