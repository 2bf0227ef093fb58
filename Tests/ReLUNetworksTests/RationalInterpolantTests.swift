import ExactArithmetic
import Foundation
import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("A network of fractions is the formula, without rounding")
struct RationalInterpolantTests {
  private func someFraction(from stream: inout RandomStream) -> Rational {
    Rational(stream.integer(below: 2001) - 1000, over: 1 + stream.integer(below: 30))
  }

  private func randomNetwork(_ property: PropertyCase) -> RationalInterpolant {
    var stream = property.stream("network of fractions")
    let n = min(property.first, 10)
    return RationalInterpolant(
      direction: (0..<property.second).map { _ in stream.normal() },
      thresholds: (0..<n).map { Rational(3 * $0 + stream.integer(below: 3), over: 7) },
      outputWeights: (0..<n).map { _ in
        (0..<min(property.third, 3)).map { _ in someFraction(from: &stream) }
      })
  }

  @Test("A prediction is the sum of the formula", arguments: PropertyCase.all)
  func predictions(_ property: PropertyCase) {
    let network = randomNetwork(property)
    var stream = property.stream("probes")
    let points =
      network.thresholds.prefix(2) + [-1000, 1000]
      + (0..<5).map { _ in someFraction(from: &stream) }
    let predicted = network.predict(projections: Array(points))
    for (x, row) in zip(points, predicted) {
      #expect(row.count == network.outputs)
      for (output, value) in row.enumerated() {
        var sum: Rational = 0
        for (threshold, weights) in zip(network.thresholds, network.outputWeights) {
          sum = sum + weights[output] * max(x - threshold, 0)
        }
        #expect(value == sum)
      }
    }
    let inputs: Matrix<Double> = randomMatrix(rows: 3, columns: property.second, from: &stream)
    let projected = (0..<3).map { i in
      zip(network.direction, inputs.row(i)).reduce(Rational(0)) {
        $0 + Rational($1.0) * Rational($1.1)
      }
    }
    #expect(network.predict(inputs) == network.predict(projections: projected))
  }

  @Test("Sizes, weight count and rounding to doubles", arguments: PropertyCase.all)
  func sizes(_ property: PropertyCase) throws {
    let network = randomNetwork(property)
    let n = min(property.first, 10)
    let outputs = n == 0 ? 0 : min(property.third, 3)
    #expect(network.hiddenUnits == n && network.outputs == outputs)
    #expect(network.weightCount == n * (1 + outputs) + property.second)
    let rounded = try #require(network.rounded)
    #expect(rounded.direction == network.direction)
    #expect(rounded.thresholds == network.thresholds.map(\.nearestDouble))
    for i in 0..<n {
      #expect(rounded.outputWeights.row(i) == network.outputWeights[i].map(\.nearestDouble))
    }
  }

  @Test("In JSON fractions are strings, and come back", arguments: PropertyCase.all)
  func json(_ property: PropertyCase) throws {
    let network = randomNetwork(property)
    let data = try JSONEncoder().encode(network)
    #expect(try JSONDecoder().decode(RationalInterpolant.self, from: data) == network)
  }

  @Test("What rounds to no network, and JSON that is none")
  func refusals() throws {
    let near = RationalInterpolant(
      direction: [1], thresholds: [1, Rational(1.0.nextUp) - Rational(0x1p-60)],
      outputWeights: [[1], [2]])
    #expect(near.rounded != nil)
    let nearer = RationalInterpolant(
      direction: [1], thresholds: [1, 1 + Rational(0x1p-60)], outputWeights: [[1], [2]])
    #expect(nearer.rounded == nil)
    let large = RationalInterpolant(
      direction: [1], thresholds: [1],
      outputWeights: [[Rational(Double.greatestFiniteMagnitude) * 2]])
    #expect(large.rounded == nil)
    let texts = [
      #"{"direction":[1],"thresholds":["1/2","1/2"],"outputWeights":[["1"],["1"]]}"#,
      #"{"direction":[1],"thresholds":["1/2"],"outputWeights":[["1"],["1"]]}"#,
      #"{"direction":[1],"thresholds":["1/2","2/3"],"outputWeights":[["1"],["1","2"]]}"#,
      #"{"direction":[1],"thresholds":["1/0"],"outputWeights":[["1"]]}"#,
      #"{"direction":[1],"thresholds":[0.5],"outputWeights":[["1"]]}"#,
      #"{"direction":[1],"thresholds":["0.5"],"outputWeights":[["1"]]}"#,
    ]
    for text in texts {
      #expect(throws: DecodingError.self) {
        try JSONDecoder().decode(RationalInterpolant.self, from: Data(text.utf8))
      }
    }
    let good = #"{"direction":[1],"thresholds":["2/4"],"outputWeights":[["-3"]]}"#
    let network = try JSONDecoder().decode(RationalInterpolant.self, from: Data(good.utf8))
    #expect(network.thresholds == [Rational(1, over: 2)] && network.outputWeights == [[-3]])
  }

  @Test("Weights that make no network stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = RationalInterpolant(direction: [1], thresholds: [0, 0], outputWeights: [[1], [1]])
    }
    await #expect(processExitsWith: .failure) {
      _ = RationalInterpolant(direction: [1], thresholds: [0], outputWeights: [])
    }
    await #expect(processExitsWith: .failure) {
      _ = RationalInterpolant(direction: [.nan], thresholds: [], outputWeights: [])
    }
  }
}
