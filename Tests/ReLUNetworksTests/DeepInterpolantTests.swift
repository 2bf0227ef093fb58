import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("Depth k: the same function in k layers")
struct DeepInterpolantTests {
  private struct Instance {
    let interpolant: ReLUInterpolant
    let samples: Matrix<Double>
    let targets: Matrix<Double>
  }

  private func instance(
    n: Int, d: Int, outputs: Int, seed: Int
  ) throws -> Instance {
    var stream = RandomStream(seed: UInt64(seed), purpose: "deep instance")
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: outputs, from: &stream)
    let fit = try ReLUInterpolant.fit(samples, targets: targets, seed: UInt64(seed))
    return Instance(interpolant: fit.network, samples: samples, targets: targets)
  }

  /// Σ_j w_j max(⟨a, z⟩ - b_j, 0), every output, without rounding.
  private func exactValues(_ network: ReLUInterpolant, at input: [Rational]) -> [Rational] {
    let x = zip(network.direction, input).reduce(Rational(0)) { $0 + Rational($1.0) * $1.1 }
    let hinges = network.thresholds.map { max(x - Rational($0), 0) }
    return (0..<network.outputs).map { output in
      zip(network.outputWeights.column(output), hinges).reduce(Rational(0)) {
        $1.1 == 0 ? $0 : $0 + Rational($1.0) * $1.1
      }
    }
  }

  private func dense(_ network: ReLUNetwork) -> [(weights: Matrix<Double>, biases: [Double])] {
    network.layers.map { ($0.dense(), $0.biases) }
  }

  @Test(
    "It is the two-layer network at samples and anywhere else, without any difference",
    arguments: [0, 1, 2, 3, 5, 10], [2, 3, 4, 5, 7, 12, 15])
  func sameFunction(_ n: Int, _ depth: Int) throws {
    for (d, outputs) in [(1, 1), (3, 2), (4, 3)] {
      let known = try instance(n: n, d: d, outputs: outputs, seed: 100 * n + depth)
      let network = ReLUNetwork(deepening: known.interpolant, depth: depth)
      let layers = dense(network)
      var stream = RandomStream(seed: 1, purpose: "probes", indices: n, depth)
      var probes = (0..<min(n, 3)).map { known.samples.row($0) }
      probes += (0..<3).map { _ in (0..<d).map { _ in 3 * stream.normal() } }
      probes += [[Double](repeating: 0, count: d), [Double](repeating: -1e6, count: d)]
      for probe in probes.map({ $0.map { Rational($0) } }) {
        #expect(
          exactForward(layers, input: probe) == exactValues(known.interpolant, at: probe))
      }
    }
  }

  @Test("Depth 64 and beyond is exact too, also with more layers than hinges", arguments: [64, 90])
  func veryDeep(_ depth: Int) throws {
    for n in [2, 50, 70] {
      let known = try instance(n: n, d: 2, outputs: 1, seed: n)
      let network = ReLUNetwork(deepening: known.interpolant, depth: depth)
      #expect(network.depth == depth)
      let layers = dense(network)
      for i in [0, n / 2, n - 1] {
        let input = known.samples.row(i).map { Rational($0) }
        let value = exactForward(layers, input: input)
        #expect(value == exactValues(known.interpolant, at: input))
        // The fit's own residual: it is a network of the sample, not only equal to another one.
        #expect((value[0] - Rational(known.targets[i, 0])).magnitude < Rational(0x1p-20))
      }
    }
  }

  @Test("Plain doubles give the exact values within the stated bound", arguments: 2...64)
  func plainDoubles(_ depth: Int) throws {
    let known = try instance(n: 20, d: 3, outputs: 2, seed: depth)
    let network = ReLUNetwork(deepening: known.interpolant, depth: depth)
    let predicted = network.predict(known.samples)
    let bounds = network.roundingBounds(of: known.samples)
    for i in [0, 7, 19] {
      let exact = exactValues(
        known.interpolant, at: known.samples.row(i).map { Rational($0) })
      for (output, value) in exact.enumerated() {
        #expect(
          (Rational(predicted[i, output]) - value).magnitude <= Rational(bounds[i, output]))
      }
    }
    // For random samples of this size the bound itself stays far below the targets.
    #expect(bounds.largestAbsoluteEntry < 1e-3)
  }

  @Test(
    "Depth is exactly k, width and weights stay within their bounds",
    arguments: [0, 1, 2, 3, 5, 10, 50, 200])
  func sizes(_ n: Int) throws {
    for (d, outputs) in [(1, 1), (5, 1), (20, 1), (5, 3), (20, 10)] {
      let known = try instance(n: n, d: d, outputs: outputs, seed: n)
      for depth in Array(2...64) + [100, 257] {
        let network = ReLUNetwork(deepening: known.interpolant, depth: depth)
        #expect(network.depth == depth)
        #expect(network.inputs == d && network.outputs == outputs)
        guard depth > 2 else {
          #expect(network.width == n)
          #expect(network.nonZeroWeights <= n * (d + 1 + outputs))
          continue
        }
        let bounds = DepthBounds(hinges: n, dimension: d, outputs: outputs, depth: depth)
        #expect(network.width <= bounds.width)
        #expect(network.nonZeroWeights <= bounds.nonZeroWeights)
        let blocks = depth - 2
        #expect(
          network.nonZeroWeights
            <= 2 * d + (3 + 2 * outputs) * n + (2 + 4 * outputs) * blocks)
        if outputs == 1 {
          #expect(bounds.width == n / blocks + 5)
          #expect(bounds.nonZeroWeights == 2 * d + 5 * n + 13 * blocks + n / blocks + 3)
        }
      }
    }
  }

  @Test("The ledger of a deep network is its count term by term", arguments: 3...40)
  func ledger(_ depth: Int) throws {
    let (n, d, outputs) = (23, 6, 2)
    let known = try instance(n: n, d: d, outputs: outputs, seed: depth)
    let ledger = WeightLedger(of: ReLUNetwork(deepening: known.interpolant, depth: depth))
    let blocks = depth - 2
    let last = n / blocks
    #expect(ledger.total(of: .direction) == 2 * d)
    #expect(ledger.total(of: .readProjection) == 2 * n)
    #expect(ledger.total(of: .threshold) == n)
    #expect(ledger.total(of: .carryProjection) == 2 * (blocks - 1))
    // Each hinge counts for s⁺ and s⁻, those of the last block once.
    #expect(ledger.total(of: .outputWeight) == outputs * (2 * n - last))
    #expect(
      ledger.total(of: .carrySum)
        == (blocks == 1 ? 0 : outputs * (4 * (blocks - 2) + 2)))
    #expect(ledger.total(of: .bias) == 0 && ledger.total(of: .weight) == 0)
  }

  @Test("By hand: a tent of three hinges in five layers")
  func tent() {
    let interpolant = ReLUInterpolant(
      direction: [2], thresholds: [0, 1, 2],
      outputWeights: Matrix(rows: 3, columns: 1, columnMajor: [1, -2, 1]))
    let network = ReLUNetwork(deepening: interpolant, depth: 5)
    #expect(network.layers.map(\.units) == [2, 3, 5, 3, 1])
    let inputs = Matrix<Double>(rows: 6, columns: 1, columnMajor: [-1, 0, 0.25, 0.5, 0.75, 7])
    #expect(network.predict(inputs).elements == [0, 0, 0.5, 1, 0.5, 0])
    // Thresholds 0 need no weight: 2, then 3 · 2 + 2 read and 4 carried, 4 + 4 of sums, ...
    #expect(network.nonZeroWeights == 2 + (2 + 2) + (2 + 1 + 2 + 2) + (2 + 1 + 2 + 4) + (1 + 2))
  }

  @Test("Less than two layers, or bounds for two, stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = ReLUNetwork(
        deepening: ReLUInterpolant(
          direction: [1], thresholds: [], outputWeights: Matrix(rows: 0, columns: 1)), depth: 1)
    }
    await #expect(processExitsWith: .failure) {
      _ = DepthBounds(hinges: 1, dimension: 1, outputs: 1, depth: 2)
    }
  }
}
