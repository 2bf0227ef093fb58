import Foundation
import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Training is SGD with momentum, reproducible")
struct TrainingTests {
  /// A network with a sample of the sizes of a case.
  private struct Problem {
    let network: MultilayerPerceptron<Double>
    let samples: Matrix<Double>
    let labels: [Int]

    init(_ property: PropertyCase, count: Int? = nil) {
      var stream = property.stream("training")
      let (n, d) = (count ?? property.first, max(1, min(property.second, 10)))
      network = MultilayerPerceptron(sizes: [d, 4, 3], seed: UInt64(property.seed))
      samples = randomMatrix(rows: d, columns: n, from: &stream)
      labels = (0..<n).map { _ in stream.integer(below: 3) }
    }

    func trained(_ configuration: TrainingConfiguration) -> TrainingResult<Double> {
      train(network, samples: samples, labels: labels, configuration: configuration)
    }
  }

  @Test(
    "The same seed gives the same network, another one another order",
    arguments: PropertyCase.all)
  func reproducible(_ property: PropertyCase) {
    let problem = Problem(property)
    let n = problem.labels.count
    var configuration = TrainingConfiguration(
      epochs: 3, batchSize: 2, learningRate: 0.05, seed: UInt64(property.seed))
    let first = problem.trained(configuration)
    let second = problem.trained(configuration)
    #expect(first.network == second.network)
    #expect(first.history == second.history)
    #expect(first.stepsToFit == second.stepsToFit)
    configuration.seed += 1
    // Ten samples have many orders; few of them may come twice.
    if n >= 10 { #expect(problem.trained(configuration).network != first.network) }
  }

  @Test("Epochs, steps and learning rates are counted", arguments: PropertyCase.all)
  func history(_ property: PropertyCase) {
    let problem = Problem(property)
    let n = problem.labels.count
    let (epochs, batch) = (property.third % 4, 1 + property.seed % 7)
    let result = problem.trained(
      TrainingConfiguration(
        epochs: epochs, batchSize: batch, learningRate: 0.02, learningRateDecay: 0.5))
    let stepsPerEpoch = (n + batch - 1) / batch
    let taken = n == 0 ? 0 : epochs
    #expect(result.history.map(\.epoch) == Array(1..<taken + 1))
    #expect(result.history.map(\.steps) == (1..<taken + 1).map { $0 * stepsPerEpoch })
    let rates = [0.02, 0.01, 0.005].prefix(taken)
    #expect(result.history.map(\.learningRate) == Array(rates))
    #expect(result.history.allSatisfy { $0.loss > 0 })
    #expect(
      result.history.allSatisfy {
        (0...1).contains($0.runningAccuracy)
          && ($0.runningAccuracy * Double(n)).rounded() / Double(n) == $0.runningAccuracy
      })
    if taken == 0 { #expect(result.network == problem.network && result.stepsToFit == nil) }
  }

  @Test("A step with weight decay is w - η (∇ + λ w), biases spared", arguments: PropertyCase.all)
  func weightDecay(_ property: PropertyCase) {
    let problem = Problem(property)
    let n = problem.labels.count
    if n == 0 { return }
    let (rate, decay) = (0.1, 0.3)
    let result = problem.trained(
      TrainingConfiguration(
        epochs: 1, batchSize: n, learningRate: rate, momentum: 0.7, weightDecay: decay))
    var gradient = problem.network.layers.map(\.zeros)
    let score = problem.network.addGradient(
      to: &gradient, keeping: 0, batch: problem.samples, labels: problem.labels)
    let known = zip(problem.network.layers, gradient).map { layer, gradient in
      DenseLayer(
        weights: layer.weights
          - (gradient.weights + layer.weights.map { decay * $0 }).map { rate * $0 },
        biases: (layer.biases - gradient.biases.map { rate * $0 }).elements)
    }
    let bound = Tolerance.arithmetic.bound(Double.self, size: n + 20, scale: 10)
    #expect(largestDifference(result.network.layers, known) <= bound)
    // The loss recorded is that before the step.
    #expect(abs(result.history[0].loss - score.loss) <= bound)
    #expect(result.history[0].runningAccuracy == Double(score.correct) / Double(n))
  }

  @Test("Two epochs of one sample are two steps of momentum by hand", arguments: PropertyCase.all)
  func momentum(_ property: PropertyCase) {
    let problem = Problem(property, count: 1)
    let (rate, decayOfRate, momentum, decay) = (0.1, 0.5, 0.9, 0.01)
    let result = problem.trained(
      TrainingConfiguration(
        epochs: 2, learningRate: rate, learningRateDecay: decayOfRate, momentum: momentum,
        weightDecay: decay))
    var network = problem.network
    var velocity = network.layers.map(\.zeros)
    for rate in [rate, rate * decayOfRate] {
      var gradient = network.layers.map(\.zeros)
      _ = network.addGradient(
        to: &gradient, keeping: 0, batch: problem.samples, labels: problem.labels)
      for index in network.layers.indices {
        let old = velocity[index]
        velocity[index].weights =
          old.weights.map { momentum * $0 } + gradient[index].weights
          + network.layers[index].weights.map { decay * $0 }
        velocity[index].biases = old.biases.map { momentum * $0 } + gradient[index].biases
        network.layers[index].weights =
          network.layers[index].weights - velocity[index].weights.map { rate * $0 }
        network.layers[index].biases =
          network.layers[index].biases - velocity[index].biases.map { rate * $0 }
      }
    }
    #expect(
      largestDifference(result.network.layers, network.layers)
        <= Tolerance.linearSystem.bound(Double.self, size: 10, scale: 10))
  }

  @Test("Each epoch sees each sample once", arguments: PropertyCase.all)
  func batches(_ property: PropertyCase) {
    let problem = Problem(property)
    let n = problem.labels.count
    // With no learning rate the network stays, so that an epoch's loss is that of the sample.
    let configuration = TrainingConfiguration(
      epochs: 2, batchSize: 1 + property.seed % 5, learningRate: 0, seed: UInt64(property.seed))
    let result = problem.trained(configuration)
    #expect(result.network == problem.network)
    if n == 0 { return }
    let score = Loss.crossEntropy.evaluate(
      logits: problem.network.logits(problem.samples), labels: problem.labels
    ).score
    for record in result.history {
      #expect(
        abs(record.loss - score.loss)
          <= Tolerance.arithmetic.bound(Double.self, size: n + 50, scale: 1 + score.loss))
      #expect(record.runningAccuracy == Double(score.correct) / Double(n))
    }
  }

  @Test("The second epoch's order is not the first one's", arguments: 0..<200)
  func orders(_ seed: Int) {
    let problem = Problem(PropertyCase.all[12], count: 10)
    var configuration = TrainingConfiguration(
      epochs: 1, batchSize: 1, learningRate: 0.05, learningRateDecay: 1, momentum: 0,
      seed: UInt64(seed))
    // With nothing else carried over, two runs of one epoch repeat the first order.
    let repeated = train(
      problem.trained(configuration).network, samples: problem.samples, labels: problem.labels,
      configuration: configuration)
    configuration.epochs = 2
    #expect(problem.trained(configuration).network != repeated.network)
  }

  @Test(
    "A small separable sample is fitted, and the steps to fit are those of its history",
    arguments: 0..<20)
  func separableSample(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "separable")
    let labels = (0..<30).map { $0 % 3 }
    let corners: [[Float]] = [[3, 0], [-2, 2], [-2, -2]]
    let samples = Matrix<Float>(rows: 2, columns: 30) { i, j in
      corners[labels[j]][i] + Float(0.3 * stream.normal())
    }
    let network = MultilayerPerceptron<Float>(sizes: [2, 16, 3], seed: UInt64(seed))
    var reported: [EpochRecord] = []
    let result = train(
      network, samples: samples, labels: labels,
      configuration: TrainingConfiguration(
        epochs: 60, batchSize: 8, learningRate: 0.05, learningRateDecay: 0.99,
        seed: UInt64(seed))
    ) { record in
      reported.append(record)
      return true
    }
    #expect(reported == result.history && result.history.count == 60)
    #expect(result.network.accuracy(samples, labels: labels) == 1)
    let last = try #require(result.history.last)
    #expect(last.loss < 0.05 && last.runningAccuracy == 1)
    #expect(last.loss < result.history[0].loss)
    let fitted = result.history.first { $0.loss < 0.05 }
    #expect(result.stepsToFit == fitted?.steps)
  }

  @Test("A threshold never reached leaves no steps to fit; one reached at once takes an epoch")
  func stepsToFit() {
    let problem = Problem(PropertyCase.all[5])
    func steps(_ fittedLoss: Double) -> Int? {
      problem.trained(
        TrainingConfiguration(
          epochs: 3, batchSize: 4, learningRate: 1e-6, fittedLoss: fittedLoss)
      ).stepsToFit
    }
    let stepsPerEpoch = (problem.labels.count + 3) / 4
    #expect(steps(0) == nil)
    #expect(steps(100) == stepsPerEpoch)
  }

  @Test("Training ends when the caller has seen enough", arguments: 1...5)
  func interruption(_ epochs: Int) {
    let problem = Problem(PropertyCase.all[5])
    let configuration = TrainingConfiguration(epochs: 6, batchSize: 4, learningRate: 0.1)
    let stopped = train(
      problem.network, samples: problem.samples, labels: problem.labels,
      configuration: configuration
    ) { $0.epoch < epochs }
    var shorter = configuration
    shorter.epochs = epochs
    let known = problem.trained(shorter)
    #expect(stopped.history == known.history && stopped.network == known.network)
  }

  @Test("The defaults are the paper's")
  func defaults() {
    let configuration = TrainingConfiguration(epochs: 1)
    #expect(configuration.learningRate == 0.01 && configuration.learningRateDecay == 0.95)
    #expect(configuration.momentum == 0.9 && configuration.weightDecay == 0)
  }

  @Test("A label too few and a batch of none stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = train(
        MultilayerPerceptron<Float>(sizes: [1, 2], seed: 0), samples: Matrix(rows: 1, columns: 2),
        labels: [0], configuration: TrainingConfiguration(epochs: 1))
    }
    await #expect(processExitsWith: .failure) {
      _ = train(
        MultilayerPerceptron<Float>(sizes: [1, 2], seed: 0), samples: Matrix(rows: 1, columns: 1),
        labels: [0], configuration: TrainingConfiguration(epochs: 1, batchSize: 0))
    }
  }
}
