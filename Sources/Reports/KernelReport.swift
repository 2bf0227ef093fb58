public import Experiments
public import Kernels

/// A kernel regression as plain text: name, value, meaning.
///
/// - Parameter record: the regression.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: KernelRecord) -> String {
  var lines: [ReportLine] = [
    ("kernel", record.kernel, ""),
    ("ridge", brief(record.ridge), ""),
    ("input", record.input, ""),
    ("coefficients", grouped(record.weights), "n C"),
  ]
  lines += selection(record)
  lines += solution(record)
  lines += norms(record)
  if let error = record.leaveOneOutError {
    lines.append(
      ("leave-one-out error", percent(error), "of training images, each left out in turn"))
  }
  if let error = record.validationError {
    lines.append(("validation error", percent(error), "of training images that were held out"))
  }
  if let loss = record.validationLoss {
    lines.append(("validation loss", brief(loss), "mean squared distance to their targets"))
  }
  return report(
    "Kernel regression on one-hot labels", record.sample,
    lines
      + errors(record.trainError, record.testError, record.corruptedTestError, record.sample)
      + costs(record))
}

/// The scales that were tried.
private func selection(_ record: KernelRecord) -> [ReportLine] {
  guard let selection = record.scaleSelection else { return [] }
  let head: ReportLine = (
    "scale", "leave-one-out", "least squared error on \(grouped(selection.samples)) images"
  )
  return [head]
    + selection.candidates.enumerated().map { index, candidate in
      (
        "  " + brief(candidate.scale), candidate.meanSquaredError.map(brief) ?? "singular",
        candidate.kernel + (index == selection.chosen ? "; taken" : "")
      )
    }
}

private func solution(_ record: KernelRecord) -> [ReportLine] {
  var lines: [ReportLine] = []
  if let precision = record.precision, let storage = record.storage {
    lines.append(
      (
        "factor", precision.rawValue,
        "precision; \(words(precision)), stored as \(storage.rawValue)"
      ))
  }
  if let stop = record.stop {
    lines.append(("iterations", grouped(record.iterations), "ended by \(words(stop))"))
    lines.append(("preconditioner", grouped(record.preconditionerRank ?? 0), "its rank"))
  } else if let rank = record.preconditionerRank {
    lines.append(("rank", grouped(rank), "of the Gram matrix, by its eigenvalues"))
  }
  lines += [
    (
      "largest residual", brief(record.maxAbsoluteResidual),
      "absolute entry of Y - (K + ridge) alpha"
        + (record.measuresAllRows ? "" : ", \(measuredRows(record))")
    ),
    (
      "relative residual", brief(record.relativeResidual),
      record.precision == .mixed && record.relativeResiduals.count > 1
        ? "in double precision; refined in \(plural(record.iterations, "step")), on the way "
          + record.relativeResiduals.dropLast().map(brief).joined(separator: ", ")
        : record.measuresAllRows
          ? "in double precision, kernel values made anew" : measuredRows(record)
    ),
  ]
  if let ratio = record.testRatio {
    lines.append(("test ratio", brief(ratio), "LAPACK's, at most 30 for a sound solve"))
  }
  if let condition = record.conditionEstimate {
    lines.append(("condition", brief(condition), "estimate for K + ridge"))
  }
  return lines
}

/// What a residual of less than all rows is.
private func measuredRows(_ record: KernelRecord) -> String {
  record.residualRows == 0
    ? "as the iteration has it, in single precision"
    : "estimated from \(grouped(record.residualRows)) random rows in double precision"
}

extension KernelRecord {
  fileprivate var measuresAllRows: Bool {
    residualRows * max(1, rkhsNorms.count) >= weights
  }
}

/// The norm in each way to put the classes together: the paper does not say its own.
private func norms(_ record: KernelRecord) -> [ReportLine] {
  let sum = record.rkhsNorms.reduce(0, +)
  return [
    ("RKHS norm", brief(record.rkhsNorm), "root of the sum of squares over the classes"),
    (
      "  sum, mean", "\(brief(sum)), \(brief(sum / Double(max(1, record.rkhsNorms.count))))",
      "of the classes' norms"
    ),
    (
      "  least, largest",
      "\(brief(record.rkhsNorms.min() ?? 0)), \(brief(record.rkhsNorms.max() ?? 0))", "of them"
    ),
  ]
}

private func costs(_ record: KernelRecord) -> [ReportLine] {
  let mebibytes = Double(record.plannedBytes) / Double(1 << 20)
  var lines: [ReportLine] = [
    ("memory", fixed(mebibytes, decimals: 1) + " MiB", "planned, beside the data"),
    ("time to fit", inSeconds(record.fitSeconds) + " s", ""),
  ]
  if let gram = record.gramSeconds, let factor = record.factorSeconds {
    let n = Double(record.sample.samples)
    let rate = n * n * n / 3 / factor / 1e9
    lines += [
      ("  Gram matrix", inSeconds(gram) + " s", ""),
      (
        "  its factor", inSeconds(factor) + " s",
        "\(brief(rate)) GFLOP/s, n³ / 3 counted"
          + (record.productGigaflops.map {
            "; \(percent(rate / $0)) of a product's \(brief($0)) in the same run"
          } ?? "")
      ),
    ]
  }
  return lines + [("time to predict", inSeconds(record.predictSeconds) + " s", "")]
}

/// Why a fit does not meet its equations, and what to try.
///
/// - Parameters:
///   - record: of a fit that is not sound.
///   - configuration: what it was asked to be.
/// - Returns: one sentence.
public func unsoundness(
  _ record: KernelRecord, configuration: KernelConfiguration
) -> String {
  let residual = brief(record.relativeResidual)
  let tolerance = brief(configuration.tolerance)
  guard let stop = record.stop else {
    return "LAPACK's test ratio \(brief(record.testRatio ?? 0)) exceeds 30, and the relative "
      + "residual \(residual) its tolerance \(tolerance): take a --ridge, a larger --gamma, or "
      + "--precision double"
  }
  return "the iteration ended by \(words(stop)) with a relative residual of \(residual), above "
    + "\(tolerance): take more --iterations, a larger --rank, or a --ridge"
}

private func words(_ precision: KernelPrecision) -> String {
  switch precision {
  case .double: "factored and solved in double"
  case .single: "factored and solved in single"
  case .mixed: "factored in single, refined to double"
  }
}

private func words(_ stop: IterativeStop) -> String {
  switch stop {
  case .tolerance: "its tolerance"
  case .validation: "the validation loss, which fell no more"
  case .iterationLimit: "the limit on iterations"
  case .stagnation: "a residual that fell no more"
  }
}

/// The memory of an exact kernel regression, as it is told before the work.
///
/// - Parameter plan: the plan.
/// - Returns: one line.
public func memoryLine(_ plan: KernelMemoryPlan) -> String {
  func size(_ bytes: Int) -> String { "\(fixed(Double(bytes) / Double(1 << 30), decimals: 2)) GiB" }
  return "memory planned: \(size(plan.totalBytes)): "
    + plan.items.map { "\($0.name) \(size($0.bytes))" }.joined(separator: ", ")
}
