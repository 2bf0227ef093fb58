public import LinearAlgebra
private import RandomStreams

/// What one pass over the sample brought.
public struct EpochRecord: Sendable, Codable, Equatable {
  /// The epoch, counted from 1.
  public var epoch: Int
  /// Steps taken since the start, at the end of this epoch.
  public var steps: Int
  /// The learning rate used.
  public var learningRate: Double
  /// The mean cross-entropy of the epoch's batches, each before its step, in nats.
  public var loss: Double
  /// The share of samples that were right when their batch came, from 0 to 1.
  public var runningAccuracy: Double
}

/// A network trained by SGD and the history of its training.
public struct TrainingResult<Scalar: LinearAlgebraScalar>: Sendable {
  /// The trained network.
  public var network: MultilayerPerceptron<Scalar>
  /// One record an epoch.
  public var history: [EpochRecord]
  /// Steps taken until the end of the first fitted epoch; nil if there was none.
  public var stepsToFit: Int?
}

/// Trains a network by stochastic gradient descent with momentum.
///
/// v ← μ v + ∇loss + λ w and w ← w - η v, with η multiplied by a factor after each epoch. Samples
/// are drawn without replacement, in an order drawn anew for each epoch. Source: Zhang et al.
/// (2017), Appendix A.
///
/// - Parameters:
///   - network: the network at its start.
///   - samples: d × n, one column a sample.
///   - labels: n classes.
///   - configuration: how to train.
///   - progress: called after each epoch; training goes on while it returns true.
/// - Returns: the trained network with one record an epoch.
/// - Complexity: O(n) times the number of weights for each epoch.
public func train<Scalar: LinearAlgebraScalar>(
  _ network: MultilayerPerceptron<Scalar>, samples: Matrix<Scalar>, labels: [Int],
  configuration: TrainingConfiguration, progress: (EpochRecord) -> Bool = { _ in true }
) -> TrainingResult<Scalar> {
  precondition(samples.columns == labels.count, "a label for each sample")
  precondition(configuration.batchSize >= 1, "a batch holds a sample")
  var network = network
  var velocity = network.layers.map(\.zeros)
  var result = TrainingResult(network: network, history: [], stepsToFit: nil)
  var learningRate = configuration.learningRate
  var steps = 0
  for epoch in 0..<(labels.isEmpty ? 0 : configuration.epochs) {
    var stream = RandomStream(seed: configuration.seed, purpose: "batch order", indices: epoch)
    let order = stream.permutation(of: labels.count)
    var (loss, correct) = (0.0, 0)
    for first in stride(from: 0, to: order.count, by: configuration.batchSize) {
      let chosen = order[first..<min(first + configuration.batchSize, order.count)]
      let score = network.addGradient(
        to: &velocity, keeping: Scalar(configuration.momentum),
        batch: samples.columns(at: chosen), labels: chosen.map { labels[$0] })
      network.step(
        velocity: &velocity, learningRate: Scalar(learningRate),
        weightDecay: Scalar(configuration.weightDecay))
      loss += score.loss * Double(chosen.count)
      correct += score.correct
      steps += 1
    }
    let record = EpochRecord(
      epoch: epoch + 1, steps: steps, learningRate: learningRate,
      loss: loss / Double(labels.count), runningAccuracy: Double(correct) / Double(labels.count))
    result.history.append(record)
    if result.stepsToFit == nil && record.loss < configuration.fittedLoss {
      result.stepsToFit = steps
    }
    learningRate *= configuration.learningRateDecay
    let goesOn = progress(record)
    if !goesOn || configuration.stoppingLoss.map({ record.loss < $0 }) == true { break }
  }
  result.network = network
  return result
}

extension MultilayerPerceptron {
  /// w ← w - η v, after the penalty's part was added to v.
  fileprivate mutating func step(
    velocity: inout [DenseLayer<Scalar>], learningRate: Scalar, weightDecay: Scalar
  ) {
    for index in layers.indices {
      if weightDecay != 0 {
        velocity[index].weights.add(layers[index].weights, scaledBy: weightDecay)
      }
      layers[index].add(velocity[index], scaledBy: -learningRate)
    }
  }
}
