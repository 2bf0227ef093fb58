import Certificates
import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("A feed-forward network is evaluated without rounding")
struct FeedForwardCertificateTests {
  /// The outputs by the formula and in fractions.
  private func outputs(of network: ReLUNetwork, at input: [Double]) -> [Rational] {
    var values = input.map { Rational($0) }
    for (index, layer) in network.layers.enumerated() {
      let weights = layer.dense()
      values = (0..<layer.units).map { unit in
        let sum = (0..<layer.inputs).reduce(Rational(layer.biases[unit])) {
          $0 + Rational(weights[unit, $1]) * values[$1]
        }
        return index + 1 < network.depth ? max(sum, 0) : sum
      }
    }
    return values
  }

  private func randomNetwork(
    _ widths: [Int], scale: Double, from stream: inout RandomStream
  ) -> ReLUNetwork {
    ReLUNetwork(
      layers: zip(widths, widths.dropFirst()).map { inputs, units in
        let biases = (0..<units).map { _ in
          stream.integer(below: 2) == 0 ? 0 : scale * stream.normal()
        }
        let weights = Matrix<Double>(rows: units, columns: inputs) { _, _ in
          stream.integer(below: 3) == 0 ? 0 : scale * stream.normal()
        }
        // In two blocks side by side, so that blocks are put together.
        let cut = stream.integer(below: inputs + 1)
        return ReLULayer(
          inputs: inputs, biases: biases,
          blocks: [
            .init(.weight, firstUnit: 0, firstInput: 0, weights: weights.columns(0..<cut)),
            .init(
              .weight, firstUnit: 0, firstInput: cut, weights: weights.columns(cut..<inputs)),
          ])
      })
  }

  @Test("Its largest miss is that of a forward pass in fractions", arguments: PropertyCase.all)
  func residual(_ property: PropertyCase) {
    var stream = property.stream("feed-forward")
    let n = min(property.first, 3)
    let depth = 1 + stream.integer(below: 4)
    let widths = (0...depth).map { _ in 1 + stream.integer(below: min(property.second, 4) + 1) }
    let (d, outputCount) = (widths[0], widths[depth])
    // Beyond 1e±80 hidden values leave the doubles' range, and fractions take over.
    let scale = [1, 1e-80, 1e80, 1e-120][stream.integer(below: 4)]
    let network = randomNetwork(widths, scale: scale, from: &stream)
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    var targets: Matrix<Double> = network.predict(samples)
    for i in 0..<n {
      for j in 0..<outputCount where !targets[i, j].isFinite || stream.uniform() < 0.3 {
        targets[i, j] = stream.normal()
      }
    }
    let certificate = InterpolationCertificate(
      checking: network, samples: SampleBlocks(samples), targets: targets)
    var largest: Rational = 0
    var (worst, worstOutput): (Int?, Int?) = (nil, nil)
    for i in 0..<n {
      for (j, value) in outputs(of: network, at: samples.row(i)).enumerated() {
        let miss = (value - Rational(targets[i, j])).magnitude
        if miss > largest { (largest, worst, worstOutput) = (miss, i, j) }
      }
    }
    #expect(certificate.exactResidual == largest)
    #expect(largest.isRoundedUp(to: certificate.maxAbsoluteResidual))
    #expect(certificate.worstSample == worst && certificate.worstOutput == worstOutput)
    #expect(certificate.interleaving == nil)
    #expect(certificate.samples == n && certificate.dimension == d)
    #expect(certificate.outputs == outputCount)
    #expect(certificate.weightCount == network.nonZeroWeights)
  }

  @Test("As two layers it has the certificate of the network with a shared direction")
  func sharedDirection() {
    for property in PropertyCase.all.prefix(49) {
      var stream = property.stream("two forms")
      let (n, d) = (property.first, max(1, property.second))
      let (_, thresholds) = randomInterleaving(n, from: &stream)
      let shared = ReLUInterpolant(
        direction: (0..<d).map { _ in stream.normal() }, thresholds: thresholds,
        outputWeights: randomMatrix(rows: n, columns: 2, from: &stream))
      let direction = Matrix<Double>(rows: 1, columns: d, columnMajor: shared.direction)
      // relu(⟨a, z⟩) and relu(-⟨a, z⟩), then the hinges, then their sum.
      let network = ReLUNetwork(layers: [
        ReLULayer(
          inputs: d, biases: [0, 0],
          blocks: [
            .init(.direction, firstUnit: 0, firstInput: 0, weights: direction),
            .init(.direction, firstUnit: 1, firstInput: 0, weights: direction.map { -$0 }),
          ]),
        ReLULayer(
          inputs: 2, biases: thresholds.map { -$0 },
          blocks: [
            .init(
              .readProjection, firstUnit: 0, firstInput: 0,
              weights: Matrix(rows: n, columns: 2) { _, j in j == 0 ? 1 : -1 })
          ]),
        ReLULayer(
          inputs: n, biases: [0, 0],
          blocks: [
            .init(
              .outputWeight, firstUnit: 0, firstInput: 0,
              weights: shared.outputWeights.transposed())
          ]),
      ])
      let samples: Matrix<Double> = randomMatrix(rows: 5, columns: d, from: &stream)
      let targets: Matrix<Double> = randomMatrix(rows: 5, columns: 2, from: &stream)
      let first = InterpolationCertificate(
        checking: shared, samples: SampleBlocks(samples), targets: targets)
      let second = InterpolationCertificate(
        checking: network, samples: SampleBlocks(samples), targets: targets)
      #expect(first.exactResidual == second.exactResidual)
      #expect(first.worstSample == second.worstSample)
      #expect(first.worstOutput == second.worstOutput)
    }
  }

  @Test("What is no number never certifies")
  func notFinite() {
    func certificate(
      weight: Double = 1, bias: Double = 0, sample: Double = 1, target: Double = 1
    ) -> InterpolationCertificate {
      func one(_ x: Double) -> Matrix<Double> { Matrix(rows: 1, columns: 1, columnMajor: [x]) }
      return InterpolationCertificate(
        checking: ReLUNetwork(layers: [
          ReLULayer(
            inputs: 1, biases: [bias],
            blocks: [.init(.weight, firstUnit: 0, firstInput: 0, weights: one(weight))])
        ]), samples: SampleBlocks(one(sample)), targets: one(target))
    }
    #expect(certificate().exactResidual == 0 && certificate().certifies)
    for value in [Double.nan, .infinity, -.infinity] {
      for certificate in [
        certificate(weight: value), certificate(bias: value), certificate(sample: value),
        certificate(target: value),
      ] {
        #expect(certificate.maxAbsoluteResidual == .infinity && certificate.exactResidual == nil)
        #expect(!certificate.certifies)
      }
    }
  }
}
