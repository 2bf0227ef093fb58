import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("A step of SGD, and what does not change a result")
struct ReferenceEngineTests {
  @Test("Steps are v ← μ v + g + λ w, w ← w - η v; λ acts on weights alone", arguments: 0..<200)
  func steps(_ seed: Int) throws {
    let tested = try RandomArchitecture(seed: seed)
    let engine = try tested.engine(ReferenceEngine<Double>.self)
    let rule = StepRule(learningRate: 0.05, momentum: 0.9, weightDecay: seed % 2 == 0 ? 0.1 : 0)
    var values = engine.parameters.values
    var velocity: [[Double]] = NetworkParameters.zeros(tested.graph)
    #expect(engine.velocity == velocity)
    for _ in 0..<3 {
      let (score, gradient) = tested.gradient(engine)
      #expect(engine.parameters.values == values)
      let stepScore = engine.step(
        tested.batch, rule: rule, fill: filling(tested.input(Double.self)))
      #expect(stepScore == score)
      for (index, parameter) in tested.graph.parameters.enumerated() {
        let decay = parameter.name.hasSuffix(".weight") && parameter.dimensions.count > 1
        for place in 0..<parameter.count {
          let (w, g) = (values[index][place], gradient[index][place])
          let v = 0.9 * velocity[index][place] + g + (decay ? rule.weightDecay * w : 0)
          let bound = Tolerance.arithmetic.bound(
            Double.self, size: 4, scale: abs(w) + abs(g) + abs(velocity[index][place]))
          #expect(abs(engine.velocity[index][place] - v) <= bound)
          #expect(abs(engine.parameters.values[index][place] - (w - 0.05 * v)) <= bound)
        }
      }
      (values, velocity) = (engine.parameters.values, engine.velocity)
    }
  }

  @Test("Weight decay leaves biases, γ and β alone")
  func decay() throws {
    let graph = try NetworkGraph(
      Architecture("decay", input: .image(channels: 1, height: 2, width: 2)) {
        Convolution(2, size: 1)
        BatchNormalization()
        Flatten()
        Dense(3)
      })
    func stepped(_ decay: Double) -> [[Double]] {
      let engine = ReferenceEngine<Double>(
        graph, loss: .crossEntropy, batchSize: 1, parameters: randomParameters(of: graph, seed: 1))
      let rule = StepRule(learningRate: 0.5, weightDecay: decay)
      _ = engine.step(Batch(labels: [2]), rule: rule, fill: filling([1, 2, -3, 4]))
      return engine.parameters.values
    }
    let (without, with) = (stepped(0), stepped(0.25))
    #expect(graph.parameters.map(\.role) == [.weight, .bias, .scale, .shift, .weight, .bias])
    #expect(zip(without, with).map { $0 == $1 } == [false, true, true, true, false, true])
  }

  @Test("Single precision follows double, as far as rounding is carried", arguments: 0..<240)
  func precision(_ seed: Int) throws {
    let tested = try RandomArchitecture(seed: seed)
    let double = try tested.engine(ReferenceEngine<Double>.self)
    let single = try tested.engine(ReferenceEngine<Float>.self)
    let (score, gradient) = tested.gradient(double)
    let (singleScore, singleGradient) = tested.gradient(single)
    // What relative changes of δ in all numbers do, over δ: how far the problem carries rounding.
    var stream = RandomStream(seed: UInt64(seed), purpose: "perturbation")
    let delta = 1e-9
    var carried = 0.0
    for _ in 0..<5 {
      let moved = try tested.engine(ReferenceEngine<Double>.self)
      func perturbed(_ values: [Double]) -> [Double] {
        values.map { $0 * (1 + delta * (stream.integer(below: 2) == 0 ? 1 : -1)) }
      }
      moved.parameters.values = moved.parameters.values.map(perturbed)
      let changed = moved.gradient(
        tested.batch, fill: filling(perturbed(tested.input(Double.self)))
      ).gradient
      for (a, b) in zip(changed.joined(), gradient.joined()) {
        carried = max(carried, abs(a - b) / delta)
      }
    }
    // The longest sums: one for each layer, forward and back.
    let terms = tested.graph.nodes.reduce(0) { sum, node in
      sum
        + tested.graph.parameters[node.parameters].reduce(0) {
          max($0, $1.dimensions.dropFirst().reduce(1, *))
        } + 2 * tested.batch.count * node.shape.area + 4
    }
    // Roundings have either sign: they add up like a random walk.
    let steps = Int(Double(terms).squareRoot().rounded(.up))
    let largest = gradient.joined().reduce(0) { max($0, abs($1)) }
    let bound = Tolerance.arithmetic.bound(
      Float.self, size: steps, scale: largest + carried + score.loss)
    #expect(abs(singleScore.loss - score.loss) <= bound)
    for (a, b) in zip(singleGradient.joined(), gradient.joined()) {
      #expect(abs(Double(a) - b) <= bound, "\(tested)")
    }
  }

  @Test("Without normalisation a batch's gradient is the mean of its samples'", arguments: 0..<60)
  func batchMean(_ seed: Int) throws {
    let graph = try NetworkGraph(
      Architecture("mean", input: .image(channels: 2, height: 5, width: 4)) {
        Convolution(3, size: 3)
        Rectifier()
        MaxPooling(size: 3, stride: 2)
        LocalResponseNormalization(alpha: 0.1)
        Dropout(0.25)
        Flatten()
        Dense(4)
      })
    var stream = RandomStream(seed: UInt64(seed), purpose: "mean")
    let count = 1 + seed % 5
    let samples = (0..<count).map { _ in (0..<graph.input.count).map { _ in stream.normal() } }
    let batch = Batch(
      labels: (0..<count).map { _ in stream.integer(below: 4) },
      samples: Array(10..<10 + count), seed: 5)
    // Room for more samples than there are.
    let engine = ReferenceEngine<Double>(
      graph, loss: seed % 2 == 0 ? .squared : .crossEntropy, batchSize: 7,
      parameters: randomParameters(of: graph, seed: seed))
    let (score, gradient) = engine.gradient(batch, fill: filling(samples.flatMap { $0 }))
    var (loss, correct) = (0.0, 0)
    var mean: [[Double]] = NetworkParameters.zeros(graph)
    for j in 0..<count {
      let own = engine.gradient(
        Batch(labels: [batch.labels[j]], samples: [batch.samples[j]], seed: 5),
        fill: filling(samples[j]))
      loss += own.score.loss / Double(count)
      correct += own.score.correct
      for (index, part) in own.gradient.enumerated() {
        for (place, value) in part.enumerated() { mean[index][place] += value / Double(count) }
      }
    }
    #expect(score.correct == correct)
    let largest = mean.joined().reduce(1 + loss) { max($0, abs($1)) }
    let bound = Tolerance.arithmetic.bound(Double.self, size: 200, scale: largest)
    #expect(abs(score.loss - loss) <= bound)
    for (a, b) in zip(gradient.joined(), mean.joined()) { #expect(abs(a - b) <= bound) }
  }

  @Test("Room for more samples changes no bit", arguments: 0..<60)
  func room(_ seed: Int) throws {
    let tested = try RandomArchitecture(seed: seed)
    let exact = try tested.engine(ReferenceEngine<Float>.self)
    let roomy = ReferenceEngine<Float>(
      tested.graph, loss: tested.loss, batchSize: tested.batch.count + 3,
      parameters: tested.parameters(Float.self))
    let (found, known) = (tested.gradient(roomy), tested.gradient(exact))
    #expect(found.score == known.score && found.gradient == known.gradient)
    let fill = filling(tested.input(Float.self))
    #expect(
      roomy.logits(count: tested.batch.count, fill: fill)
        == exact.logits(count: tested.batch.count, fill: fill))
    // Logits of one sample do not depend on the others.
    let first = Array(tested.input(Float.self).prefix(tested.graph.input.count))
    #expect(
      roomy.logits(count: 1, fill: filling(first)).column(0)
        == exact.logits(count: tested.batch.count, fill: fill).column(0))
  }

  @Test("One thread and two give the same bits")
  func threads() async {
    await #expect(processExitsWith: .success) {
      for seed in 0..<60 {
        let tested = try RandomArchitecture(seed: seed)
        let results = try [1, 2].map { threads in
          ThreadCount.set(threads)
          let engine = try tested.engine(ReferenceEngine<Float>.self)
          let score = engine.step(
            tested.batch, rule: StepRule(learningRate: 0.1, momentum: 0.9, weightDecay: 0.1),
            fill: filling(tested.input(Float.self)))
          return (score, engine.parameters, engine.velocity)
        }
        precondition(results[0] == results[1], "\(tested)")
      }
    }
  }

  @Test("No sample, too many samples, and numbers of other shapes stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try smallEngine().logits(count: 0) { _ in }
    }
    await #expect(processExitsWith: .failure) {
      _ = try smallEngine().logits(count: 3) { _ in }
    }
    await #expect(processExitsWith: .failure) { try smallEngine().parameters.values[0] = [1] }
    await #expect(processExitsWith: .failure) { try smallEngine().velocity = [] }
    await #expect(processExitsWith: .success) {
      _ = try smallEngine().logits(count: 2) { $0.update(repeating: 1) }
    }
  }
}

/// An engine for two samples of two values.
private func smallEngine() throws -> ReferenceEngine<Float> {
  let graph = try NetworkGraph(Architecture("small", input: .vector(2)) { Dense(3) })
  return ReferenceEngine(
    graph, loss: .crossEntropy, batchSize: 2, parameters: NetworkParameters(graph, seed: 0))
}
