public import Experiments
private import Foundation

/// A study of linearised training as plain text; its last sentence answers.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: LinearisationRecord) -> String {
  let configuration = record.configuration
  var text = TerminalText("Does SGD approach the kernel solution as width grows?")
  text.add(
    list(
      sampleIdentity(record.sample) + [
        (
          "networks",
          "ReLU, \(plural(configuration.hiddenLayers, "hidden layer")) of each width, no biases, "
            + (configuration.targets == .parity
              ? "2 outputs for even and odd labels" : "\(record.sample.classes) outputs")
            + ", one-hot targets"
        ),
        (
          "training",
          "squared loss, SGD of batches of \(grouped(record.batchSize)), momentum "
            + "\(brief(configuration.momentum)), until the residual is "
            + "\(brief(configuration.tolerance)) of its start"
        ), ("draws", "\(configuration.draws), mean ± standard deviation"),
      ]))
  for labels in configuration.labels where !record.curve(labels).isEmpty {
    text.add(heading: "Distance from the linearised solution, \(labels.rawValue) labels")
    text.add(distanceTable(record, labels).rendered(indent: 2))
    text.add(heading: "Training, and test errors in %, \(labels.rawValue) labels")
    text.add(answerTable(record.curve(labels)).rendered(indent: 2))
  }
  text.add(notes: notes(record), others: record.sample.caveats)
  text.add(
    configuration.labels.map { record.answer($0) }.joined(separator: " ")
      .wrapped(at: terminalWidth).joined(separator: "\n"))
  return text.text
}

private func distanceTable(
  _ record: LinearisationRecord, _ labels: LinearisationConfiguration.Labels
) -> TextTable {
  let measures = LinearisationMeasure.distances
  var table = TextTable([.init("width", .right)] + measures.map { .init($0.heading, .right) })
  for row in record.curve(labels) {
    table.append([grouped(row.width)] + measures.map { $0.text(row.spread($0.value)) })
  }
  func add(_ name: String, _ text: (LinearisationMeasure) -> String?) {
    table.append([name] + measures.map { $0.showsExponent ? text($0) ?? absent : "" })
  }
  add("exponent") { measure in
    record.powerLaw(measure.value, labels).map {
      "\(fixed($0.exponent, decimals: 2)) ± \(fixed($0.exponentError, decimals: 2))"
    }
  }
  add("last two") { measure in
    record.lastExponent(measure.value, labels).map { fixed($0, decimals: 2) }
  }
  return table
}

private func answerTable(_ rows: [LinearisationRow]) -> TextTable {
  var table = TextTable([
    .init("width", .right), .init("steps", .right), .init("loss", .right),
    .init("network", .right), .init("linearised", .right), .init("start kernel", .right),
    .init("end kernel", .right), .init("condition", .right), .init("left", .right),
  ])
  func error(_ value: Spread) -> String {
    "\(fixed(100 * value.mean, decimals: 1)) ± \(fixed(100 * value.deviation, decimals: 1))"
  }
  for row in rows {
    let steps = row.draws.map { Double($0.steps) }.reduce(0, +) / Double(row.draws.count)
    table.append([
      grouped(row.width), grouped(Int(steps.rounded())), brief(row.spread(\.trainLoss).mean),
      error(row.spread(\.testError)), error(row.spread(\.linearisedTestError)),
      error(row.spread(\.startKernelTestError)), error(row.spread(\.afterKernelTestError)),
      brief(row.draws.map(\.conditionEstimate).max() ?? 0),
      brief(row.spread(\.stoppingRemainder).mean),
    ])
  }
  return table
}

private func notes(_ record: LinearisationRecord) -> [String] {
  var notes = [
    "Linearised: f_lin = f_0 + J (theta - theta_0) with the smallest change of weights that fits "
      + "the targets. The start's f_0 is not zero and is part of network and linearised solution. "
      + "Start kernel and end kernel: kernel regression on the targets with K_0 and with K_T, "
      + "without f_0.",
    "Predictions: ||f_T - f_lin|| / ||f_lin - f_0|| on test images. Weights: ||(theta_T - theta_0) "
      + "- dtheta|| / ||dtheta||. Kernel: ||K_T - K_0|| / ||K_0||. Moved: ||theta_T - theta_0|| / "
      + "||theta_0||. Alignment: <K_0, K_T> / (||K_0|| ||K_T||).",
    "Switched: the share of hidden units that are on at the start and off at the end or the other "
      + "way round, over training images. The Jacobian changes by about the root of this share, so "
      + "the weights may come nearer as slowly as the root of it falls.",
    "Exponent: of a power of width, least squares over all draws, with its standard error; last "
      + "two: between the means of the two largest widths.",
    "Left: how much of the weights' difference the residual that is left can make, sqrt(r K_0^-1 "
      + "r) / ||dtheta||. Condition: the estimate for K_0, the largest over draws; the largest LAPACK test ratio of all "
      + "solves is \(brief(record.rows.flatMap(\.draws).map(\.testRatio).max() ?? 0)), at most 30 "
      + "for sound ones.",
  ]
  let draws = record.rows.flatMap(\.draws)
  let open = draws.count { !$0.isFitted }
  if open > 0 {
    notes.append(
      "\(plural(open, "training")) ended after \(grouped(record.configuration.epochs)) epochs "
        + "before the residual was small enough.")
  }
  let planned =
    record.configuration.widths.count * record.configuration.draws
    * record.configuration.labels.count
  if draws.count < planned {
    notes.append(
      "\(plural(planned - draws.count, "training")) diverged at all step sizes and are left out.")
  }
  return notes
}

/// Mean and deviation with as many decimals as give the mean three digits.
private func spread(_ value: Spread) -> String {
  let size = abs(value.mean)
  guard size >= 1e-3, size < 1000 else { return "\(brief(value.mean)) ± \(brief(value.deviation))" }
  let decimals = max(0, 2 - Int(log10(size).rounded(.down)))
  return "\(fixed(value.mean, decimals: decimals)) ± \(fixed(value.deviation, decimals: decimals))"
}

/// A number that a draw has, with its names.
struct LinearisationMeasure {
  var heading: String
  var name: String
  var value: KeyPath<LinearisationDraw, Double>
  /// Whether the table for the terminal has its exponents.
  var showsExponent = true
  /// Mean and deviation, or where these would take too much room something shorter.
  var text: (Spread) -> String = spread

  /// What tells how far SGD is from the linearised solution.
  static var distances: [LinearisationMeasure] {
    [
      .init(heading: "predictions", name: "predictions", value: \.predictionDifference),
      .init(heading: "weights", name: "weights", value: \.weightDifference),
      .init(heading: "kernel", name: "kernel drift", value: \.kernelDrift),
      .init(heading: "switched", name: "switched units", value: \.switchedShare) {
        brief($0.mean)
      },
      .init(heading: "moved", name: "distance moved", value: \.relativeDistance) {
        brief($0.mean)
      },
      .init(
        heading: "alignment", name: "1 - alignment", value: \.misalignment, showsExponent: false
      ) { fixed(1 - $0.mean, decimals: 5) },
    ]
  }
}

extension LinearisationDraw {
  /// 1 - alignment.
  var misalignment: Double { 1 - kernelAlignment }
}

extension LinearisationRecord {
  /// Samples of a step.
  var batchSize: Int { min(configuration.batchSize ?? sample.samples, sample.samples) }

  /// The exponent between the means of the two largest widths.
  func lastExponent(
    _ value: KeyPath<LinearisationDraw, Double>, _ labels: LinearisationConfiguration.Labels
  ) -> Double? {
    PowerLaw(
      fitting: curve(labels).suffix(2).map { (Double($0.width), $0.spread(value).mean) })?.exponent
  }

  /// The answer in one sentence, computed.
  func answer(_ labels: LinearisationConfiguration.Labels) -> String {
    let rows = curve(labels)
    let value = \LinearisationDraw.predictionDifference
    guard let law = powerLaw(value, labels), let first = rows.first, let last = rows.last else {
      return "On \(labels.rawValue) labels there are not two widths to compare."
    }
    let (start, end) = (first.spread(value).mean, last.spread(value).mean)
    let falls = law.exponent + 2 * law.exponentError < 0 && end < start
    let exponent =
      "width^(\(fixed(law.exponent, decimals: 2)) ± \(fixed(law.exponentError, decimals: 2)))"
    return "On \(labels.rawValue) labels SGD "
      + (falls ? "approaches" : "does not clearly approach")
      + " the kernel solution as width grows: from width \(grouped(first.width)) to "
      + "\(grouped(last.width)) the relative difference of predictions goes from \(brief(start)) to "
      + "\(brief(end)), about as \(exponent), where the theory's bound is width^-0.5, and the "
      + "kernel's drift from \(brief(first.spread(\.kernelDrift).mean)) to "
      + "\(brief(last.spread(\.kernelDrift).mean))."
  }
}
