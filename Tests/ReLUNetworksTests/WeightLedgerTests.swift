import Foundation
import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("The ledger accounts for every weight")
struct WeightLedgerTests {
  @Test("Entries add up to the weights that are not zero", arguments: PropertyCase.all)
  func sums(_ property: PropertyCase) throws {
    var stream = property.stream("ledger")
    let network = randomNetwork(
      units: [property.first, property.second, property.third, 2], integers: true, from: &stream)
    let ledger = WeightLedger(of: network)
    #expect(ledger.total == network.nonZeroWeights)
    #expect(ledger.inputs == network.inputs && ledger.units == network.layers.map(\.units))
    for (index, layer) in network.layers.enumerated() {
      #expect(ledger.total(ofLayer: index + 1) == layer.nonZeroWeights)
    }
    for purpose in ReLULayer.Purpose.allCases {
      let known = network.layers.reduce(0) { sum, layer in
        let blocks = layer.blocks.filter { $0.purpose == purpose }
        let biases = layer.biasPurpose == purpose ? layer.biases.count { $0 != 0 } : 0
        return sum + blocks.reduce(biases) { $0 + $1.weights.elements.count { $0 != 0 } }
      }
      #expect(ledger.total(of: purpose) == known)
    }
    #expect(ledger.entries.allSatisfy { $0.nonZeroWeights > 0 })
    let keys = ledger.entries.map { "\($0.layer) \($0.purpose)" }
    #expect(Set(keys).count == keys.count)
    #expect(
      try JSONDecoder().decode(WeightLedger.self, from: JSONEncoder().encode(ledger)) == ledger)
  }
}
