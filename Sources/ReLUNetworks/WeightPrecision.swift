private import LinearAlgebra

/// How many binary digits the weights of a network need.
///
/// A weight that is not zero is an odd integer times a power of two; it needs as many bits as that
/// integer has. A double has room for 53.
public struct WeightPrecision: Sendable, Codable, Equatable {
  /// The bits of a weight on average over all weights and biases that are not zero; 0 for none.
  public let meanBits: Double
  /// The most bits that a weight needs.
  public let largestBits: Int
  /// The bits from the leading one of the largest weight to the last one of the finest.
  ///
  /// What a number format without exponents needs to hold all weights, the sign left out.
  public let fixedPointBits: Int

  /// Measures the weights of a network.
  ///
  /// - Parameter network: the network; its weights are finite.
  /// - Complexity: linear in the size of its blocks.
  public init(of network: ReLUNetwork) {
    var (count, sum, largest) = (0, 0, 0)
    var places = (first: Int.min, last: Int.max)
    for layer in network.layers {
      for numbers in layer.blocks.map(\.weights.elements) + [layer.biases] {
        for number in numbers where number != 0 {
          let bits = number.significandWidth + 1
          count += 1
          sum += bits
          largest = max(largest, bits)
          places.first = max(places.first, Int(number.exponent))
          places.last = min(places.last, Int(number.exponent) - bits + 1)
        }
      }
    }
    meanBits = count == 0 ? 0 : Double(sum) / Double(count)
    largestBits = largest
    fixedPointBits = count == 0 ? 0 : places.first - places.last + 1
  }
}
