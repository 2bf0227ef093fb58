/// A network's layers as plain text of at most 100 columns.
///
/// - Parameter record: the network.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ record: NetworkRecord) -> String {
  let classes = record.classes == 1 ? "1 class" : grouped(record.classes) + " classes"
  var text = TerminalText("\(record.name): \(record.input) to \(classes)")
  let hasNormalization = record.normalizationParameters > 0
  var table = TextTable(
    [.init("name"), .init("layer", limit: 38), .init("output"), .init("parameters", .right)]
      + (hasNormalization ? [.init("batch norm's", .right, limit: 8)] : [])
      + [.init("forward, MFLOP", .right, limit: 10), .init("training, MFLOP", .right, limit: 10)])
  func append(
    _ names: [String], _ parameters: Int, _ normalization: Int, _ work: Int, _ training: Int
  ) {
    table.append(
      names + [count(parameters)] + (hasNormalization ? [count(normalization)] : [])
        + [megaflops(work), megaflops(training)])
  }
  for layer in record.layers {
    append(
      [layer.name, layer.layer, layer.output], layer.parameters, layer.normalizationParameters,
      layer.forwardWork, layer.trainingWork)
  }
  append(
    ["total", "", ""], record.parameters, record.normalizationParameters, record.forwardWork,
    record.trainingWork)
  text.add(table.rendered(indent: 2))
  text.add(
    notes: [],
    others: [
      "Parameters are weights and biases; the scales and shifts of batch normalisation are counted "
        + "apart.",
      "Work is that of one image: multiplications and additions of dense layers and convolutions, "
        + "and in training those of their gradients too.",
    ])
  return text.text
}

private func count(_ value: Int) -> String { value == 0 ? "" : grouped(value) }

private func megaflops(_ work: Int) -> String {
  work == 0 ? "" : fixed(Double(work) / 1e6, decimals: work < 1_000_000 ? 3 : 1)
}
