private import Datasets
public import Experiments
private import Networks

/// An interpolating network as plain text: name, value, meaning.
///
/// - Parameter record: the interpolation.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: InterpolationRecord) -> String {
  var lines: [ReportLine] = [
    ("certified", record.certified ? "yes" : "no", "every target recovered, in exact arithmetic"),
    ("largest residual", brief(record.maxAbsoluteResidual), "exact, rounded up"),
    (
      "plain residual", record.plainResidual.map(brief) ?? absent,
      "the formula summed in doubles, \(absent) where n is large"
    ),
    (
      "weights", grouped(record.weights),
      record.depth == 2
        ? "n (1 + outputs) + d, n counts distinct samples" : "and biases that are not zero"
    ),
    ("outputs", grouped(record.outputs), ""),
    ("layers", grouped(record.depth), "of weights"),
    ("merged samples", grouped(record.mergedDuplicates), "equal to another: one hidden unit"),
    (
      "direction", record.direction,
      record.projectionsExact ? "projections carry no rounding" : "projections are rounded"
    ),
    (
      "directions drawn", grouped(record.directionDraws),
      record.drawFailureBound.map {
        $0 < 1
          ? "one fails with a probability of at most \(brief($0))"
          : "the bound on failures, \(brief($0)), is vacuous"
      } ?? "one fails by rounding alone"
    ),
    (
      "smallest gap", brief(record.smallestRelativeGap), "of projections, as a share of their range"
    ),
    ("thresholds", brief(record.thresholdFraction), "of each gap, from the previous projection"),
    ("interleave", record.interleavesStrictly ? "yes" : "no", "projections and thresholds"),
    ("smallest eigenvalue", brief(record.smallestEigenvalue), "Lemma 1's min (x - b)"),
    ("solver", record.solver, "of the output weights"),
    ("largest weight", brief(record.maxAbsoluteWeight), "absolute output weight"),
    ("norm", brief(record.norm), "Euclidean, of the output weights"),
  ]
  if let score = record.score {
    lines += errors(score.trainError, score.testError, score.corruptedTestError, record.sample)
  }
  lines += [
    ("time to build", inSeconds(record.seconds) + " s", ""),
    ("time to certify", inSeconds(record.certificationSeconds) + " s", ""),
  ]
  let text = report("Interpolating network", record.sample, lines)
  guard let costs = record.depthCosts else { return text }
  return text + "\n\n" + terminalReport(costs.ledger, bounds: costs.bounds)
}

/// An interpolating network of fractions as plain text: name, value, meaning.
///
/// - Parameter record: the interpolation.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: ExactInterpolationRecord) -> String {
  report(
    "Interpolating network of fractions", record.sample,
    [
      ("certified", record.certified ? "yes" : "no", "every target taken exactly"),
      ("largest residual", brief(record.maxAbsoluteResidual), "in fractions, nothing rounded"),
      ("weights", grouped(record.weights), "n (1 + outputs) + d, n counts distinct samples"),
      ("outputs", grouped(record.outputs), ""),
      ("merged samples", grouped(record.mergedDuplicates), "equal to another: one hidden unit"),
      ("direction", record.direction, ""),
      ("thresholds", brief(record.thresholdFraction), "of each gap, from the previous projection"),
      (
        "interleave", record.interleavesStrictly ? "strictly" : "weakly",
        "projections and thresholds"
      ),
      ("smallest eigenvalue", brief(record.smallestEigenvalue), "Lemma 1's min (x - b), rounded"),
      (
        "longest fraction", grouped(record.longestFractionBits),
        "bits of numerator and denominator together"
      ),
      ("time to build", inSeconds(record.seconds) + " s", ""),
      ("time to certify", inSeconds(record.certificationSeconds) + " s", ""),
    ])
}

/// A network trained by SGD as plain text: name, value, meaning.
///
/// - Parameter record: the training.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: TrainingRecord) -> String {
  let plan = record.configuration
  let lines: [ReportLine] = [
    ("parameters", grouped(record.parameters), ""),
    ("initialisation", record.initialization, ""),
    ("input", record.input, ""),
    ("augmentation", record.augmentation, ""),
    ("engine", record.engine.rawValue, ""),
    ("batch size", grouped(plan.batchSize), ""),
    (
      "learning rate", "\(brief(plan.learningRate.initial))", words(plan.learningRate.decay)
    ),
    ("momentum", brief(plan.momentum), ""),
    ("weight decay", brief(plan.weightDecay), ""),
    ("epochs", grouped(record.epochs), "of at most \(grouped(plan.epochs))"),
    ("outcome", record.outcome.rawValue, ""),
    (
      "steps to fit", record.stepsToFit.map(grouped) ?? "not fitted",
      "until an epoch's mean loss is below \(brief(plan.fittedLoss))"
    ),
    (
      "final loss", record.history.last.map { brief($0.loss) } ?? absent,
      "\(plan.loss.rawValue)\(plan.loss == .crossEntropy ? ", nats" : "")"
    ),
    ("norm", brief(record.norm), "Frobenius, of all parameters"),
  ]
  let score = record.score
  return report(
    PaperModel(rawValue: record.model)?.title ?? record.model, record.sample,
    lines
      + errors(score.trainError, score.testError, score.corruptedTestError, record.sample)
      + bestEpoch(record)
      + [
        (
          "speed", "\(grouped(count(record.imagesPerSecond))) images/s",
          "in full steps of SGD" + (record.resumedAtStep.map { " since step \(grouped($0))" } ?? "")
        ),
        ("time", inSeconds(record.seconds) + " s", ""),
      ])
}

/// How a learning rate falls.
private func words(_ decay: LearningRateSchedule.Decay) -> String {
  switch decay {
  case .none: "in all epochs"
  case .exponential(let factor): "times \(brief(factor)) after each epoch"
  case .everyEpochs(let period, let factor):
    "times \(brief(factor)) after every \(plural(period, "epoch"))"
  case .afterEpochs(let epochs, let factor):
    "times \(brief(factor)) after \(epochs.map(grouped).joined(separator: ", ")) epochs"
  }
}

/// A name, a value with its unit, and what it means where that is not obvious.
typealias ReportLine = (name: String, value: String, meaning: String)

/// A learner's report: its title, its sample, and a line for each value.
func report(_ title: String, _ sample: SampleRecord, _ lines: [ReportLine]) -> String {
  var text = TerminalText(title)
  text.add(list(sampleIdentity(sample)))
  // Long values such as a method's name stand without a meaning and may use its room.
  let widest = lines.filter { !$0.meaning.isEmpty }.map(\.value.count).max() ?? 0
  let names = lines.map(\.name.count).max() ?? 0
  text.add(
    lines.map { line in
      let name = line.name.padded(to: names)
      let value = line.meaning.isEmpty ? line.value : line.value.padded(to: widest)
      return "  " + [name, value, line.meaning].filter { !$0.isEmpty }.joined(separator: "  ")
    }.joined(separator: "\n"))
  text.add(notes: [], others: sample.caveats)
  return text.text
}

/// The lines of the shares of wrong answers.
func errors(
  _ train: Double, _ test: Double, _ corruptedTest: Double, _ sample: SampleRecord,
  answers: Int? = nil
) -> [ReportLine] {
  let chance = percent(1 - 1 / Double(max(1, answers ?? sample.classes)))
  return [
    ("train error", percent(train), "against the labels that were fitted"),
    ("test error", percent(test), "against true labels; chance \(chance)"),
    (
      "corrupted test error", percent(corruptedTest), "against labels corrupted like the training's"
    ),
  ]
}

/// What stopping early could have gained; nothing where test errors were not measured.
private func bestEpoch(_ record: TrainingRecord) -> [ReportLine] {
  guard let accuracy = record.bestTestAccuracy, let epoch = record.bestTestEpoch,
    let gain = record.earlyStoppingGain
  else { return [] }
  return [
    (
      "best test error", percent(1 - accuracy),
      "after epoch \(grouped(epoch)): early stopping could gain \(percent(gain))"
    )
  ]
}

private func count(_ value: Double) -> Int {
  value.isFinite && abs(value) < 1e15 ? Int(value.rounded()) : 0
}

extension String {
  fileprivate func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
