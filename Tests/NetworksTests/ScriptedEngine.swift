import LinearAlgebra
import Networks

/// An engine that computes nothing: it notes what it is asked for and answers by a script.
///
/// Its samples are one number each.
final class ScriptedEngine: NetworkEngine {
  struct Step {
    var batch: Batch
    var rule: StepRule
    var values: [Double]
  }

  let graph: NetworkGraph
  let batchSize: Int
  var parameters: NetworkParameters<Double>
  var velocity: [[Double]]
  /// All steps so far.
  private(set) var steps: [Step] = []
  /// The numbers of samples of all evaluated blocks so far.
  private(set) var blocks: [Int] = []
  /// The score of the n-th step, counted from 0.
  var score: (_ step: Int, _ batch: Batch) -> BatchScore = { _, _ in
    BatchScore(loss: 1, correct: 0)
  }
  /// The logits of a sample after a number of steps.
  var answer: (_ steps: Int, _ sample: Double) -> [Double] = { _, _ in [0, 0] }
  /// Called with the number of the step that was done.
  var afterStep: (ScriptedEngine, Int) -> Void = { _, _ in }

  init(
    _ graph: NetworkGraph, loss: Loss, batchSize: Int, parameters: NetworkParameters<Double>
  ) {
    self.graph = graph
    self.batchSize = batchSize
    self.parameters = parameters
    velocity = NetworkParameters.zeros(graph)
  }

  /// A network of one input and two classes.
  convenience init(batchSize: Int) throws {
    let graph = try NetworkGraph(Architecture("scripted", input: .vector(1)) { Dense(2) })
    self.init(
      graph, loss: .crossEntropy, batchSize: batchSize,
      parameters: NetworkParameters(graph, seed: 0))
  }

  func step(
    _ batch: Batch, rule: StepRule, fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) -> BatchScore {
    let values = filled(batch.count, fill)
    let score = score(steps.count, batch)
    steps.append(Step(batch: batch, rule: rule, values: values))
    afterStep(self, steps.count)
    return score
  }

  func gradient(
    _ batch: Batch, fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) -> (score: BatchScore, gradient: [[Double]]) {
    (score(steps.count, batch), NetworkParameters.zeros(graph))
  }

  func logits(
    count: Int, fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) -> Matrix<Double> {
    blocks.append(count)
    let logits = filled(count, fill).flatMap { answer(steps.count, $0) }
    return Matrix(rows: 2, columns: count, columnMajor: logits)
  }

  private func filled(
    _ count: Int, _ fill: (UnsafeMutableBufferPointer<Double>) -> Void
  ) -> [Double] {
    [Double](unsafeUninitializedCapacity: count) { buffer, filled in
      fill(UnsafeMutableBufferPointer(rebasing: buffer.prefix(count)))
      filled = count
    }
  }
}

/// Samples whose values tell which they are and in which epoch they were written.
///
/// Sample i in epoch e is i + e / 1000; unaltered it is -i.
struct NumberedSource: BatchSource {
  let labels: [Int]

  func write(_ samples: [Int], epoch: Int?, to target: UnsafeMutableBufferPointer<Double>) {
    precondition(samples.count == target.count)
    for (place, sample) in samples.enumerated() {
      target[place] = epoch.map { Double(sample) + Double($0) / 1000 } ?? -Double(sample)
    }
  }
}
