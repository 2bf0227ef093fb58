import LinearAlgebra
import ReLUInterpolation
import ReLUNetworks
import Reports
import Testing

@Suite("A ledger of weights as text")
struct WeightLedgerReportTests {
  @Test("A tent of three hinges in five layers, to the letter")
  func tent() {
    let interpolant = ReLUInterpolant(
      direction: [2], thresholds: [-1, 1, 2],
      outputWeights: Matrix(rows: 3, columns: 1, columnMajor: [1, -2, 1]))
    let ledger = WeightLedger(of: ReLUNetwork(deepening: interpolant, depth: 5))
    let bounds = DepthBounds(hinges: 3, dimension: 1, outputs: 1, depth: 5)
    #expect(terminalReport(ledger, bounds: bounds) == expected)
    #expect(terminalReport(ledger) == String(expected.prefix { $0 != "w" }) + rest)
  }
}

private let expected = ""
private let rest = ""
