public import Experiments
private import LinearModels

/// A minimum-norm fit as plain text: name, value, meaning.
///
/// - Parameter record: the fit.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: MinimumNormRecord) -> String {
  var lines: [ReportLine] = [
    ("method", record.method, "")
  ]
  if let fallback = record.fallback { lines.append(("not the cheapest", fallback, "")) }
  lines += [
    ("input", record.input, ""),
    ("weights", grouped(record.weights), "d k"),
    ("norm", brief(record.norm), "Frobenius"),
    (
      "distance to minimum", record.distanceToMinimumNorm.map(brief) ?? absent,
      "to the solution by singular values; \(absent) where that was not sought"
    ),
    ("largest residual", brief(record.residual), "absolute entry of X W - Y"),
    (
      "rank", record.rank.map(grouped) ?? absent,
      record.relativeCutOff.map { "of X, with a cut-off of \(brief($0))" }
        ?? (record.rank == nil
          ? "of X, which iterations do not measure" : "of X, as all pivots say")
    ),
    ("test ratio", brief(record.testRatio), "LAPACK's, at most 30 for a sound solve"),
    ("condition", brief(record.conditionEstimate), "estimate for the system solved"),
  ]
  if let iterations = record.iterations {
    lines.append(
      (
        "iterations", grouped(iterations),
        record.isConverged == true ? "converged" : "the limit: not converged"
      ))
  }
  return report(
    "Minimum-norm linear map to \(words(record.targets))", record.sample,
    lines
      + errors(
        record.trainError, record.testError, record.corruptedTestError, record.sample,
        answers: record.targets == .parity ? 2 : nil)
      + [("time", inSeconds(record.seconds) + " s", "")])
}

/// A ridge path as plain text: evidence, the table of all λ, and what cross-validation chooses.
///
/// - Parameter record: the path.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: RidgeRecord) -> String {
  var text = TerminalText("Ridge regression on \(words(record.targets)), one decomposition")
  let condition = record.largestSingularValue / record.leastSingularValue
  text.add(
    list(
      sampleIdentity(record.sample) + [
        ("input", record.input),
        (
          "decomposition",
          (record.decomposition == .singularValues
            ? "singular values of X" : "eigenvalues of the Gram matrix")
            + ", LAPACK's test ratio \(brief(record.testRatio)), at most "
            + "\(brief(record.testRatioLimit)) for a sound one"
        ),
        (
          "rank",
          "\(grouped(record.rank)), cut-off \(brief(record.relativeCutOff)), condition "
            + brief(condition)
        ),
        (
          "time",
          "\(inSeconds(record.seconds)) s for decomposition and cross-validation, "
            + "\(inSeconds(record.scoringSeconds)) s for weights and answers"
        ),
      ]))
  text.add(ridgeTable(record).rendered(indent: 2))
  let row = record.rows.first { $0.ridge == record.leaveOneOutChoice } ?? record.minimumNorm
  let last = record.rows.last ?? record.minimumNorm
  text.add(
    list([
      (
        "leave-one-out",
        "chooses lambda = \(brief(record.leaveOneOutChoice)): test error \(percent(row.testError)), "
          + "train error \(percent(row.trainError))"
      ),
      (
        "GCV", "chooses lambda = \(brief(record.generalizedCrossValidationChoice))"
      ),
      (
        "lambda -> 0",
        "the minimum-norm solution, norm \(brief(record.minimumNorm.norm)); at lambda = "
          + "\(brief(last.ridge)) the distance is \(brief(last.distanceToMinimumNorm)), its bound "
          + brief(last.distanceBound)
      ),
    ]))
  text.add(
    notes: [
      "Losses: squared distance to the target, mean over images. Freedom: effective degrees of "
        + "freedom. Distance: to the minimum-norm solution; bound: lambda / (s² + lambda) times its "
        + "norm, s the least singular value. Test labels are true."
    ], others: record.sample.caveats)
  return text.text
}

private func ridgeTable(_ record: RidgeRecord) -> TextTable {
  var table = TextTable(
    [
      "lambda", "freedom", "norm", "train loss", "left-out loss", "GCV", "test loss",
      "train error", "test error", "distance", "bound",
    ].map { .init($0, .right, limit: 9) })
  for row in record.rows + [record.minimumNorm] {
    table.append([
      row.ridge == 0 ? "0" : brief(row.ridge), brief(row.effectiveDegreesOfFreedom),
      brief(row.norm), brief(row.trainLoss), brief(row.leaveOneOutLoss),
      brief(row.generalizedCrossValidationLoss), brief(row.testLoss), percent(row.trainError),
      percent(row.testError), brief(row.distanceToMinimumNorm), brief(row.distanceBound),
    ])
  }
  return table
}

/// A descent as plain text: name, value, meaning; then its path.
///
/// - Parameter record: the descent.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: DescentRecord) -> String {
  let configuration = record.configuration
  let relative = record.minimumNorm > 0 ? record.distanceToMinimumNorm / record.minimumNorm : 0
  var lines: [ReportLine] = [
    ("loss", configuration.loss.rawValue, ""),
    ("batches", words(configuration.batches), ""),
    (
      "step size", brief(configuration.stepSize),
      (record.plan.stepSize == nil ? "chosen as safe; " : "")
        + (record.stepSizeLimit.isFinite
          ? "diverges above \(brief(record.stepSizeLimit))" : "no limit is known")
    ),
    ("steps", grouped(record.steps), ""),
    ("momentum", brief(configuration.momentum), ""),
    ("weight decay", brief(configuration.weightDecay), ""),
    (
      "start", brief(record.plan.startNorm),
      record.plan.startNorm == 0 ? "from zero" : "norm, in a random direction"
    ),
    ("followed", configuration.averagesIterates ? "mean of the weights" : "weights", ""),
    ("weights", grouped(record.weights), "d k"),
    ("rank", grouped(record.rank), "of X, by its singular values"),
    (
      "norm", brief(record.norm),
      "Frobenius; of the minimum-norm solution \(brief(record.minimumNorm))"
    ),
    (
      "distance to minimum", brief(record.distanceToMinimumNorm),
      "to the minimum-norm solution, \(brief(relative)) of its norm"
    ),
    ("largest residual", brief(record.residual), "absolute entry of X W - Y"),
    ("outside part", brief(record.outsideNorm), "norm orthogonal to all samples"),
    (
      "outside drift", brief(record.outsideDrift),
      "change of it that decay does not explain; rounding explains \(brief(record.outsideDriftBound))"
    ),
  ]
  if let closed = record.closedForm {
    lines.append(
      (
        "closed form", brief(closed.distance),
        "distance to it; rounding explains \(brief(closed.bound))"
      ))
  }
  if let stopping = record.earlyStopping {
    lines += [
      (
        "early stopping", brief(stopping.leastSquares),
        "the nearest ridge; shares of eigendirections differ by \(brief(stopping.largestDifference))"
      ),
      ("its distance", stopping.relativeDistance.map(brief) ?? absent, "relative, of the weights"),
      ("1 / (step size steps)", brief(stopping.inverseTime), "the usual rule for that ridge"),
    ]
  }
  if let margin = record.margin { lines += marginLines(margin, record) }
  let summary = report(
    "Descent to a linear map on \(words(record.plan.targets))", record.sample,
    lines
      + errors(
        record.trainError, record.testError, record.corruptedTestError, record.sample,
        answers: record.plan.targets == .parity ? 2 : nil)
      + [
        ("time", inSeconds(record.seconds) + " s", "of steps and measurements"),
        ("singular values", inSeconds(record.decompositionSeconds) + " s", "of X, beforehand"),
      ])
  return summary + "\n\n" + pathTable(record).rendered(indent: 2)
}

private func marginLines(_ margin: MarginRecord, _ record: DescentRecord) -> [ReportLine] {
  [
    (
      "hard margin", brief(margin.margin),
      "\(grouped(margin.supportVectors)) support vectors, "
        + "passes: \(grouped(margin.passes)), \(inSeconds(margin.seconds)) s"
    ),
    (
      "duality gap", brief(margin.relativeGap),
      "relative, 0 at the solution alone; rounding explains \(brief(margin.tolerance))"
    ),
    ("its direction", brief(margin.directionBound), "is known to within this distance"),
    ("margin of descent", brief(margin.descentMargin), "of the direction at the end"),
    (
      "direction gap", record.path.last?.directionGap.map(brief) ?? absent,
      "distance of the directions; falls as 1 / log t"
    ),
  ]
}

/// The points of a path at powers of two, and the last.
private func pathTable(_ record: DescentRecord) -> TextTable {
  let hasMargin = record.margin != nil
  let hasDecay = record.plan.loss == .squared && !record.eigenvalues.isEmpty && !hasMargin
  var titles = [
    "step", "distance", "outside", "bound", "norm", "loss", "train error", "test error",
  ]
  if hasMargin { titles += ["gap", "gap log t"] }
  if hasDecay { titles += ["decay", "predicted"] }
  var table = TextTable(titles.map { .init($0, .right, limit: 9) })
  let followed = min(1, record.eigenvalues.count - 1)
  for point in record.path where point.step & (point.step - 1) == 0 || point.step == record.steps {
    var row = [
      grouped(point.step), brief(point.distanceToMinimumNorm), brief(point.outsideNorm),
      brief(point.outsideDriftBound), brief(point.norm), brief(point.trainingLoss),
      percent(point.trainingError), point.testError.map(percent) ?? absent,
    ]
    if hasMargin {
      row += [
        point.directionGap.map(brief) ?? absent,
        point.directionGapTimesLogarithm.map(brief) ?? absent,
      ]
    }
    if hasDecay {
      row += [
        point.eigendirectionDecay[followed].map(brief) ?? absent,
        brief(point.predictedDecay[followed]),
      ]
    }
    table.append(row)
  }
  return table
}

/// What is fitted, in words.
func words(_ targets: LinearTargets) -> String {
  switch targets {
  case .oneHot: "one-hot labels"
  case .parity: "the parity of labels"
  }
}

private func words(_ batches: DescentBatches) -> String {
  switch batches {
  case .full: "all samples"
  case .withReplacement(let size): "\(plural(size, "sample")), drawn with replacement"
  case .withoutReplacement(let size): "\(plural(size, "sample")), a permutation an epoch"
  }
}
