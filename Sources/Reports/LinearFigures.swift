import Experiments
private import Foundation
private import LinearModels

extension MinimumNormRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "solver", "method", "weights", "norm", "residual", "test_ratio", "condition_estimate", "rank",
      "relative_cut_off", "distance_to_minimum_norm", "train_error", "test_error",
      "corrupted_test_error", "seconds",
    ])
    table.append(
      [solver.rawValue, method, "\(weights)"]
        + [norm, residual, testRatio, conditionEstimate].map(CSVTable.number)
        + [rank.map { "\($0)" } ?? ""]
        + [
          relativeCutOff, distanceToMinimumNorm, trainError, testError, corruptedTestError, seconds,
        ].map(CSVTable.number))
    return [("minimum-norm.csv", table.text)]
  }

  var figures: [NamedFigure] { [] }
}

extension RidgeRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "ridge", "effective_degrees_of_freedom", "norm", "train_loss", "leave_one_out_loss",
      "generalized_cross_validation_loss", "test_loss", "train_error", "test_error",
      "corrupted_test_error", "distance_to_minimum_norm", "distance_bound",
    ])
    for row in rows + [minimumNorm] {
      table.append(
        [
          row.ridge, row.effectiveDegreesOfFreedom, row.norm, row.trainLoss, row.leaveOneOutLoss,
          row.generalizedCrossValidationLoss, row.testLoss, row.trainError, row.testError,
          row.corruptedTestError, row.distanceToMinimumNorm, row.distanceBound,
        ].map(CSVTable.number))
    }
    return [("ridge.csv", table.text)]
  }

  var figures: [NamedFigure] {
    if rows.isEmpty { return [] }
    return [
      figure(
        "loss", "squared error of an image", isLogarithmic: true,
        caption: "Squared distance to the target over lambda. Leave-one-out and GCV need no test "
          + "image.",
        [
          ("test images", .linesAndPoints, \.testLoss),
          ("left out in turn", .linesAndPoints, \.leaveOneOutLoss),
          ("GCV", .companion, \.generalizedCrossValidationLoss),
          ("training images", .linesAndPoints, \.trainLoss),
        ]),
      figure(
        "error", "wrong answers, %", isLogarithmic: false,
        caption: "Shares of wrong answers over lambda; the minimum-norm solution is the limit at "
          + "the left.",
        [
          ("test images, true labels", .linesAndPoints, { 100 * $0.testError }),
          ("training images", .linesAndPoints, { 100 * $0.trainError }),
        ]),
      figure(
        "freedom", "effective degrees of freedom", isLogarithmic: false,
        caption: "The sum of s² / (s² + lambda) over singular values s, from the rank of X to 0.",
        [("degrees of freedom", .linesAndPoints, \.effectiveDegreesOfFreedom)]),
      figure(
        "distance", "distance to the minimum-norm solution", isLogarithmic: true,
        caption: "As lambda tends to 0 the ridge solution tends to the one of least norm.",
        [
          ("bound", .reference, \.distanceBound),
          ("distance", .linesAndPoints, \.distanceToMinimumNorm),
        ]),
    ]
  }

  private func figure(
    _ name: String, _ label: String, isLogarithmic: Bool, caption: String,
    _ series: [(name: String, style: Figure.Style, value: (RidgeRow) -> Double)]
  ) -> NamedFigure {
    let ordered = rows.sorted { $0.ridge < $1.ridge }
    return NamedFigure(
      name: "ridge-\(name)",
      figure: Figure(
        title: "Ridge on \(sample.data): \(label)", x: .init("lambda", isLogarithmic: true),
        y: .init(label, isLogarithmic: isLogarithmic),
        series: series.map { series in
          Figure.Series(
            series.name, series.style, points: ordered.map { .init($0.ridge, series.value($0)) })
        },
        notes: [
          "n = \(grouped(sample.samples)), d = \(grouped(sample.dimension)), \(words(targets)); "
            + "leave-one-out chooses lambda = \(brief(leaveOneOutChoice))."
        ]), caption: caption)
  }
}

extension DescentRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    let directions = eigenvalues.indices.map { "\($0 + 1)" }
    var table = CSVTable(
      [
        "step", "distance_to_minimum_norm", "norm", "outside_norm", "outside_drift",
        "outside_drift_bound", "training_loss", "train_error", "test_error", "direction_gap",
      ] + directions.map { "decay_\($0)" } + directions.map { "predicted_decay_\($0)" })
    for point in path {
      let numbers: [Double?] =
        [
          point.distanceToMinimumNorm, point.norm, point.outsideNorm, point.outsideDrift,
          point.outsideDriftBound, point.trainingLoss, point.trainingError, point.testError,
          point.directionGap,
        ] + point.eigendirectionDecay + point.predictedDecay.map { $0 }
      table.append(["\(point.step)"] + numbers.map(CSVTable.number))
    }
    return [("descent.csv", table.text)]
  }

  var figures: [NamedFigure] {
    if path.isEmpty { return [] }
    let common = [distanceFigure, errorFigure]
    if margin != nil { return [gapFigure] + common }
    return common + (plan.loss == .squared && !eigenvalues.isEmpty ? [decayFigure] : [])
  }

  private var distanceFigure: NamedFigure {
    let scale = minimumNorm > 0 ? minimumNorm : 1
    return figure(
      "distance", "norms, relative to the minimum-norm solution's", isLogarithmic: true,
      caption: "Descent from zero stays in the span of the samples: the part outside is rounding. "
        + "Other starts keep theirs.",
      [
        series("distance to the minimum-norm solution") { $0.distanceToMinimumNorm / scale },
        series("norm") { $0.norm / scale },
        series("part orthogonal to the samples") { $0.outsideNorm / scale },
        series("what rounding explains of its change", .companion) {
          $0.outsideDriftBound / scale
        },
      ])
  }

  private var errorFigure: NamedFigure {
    figure(
      "error", "wrong answers, %", isLogarithmic: false,
      caption: "Shares of wrong answers on the way.",
      [
        series("test images, true labels") { $0.testError.map { 100 * $0 } },
        series("training images") { 100 * $0.trainingError },
      ])
  }

  private var decayFigure: NamedFigure {
    figure(
      "decay", "error left in an eigendirection", isLogarithmic: true,
      caption: "The error in an eigendirection of XᵀX with eigenvalue l falls as "
        + "(1 - step size l)^t in gradient descent.",
      eigenvalues.indices.flatMap { i in
        let predicted = series("predicted for \(brief(eigenvalues[i]))", .companion) {
          visible($0.predictedDecay[i])
        }
        return [
          series("eigenvalue \(brief(eigenvalues[i]))", .points) {
            $0.eigendirectionDecay[i].flatMap(visible)
          }
        ] + (predicted.points.isEmpty ? [] : [predicted])
      })
  }

  /// The size of a share of an error, where it is not below what rounding leaves.
  private func visible(_ share: Double) -> Double? { abs(share) < 1e-17 ? nil : abs(share) }

  private var gapFigure: NamedFigure {
    let gaps = path.filter { $0.directionGapTimesLogarithm != nil }
    let scale = gaps.last?.directionGapTimesLogarithm ?? 1
    return figure(
      "direction-gap", "distance to the direction of the hard margin", isLogarithmic: true,
      caption: "On separable data the direction of logistic descent tends to that of the hard "
        + "margin, as slowly as 1 / log t.",
      [
        Figure.Series(
          "\(brief(scale)) / log t", .reference,
          points: gaps.map { .init(Double($0.step), scale / log(Double($0.step))) }),
        series("direction gap") { $0.directionGap },
      ])
  }

  private func series(
    _ name: String, _ style: Figure.Style = .linesAndPoints,
    _ value: (DescentMeasurement) -> Double?
  ) -> Figure.Series {
    Figure.Series(
      name, style,
      points: path.compactMap { point in
        point.step == 0 ? nil : value(point).map { Figure.Point(Double(point.step), $0) }
      })
  }

  private func figure(
    _ name: String, _ label: String, isLogarithmic: Bool, caption: String, _ series: [Figure.Series]
  ) -> NamedFigure {
    NamedFigure(
      name: "descent-\(name)",
      figure: Figure(
        title: "Descent on \(sample.data): \(label)", x: .init("steps t", isLogarithmic: true),
        y: .init(label, isLogarithmic: isLogarithmic), series: series,
        notes: [
          "n = \(grouped(sample.samples)), d = \(grouped(sample.dimension)), "
            + "\(configuration.loss.rawValue) loss, step size \(brief(configuration.stepSize))."
        ]), caption: caption)
  }
}

extension DescentMeasurement {
  /// The direction gap times log t, which tends to a constant; nil before t = 2.
  var directionGapTimesLogarithm: Double? {
    step < 2 ? nil : directionGap.map { $0 * log(Double(step)) }
  }
}
