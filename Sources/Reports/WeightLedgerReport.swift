public import ReLUNetworks

/// What each weight of a network is there for, as plain text: a row for each layer, and the sum.
///
/// - Parameters:
///   - ledger: the counts.
///   - bounds: what the network may cost, to be printed beside it; nil for none.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ ledger: WeightLedger, bounds: DepthBounds? = nil) -> String {
  let depth = ledger.units.count
  var text = TerminalText(
    "A network of \(plural(depth, "layer")): weights and biases that are not zero")
  text.add(ledgerTable(ledger).rendered(indent: 2))
  if let bounds {
    let width = ledger.units.dropLast().max() ?? 0
    text.add(
      list([
        ("width", "\(grouped(width)), at most \(grouped(bounds.width))"),
        ("weights", "\(grouped(ledger.total)), at most \(grouped(bounds.nonZeroWeights))"),
      ]))
  }
  return text.text
}

/// One row a layer, one column a purpose that occurs; the last row and column hold the sums.
func ledgerTable(_ ledger: WeightLedger) -> TextTable {
  let purposes = ReLULayer.Purpose.allCases.filter { ledger.total(of: $0) > 0 }
  var table = TextTable(
    [.init("layer", .right), .init("units", .right)]
      + purposes.map { .init($0.rawValue, .right, limit: 10) } + [.init("sum", .right)])
  for (index, units) in ledger.units.enumerated() {
    let entries = ledger.entries.filter { $0.layer == index + 1 }
    let counts = purposes.map { purpose in
      entries.first { $0.purpose == purpose }.map { grouped($0.nonZeroWeights) } ?? ""
    }
    table.append(
      ["\(index + 1)", grouped(units)] + counts + [grouped(ledger.total(ofLayer: index + 1))])
  }
  table.append(
    ["sum", ""] + purposes.map { grouped(ledger.total(of: $0)) } + [grouped(ledger.total)])
  return table
}
