public import Experiments
private import Foundation
private import LinearModels

/// A study of implicit bias as plain text of at most 100 columns.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: ImplicitBiasRecord) -> String {
  var text = TerminalText("The implicit bias of descent on linear models")
  text.add(list(sampleIdentity(record.sample) + record.identity))
  for labels in ImplicitBiasLabels.allCases {
    let paths = record.paths.filter { $0.labels == labels }
    text.add(heading: "Descent on the squared loss, \(labels.words)")
    text.add(pathTable(paths).rendered(indent: 2))
    for path in paths where path.isPlainStochastic { text.add(paragraph(path.verdict)) }
    text.add(
      paragraph(
        "Limits: "
          + paths.filter { $0.limit != "minimum norm" }.map { "\($0.name): \($0.limit)" }
          .joined(separator: "; ") + "; all others: minimum norm."))
  }
  text.add(heading: "Eigendirections under gradient descent without momentum, parity")
  text.add(decayTable(record.decay).rendered(indent: 2))
  text.add(paragraph(record.decay.verdict))
  text.add(stopTable(record.decay).rendered(indent: 2))
  text.add(heading: "Interpolants of the parity, \(grouped(record.scoredImages)) test images")
  text.add(interpolantTable(record.interpolants).rendered(indent: 2))
  for sentence in record.conclusions { text.add(paragraph(sentence)) }
  text.add(heading: "Losses of labels, parity")
  text.add(list(record.margins.identity))
  text.add(marginTable(record.margins).rendered(indent: 2))
  text.add(notes: record.notes, others: record.sample.caveats)
  return text.text
}

private func paragraph(_ text: String) -> String {
  text.wrapped(at: terminalWidth - 2).map { "  " + $0 }.joined(separator: "\n")
}

// MARK: Tables

private func pathTable(_ paths: [ImplicitBiasPath]) -> TextTable {
  var table = TextTable([
    .init("path"), .init("steps", .right), .init("to limit", .right), .init("to min", .right),
    .init("outside", .right), .init("bound", .right), .init("norm", .right),
    .init("test %", .right), .init("s", .right),
  ])
  for path in paths {
    guard let last = path.points.last else { continue }
    table.append([
      path.name + (path.halvings > 0 ? "*" : ""), grouped(last.step), brief(last.distanceToLimit),
      brief(last.distanceToMinimumNorm), brief(last.outsideInEpsilons),
      brief(last.outsideBound / epsilon), brief(last.norm),
      hundredths(last.testError), fixed(path.seconds, decimals: 1),
    ])
  }
  return table
}

/// ε, the rounding unit of doubles.
let epsilon = 0x1p-53

private func decayTable(_ decay: ImplicitBiasDecay) -> TextTable {
  let shown = [16, 256, 4096].compactMap { decay.steps.firstIndex(of: $0) }
  var table = TextTable(
    [.init("direction", .right), .init("eigenvalue", .right)]
      + shown.flatMap {
        [TextTable.Column("t = \(decay.steps[$0])", .right), .init("measured", .right)]
      })
  for direction in decay.directions {
    table.append(
      ["\(direction.index)", brief(direction.eigenvalue)]
        + shown.flatMap { [brief(direction.predicted[$0]), brief(direction.measured[$0])] })
  }
  return table
}

private func stopTable(_ decay: ImplicitBiasDecay) -> TextTable {
  var table = TextTable([
    .init("stopped at t", .right), .init("ridge 1/(ηt)", .right), .init("distance", .right),
    .init("nearest ridge", .right), .init("distance", .right), .init("to min norm", .right),
  ])
  for stop in decay.earlyStops {
    table.append([
      grouped(stop.step), brief(stop.inverseTimeRidge), brief(stop.inverseTimeDistance),
      brief(stop.nearestRidge), brief(stop.nearestDistance), brief(stop.minimumNormDistance),
    ])
  }
  return table
}

private func interpolantTable(_ rows: [ImplicitBiasInterpolant]) -> TextTable {
  var table = TextTable([
    .init("interpolant", limit: 34), .init("space"), .init("norm", .right),
    .init("on pixels", .right), .init("residual", .right), .init("test %", .right),
    .init("forced", .right),
  ])
  for row in rows {
    table.append([
      row.name, row.space, brief(row.norm), row.pixelNorm.map(brief) ?? absent,
      brief(row.residual), hundredths(row.testError),
      row.forcedError.map(hundredths) ?? absent,
    ])
  }
  return table
}

private func marginTable(_ margins: ImplicitBiasMargins) -> TextTable {
  var table = TextTable(
    [.init("step t", .right)]
      + margins.paths.flatMap {
        [
          TextTable.Column("gap, \($0.loss.rawValue)", .right), .init("c / log t", .right),
          .init("margin", .right), .init("test %", .right),
        ]
      })
  for (index, point) in (margins.paths.first?.points ?? []).enumerated() {
    table.append(
      [grouped(point.step)]
        + margins.paths.flatMap { path -> [String] in
          let own = path.points[index]
          let rate = own.step > 1 ? path.constant.map { $0 / log(Double(own.step)) } : nil
          return [
            brief(own.directionGap), rate.map(brief) ?? absent,
            brief(own.leastMargin / margins.margin), hundredths(own.testError),
          ]
        })
  }
  return table
}

// MARK: Sentences

extension ImplicitBiasLabels {
  /// The labels in words.
  var words: String { self == .parity ? "parity of the class as ±1" : "one-hot labels" }
}

extension ImplicitBiasPath {
  /// Whether the path ends at its limit, as a sentence.
  fileprivate var verdict: String {
    guard let last = points.last else { return "" }
    let near = last.distanceToLimit < 1e-6
    let inside = last.outsideInEpsilons < 100
    return "\(name) from zero ends at a relative distance of \(brief(last.distanceToLimit)) from "
      + "the minimum-norm solution, \(near ? "" : "not ")below 1e-6; its part outside the span of "
      + "the samples is \(brief(last.outsideInEpsilons)) ε ‖w‖, \(inside ? "" : "not ")below 100."
  }
}

extension ImplicitBiasDecay {
  fileprivate var verdict: String {
    "Largest difference from (1 - ηλ)^t over all directions and steps: \(brief(largestDifference)). "
      + "Closed form after \(grouped(steps.last ?? 0)) steps: \(brief(closedFormDistance)) from the "
      + "simulation, rounding allows \(brief(closedFormBound))."
  }
}

extension ImplicitBiasMargins {
  fileprivate var identity: [(name: String, value: String)] {
    [
      ("maximum margin", "\(brief(margin)), \(plural(supportVectors, "support vector"))"),
      (
        "duality gap",
        "\(brief(dualityGap)) relative; rounding allows \(brief(dualityTolerance))"
      ),
      ("test error", percent(testError)),
      (
        "minimum norm",
        "gap \(brief(minimumNormGap)) to its direction, "
          + "\(brief(minimumNormMargin / margin)) of its margin"
      ),
    ]
  }
}

extension ImplicitBiasRecord {
  fileprivate var identity: [(name: String, value: String)] {
    let input =
      referenceImages == 0
      ? "pixels / 255"
      : "pixels / 255, whitened by the second moments of the last "
        + "\(plural(referenceImages, "test image")) + \(brief(configuration.whitening)) I; "
        + "these are not tested on"
    return [
      ("input", input),
      (
        "singular values",
        "\(brief(largestSingularValue)) to \(brief(leastSingularValue)), condition "
          + brief(condition)
      ),
    ]
  }

  /// What the norms of the interpolants say, computed from the table.
  fileprivate var conclusions: [String] {
    func sentence(
      _ norms: String, _ pair: Inversion?, by norm: (ImplicitBiasInterpolant) -> Double?
    ) -> String {
      guard let pair else { return "\(norms): here a larger norm never has a smaller test error." }
      return "\(norms): the norm alone does not rank them. \"\(pair.larger.name)\" has the larger "
        + "norm (\(brief(norm(pair.larger) ?? 0)) against \(brief(norm(pair.smaller) ?? 0))) and the "
        + "smaller test error (\(percent(pair.larger.testError)) against "
        + "\(percent(pair.smaller.testError))) than \"\(pair.smaller.name)\"."
    }
    var spaces: [String] = []
    for row in interpolants where !spaces.contains(row.space) { spaces.append(row.space) }
    let several = spaces.filter { space in interpolants.count { $0.space == space } > 1 }
    let rank = rankCorrelation { $0.norm }.map(brief) ?? absent
    return [
      sentence("Linear functions by their norm on pixels", inversion { $0.pixelNorm }) {
        $0.pixelNorm
      }
    ]
      + several.map { space in sentence("In \(space)", inversion(in: space)) { $0.norm } }
      + [
        sentence("Across spaces, as the paper compares", inversion()) { $0.norm }
          + " Rank correlation of all norms and test errors: \(rank)."
      ]
  }

  fileprivate var notes: [String] {
    [
      "to limit, to min: distance to the predicted limit and to the minimum-norm solution, relative "
        + "to the norm of each. P start: the part of the start that is orthogonal to all samples.",
      "outside, bound: the part of the weights outside the span of the samples, less what is left of "
        + "that of the start, and what rounding can make of it, in units of ε ‖w‖ with ε = 2⁻⁵³.",
      "SGD with replacement and averaged SGD take a quarter of the steps. A star marks a step size "
        + "that was halved until the path did not diverge. Ridge: the limit of the mean path; a step size that does "
        + "not shrink leaves noise around it. Draws with replacement bear a thirtieth of the memory, "
        + "so they come less far in as many steps.",
      "residual: the largest |f(x) - y| on the training images; below 1 all their answers are right. "
        + "γ: the RKHS of this Gaussian kernel. forced: the error on the first test images whose wrong, or right, labels were fitted too. "
        + "Linear: at most as many as half of the free dimensions; others: all that are scored.",
      "margin: the least margin of the training images over the maximum margin. c: through the last "
        + "point. The direction tends to that of the maximum margin as 1 / log t (Soudry et al. 2018).",
    ]
  }
}
