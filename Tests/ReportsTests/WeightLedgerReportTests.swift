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
    #expect(expected.hasPrefix(terminalReport(ledger) + "\n\n"))
  }
}

private let expected = """
  A network of 5 layers: weights and biases that are not zero

    layer  units  direction        read       carry  threshold  output  carry sum  sum
                             projection  projection             weight
    -----  -----  ---------  ----------  ----------  ---------  ------  ---------  ---
        1      2          2                                                          2
        2      3                      2           2          1                       5
        3      5                      2           2          1       2               7
        4      3                      2                      1       2          4    9
        5      1                                                     1          2    3
      sum                 2           6           4          3       5          6   26

    width    5, at most 6
    weights  26, at most 60
  """
