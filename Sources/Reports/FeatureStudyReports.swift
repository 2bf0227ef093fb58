private import Datasets
public import Experiments
private import Kernels

/// Kernel regression on pixels beside that on Gabor features, as plain text.
///
/// - Parameter record: the study.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: KernelNormsRecord) -> String {
  let (pixels, gabor) = (record.pixels, record.gabor)
  var text = TerminalText("Kernel regression on pixels and on Gabor features")
  text.add(list(sampleIdentity(record.sample)))
  var table = TextTable([
    .init("inputs"), .init("numbers", .right), .init("train error", .right),
    .init("test error", .right), .init("paper", .right), .init("RKHS norm", .right),
    .init("paper", .right), .init("residual", .right), .init("time", .right),
  ])
  table.append([
    "pixels / 255", grouped(record.sample.dimension), percent(pixels.trainError),
    percent(pixels.testError), "1.2 %", brief(pixels.rkhsNorm), "220",
    brief(pixels.relativeResidual), inSeconds(pixels.seconds) + " s",
  ])
  table.append([
    "Gabor features", grouped(gabor.dimension), percent(gabor.trainError), percent(gabor.testError),
    "0.6 %", brief(gabor.rkhsNorm), "390",
    brief(gabor.relativeResidual), inSeconds(gabor.seconds) + " s",
  ])
  text.add(table.rendered(indent: 2))
  let map = gabor.configuration.features
  text.add(
    notes: [
      "Kernels: \(kernelInBrief(pixels.kernel)) on pixels; Gaussian, gamma \(brief(gabor.gamma)) on Gabor features.",
      "Gabor features: "
        + map.scales.map {
          "wavelength \(brief($0.wavelength)) pixels, \($0.points) x \($0.points) points"
        }.joined(separator: "; ")
        + "; \(map.orientations) orientations, energies raised to \(brief(map.exponent)).",
      "RKHS norm: root of the sum of squares over the classes; single classes on pixels "
        + "\(brief(pixels.rkhsNorms.min() ?? 0)) to \(brief(pixels.rkhsNorms.max() ?? 0)), their sum "
        + "\(brief(pixels.rkhsNorms.reduce(0, +))). The paper states neither bandwidths nor how its "
        + "norms put the classes together; its figures are for all 60,000 images of MNIST.",
      "Factors: \(pixels.precision?.rawValue ?? absent), ridge \(brief(pixels.ridge)); residuals "
        + "after the solve and whenever a refinement bettered it, on pixels "
        + pixels.relativeResiduals.map(brief).joined(separator: ", ") + "; on Gabor features "
        + gabor.relativeResiduals.map(brief).joined(separator: ", ")
        + ". Condition \(pixels.conditionEstimate.map(brief) ?? absent) and "
        + "\(brief(gabor.conditionEstimate)).",
    ], others: record.sample.caveats)
  if record.sample.corruption != Corruption.none.description { return text.text }
  text.add(
    record.normMisranks
      ? "The fit with the larger norm has the smaller test error, as in the paper."
      : "The fit with the smaller norm has the smaller test error; in the paper it is the other one."
  )
  return text.text
}

extension KernelNormsRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "inputs", "dimension", "gamma", "train_error", "test_error", "rkhs_norm", "relative_residual",
      "seconds",
    ])
    table.append(
      ["pixels", "\(sample.dimension)", pixels.kernel]
        + [
          pixels.trainError, pixels.testError, pixels.rkhsNorm, pixels.relativeResidual,
          pixels.seconds,
        ].map(CSVTable.number))
    table.append(
      ["gabor", "\(gabor.dimension)", CSVTable.number(gabor.gamma)]
        + [
          gabor.trainError, gabor.testError, gabor.rkhsNorm, gabor.relativeResidual, gabor.seconds,
        ].map(CSVTable.number))
    return [("norms.csv", table.text)]
  }
  var figures: [NamedFigure] { [] }
}

/// Ridge regression on random convolutional features as plain text.
///
/// - Parameter record: the fits.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: RandomConvolutionRecord) -> String {
  let features = record.configuration.features
  var text = TerminalText(
    record.configuration.relativeGammas.isEmpty
      ? "Ridge regression on random convolutional features"
      : "Kernel regression on random convolutional features")
  text.add(
    list([
      (
        "images",
        "\(grouped(record.samples)) for training, the last \(grouped(record.heldOut)) held out to "
          + "choose by, then fitted too; \(grouped(record.testSamples)) for testing"
      ),
      (
        "filters",
        "\(features.side) x \(features.side) \(features.source.rawValue), whitened, stride "
          + "\(features.stride), threshold \(brief(features.threshold)), two-sided; responses summed "
          + "over \(features.parts) x \(features.parts) parts and raised to \(brief(features.exponent))"
          + (features.isMirrored ? "; mirror images added" : "")
      ),
      (
        "equations",
        record.form.rawValue
          + (record.configuration.relativeGammas.isEmpty
            ? "" : ", Gaussian kernel of the standardised features")
      ),
      ("memory", "\(brief(Double(record.plannedBytes) / Double(1 << 30))) GiB planned"),
      (
        "time",
        "\(inSeconds(record.featureSeconds)) s for features and their products, "
          + "\(inSeconds(record.solveSeconds)) s for solves and predictions"
      ),
    ]))
  let hasKernel = !record.configuration.relativeGammas.isEmpty
  var table = TextTable([
    .init("filters", .right), .init("features", .right),
    .init(hasKernel ? "lambda" : "lambda / n", .right), .init("gamma", .right),
    .init("train error", .right), .init("held-out error", .right), .init("test error", .right),
    .init("norm", .right), .init("residual", .right),
  ])
  for point in record.points {
    table.append([
      grouped(point.filters), grouped(point.features), brief(point.ridge),
      point.gamma.map(brief) ?? absent, point.trainError.map(percent) ?? absent,
      point.heldOutError.map(percent) ?? absent, percent(point.testError), brief(point.norm),
      brief(point.relativeResidual),
    ])
  }
  text.add(table.rendered(indent: 2))
  text.add(
    notes: [
      "The paper: 32,000 random filters, 17 % test error on CIFAR-10, 15 % with regularisation; it "
        + "does not print filter sizes, pooling or the ridge."
    ], others: [])
  return text.text
}

extension RandomConvolutionRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "filters", "features", "ridge", "gamma", "train_error", "held_out_error", "test_error",
      "norm", "relative_residual",
    ])
    for point in points {
      table.append(
        ["\(point.filters)", "\(point.features)"]
          + [
            point.ridge, point.gamma, point.trainError, point.heldOutError, point.testError,
            point.norm, point.relativeResidual,
          ].map { CSVTable.number($0) })
    }
    return [("convolution.csv", table.text)]
  }

  var figures: [NamedFigure] {
    let ends = [Double(points.first?.filters ?? 1), 32_000]
    return [
      NamedFigure(
        name: "convolution-error",
        figure: Figure(
          title: "Random convolutional features: test error over the number of filters",
          x: .init("filters", isLogarithmic: true), y: .init("test error"),
          series: [
            Figure.Series(
              configuration.relativeGammas.isEmpty ? "ridge regression" : "Gaussian kernel",
              points: points.map { .init(Double($0.filters), $0.testError) }),
            Figure.Series(
              "the paper: 32,000 filters",
              .points, points: [.init(32_000, 0.17), .init(32_000, 0.15)]),
            Figure.Series(
              "17 % (upper line), 15 % with regularisation (lower line)", .reference,
              points: [
                .init(ends[0], 0.17), .init(ends[1], 0.17), .init(ends[1], 0.15),
                .init(ends[0], 0.15),
              ]),
          ],
          notes: [
            "n = \(grouped(samples)) training images, lambda chosen by \(grouped(heldOut)) of them."
          ]),
        caption: "Each number of filters takes the first ones of the largest.")
    ]
  }
}
