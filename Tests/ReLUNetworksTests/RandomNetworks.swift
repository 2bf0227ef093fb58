import LinearAlgebra
import RandomStreams
import ReLUNetworks

/// A layer whose matrix is cut into at most 3 × 3 rectangles, about half of them blocks.
///
/// - Parameters:
///   - inputs: the number of inputs.
///   - units: the number of units.
///   - integers: small integers, some of them 0, or normal numbers of very different sizes.
///   - stream: where the numbers come from.
/// - Returns: the layer.
func randomLayer(
  inputs: Int, units: Int, integers: Bool, from stream: inout RandomStream
) -> ReLULayer {
  func number(_ stream: inout RandomStream) -> Double {
    integers
      ? Double(stream.integer(below: 7) - 3)
      : stream.normal() * [1e-3, 1, 1e3][stream.integer(below: 3)]
  }
  func cuts(_ length: Int, _ stream: inout RandomStream) -> [Range<Int>] {
    let places =
      [0, length] + (0..<2).map { _ in length > 0 ? stream.integer(below: length) : 0 }
    let sorted = Set(places).sorted()
    return zip(sorted, sorted.dropFirst()).map { $0..<$1 }
  }
  var blocks: [ReLULayer.Block] = []
  let (rows, columns) = (cuts(units, &stream), cuts(inputs, &stream))
  for unitRange in rows {
    for inputRange in columns where stream.integer(below: 2) == 1 {
      let weights = Matrix<Double>(rows: unitRange.count, columns: inputRange.count) { _, _ in
        number(&stream)
      }
      blocks.append(
        ReLULayer.Block(
          ReLULayer.Purpose.allCases[stream.integer(below: ReLULayer.Purpose.allCases.count)],
          firstUnit: unitRange.lowerBound, firstInput: inputRange.lowerBound, weights: weights))
    }
  }
  return ReLULayer(
    inputs: inputs, biases: (0..<units).map { _ in number(&stream) }, blocks: blocks)
}

/// A network of such layers.
func randomNetwork(
  units: [Int], integers: Bool, from stream: inout RandomStream
) -> ReLUNetwork {
  ReLUNetwork(
    layers: zip(units, units.dropFirst()).map {
      randomLayer(inputs: $0, units: $1, integers: integers, from: &stream)
    })
}
