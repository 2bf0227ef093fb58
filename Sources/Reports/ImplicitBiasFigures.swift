import Experiments
private import Foundation
private import LinearModels

extension ImplicitBiasRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    [
      ("paths.csv", pathsCSV), ("decay.csv", decayCSV), ("interpolants.csv", interpolantsCSV),
      ("margins.csv", marginsCSV),
    ]
  }

  var figures: [NamedFigure] {
    ImplicitBiasLabels.allCases.flatMap { [distanceFigure($0), outsideFigure($0)] }
      + [decayFigure, normFigure, directionFigure, marginFigure]
  }

  // MARK: CSV

  private var pathsCSV: String {
    var table = CSVTable([
      "labels", "path", "limit", "step_size", "momentum", "weight_decay", "step",
      "distance_to_limit", "distance_to_minimum_norm", "norm", "outside", "outside_bound",
      "training_loss", "training_error", "test_error",
    ])
    for path in paths {
      for point in path.points {
        let settings = path.configuration
        table.append(
          [path.labels.rawValue, path.name, path.limit]
            + [settings.stepSize, settings.momentum, settings.weightDecay].map(CSVTable.number)
            + ["\(point.step)"]
            + [
              point.distanceToLimit, point.distanceToMinimumNorm, point.norm, point.outside,
              point.outsideBound, point.trainingLoss, point.trainingError, point.testError,
            ].map(CSVTable.number))
      }
    }
    return table.text
  }

  private var decayCSV: String {
    var table = CSVTable(["direction", "eigenvalue", "step", "measured", "predicted"])
    for direction in decay.directions {
      for (index, step) in decay.steps.enumerated() {
        table.append([
          "\(direction.index)", CSVTable.number(direction.eigenvalue), "\(step)",
          CSVTable.number(direction.measured[index]), CSVTable.number(direction.predicted[index]),
        ])
      }
    }
    return table.text
  }

  private var interpolantsCSV: String {
    var table = CSVTable([
      "interpolant", "space", "norm", "norm_on_pixels", "residual", "train_error", "test_error",
      "forced_images", "forced_error",
    ])
    for row in interpolants {
      table.append([
        row.name, row.space, CSVTable.number(row.norm), CSVTable.number(row.pixelNorm),
        CSVTable.number(row.residual), CSVTable.number(row.trainError),
        CSVTable.number(row.testError), "\(row.forcedImages)", CSVTable.number(row.forcedError),
      ])
    }
    return table.text
  }

  private var marginsCSV: String {
    var table = CSVTable([
      "loss", "step", "direction_gap", "least_margin", "maximum_margin", "norm", "training_loss",
      "training_error", "test_error",
    ])
    for path in margins.paths {
      for point in path.points {
        table.append(
          [path.loss.rawValue, "\(point.step)"]
            + [
              point.directionGap, point.leastMargin, margins.margin, point.norm,
              point.trainingLoss, point.trainingError, point.testError,
            ].map(CSVTable.number))
      }
    }
    return table.text
  }

  // MARK: Figures

  private var figureNotes: [String] {
    let whitened = referenceImages > 0 ? ", whitened" : ""
    return [
      "\(sample.data), n = \(grouped(sample.samples)), d = \(grouped(sample.dimension))\(whitened); "
        + "condition \(brief(condition))."
    ]
  }

  private func distanceFigure(_ labels: ImplicitBiasLabels) -> NamedFigure {
    let own = paths.filter { $0.labels == labels }
    let last = own.flatMap(\.points).map { Double($0.step) }.max() ?? 1
    return NamedFigure(
      name: "implicit-bias-distance-\(labels.rawValue)",
      figure: Figure(
        title: "Distance to the predicted limit, \(labels.words)",
        x: .init("steps", isLogarithmic: true),
        y: .init("relative distance to the limit", isLogarithmic: true),
        series: own.map { path in
          Figure.Series(
            path.name, points: path.points.map { .init(Double($0.step), $0.distanceToLimit) })
        } + [Figure.Series("1e-6", .reference, points: [.init(1, 1e-6), .init(last, 1e-6)])],
        notes: figureNotes),
      caption: "Descent from zero ends at the minimum-norm solution, with weight decay near ridge.")
  }

  private func outsideFigure(_ labels: ImplicitBiasLabels) -> NamedFigure {
    let own = paths.filter { $0.labels == labels }
    let last = own.flatMap(\.points).map { Double($0.step) }.max() ?? 1
    func line(_ multiple: Double) -> Figure.Series {
      Figure.Series(
        multiple == 1 ? "ε = 2⁻⁵³" : "\(brief(multiple)) ε", .reference,
        points: [.init(1, multiple * epsilon), .init(last, multiple * epsilon)])
    }
    return NamedFigure(
      name: "implicit-bias-outside-\(labels.rawValue)",
      figure: Figure(
        title: "Part outside the span of the samples, \(labels.words)",
        x: .init("steps", isLogarithmic: true),
        y: .init("outside part / norm", isLogarithmic: true),
        series: own.flatMap { path in
          [
            Figure.Series(
              path.name, points: path.points.map { .init(Double($0.step), $0.outside) }),
            Figure.Series(
              "its bound", .companion,
              points: path.points.map { .init(Double($0.step), $0.outsideBound) }),
          ]
        } + [line(1), line(100)], notes: figureNotes),
      caption: "Steps add combinations of samples: what lies outside their span is rounding.")
  }

  private var decayFigure: NamedFigure {
    NamedFigure(
      name: "implicit-bias-decay",
      figure: Figure(
        title: "Error left in eigendirections: lines (1 - ηλ)^t, marks measured",
        x: .init("steps t", isLogarithmic: true), y: .init("share of the error left"),
        series: decay.directions.flatMap { direction in
          let places = decay.steps.indices.filter { decay.steps[$0] > 0 }
          func points(_ values: [Double]) -> [Figure.Point] {
            places.map { .init(Double(decay.steps[$0]), values[$0]) }
          }
          return [
            Figure.Series(
              "λ = \(brief(direction.eigenvalue)), direction \(direction.index)", .line,
              points: points(direction.predicted)),
            Figure.Series("measured", .companion, points: points(direction.measured)),
          ]
        }, notes: figureNotes),
      caption: "Gradient descent fits the directions of large eigenvalues first.")
  }

  private var normFigure: NamedFigure {
    NamedFigure(
      name: "implicit-bias-norms",
      figure: Figure(
        title: "Interpolants of the same labels: norm and test error",
        x: .init("norm, each in its own space", isLogarithmic: true),
        y: .init("test error", range: -0.03...1.03),
        series: interpolants.map { row in
          Figure.Series(
            "\(row.name) (\(row.space))", .points, points: [.init(row.norm, row.testError)])
        },
        notes: figureNotes + [
          "All fit the parity of all training images. Norms of different spaces are not comparable."
        ]),
      caption: "The norm alone does not tell which interpolant generalises.")
  }

  private var directionFigure: NamedFigure {
    NamedFigure(
      name: "implicit-bias-direction",
      figure: Figure(
        title: "Direction of the weights and of the maximum margin",
        x: .init("steps t", isLogarithmic: true), y: .init("distance of the unit vectors"),
        series: margins.paths.flatMap { path in
          let points = path.points.filter { $0.step > 1 }
          return [
            Figure.Series(
              "\(path.loss.rawValue) loss",
              points: points.map { .init(Double($0.step), $0.directionGap) }),
            Figure.Series(
              "c / log t, through its last point", .companion,
              points: points.map {
                .init(Double($0.step), (path.constant ?? 0) / log(Double($0.step)))
              }),
          ]
        }, notes: figureNotes),
      caption: "On separable labels descent turns to the maximum margin, as slowly as 1 / log t.")
  }

  private var marginFigure: NamedFigure {
    NamedFigure(
      name: "implicit-bias-margin",
      figure: Figure(
        title: "Least margin of the training images",
        x: .init("steps t", isLogarithmic: true), y: .init("least margin / maximum margin"),
        series: margins.paths.map { path in
          Figure.Series(
            "\(path.loss.rawValue) loss",
            points: path.points.map { .init(Double($0.step), $0.leastMargin / margins.margin) })
        }, notes: figureNotes),
      caption: "The least margin grows towards the maximum margin.")
  }
}
