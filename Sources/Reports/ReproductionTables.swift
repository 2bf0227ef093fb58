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
    [
      .init("value", limit: isWords ? 26 : 27), .init("paper", side, limit: limit),
      .init("here", side, limit: limit),
    ] + (isWords ? [] : [.init("tolerance", .right, limit: 13)])
      + [.init("source", limit: 10)] + (isFull ? [.init(TextTable.verdictTitle)] : [])
      + [.init(TextTable.notesTitle, limit: isWords ? 8 : 6)])
  for cell in cells {
    table.append(
      [
        cell.fullTitle, cell.paper.text(unit: cell.unit), cell.measured.text(unit: cell.unit),
      ] + (isWords ? [] : [cell.toleranceText]) + [cell.source]
        + (isFull ? [cell.verdict.rawValue] : []) + [footnotes.marks(of: cell.caveats)])
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

  /// Figures 1b and 1c in numbers: test errors and time to fit at each level of corruption.
  var corruptionTable: TextTable {
    let network = plan.model.title
    let kernels = learners.filter { $0 != network }
    var table = TextTable(
      [.init("p", .right)] + kernels.map { .init("\($0): error, %", .right, limit: 9) } + [
        .init("\(network): error, %", .right, limit: 10),
        .init("paper's \(network): error, %", .right, limit: 10),
        .init("steps to fit", .right, limit: 10),
        .init("relative to p = 0", .right, limit: 10), .init("paper's ratio", .right, limit: 7),
      ])
    let reference = point(network, 0)?.stepsToFit
    for probability in levels {
      let own = point(network, probability)
      let error = cell("figure1c", probability)
      let time = cell("figure1b", probability)
      let kernelErrors = kernels.map { learner in
        point(learner, probability).map { hundredths($0.score.corruptedTestError) } ?? absent
      }
      table.append(
        ["\(probability)"] + kernelErrors + [
          own.map { hundredths($0.score.corruptedTestError) } ?? absent,
          decimals(error?.paper, 1),
          own.map { $0.stepsToFit.map(grouped) ?? "not fitted" } ?? absent,
          ratio(own?.stepsToFit, reference), decimals(time?.paper),
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

  /// The levels of Figures 1b and 1c, increasing.
  var levels: [Double] { Set(corruptionPoints.map(\.probability)).sorted() }

  /// The point of a learner at a level.
  func point(_ learner: String, _ probability: Double) -> CorruptionPoint? {
    corruptionPoints.first { $0.learner == learner && $0.probability == probability }
  }

  private func cell(_ figure: String, _ probability: Double) -> Cell? {
    cells.first { $0.name == "\(figure)/\(plan.model.rawValue)/p=\(probability)" }
  }
}

extension Cell {
  /// Whether it holds a claim in words.
  var isInWords: Bool { if case .text = measured { true } else { false } }

  /// The title, with the labels that were fitted where only the name tells them.
  var fullTitle: String {
    let labels = [Corruption.none, .randomLabels].first {
      name.split(separator: "/").contains("\($0 == .none ? "true-labels" : $0.description)")
    }
    guard let labels = labels?.title, !title.contains(labels) else { return title }
    return "\(title), \(labels)"
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
