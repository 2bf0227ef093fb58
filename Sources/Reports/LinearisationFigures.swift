import Experiments

extension LinearisationRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    [
      ("linearised.csv", drawTable.text), ("linearised-exponents.csv", exponentTable.text),
      ("linearised-path.csv", pathTable.text),
    ]
  }

  var figures: [NamedFigure] {
    rows.isEmpty
      ? []
      : [distanceFigure, errorFigure]
        + configuration.labels.filter { !curve($0).isEmpty }.flatMap(pathFigures)
  }

  // MARK: Tables

  private var drawTable: CSVTable {
    var table = CSVTable([
      "labels", "width", "draw", "parameters", "fitted", "learning_rate", "steps", "train_loss",
      "relative_residual", "test_error", "linearised_test_error", "start_kernel_test_error",
      "after_kernel_test_error",
      "prediction_difference", "weight_difference", "stopping_remainder", "kernel_drift",
      "kernel_alignment", "switched_share", "relative_distance", "change_norm",
      "condition_estimate", "test_ratio",
    ])
    for row in rows {
      for (index, draw) in row.draws.enumerated() {
        table.append(
          [
            row.labels.rawValue, "\(row.width)", "\(index)", "\(row.parameters)",
            "\(draw.isFitted)",
          ]
            + [CSVTable.number(draw.learningRate), "\(draw.steps)"]
            + [
              draw.trainLoss, draw.relativeResidual, draw.testError, draw.linearisedTestError,
              draw.startKernelTestError, draw.afterKernelTestError, draw.predictionDifference,
              draw.weightDifference,
              draw.stoppingRemainder, draw.kernelDrift, draw.kernelAlignment,
              draw.switchedShare, draw.relativeDistance, draw.changeNorm, draw.conditionEstimate,
              draw.testRatio,
            ].map(CSVTable.number))
      }
    }
    return table
  }

  private var exponentTable: CSVTable {
    var table = CSVTable(["labels", "measure", "exponent", "exponent_error", "last_pair"])
    for labels in configuration.labels {
      for measure in LinearisationMeasure.distances {
        let law = powerLaw(measure.value, labels)
        table.append(
          [labels.rawValue, measure.name]
            + [law?.exponent, law?.exponentError, lastExponent(measure.value, labels)]
            .map(CSVTable.number))
      }
    }
    return table
  }

  private var pathTable: CSVTable {
    var table = CSVTable([
      "labels", "width", "steps", "loss", "norm", "distance", "smallest_margin", "median_margin",
      "normalised_margin", "test_error",
    ])
    for row in rows {
      for point in row.path {
        table.append(
          [row.labels.rawValue, "\(row.width)", "\(point.steps)"]
            + [
              point.loss, point.norm, point.distance, point.smallestMargin, point.medianMargin,
              point.normalisedMargin, point.testError,
            ].map(CSVTable.number))
      }
    }
    return table
  }

  // MARK: Figures over width

  private var kinds: [LinearisationConfiguration.Labels] {
    configuration.labels.filter { !curve($0).isEmpty }
  }

  private func suffix(_ labels: LinearisationConfiguration.Labels) -> String {
    kinds.count > 1 ? ", \(labels.rawValue) labels" : ""
  }

  private func series(
    _ name: String, _ labels: LinearisationConfiguration.Labels,
    _ value: KeyPath<LinearisationDraw, Double>, isLogarithmic: Bool,
    style: Figure.Style = .linesAndPoints
  ) -> Figure.Series {
    Figure.Series(
      name + suffix(labels), style,
      points: curve(labels).map { row in
        let spread = row.spread(value)
        let low = spread.mean - spread.deviation
        return .init(
          Double(row.width), spread.mean,
          band: !isLogarithmic || low > 0 ? low...spread.mean + spread.deviation : nil)
      })
  }

  /// width^-1/2 through the middle of the relative differences of predictions.
  private var guide: Figure.Series {
    let widths = rows.map { Double($0.width) }
    let law = kinds.first.flatMap { powerLaw(\.predictionDifference, $0) }
    let (low, high) = (widths.min() ?? 1, widths.max() ?? 1)
    let middle = (low * high).squareRoot()
    let height = law?(middle) ?? .nan
    return Figure.Series(
      "width^-1/2", .reference,
      points: [low, high].map { .init($0, height * (middle / $0).squareRoot()) })
  }

  private var distanceFigure: NamedFigure {
    let measures: [(String, KeyPath<LinearisationDraw, Double>)] = [
      ("predictions", \.predictionDifference), ("weights", \.weightDifference),
      ("kernel drift", \.kernelDrift), ("switched units", \.switchedShare),
    ]
    return NamedFigure(
      name: "linearised-distance",
      figure: Figure(
        title: "SGD beside the linearised solution, over width",
        x: .init("hidden units of a layer", isLogarithmic: true),
        y: .init("relative difference", isLogarithmic: true),
        series: [guide]
          + kinds.flatMap { labels in
            measures.map { series($0.0, labels, $0.1, isLogarithmic: true) }
          }, notes: figureNotes),
      caption: "Relative differences of predictions and weights between the trained network and "
        + "the linearised minimum-norm solution, and the kernel's relative change.")
  }

  private var errorFigure: NamedFigure {
    let measures: [(String, KeyPath<LinearisationDraw, Double>)] = [
      ("network", \.testError), ("linearised", \.linearisedTestError),
      ("kernel at start", \.startKernelTestError), ("kernel at end", \.afterKernelTestError),
    ]
    return NamedFigure(
      name: "linearised-error",
      figure: Figure(
        title: "Test error of the network and of its kernels",
        x: .init("hidden units of a layer", isLogarithmic: true), y: .init("test error"),
        series: kinds.flatMap { labels in
          measures.map { series($0.0, labels, $0.1, isLogarithmic: false) }
        }, notes: figureNotes),
      caption: "Kernels at start and end: regression on the targets without the start's function.")
  }

  // MARK: Figures along training

  private func pathFigures(_ labels: LinearisationConfiguration.Labels) -> [NamedFigure] {
    func figure(
      _ name: String, _ label: String, isLogarithmic: Bool = false,
      _ value: @escaping (LinearisationPoint, _ start: LinearisationPoint) -> Double
    ) -> NamedFigure {
      NamedFigure(
        name: "linearised-\(name)" + (kinds.count > 1 ? "-\(labels.rawValue)" : ""),
        figure: Figure(
          title: "Along training\(suffix(labels)): \(label)",
          x: .init("steps of SGD", isLogarithmic: true),
          y: .init(label, isLogarithmic: isLogarithmic),
          series: curve(labels).map { row in
            Figure.Series(
              "width \(grouped(row.width))", .line,
              points: row.path.map { .init(Double($0.steps), value($0, row.path[0])) })
          }, notes: ["\(setting), one draw of each width."]),
        caption: "One line a width: \(label).")
    }
    return [
      figure("loss", "training loss", isLogarithmic: true) { point, _ in point.loss },
      figure("norm", "norm of the weights, its start being 1") { $0.norm / $1.norm },
      figure("moved", "distance from the start", isLogarithmic: true) { point, _ in
        point.distance
      },
      figure("margin", "smallest margin") { point, _ in point.smallestMargin },
      figure("median-margin", "median margin") { point, _ in point.medianMargin },
      figure("path-error", "test error") { point, _ in point.testError },
    ]
  }

  private var setting: String {
    "\(sample.data), n = \(grouped(sample.samples)), "
      + "\(plural(configuration.hiddenLayers, "hidden layer"))"
  }

  private var figureNotes: [String] {
    ["\(setting), bands: one standard deviation over \(plural(configuration.draws, "draw"))."]
  }
}
