import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("The network is the paper's formula")
struct ReLUInterpolantTests {
  /// A network with random weights of very different sizes.
  private func randomNetwork(
    _ property: PropertyCase, hiddenUnits: Int, from stream: inout RandomStream
  ) -> ReLUInterpolant {
    let (_, thresholds) = randomInterleaving(hiddenUnits, from: &stream)
    return ReLUInterpolant(
      direction: (0..<property.second).map { _ in stream.normal() }, thresholds: thresholds,
      outputWeights: Matrix(rows: hiddenUnits, columns: min(property.third, 5)) { _, _ in
        stream.normal() * [1, 1e3, 1e9][stream.integer(below: 3)]
      })
  }

  /// Points before, on, between and after the thresholds.
  private func probes(_ network: ReLUInterpolant, from stream: inout RandomStream) -> [Double] {
    let first = network.thresholds.first ?? 0
    let last = network.thresholds.last ?? 0
    return network.thresholds.prefix(3) + [first - 1, last + 100]
      + (0..<5).map { _ in first + (last + 1 - first) * stream.uniform() }
  }

  /// Σ_j |w_j| (|x| + |b_j|): what the sums of the formula are made of.
  private func sizeOfTerms(_ network: ReLUInterpolant, output: Int, at x: Double) -> Double {
    zip(network.outputWeights.column(output), network.thresholds).reduce(0) {
      $1.1 < x ? $0 + abs($1.0) * (abs(x) + abs($1.1)) : $0
    }
  }

  @Test(
    "A prediction is the exact value rounded once, but for the twice-long sums",
    arguments: PropertyCase.all)
  func predictions(_ property: PropertyCase) {
    var stream = property.stream("predictions")
    let network = randomNetwork(property, hiddenUnits: min(property.first, 10), from: &stream)
    let points = probes(network, from: &stream)
    let predicted = network.predict(projections: points)
    #expect(predicted.rows == points.count && predicted.columns == network.outputs)
    for output in 0..<network.outputs {
      for (i, x) in points.enumerated() {
        let value = exactOutput(
          at: x, thresholds: network.thresholds, weights: network.outputWeights.column(output))
        let drift =
          0x1p-98 * Double(network.hiddenUnits + 1)
          * sizeOfTerms(network, output: output, at: x)
        let bound = value.magnitude * Rational(Double.roundingUnit) + Rational(drift)
        #expect((Rational(predicted[i, output]) - value).magnitude <= bound)
      }
    }
  }

  @Test(
    "The plain sum of the formula agrees up to the rounding of its terms",
    arguments: PropertyCase.all)
  func plainForward(_ property: PropertyCase) {
    var stream = property.stream("plain sums")
    let network = randomNetwork(property, hiddenUnits: property.first, from: &stream)
    let points = probes(network, from: &stream)
    let predicted = network.predict(projections: points)
    let plain = network.plainForward(projections: points)
    #expect(plain.rows == points.count && plain.columns == network.outputs)
    for output in 0..<network.outputs {
      for (i, x) in points.enumerated() {
        let terms = zip(network.outputWeights.column(output), network.thresholds).reduce(0) {
          $0 + abs($1.0) * max(x - $1.1, 0)
        }
        let drift =
          0x1p-98 * Double(network.hiddenUnits + 1)
          * sizeOfTerms(network, output: output, at: x)
        // One rounding each for a difference, a product and a sum.
        let bound = Tolerance.arithmetic.bound(
          Double.self, size: network.hiddenUnits + 2, scale: terms)
        #expect(abs(plain[i, output] - predicted[i, output]) <= bound + drift)
      }
    }
  }

  @Test(
    "Prefix sums in plain doubles agree up to the rounding of all terms before",
    arguments: PropertyCase.all)
  func prefixSumForward(_ property: PropertyCase) {
    var stream = property.stream("prefix sums")
    let network = randomNetwork(property, hiddenUnits: property.first, from: &stream)
    let points = probes(network, from: &stream)
    let predicted = network.predict(projections: points)
    let sums = network.prefixSumForward(projections: points)
    #expect(sums.rows == points.count && sums.columns == network.outputs)
    for output in 0..<network.outputs {
      for (i, x) in points.enumerated() {
        let bound = Tolerance.arithmetic.bound(
          Double.self, size: network.hiddenUnits + 2,
          scale: sizeOfTerms(network, output: output, at: x))
        #expect(abs(sums[i, output] - predicted[i, output]) <= bound)
      }
    }
  }

  @Test("A prediction does not depend on the other projections", arguments: PropertyCase.all)
  func singlePredictions(_ property: PropertyCase) {
    var stream = property.stream("single")
    let network = randomNetwork(property, hiddenUnits: property.first, from: &stream)
    let points = probes(network, from: &stream)
    let repeated = points + points.reversed()
    let all = network.predict(projections: repeated)
    for (i, x) in repeated.enumerated() {
      #expect(network.predict(projections: [x]).row(0) == all.row(i))
    }
  }

  @Test("Before the first threshold and on it the network is 0", arguments: PropertyCase.all)
  func beforeThresholds(_ property: PropertyCase) {
    var stream = property.stream("zero")
    let network = randomNetwork(property, hiddenUnits: property.first, from: &stream)
    let first = network.thresholds.first ?? 7
    let points = [first, first - 1, -1e300]
    let zeros = Matrix<Double>(rows: 3, columns: network.outputs)
    #expect(network.predict(projections: points) == zeros)
    #expect(network.plainForward(projections: points) == zeros)
  }

  @Test("Inputs are projected, then evaluated", arguments: PropertyCase.all)
  func inputs(_ property: PropertyCase) {
    var stream = property.stream("inputs")
    let network = randomNetwork(property, hiddenUnits: property.first, from: &stream)
    let inputs = randomMatrix(rows: 4, columns: property.second, of: Float.self, from: &stream)
    #expect(
      network.predict(inputs)
        == network.predict(projections: projections(of: inputs, along: network.direction)))
    #expect(
      network.predict(inputs) == network.predict(inputs.converted(to: Double.self)))
  }

  @Test("It has n (1 + C) + d weights, 2n + d for one output", arguments: PropertyCase.all)
  func weightCount(_ property: PropertyCase) {
    var stream = property.stream("weights")
    let network = randomNetwork(property, hiddenUnits: property.first, from: &stream)
    let (n, d, c) = (property.first, property.second, min(property.third, 5))
    #expect(network.hiddenUnits == n && network.outputs == c)
    #expect(network.weightCount == n * (1 + c) + d)
    #expect(
      network.weightCount == network.direction.count + network.thresholds.count
        + network.outputWeights.elements.count)
  }

  @Test("A network by hand: a tent")
  func tent() {
    let network = ReLUInterpolant(
      direction: [2], thresholds: [0, 1, 2],
      outputWeights: Matrix(rows: 3, columns: 1, columnMajor: [1, -2, 1]))
    let inputs = Matrix<Double>(rows: 6, columns: 1, columnMajor: [-1, 0, 0.25, 0.5, 0.75, 7])
    #expect(network.predict(inputs).elements == [0, 0, 0.5, 1, 0.5, 0])
  }

  @Test("Weights that make no network stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = ReLUInterpolant(
        direction: [1], thresholds: [0, 0], outputWeights: Matrix(rows: 2, columns: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = ReLUInterpolant(
        direction: [1], thresholds: [0], outputWeights: Matrix(rows: 2, columns: 1))
    }
  }
}
