import LinearAlgebra
import Networks
import RandomStreams
import RealModule
import TestSupport
import Testing

/// A network x ↦ W₂ max(W₁ x + b₁, 0) + b₂ with cross-entropy and its SGD, written out in loops.
private struct HandWrittenNetwork {
  var w1: [[Double]]
  var b1: [Double]
  var w2: [[Double]]
  var b2: [Double]
  var v1: [[Double]]
  var c1: [Double]
  var v2: [[Double]]
  var c2: [Double]

  init(_ values: [[Double]], inputs: Int, hidden: Int, classes: Int) {
    w1 = (0..<hidden).map { h in (0..<inputs).map { values[0][h * inputs + $0] } }
    b1 = values[1]
    w2 = (0..<classes).map { c in (0..<hidden).map { values[2][c * hidden + $0] } }
    b2 = values[3]
    v1 = w1.map { $0.map { _ in 0 } }
    c1 = b1.map { _ in 0 }
    v2 = w2.map { $0.map { _ in 0 } }
    c2 = b2.map { _ in 0 }
  }

  var values: [[Double]] { [w1.flatMap { $0 }, b1, w2.flatMap { $0 }, b2] }

  /// One step; returns the sum of the losses before it.
  mutating func step(_ batch: [(x: [Double], label: Int)], eta: Double, mu: Double, lambda: Double)
    -> Double
  {
    var g1 = w1.map { $0.map { _ in 0.0 } }
    var d1 = b1.map { _ in 0.0 }
    var g2 = w2.map { $0.map { _ in 0.0 } }
    var d2 = b2.map { _ in 0.0 }
    var loss = 0.0
    for (x, label) in batch {
      var h = [Double](repeating: 0, count: b1.count)
      for i in h.indices {
        var sum = b1[i]
        for j in x.indices { sum += w1[i][j] * x[j] }
        h[i] = sum > 0 ? sum : 0
      }
      var z = b2
      for c in z.indices { for i in h.indices { z[c] += w2[c][i] * h[i] } }
      let total = z.reduce(0) { $0 + Double.exp($1) }
      loss += .log(total) - z[label]
      var back = [Double](repeating: 0, count: h.count)
      for c in z.indices {
        let difference = (.exp(z[c]) / total - (c == label ? 1 : 0)) / Double(batch.count)
        d2[c] += difference
        for i in h.indices {
          g2[c][i] += difference * h[i]
          back[i] += difference * w2[c][i]
        }
      }
      for i in h.indices where h[i] > 0 {
        d1[i] += back[i]
        for j in x.indices { g1[i][j] += back[i] * x[j] }
      }
    }
    for i in w1.indices {
      for j in w1[i].indices {
        v1[i][j] = mu * v1[i][j] + g1[i][j] + lambda * w1[i][j]
        w1[i][j] -= eta * v1[i][j]
      }
      c1[i] = mu * c1[i] + d1[i]
      b1[i] -= eta * c1[i]
    }
    for c in w2.indices {
      for i in w2[c].indices {
        v2[c][i] = mu * v2[c][i] + g2[c][i] + lambda * w2[c][i]
        w2[c][i] -= eta * v2[c][i]
      }
      c2[c] = mu * c2[c] + d2[c]
      b2[c] -= eta * c2[c]
    }
    return loss
  }
}

@Suite("Training is SGD with momentum and weight decay, as by hand")
struct StochasticGradientDescentTests {
  @Test("Parameters, velocity, losses and lengths of three epochs", arguments: PropertyCase.all)
  func byHand(_ property: PropertyCase) throws {
    let (n, d) = (property.first, max(1, min(property.second, 10)))
    let (hidden, classes, batch) = (4, 3, max(1, property.third))
    var stream = property.stream("by hand")
    let samples = randomMatrix(rows: d, columns: n, from: &stream)
    let labels = (0..<n).map { _ in stream.integer(below: classes) }
    let graph = try NetworkGraph(
      Architecture("hand", input: .vector(d)) {
        Dense(hidden)
        Rectifier()
        Dense(classes)
      })
    let start = NetworkParameters<Double>(graph, seed: UInt64(property.seed))
    let (eta, factor, mu, lambda) = (0.1, 0.5, 0.9, 0.01)
    let process = try TrainingProcess(
      engine: ReferenceEngine(
        graph, loss: .crossEntropy, batchSize: batch, parameters: start),
      train: MatrixSource(samples: samples, labels: labels),
      configuration: TrainingConfiguration(
        epochs: 3, batchSize: batch, learningRate: .exponential(eta, factor: factor),
        momentum: mu, weightDecay: lambda, divergence: nil, seed: UInt64(property.seed)))
    process.run()

    var hand = HandWrittenNetwork(start.values, inputs: d, hidden: hidden, classes: classes)
    // Operations behind each number; each step's errors are carried on by a factor near 1.
    let size = 3 * (n + 1) * (d + hidden + classes + 8)
    let bound = Tolerance.linearSystem.bound(Double.self, size: size, scale: 10)
    var rate = eta
    for epoch in 0..<(n == 0 ? 0 : 3) {
      var stream = RandomStream(
        seed: UInt64(property.seed), purpose: "batch order", indices: epoch)
      let order = stream.permutation(of: n)
      var loss = 0.0
      for first in stride(from: 0, to: n, by: batch) {
        let chosen = order[first..<min(first + batch, n)]
        loss += hand.step(
          chosen.map { (samples.column($0), labels[$0]) }, eta: rate, mu: mu, lambda: lambda)
      }
      #expect(abs(process.progress.history[epoch].loss - loss / Double(n)) <= bound)
      rate *= factor
    }
    let velocity = [hand.v1.flatMap { $0 }, hand.c1, hand.v2.flatMap { $0 }, hand.c2]
    func largest(_ a: [[Double]], _ b: [[Double]]) -> Double {
      zip(a.joined(), b.joined()).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }
    #expect(largest(process.engine.parameters.values, hand.values) <= bound)
    #expect(largest(process.engine.velocity, velocity) <= bound)
    guard let last = process.progress.history.last else {
      #expect(process.engine.parameters == start)
      return
    }
    let numbers = Array(hand.values.joined())
    let moves = zip(numbers, start.values.joined()).map { $0 - $1 }
    func length(_ values: [Double]) -> Double {
      values.reduce(0) { $0 + $1 * $1 }.squareRoot()
    }
    #expect(abs(last.norm - length(numbers)) <= bound)
    #expect(abs(last.distanceToStart - length(moves)) <= bound)
  }

  @Test(
    "A small separable sample is fitted, and the time to fit is that of its history",
    arguments: 0..<20)
  func separableSample(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "separable")
    let labels = (0..<30).map { $0 % 3 }
    let corners: [[Float]] = [[3, 0], [-2, 2], [-2, -2]]
    let source = MatrixSource(
      samples: Matrix<Float>(rows: 2, columns: 30) { i, j in
        corners[labels[j]][i] + Float(0.3 * stream.normal())
      }, labels: labels)
    let graph = try NetworkGraph(
      Architecture("separable", input: .vector(2)) {
        Dense(16)
        Rectifier()
        Dense(3)
      })
    let configuration = TrainingConfiguration(
      epochs: 60, batchSize: 8, learningRate: .exponential(0.05, factor: 0.99),
      evaluatesTraining: true, seed: UInt64(seed))
    let process = try TrainingProcess(
      engine: EngineChoice.allCases[seed % 2].makeEngine(
        graph, loss: .crossEntropy, batchSize: 8,
        parameters: NetworkParameters(graph, seed: UInt64(seed))),
      train: source, test: source, configuration: configuration)
    #expect(process.run() == .finishedEpochs)
    let history = process.progress.history
    let last = try #require(history.last)
    #expect(history.count == 60 && last.loss < 0.05 && last.loss < history[0].loss)
    #expect(last.train == last.test && last.train?.accuracy == 1)
    #expect(process.engine.predictedClasses(source) == labels)
    let fitted = try #require(history.first { $0.loss < 0.05 })
    let time = history.timeToFit(lossBelow: configuration.fittedLoss)
    #expect(time?.epochs == fitted.epoch && time?.steps == 4 * fitted.epoch)
  }

  @Test("Evaluation is the loss of all samples at once", arguments: PropertyCase.all)
  func evaluation(_ property: PropertyCase) throws {
    let (n, batch) = (property.first, max(1, property.second))
    var stream = property.stream("evaluation")
    let source = MatrixSource(
      samples: randomMatrix(rows: 2, columns: n, from: &stream),
      labels: (0..<n).map { _ in stream.integer(below: 3) })
    let graph = try NetworkGraph(Architecture("line", input: .vector(2)) { Dense(3) })
    let parameters = NetworkParameters<Double>(graph, seed: UInt64(property.seed))
    func engine(_ batch: Int) -> ReferenceEngine<Double> {
      ReferenceEngine(graph, loss: .crossEntropy, batchSize: batch, parameters: parameters)
    }
    for loss in Loss.allCases {
      let evaluation = engine(batch).evaluation(of: source, loss: loss)
      if n == 0 {
        #expect(evaluation == Evaluation(loss: 0, accuracy: 0))
        continue
      }
      let logits = engine(n).logits(count: n) {
        source.write(Array(0..<n), epoch: nil, to: $0)
      }
      let score = loss.evaluate(logits: logits, labels: source.labels).score
      #expect(evaluation.accuracy == Double(score.correct) / Double(n))
      #expect(
        abs(evaluation.loss - score.loss)
          <= Tolerance.arithmetic.bound(Double.self, size: n + 10, scale: 1 + score.loss))
      #expect(engine(batch).predictedClasses(source) == logits.largestRowOfColumns())
    }
  }
}
