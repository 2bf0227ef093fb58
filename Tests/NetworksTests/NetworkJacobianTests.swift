import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("The Jacobian of a network's logits")
struct NetworkJacobianTests {
  /// The logits in evaluation mode.
  private func logits(
    _ graph: NetworkGraph, _ parameters: NetworkParameters<Double>, _ samples: Matrix<Double>
  ) -> Matrix<Double> {
    ReferenceEngine(
      graph, loss: .squared, batchSize: max(samples.columns, 1), parameters: parameters
    ).logits(count: samples.columns, fill: filling(samples.elements))
  }

  @Test(
    "It is what central differences give, for every layer but batch normalisation",
    arguments: RandomArchitecture.seeds)
  func differences(seed: Int) throws {
    let random = try RandomArchitecture(seed: seed, work: 20_000)
    let parameters = random.parameters(Double.self)
    let samples = Matrix(
      rows: random.graph.input.count, columns: random.batch.count,
      columnMajor: random.input(Double.self))
    let normalizes = random.graph.nodes.first {
      if case .batchNormalization = $0.operation { true } else { false }
    }
    if let normalizes {
      #expect(throws: LinearisationError.batchNormalization(layer: normalizes.title)) {
        try random.graph.outputJacobian(parameters: parameters, samples: samples)
      }
      return
    }
    let jacobian = try random.graph.outputJacobian(parameters: parameters, samples: samples)
    #expect(jacobian.rows == samples.columns * random.graph.classCount)
    // Along a random direction of length 1: (f(+ε) - f(-ε)) / 2ε with an error of second order.
    var stream = RandomStream(seed: UInt64(seed), purpose: "direction")
    let direction = parameters.values.map { $0.map { _ in stream.normal() } }
    let length = euclideanNorm(Array(direction.joined()))
    let (step, slope) = (
      GradientCheck.step, jacobian.times(direction.joined().map { $0 / length })
    )
    func moved(_ sign: Double) -> [Double] {
      var changed = parameters
      for (index, part) in direction.enumerated() {
        for (place, value) in part.enumerated() {
          changed.values[index][place] += sign * step * value / length
        }
      }
      return logits(random.graph, changed, samples).elements
    }
    let (after, before, here) = (
      moved(1), moved(-1), logits(random.graph, parameters, samples).elements
    )
    for i in slope.indices {
      let difference = (after[i] - before[i]) / (2 * step)
      let tolerance = GradientCheck.absolute + GradientCheck.relative * abs(difference)
      // A kink within the step leaves no derivative to compare with.
      if abs(after[i] - 2 * here[i] + before[i]) / (2 * step) > tolerance / 2 { continue }
      #expect(abs(slope[i] - difference) <= tolerance, "\(random): row \(i)")
    }
  }

  @Test("The logits' sum over a batch has the gradient that training takes")
  func engineGradient() throws {
    let chain = try DenseChainCase(seed: 5)
    let (graph, samples) = (chain.graph, chain.samples)
    let n = samples.columns
    let labels = (0..<n).map { $0 % graph.classCount }
    let engine = ReferenceEngine(
      graph, loss: .squared, batchSize: n, parameters: chain.parameters)
    let jacobian = try graph.outputJacobian(parameters: chain.parameters, samples: samples)
    // ∇ = Jᵀ (f - y) / n; dropout would draw in training mode.
    guard !graph.nodes.contains(where: { $0.operation.name == "dropout" }) else { return }
    let residual = logits(graph, chain.parameters, samples).elements.enumerated().map {
      ($1 - ($0 % graph.classCount == labels[$0 / graph.classCount] ? 1 : 0)) / Double(n)
    }
    let expected = jacobian.times(residual, transposingSelf: true)
    let found = Array(
      engine.gradient(Batch(labels: labels), fill: filling(samples.elements)).gradient.joined())
    let scale = euclideanNorm(expected) + jacobian.frobeniusNorm
    for (a, b) in zip(expected, found) {
      #expect(abs(a - b) <= Tolerance.arithmetic.bound(Double.self, size: 100, scale: scale))
    }
  }
}
