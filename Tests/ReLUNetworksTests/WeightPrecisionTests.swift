import LinearAlgebra
import ReLUNetworks
import TestSupport
import Testing

@Suite("Bits of weights are counted from the first one to the last one")
struct WeightPrecisionTests {
  private func network(_ numbers: [Double]) -> ReLUNetwork {
    ReLUNetwork(layers: [
      ReLULayer(
        inputs: numbers.count, biases: [0],
        blocks: [
          ReLULayer.Block(
            .weight, firstUnit: 0, firstInput: 0,
            weights: Matrix(rows: 1, columns: numbers.count, columnMajor: numbers))
        ])
    ])
  }

  @Test("By hand: 5, -0.5, 0 and 96 need 3, 1 and 2 bits, and 8 from 64 to 1/2")
  func byHand() {
    let precision = WeightPrecision(of: network([5, -0.5, 0, 96]))
    #expect(precision.meanBits == 2 && precision.largestBits == 3)
    #expect(precision.fixedPointBits == 8)
  }

  @Test("No weight needs no bits")
  func none() {
    let precision = WeightPrecision(of: network([0]))
    #expect(precision.meanBits == 0 && precision.largestBits == 0)
    #expect(precision.fixedPointBits == 0)
  }

  @Test("They are the bits of the integers that weights are", arguments: PropertyCase.all)
  func integers(_ property: PropertyCase) {
    var stream = property.stream("weights")
    let network = randomNetwork(
      units: [property.first, property.second, 3], integers: false, from: &stream)
    let numbers = network.layers.flatMap { $0.dense().elements + $0.biases }.filter { $0 != 0 }
    // A normal double is its 53 stored digits times 2^(exponent - 52); zeros at the end are free.
    let zeros = numbers.map { ($0.significandBitPattern | 1 << 52).trailingZeroBitCount }
    let precision = WeightPrecision(of: network)
    #expect(precision.largestBits == zeros.map { 53 - $0 }.max() ?? 0)
    let sum = zeros.reduce(0) { $0 + 53 - $1 }
    #expect(precision.meanBits == (zeros.isEmpty ? 0 : Double(sum) / Double(zeros.count)))
    let exponents = numbers.map { Int($0.exponent) }
    let finest = zip(exponents, zeros).map { $0 - 52 + $1 }.min() ?? 1
    #expect(precision.fixedPointBits == (exponents.max() ?? 0) - finest + 1)
  }
}
