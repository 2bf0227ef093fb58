public import LinearAlgebra

/// The plain engine: each layer's loops are its formula, in `Float` and in `Double`.
///
/// It is made to be read and to be trusted, and is what the fast engine is tested against. Results
/// do not depend on the number of threads.
///
/// Where to start reading: ``Operation`` says what a layer computes; `Activations` is what goes
/// from layer to layer; `Dense+Reference` is the simplest layer with parameters, then
/// `Rectifier+Reference`, `Convolution+Reference` with `WindowRows`, `Pooling+Reference` and the
/// others, each a forward function and its derivative. `ForwardPass` and `BackwardPass` walk the
/// graph, and this file makes the step of SGD.
public final class ReferenceEngine<Scalar: LinearAlgebraScalar>: NetworkEngine {
  /// The network.
  public let graph: NetworkGraph
  /// What training makes small.
  public let loss: Loss
  /// The most samples of one call.
  public let batchSize: Int
  /// The parameters and running statistics as they are now.
  public var parameters: NetworkParameters<Scalar> {
    didSet { precondition(parameters.fits(graph), "parameters in the graph's shapes") }
  }
  /// The velocity of SGD, one array for each parameter.
  public var velocity: [[Scalar]] {
    didSet {
      precondition(
        velocity.map(\.count) == graph.parameters.map(\.count), "velocity in the graph's shapes")
    }
  }

  /// Takes a network; nothing is planned, and no layer is refused.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - loss: what training makes small.
  ///   - batchSize: the most samples of one call, at least 1.
  ///   - parameters: the numbers to start with, in the graph's shapes.
  public init(
    _ graph: NetworkGraph, loss: Loss, batchSize: Int, parameters: NetworkParameters<Scalar>
  ) {
    precondition(batchSize >= 1, "a batch holds a sample")
    precondition(parameters.fits(graph), "parameters in the graph's shapes")
    self.graph = graph
    self.loss = loss
    self.batchSize = batchSize
    self.parameters = parameters
    self.velocity = NetworkParameters.zeros(graph)
  }

  /// One step of SGD: v ← μ v + ∇loss + λ w, then w ← w - η v.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func step(
    _ batch: Batch, rule: StepRule, fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> BatchScore {
    let pass = trainingPass(batch, fill)
    let (score, gradient) = backward(pass, batch)
    for (index, parameter) in graph.parameters.enumerated() {
      rule.apply(
        gradient[index], decaying: parameter.role == .weight, to: &parameters.values[index],
        velocity: &velocity[index])
    }
    parameters.statistics = pass.followedStatistics(parameters.statistics)
    return score
  }

  /// The gradient of the mean loss of a batch, in training mode; nothing is changed.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func gradient(
    _ batch: Batch, fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> (score: BatchScore, gradient: [[Scalar]]) {
    backward(trainingPass(batch, fill), batch)
  }

  /// The logits of some samples, with running statistics and without dropout.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  public func logits(
    count: Int, fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> Matrix<Scalar> {
    ForwardPass(
      graph, parameters: parameters, input: filled(count, fill), mode: .evaluation
    ).logits
  }

  private func trainingPass(
    _ batch: Batch, _ fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> ForwardPass<Scalar> {
    ForwardPass(
      graph, parameters: parameters, input: filled(batch.count, fill), mode: .training(batch))
  }

  private func filled(
    _ count: Int, _ fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> Activations<Scalar> {
    precondition(count >= 1 && count <= batchSize, "1 to \(batchSize) samples, \(count) found")
    var input = Activations<Scalar>(graph.input, count: count)
    input.withMutableValues(fill)
    return input
  }

  private func backward(
    _ pass: ForwardPass<Scalar>, _ batch: Batch
  ) -> (score: BatchScore, gradient: [[Scalar]]) {
    let (score, difference) = loss.evaluate(logits: pass.logits, labels: batch.labels)
    var backward = BackwardPass(pass, parameters: parameters, batch: batch)
    return (score, backward.parameterGradients(outputGradient: difference.elements))
  }
}

extension StepRule {
  /// v ← μ v + g + λ w, then w ← w - η v; without λ w unless `decaying`.
  @specialized(where Scalar == Float)
  @specialized(where Scalar == Double)
  func apply<Scalar: LinearAlgebraScalar>(
    _ gradient: [Scalar], decaying: Bool, to parameter: inout [Scalar],
    velocity: inout [Scalar]
  ) {
    let (eta, mu) = (Scalar(learningRate), Scalar(momentum))
    let lambda = decaying ? Scalar(weightDecay) : 0
    parameter.withUnsafeMutableBufferPointer { w in
      velocity.withUnsafeMutableBufferPointer { v in
        gradient.withUnsafeBufferPointer { g in
          for i in g.indices {
            v[i] = mu * v[i] + g[i] + lambda * w[i]
            w[i] -= eta * v[i]
          }
        }
      }
    }
  }
}
