import LinearAlgebra
import ReLUNetworks
import RethinkingTesting
import TestSupport
import Testing

@Suite("Weights are counted against the theorem's budget")
struct WeightBudgetTests {
  @Test("n (1 + C) + d weights pass, one more does not", arguments: PropertyCase.all)
  func budget(_ property: PropertyCase) throws {
    let (n, d, outputs) = (property.first, property.second, max(1, property.third))
    try checkWeightBudget(n * (1 + outputs) + d, samples: n, dimension: d, outputs: outputs)
    let found = violation {
      try checkWeightBudget(n * (1 + outputs) + d + 1, samples: n, dimension: d, outputs: outputs)
    }
    #expect(found?.property == .weightBudget && found?.found == "\(n * (1 + outputs) + d + 1)")
    #expect(found?.expected.contains("= \(n * (1 + outputs) + d) weights") == true)
    if outputs == 1 { try checkWeightBudget(2 * n + d, samples: n, dimension: d) }
  }

  @Test("A network with more hidden units than samples is over the budget")
  func network() throws {
    let network = ReLUInterpolant(
      direction: [1, 2, 3], thresholds: [0, 1], outputWeights: Matrix(rows: 2, columns: 4))
    try checkWeightBudget(network, samples: 2)
    let found = violation {
      try checkWeightBudget(network, samples: 1)
    }
    #expect(found?.found == "13" && found?.expected.contains("= 8 weights") == true)
  }
}
