import Capacity
import LinearAlgebra
import Networks
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("PAC-Bayes bounds")
struct PACBayesTests {
  @Test("The divergence of two normals is |w - w0|² / (2 σ²), σ² the variance")
  func divergence() {
    #expect(PACBayes.divergence(distance: 3, variance: 0.25) == 18)
  }

  @Test("McAllester's bound has its formula's value")
  func mcAllester() {
    // (KL + ln(2 √n / δ)) / (2n) = 0.01 for n = 100, δ = 20 e^{-1}, KL = 1.
    let bound = PACBayes.mcAllester(
      empirical: 0.2, divergence: 1, samples: 100, delta: 20 * Double.exp(-1))
    #expect(abs(bound - 0.3) < 1e-14)
  }

  @Test(
    "The inverted divergence solves its equation and is never above Pinsker's", arguments: 0..<200)
  func inversion(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "divergences")
    let q = seed % 10 == 0 ? 0 : stream.uniform()
    let c = 2 * stream.uniform() * stream.uniform()
    let p = PACBayes.largestMean(empirical: q, divergence: c)
    #expect(p >= q && p <= min(1, q + (c / 2).squareRoot()) + 1e-12)
    // The solution lies between two neighbouring doubles.
    if p < 1 { #expect(PACBayes.binaryDivergence(q, p) > c) }
    if p > q { #expect(PACBayes.binaryDivergence(q, max(q, p.nextDown)) <= c) }
    // Without errors kl(0‖p) = -ln(1 - p).
    let none = PACBayes.largestMean(empirical: 0, divergence: c)
    #expect(abs(none - (1 - Double.exp(-c))) < 1e-14)
    let allRight = PACBayes.monteCarloUpperBound(mean: 0, draws: 10, delta: 0.05)
    #expect(abs(allRight - (1 - Double.pow(0.05, 0.1))) < 1e-14)
    let inverted = PACBayes.inverted(empirical: q, divergence: 5, samples: 100, delta: 0.05)
    #expect(
      inverted <= PACBayes.mcAllester(empirical: q, divergence: 5, samples: 100, delta: 0.05)
        + 1e-12)
  }

  @Test("The noise has the variance that it says")
  func variance() throws {
    let graph = try denseGraph([100, 50, 2])
    let parameters = NetworkParameters<Double>(graph, seed: 1)
    let noisy = parameters.perturbed(variance: 0.25, draw: 3, seed: 1)
    let square = parameters.distance(to: noisy) * parameters.distance(to: noisy)
    // A χ² of 5,152 degrees times 0.25: five deviations are 10 %.
    let count = Double(graph.parameterCount)
    #expect(abs(square / count - 0.25) < 0.25 * 5 * (2 / count).squareRoot())
    #expect(parameters.perturbed(variance: 0.25, draw: 3, seed: 1) == noisy)
    #expect(parameters.perturbed(variance: 0.25, draw: 4, seed: 1) != noisy)
  }

  @Test("The mean error under noise is that of a normal distribution")
  func knownError() throws {
    // Two outputs of one input x = 1: the answer is wrong where w₀ - w₁ falls below 0.
    let graph = try denseGraph([1, 2], hasBias: false)
    let trained = NetworkParameters<Float>(values: [[0.5, 0]], statistics: [])
    let engine = ReferenceEngine(graph, loss: .crossEntropy, batchSize: 8, parameters: trained)
    let source = MatrixSource(
      samples: Matrix<Float>(rows: 1, columns: 8, repeating: 1),
      labels: [Int](repeating: 0, count: 8))
    let start = NetworkParameters<Float>(values: [[0, 0]], statistics: [])
    let results = GaussianPerturbation.all(
      around: engine, start: start, source: source, loss: .crossEntropy, exponents: 10...10,
      draws: 4000, delta: 0.05, seed: 1)
    // Variance 4¹⁰ 2⁻²⁰ = 1: w₀ - w₁ has deviation √2, so that P = Φ(-0.5 / √2) = 0.361837.
    #expect(results[0].variance == 1 && results[0].divergence == 0.125)
    #expect(abs(results[0].error - 0.361837) < 5 * (0.231 / 4000).squareRoot())
    #expect(engine.parameters == trained)
    // m = 10 is the 20th whole number: δ / 2 is divided by 20 · 21.
    let share = 0.025 / 420
    let expected = PACBayes.inverted(
      empirical: PACBayes.monteCarloUpperBound(mean: results[0].error, draws: 4000, delta: share),
      divergence: 0.125, samples: 8, delta: share)
    #expect(results[0].bound == expected)
  }
}

@Suite("Sharpness")
struct SharpnessTests {
  @Test("Of one sample of a linear map it is that of a corner of the box", arguments: 0..<20)
  func oneSample(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "sharpness")
    let graph = try denseGraph([3, 2])
    let parameters = NetworkParameters<Double>(
      values: [(0..<6).map { _ in stream.normal() }, [0.5, -1]], statistics: [])
    let x = (0..<3).map { _ in stream.normal() }
    let engine = ReferenceEngine(graph, loss: .crossEntropy, batchSize: 1, parameters: parameters)
    let source = MatrixSource(samples: Matrix(rows: 3, columns: 1, columnMajor: x), labels: [1])
    let reach = 0.01
    let sharpness = Sharpness(of: engine, source: source, loss: .crossEntropy, reach: reach)
    // z₀ - z₁ grows by Σ ε (|w| + 1) |x| over both rows and the biases.
    func difference(_ w: [Double], _ b: [Double]) -> Double {
      (0..<3).reduce(b[0] - b[1]) { $0 + (w[$1] - w[3 + $1]) * x[$1] }
    }
    let (w, b) = (parameters.values[0], parameters.values[1])
    var growth = b.reduce(0) { $0 + reach * (abs($1) + 1) }
    for i in 0..<6 { growth += reach * (abs(w[i]) + 1) * abs(x[i % 3]) }
    let gap = difference(w, b)
    let (before, after) = (
      Double.log(1 + Double.exp(gap)), Double.log(1 + Double.exp(gap + growth))
    )
    #expect(abs(sharpness.loss - before) < 1e-12)
    #expect(abs(sharpness.largestLoss - after) < 1e-12)
    #expect(abs(sharpness.value - 100 * (after - before) / (1 + before)) < 1e-10)
    #expect(engine.parameters == parameters)
  }
}
