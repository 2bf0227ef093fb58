import Foundation
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Batch normalisation: moments of the batch, then running statistics")
struct BatchNormalizationTests {
  /// A batch with its moments, computed channel by channel.
  private struct Problem {
    let shape: TensorShape
    let samples: [[Double]]
    var mean: [Double] = []
    var variance: [Double] = []
    let count: Int

    init(_ seed: Int) {
      var stream = RandomStream(seed: UInt64(seed), purpose: "batch normalisation")
      let channels = [1, 2, 3, 17][stream.integer(below: 4)]
      shape =
        seed % 3 == 0
        ? .vector(channels)
        : .image(
          channels: channels, height: 1 + stream.integer(below: 4),
          width: 1 + stream.integer(below: 4))
      let batch = seed % 7 == 0 ? 1 : 2 + stream.integer(below: 4)
      let (shape, scale, shift) = (shape, exp(stream.normal()), 3 * stream.normal())
      samples = (0..<batch).map { _ in
        (0..<shape.count).map { _ in shift + scale * stream.normal() }
      }
      count = batch * shape.area
      for c in 0..<channels {
        let values = samples.flatMap { $0[c * shape.area..<(c + 1) * shape.area] }
        let mean = values.reduce(0, +) / Double(count)
        self.mean.append(mean)
        variance.append(values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count))
      }
    }

    /// What a function of a value and its channel gives.
    func map(_ function: (Double, Int) -> Double) -> [[Double]] {
      samples.map { sample in
        sample.indices.map { function(sample[$0], $0 / shape.area) }
      }
    }

    /// The unbiased variance, or the plain one where there is one value.
    var unbiased: [Double] {
      variance.map { count == 1 ? $0 : $0 * Double(count) / Double(count - 1) }
    }

    func bound(scale: Double) -> Double {
      let spread = mean.reduce(1) { max($0, abs($1)) }
      return Tolerance.arithmetic.bound(Double.self, size: count + 20, scale: scale * spread)
    }
  }

  private func expectClose(_ found: [[Double]], _ known: [[Double]], within bound: Double) {
    #expect(found.map(\.count) == known.map(\.count))
    for (a, b) in zip(found.joined(), known.joined()) { #expect(abs(a - b) <= bound) }
  }

  @Test("While training each channel has mean β and variance γ² σ² / (σ² + ε)", arguments: 0..<200)
  func training(_ seed: Int) throws {
    let problem = Problem(seed)
    let epsilon = [1e-5, 1e-3, 0.1][seed % 3]
    let channels = problem.shape.channels
    let plain = LayerOutputs(
      layers: BatchNormalization(epsilon: epsilon, learnsScaleAndShift: false).layers,
      input: problem.shape, samples: problem.samples)
    let outputs = try plain.trained()
    let bound = problem.bound(scale: 1 / epsilon.squareRoot())
    for c in 0..<channels {
      let area = problem.shape.area
      let values = outputs.flatMap { $0[c * area..<(c + 1) * area] }
      let (mean, square) = (
        values.reduce(0, +) / Double(problem.count),
        values.reduce(0) { $0 + $1 * $1 } / Double(problem.count)
      )
      let variance = problem.variance[c]
      #expect(abs(mean) <= bound)
      #expect(abs(square - variance / (variance + epsilon)) <= 2 * bound)
    }
    expectClose(
      outputs,
      problem.map { x, c in
        (x - problem.mean[c]) / (problem.variance[c] + epsilon).squareRoot()
      }, within: bound)
    let (scale, shift) = (
      (0..<channels).map { 0.5 + Double($0) }, (0..<channels).map { 1 - Double($0) }
    )
    let learnt = LayerOutputs(
      layers: BatchNormalization(epsilon: epsilon).layers, input: problem.shape,
      samples: problem.samples, values: [scale, shift])
    expectClose(
      try learnt.trained(),
      outputs.map { sample in
        sample.enumerated().map {
          scale[$0 / problem.shape.area] * $1 + shift[$0 / problem.shape.area]
        }
      }, within: problem.bound(scale: Double(channels)))
  }

  @Test("Otherwise the running statistics are used", arguments: 0..<50)
  func evaluation(_ seed: Int) throws {
    let problem = Problem(seed)
    let (mean, variance) = (problem.mean.map { $0 + 1 }, problem.variance.map { 4 * $0 + 1 })
    let outputs = LayerOutputs(
      layers: BatchNormalization(epsilon: 0.5, learnsScaleAndShift: false).layers,
      input: problem.shape, samples: problem.samples, statistics: [mean, variance])
    expectClose(
      try outputs.evaluated(),
      problem.map { x, c in (x - mean[c]) / (variance[c] + 0.5).squareRoot() },
      within: problem.bound(scale: 1))
  }

  @Test("After t steps they are decay^t · start + (1 - decay^t) · batch's", arguments: 0..<100)
  func runningStatistics(_ seed: Int) throws {
    let problem = Problem(seed)
    let decay = [0, 0.5, 0.9, 0.99][seed % 4]
    let graph = try NetworkGraph(
      Architecture("running", input: problem.shape) {
        BatchNormalization(decay: decay)
        Flatten()
        Dense(2)
      })
    let engine = ReferenceEngine<Double>(
      graph, loss: .crossEntropy, batchSize: problem.samples.count,
      parameters: NetworkParameters(graph, seed: 1))
    let batch = Batch(labels: problem.samples.map { _ in 1 })
    let fill = filling(problem.samples.flatMap { $0 })
    for step in 1...4 {
      _ = engine.gradient(batch, fill: fill)
      _ = engine.logits(count: batch.count, fill: fill)
      _ = engine.step(batch, rule: StepRule(learningRate: 0.1), fill: fill)
      let kept = pow(decay, Double(step))
      let known = [
        problem.mean.map { (1 - kept) * $0 },
        problem.unbiased.map { kept + (1 - kept) * $0 },
      ]
      let scale = known.joined().reduce(1) { max($0, abs($1)) }
      expectClose(
        engine.parameters.statistics, known, within: problem.bound(scale: Double(step) * scale))
    }
  }
}

@Suite("Local response normalisation is its formula")
struct LocalResponseNormalizationTests {
  private func check(
    _ layer: LocalResponseNormalization, _ shape: TensorShape, _ samples: [[Double]]
  ) throws {
    let outputs = LayerOutputs(layers: layer.layers, input: shape, samples: samples)
    let found = try outputs.evaluated()
    #expect(try outputs.trained() == found)
    for (sample, output) in zip(samples, found) {
      for (index, x) in sample.enumerated() {
        let (channel, position) = (index / shape.area, index % shape.area)
        var sum = 0.0
        for other in 0..<shape.channels where abs(other - channel) <= layer.radius {
          sum += pow(sample[other * shape.area + position], 2)
        }
        let known = x / pow(layer.bias + layer.alpha * sum, layer.beta)
        #expect(
          abs(output[index] - known)
            <= Tolerance.arithmetic.bound(
              Double.self, size: 2 * layer.radius + 10, scale: abs(x)))
      }
    }
  }

  @Test("Random images", arguments: 0..<200)
  func random(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "LRN")
    let shape = TensorShape.image(
      channels: [1, 2, 3, 5, 9, 17][seed % 6], height: 1 + stream.integer(below: 3),
      width: 1 + stream.integer(below: 3))
    try check(
      LocalResponseNormalization(
        radius: stream.integer(below: 6), bias: 1 + stream.uniform(), alpha: stream.uniform(),
        beta: 0.25 + stream.uniform()),
      shape, (0..<2).map { _ in (0..<shape.count).map { _ in stream.normal() } })
  }

  @Test("A constant image: a / (k + α n a²)^β with n the number of neighbours", arguments: 0...5)
  func constant(_ radius: Int) throws {
    let (channels, a) = (7, 3.0)
    let layer = LocalResponseNormalization(radius: radius, bias: 2, alpha: 0.5, beta: 0.75)
    let outputs = LayerOutputs(
      layers: layer.layers, input: .image(channels: channels, height: 2, width: 1),
      samples: [[Double](repeating: a, count: 2 * channels)])
    let found = try outputs.evaluated()[0]
    for c in 0..<channels {
      let neighbours = min(c, radius) + 1 + min(channels - 1 - c, radius)
      let known = a / pow(2 + 0.5 * Double(neighbours) * a * a, 0.75)
      for p in 0..<2 {
        #expect(
          abs(found[2 * c + p] - known)
            <= Tolerance.arithmetic.bound(Double.self, size: 10, scale: known))
      }
    }
  }
}
