import BigInt
import ExactArithmetic
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
    let bits = numbers.map { number in
      let significand = Dyadic(number).significand
      return significand.magnitude.bitWidth - significand.trailingZeroBitCount
    }
    let precision = WeightPrecision(of: network)
    #expect(precision.largestBits == bits.max() ?? 0)
    let sum = bits.reduce(0, +)
    #expect(precision.meanBits == (bits.isEmpty ? 0 : Double(sum) / Double(bits.count)))
    // On the finest weight's grid all are integers, and the largest has that many bits.
    let places = numbers.map { Dyadic($0).places }.max() ?? 0
    let widest = numbers.map { Dyadic($0).integer(places: places).magnitude.bitWidth }.max() ?? 0
    if places > 0 { #expect(precision.fixedPointBits == widest) }
  }
}
