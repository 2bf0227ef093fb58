public import Experiments

/// The speed of training as plain text.
///
/// - Parameter record: the measurements.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: TrainingBenchmarkRecord) -> String {
  var text = TerminalText("Speed of training")
  text.add(
    list([
      ("batch", "\(grouped(record.batchSize)) images of 28x28x3"),
      ("timed", "the median of \(plural(record.steps, "step")), of ten times as many for the MLPs"),
      (
        "limit",
        "sgemm of size \(grouped(record.productSize)): \(brief(record.openBLASGigaflops)) GFLOP/s by "
          + "OpenBLAS, \(brief(record.oneDNNGigaflops)) by oneDNN"
      ),
    ]))
  var table = TextTable([
    .init("network"), .init("parameters", .right), .init("work, MFLOP an image", .right, limit: 12),
    .init("images/s", .right), .init("GFLOP/s", .right),
    .init("share of OpenBLAS", .right, limit: 9),
    .init("step, ms", .right), .init("planned, MB", .right, limit: 8),
  ])
  for speed in record.models {
    table.append([
      speed.model, grouped(speed.parameters), fixed(Double(speed.workPerImage) / 1e6, decimals: 2),
      grouped(Int(speed.imagesPerSecond)), brief(speed.gigaflops), percent(speed.shareOfProduct),
      fixed(1000 * speed.secondsPerStep, decimals: 2),
      fixed(Double(speed.plannedBytes) / 1e6, decimals: 1),
    ])
  }
  text.add(table.rendered(indent: 2))
  for speed in record.models where !speed.profile.isEmpty {
    let total = speed.profile.reduce(0) { $0 + $1.seconds }
    var table = TextTable([
      .init("computation"), .init("ms", .right), .init("share", .right),
    ])
    for entry in speed.profile where entry.seconds >= total / 200 {
      table.append([
        entry.computation, fixed(1000 * entry.seconds, decimals: 3), percent(entry.seconds / total),
      ])
    }
    text.add(heading: "\(speed.model): parts of a step, \(fixed(1000 * total, decimals: 1)) ms")
    text.add(table.rendered(indent: 2))
  }
  text.add(
    notes: [
      "Work: multiplications and additions of dense layers and convolutions, forward and both "
        + "gradients; layers on the image want no gradient of it.",
      "Planned: activations, gradients and workspaces, in one piece of memory.",
      "Parts of a step: the least of some repetitions; those below half a percent are left out.",
    ], others: [])
  return text.text
}
