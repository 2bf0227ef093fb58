import LinearAlgebra
import Networks
import RandomStreams
import Testing

/// The largest difference of two sets of arrays, and the largest value of the second.
private func compare(
  _ a: [[Float]], _ b: [[Double]]
) -> (difference: Double, largest: Double) {
  var (difference, largest) = (0.0, 0.0)
  for (a, b) in zip(a, b) {
    for (a, b) in zip(a, b) {
      difference = max(difference, abs(Double(a) - b))
      largest = max(largest, abs(b))
    }
  }
  return (difference, largest)
}

/// Single precision against double: rounding of every sum on the way.
///
/// 64 ε for each node on the way, on the scale of the largest value.
private func tolerance(_ graph: NetworkGraph, _ largest: Double) -> Double {
  64 * Double(graph.nodes.count) * Double(Float.ulpOfOne) * max(largest, 1)
}

@Suite("The fast engine computes what the plain one does")
struct OneDNNEngineTests {
  @Test(
    "Logits of random networks agree with double precision", arguments: RandomArchitecture.seeds)
  func logits(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let fast = try random.engine(OneDNNEngine.self)
    let plain = try random.engine(ReferenceEngine<Double>.self)
    let a = fast.logits(count: random.batch.count, fill: filling(random.input(Float.self)))
    let b = plain.logits(count: random.batch.count, fill: filling(random.input(Double.self)))
    let (difference, largest) = compare([a.elements], [b.elements])
    #expect(difference <= tolerance(random.graph, largest), "\(random)")
  }

  @Test(
    "Loss and gradients of random networks agree with double precision",
    arguments: RandomArchitecture.seeds)
  func gradients(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let fast = random.gradient(try random.engine(OneDNNEngine.self))
    let plain = random.gradient(try random.engine(ReferenceEngine<Double>.self))
    #expect(
      abs(fast.score.loss - plain.score.loss)
        <= tolerance(random.graph, abs(plain.score.loss)), "\(random)")
    let (difference, largest) = compare(fast.gradient, plain.gradient)
    #expect(difference <= tolerance(random.graph, largest), "\(random)")
  }

  @Test(
    "Steps with momentum and weight decay leave the same numbers", arguments: 0..<60)
  func steps(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let fast = try random.engine(OneDNNEngine.self)
    let plain = try random.engine(ReferenceEngine<Double>.self)
    let rule = StepRule(learningRate: 1e-4, momentum: 0.9, weightDecay: 0.01)
    for epoch in 0..<3 {
      var batch = random.batch
      batch.epoch = epoch
      _ = fast.step(batch, rule: rule, fill: filling(random.input(Float.self)))
      _ = plain.step(batch, rule: rule, fill: filling(random.input(Double.self)))
    }
    let (a, b) = (fast.parameters, plain.parameters)
    let values = compare(a.values, b.values)
    #expect(values.difference <= tolerance(random.graph, values.largest), "\(random)")
    let statistics = compare(a.statistics, b.statistics)
    #expect(statistics.difference <= tolerance(random.graph, statistics.largest), "\(random)")
    let velocity = compare(fast.velocity, plain.velocity)
    #expect(velocity.difference <= 3 * tolerance(random.graph, velocity.largest), "\(random)")
  }

  @Test("A gradient changes nothing", arguments: 0..<20)
  func gradientIsPure(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let engine = try random.engine(OneDNNEngine.self)
    _ = engine.step(
      random.batch, rule: StepRule(learningRate: 0.01, momentum: 0.9),
      fill: filling(random.input(Float.self)))
    let (parameters, velocity) = (engine.parameters, engine.velocity)
    let first = random.gradient(engine)
    #expect(engine.parameters == parameters && engine.velocity == velocity)
    let second = random.gradient(engine)
    #expect(first.gradient == second.gradient && first.score == second.score)
  }

  @Test("Parameters and velocity come back as they were given", arguments: 0..<60)
  func roundTrip(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let engine = try random.engine(OneDNNEngine.self)
    #expect(engine.parameters == random.parameters(Float.self))
    var stream = RandomStream(seed: UInt64(seed), purpose: "velocity")
    let velocity = random.graph.parameters.map { parameter in
      (0..<parameter.count).map { _ in Float(stream.normal()) }
    }
    engine.velocity = velocity
    #expect(engine.velocity == velocity)
    #expect(engine.parameters == random.parameters(Float.self))
  }

  @Test("An engine with the numbers of another goes on as it does", arguments: 0..<40)
  func resumption(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let rule = StepRule(learningRate: 0.01, momentum: 0.9, weightDecay: 1e-3)
    let first = try random.engine(OneDNNEngine.self)
    let fill = filling(random.input(Float.self))
    _ = first.step(random.batch, rule: rule, fill: fill)
    let second = try OneDNNEngine(
      random.graph, loss: random.loss, batchSize: random.batch.count,
      parameters: first.parameters)
    second.velocity = first.velocity
    for _ in 0..<2 {
      #expect(
        first.step(random.batch, rule: rule, fill: fill)
          == second.step(random.batch, rule: rule, fill: fill))
    }
    #expect(first.parameters == second.parameters && first.velocity == second.velocity)
  }

  @Test(
    "A smaller batch than planned for gives what an engine of its size gives", arguments: 0..<60)
  func smallerBatch(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let large = try OneDNNEngine(
      random.graph, loss: random.loss, batchSize: random.batch.count + 3,
      parameters: random.parameters(Float.self))
    let plain = try random.engine(ReferenceEngine<Double>.self)
    let (difference, largest) = compare(
      random.gradient(large).gradient, random.gradient(plain).gradient)
    #expect(difference <= tolerance(random.graph, largest), "\(random)")
    let a = large.logits(count: random.batch.count, fill: filling(random.input(Float.self)))
    let b = plain.logits(count: random.batch.count, fill: filling(random.input(Double.self)))
    let logits = compare([a.elements], [b.elements])
    #expect(logits.difference <= tolerance(random.graph, logits.largest), "\(random)")
  }

  @Test("The paper's networks on images of another size", arguments: PaperModel.allCases)
  func paperModels(model: PaperModel) throws {
    let graph = try NetworkGraph(
      model.architecture(input: .image(channels: 3, height: 12, width: 12), classes: 10))
    let start = NetworkParameters<Float>(graph, seed: 3)
    let widened = NetworkParameters<Double>(
      values: start.values.map { $0.map(Double.init) },
      statistics: start.statistics.map { $0.map(Double.init) })
    var stream = RandomStream(seed: 4, purpose: "images")
    let images = (0..<2 * graph.input.count).map { _ in Float(stream.normal()) }
    let fast = try OneDNNEngine(graph, batchSize: 2, parameters: start)
    let plain = ReferenceEngine<Double>(
      graph, loss: .crossEntropy, batchSize: 2, parameters: widened)
    let a = fast.logits(count: 2, fill: filling(images))
    let b = plain.logits(count: 2, fill: filling(images.map(Double.init)))
    let (difference, largest) = compare([a.elements], [b.elements])
    #expect(difference <= tolerance(graph, largest))
    // A unit whose input is within rounding of 0 may be on in one engine and off in the other, so
    // gradients are compared in the mean.
    let batch = Batch(labels: [1, 7])
    let (x, y) = (
      fast.gradient(batch, fill: filling(images)).gradient,
      plain.gradient(batch, fill: filling(images.map(Double.init))).gradient
    )
    for (index, parameter) in graph.parameters.enumerated() {
      let error = zip(x[index], y[index]).reduce(0.0) { $0 + pow2(Double($1.0) - $1.1) }
      let norm = y[index].reduce(0.0) { $0 + pow2($1) }
      let scale = max(norm, y.joined().reduce(0.0) { max($0, pow2($1)) })
      #expect(error <= 1e-4 * scale, "\(parameter.name)")
    }
  }

  @Test(
    "Local response normalisation over whole vectors of channels, all widths",
    arguments: [16, 32, 48, 64, 96, 160], 0...8)
  func responseNormalization(channels: Int, radius: Int) throws {
    for (height, width) in [(1, 1), (1, 2), (3, 3), (5, 4)] {
      let graph = try NetworkGraph(
        Architecture("normalised", input: .image(channels: 3, height: height, width: width)) {
          Convolution(channels, size: 1)
          LocalResponseNormalization(radius: radius, bias: 1.5, alpha: 0.3)
          Convolution(16, size: 1)
          GlobalAveragePooling()
          Dense(3)
        })
      var stream = RandomStream(seed: UInt64(channels), purpose: "images", indices: radius)
      let images = (0..<3 * graph.input.count).map { _ in Float(stream.normal()) }
      let start = NetworkParameters<Float>(graph, seed: 1)
      let fast = try OneDNNEngine(graph, batchSize: 3, parameters: start)
      let plain = ReferenceEngine<Double>(
        graph, loss: .crossEntropy, batchSize: 3,
        parameters: NetworkParameters(
          values: start.values.map { $0.map(Double.init) }, statistics: []))
      let batch = Batch(labels: [0, 1, 2])
      let (difference, largest) = compare(
        fast.gradient(batch, fill: filling(images)).gradient,
        plain.gradient(batch, fill: filling(images.map(Double.init))).gradient)
      #expect(difference <= tolerance(graph, largest), "\(height)x\(width)")
    }
  }

  @Test("Two engines of the same threads give the same bytes", arguments: [1, 2])
  func repeatable(threads: Int) throws {
    let random = try RandomArchitecture(seed: 7, work: 3_000_000)
    let results = try (0..<2).map { _ in
      let engine = try random.engine(OneDNNEngine.self)
      for _ in 0..<5 {
        _ = engine.step(
          random.batch, rule: StepRule(learningRate: 0.01, momentum: 0.9),
          fill: filling(random.input(Float.self)))
      }
      return engine.parameters
    }
    #expect(results[0] == results[1])
  }

  @Test("The memory is planned at the start and does not grow")
  func plannedMemory() throws {
    let graph = try NetworkGraph(
      PaperModel.inception.architecture(
        input: .image(channels: 3, height: 12, width: 12), classes: 10))
    let engine = try OneDNNEngine(
      graph, batchSize: 8, parameters: NetworkParameters(graph, seed: 0))
    let planned = engine.plannedBytes
    let images = [Float](repeating: 0.5, count: 8 * graph.input.count)
    _ = engine.step(
      Batch(labels: [0, 1, 2, 3, 4, 5, 6, 7]), rule: StepRule(learningRate: 0.1),
      fill: filling(images))
    _ = engine.logits(count: 8, fill: filling(images))
    _ = engine.logits(count: 3, fill: filling(Array(images.prefix(3 * graph.input.count))))
    #expect(engine.plannedBytes == planned)
    // Every value and every gradient once would be more.
    let once = graph.nodes.reduce(0) { $0 + 2 * 8 * 4 * $1.shape.count }
    #expect(planned < once)
  }

  @Test("A profile names every layer with parameters")
  func profile() throws {
    let graph = try NetworkGraph(
      PaperModel.alexnet.architecture(
        input: .image(channels: 3, height: 12, width: 12), classes: 10))
    let engine = try OneDNNEngine(
      graph, batchSize: 2, parameters: NetworkParameters(graph, seed: 0))
    var ticks = 0.0
    let profile = engine.profile(
      Batch(labels: [0, 1]),
      clock: {
        ticks += 1
        return ticks
      },
      fill: filling([Float](repeating: 0.1, count: 2 * graph.input.count)))
    #expect(profile.allSatisfy { $0.seconds == 1 })
    for node in graph.nodes where !node.parameters.isEmpty {
      #expect(profile.count { $0.title.hasPrefix("\(node.title) ") } >= 2, "\(node.title)")
    }
    #expect(profile.last?.title == "SGD step")
  }

  @Test("Scoring between steps changes nothing: passes share memory, not values", arguments: 0..<20)
  func interleaved(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed)
    let (a, b) = (
      try random.engine(OneDNNEngine.self), try random.engine(OneDNNEngine.self)
    )
    let fill = filling(random.input(Float.self))
    let rule = StepRule(learningRate: 0.01, momentum: 0.9)
    for _ in 0..<2 {
      _ = a.step(random.batch, rule: rule, fill: fill)
      _ = b.step(random.batch, rule: rule, fill: fill)
      _ = b.logits(count: random.batch.count, fill: fill)
    }
    #expect(a.parameters == b.parameters && a.velocity == b.velocity)
  }

  private func pow2(_ x: Double) -> Double { x * x }
}
