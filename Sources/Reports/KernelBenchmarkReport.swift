public import Experiments
private import Kernels

/// The speed of exact kernel regression as plain text.
///
/// - Parameter record: the measurements.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: KernelBenchmarkRecord) -> String {
  let configuration = record.configuration
  var text = TerminalText("Speed of exact kernel regression")
  text.add(
    list([
      (
        "data",
        "standard normal points, d = \(grouped(configuration.dimension)), "
          + "\(plural(configuration.targets, "target")), Gaussian kernel"
      ),
      ("precision", configuration.precision.rawValue),
      (
        "limit",
        "\(record.product) of size \(grouped(configuration.productSize)): "
          + "\(brief(record.productGigaflopsBefore)) GFLOP/s before, "
          + "\(brief(record.productGigaflopsAfter)) after"
          + (record.openBLASGigaflops.map { "; by OpenBLAS alone \(brief($0))" } ?? "")
      ),
    ]))
  var rates = TextTable([
    .init("n", .right), .init("Gram, s", .right), .init("GFLOP/s", .right),
    .init("factor, s", .right), .init("GFLOP/s", .right),
    .init("share of \(record.product)", .right, limit: 9),
    .init("solve, s", .right), .init("GFLOP/s", .right),
    .init("residual, s", .right), .init("GFLOP/s", .right),
  ])
  var evidence = TextTable([
    .init("n", .right), .init("gamma", .right), .init("planned, GB", .right),
    .init("fit, s", .right), .init("refinements", .right), .init("relative residual", .right),
  ])
  for size in record.sizes {
    rates.append([
      grouped(size.samples), inSeconds(size.gramSeconds), brief(size.gramGigaflops),
      inSeconds(size.factorSeconds), brief(size.factorGigaflops), percent(size.shareOfProduct),
      inSeconds(size.solveSeconds), brief(size.solveGigaflops), inSeconds(size.residualSeconds),
      brief(size.residualGigaflops),
    ])
    evidence.append([
      grouped(size.samples), brief(size.gamma),
      fixed(Double(size.plannedBytes) / 1e9, decimals: 3), inSeconds(size.fitSeconds),
      "\(size.refinements)", brief(size.relativeResidual),
    ])
  }
  text.add(rates.rendered(indent: 2))
  text.add(evidence.rendered(indent: 2))
  text.add(
    notes: [
      "GFLOP/s: multiplications and additions; n (n + 1) d for the Gram matrix, whose "
        + "exponentials are not counted, n^3/3 for the factor, 2 n^2 k for a solve, both of the "
        + "first and last for a residual in double.",
      "Share: the factor's rate over the better rate of the product.",
      "Fit: solve, condition, and refinements until the residual is "
        + "\(brief(configuration.tolerance)) of the targets.",
    ], others: [])
  return text.text
}

extension KernelBenchmarkRecord: IllustratedRecord {
  var tables: [(name: String, csv: String)] {
    var table = CSVTable([
      "n", "d", "targets", "precision", "gamma", "gram_seconds", "gram_gigaflops",
      "factor_seconds", "factor_gigaflops", "share_of_product", "solve_seconds",
      "solve_gigaflops", "residual_seconds", "residual_gigaflops", "fit_seconds", "refinements",
      "relative_residual", "planned_bytes",
    ])
    for size in sizes {
      let numbers = [
        size.gamma, size.gramSeconds, size.gramGigaflops, size.factorSeconds,
        size.factorGigaflops, size.shareOfProduct, size.solveSeconds, size.solveGigaflops,
        size.residualSeconds, size.residualGigaflops, size.fitSeconds, Double(size.refinements),
        size.relativeResidual, Double(size.plannedBytes),
      ].map { CSVTable.number($0) }
      table.append(
        [
          "\(size.samples)", "\(configuration.dimension)", "\(configuration.targets)",
          configuration.precision.rawValue,
        ] + numbers)
    }
    return [("kernel-speed.csv", table.text)]
  }

  var figures: [NamedFigure] {
    func series(_ name: String, _ rate: (KernelSpeed) -> Double) -> Figure.Series {
      .init(name, points: sizes.map { .init(Double($0.samples), rate($0)) })
    }
    let limit = Figure.Series(
      product, .reference,
      points: sizes.map { .init(Double($0.samples), productGigaflops) })
    return [
      NamedFigure(
        name: "kernel-speed",
        figure: Figure(
          title: "Speed of exact kernel regression", x: .init("samples n", isLogarithmic: true),
          y: .init("GFLOP/s"),
          series: [
            series("Gram matrix", \.gramGigaflops), series("factor", \.factorGigaflops),
            series("residual", \.residualGigaflops), limit,
          ]),
        caption: "Rates of the parts of an exact solve beside that of a large product.")
    ]
  }
}
