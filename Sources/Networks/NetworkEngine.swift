public import LinearAlgebra

/// Carries out a network's arithmetic: forward, backward and the step of SGD.
///
/// Training code, layers and architectures know engines by this protocol alone. ``ReferenceEngine``
/// is the plain one, in `Float` and `Double`; ``OneDNNEngine`` is the fast one. An engine owns its
/// memory and is used by one thread at a time.
public protocol NetworkEngine<Scalar>: AnyObject {
  /// The scalar type of parameters and activations.
  associatedtype Scalar: LinearAlgebraScalar

  /// Plans the memory and the work.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - loss: what training makes small.
  ///   - batchSize: the most samples of one call, at least 1.
  ///   - parameters: the numbers to start with, in the graph's shapes.
  /// - Throws: ``EngineError`` when the engine cannot carry out a layer.
  init(
    _ graph: NetworkGraph, loss: Loss, batchSize: Int, parameters: NetworkParameters<Scalar>
  ) throws(EngineError)

  /// The network.
  var graph: NetworkGraph { get }
  /// The most samples of one call.
  var batchSize: Int { get }
  /// The parameters and running statistics as they are now.
  var parameters: NetworkParameters<Scalar> { get set }
  /// The velocity of SGD, one array for each parameter; zeros at the start.
  var velocity: [[Scalar]] { get set }

  /// One step of SGD: v ← μ v + ∇loss + λ w, then w ← w - η v.
  ///
  /// λ acts on weights, not on biases nor on the γ and β of batch normalisation. Running
  /// statistics follow the batch.
  ///
  /// - Parameters:
  ///   - batch: the labels and what names the draws of dropout; 1 to `batchSize` samples.
  ///   - rule: η, μ and λ.
  ///   - fill: writes the samples, sample after sample, each in the order of the input's shape.
  /// - Returns: the batch's loss and number of right answers before the step.
  func step(
    _ batch: Batch, rule: StepRule, fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> BatchScore

  /// The gradient of the mean loss of a batch, in training mode; nothing is changed.
  ///
  /// - Parameters:
  ///   - batch: as for a step.
  ///   - fill: as for a step.
  /// - Returns: the score and one array for each parameter.
  func gradient(
    _ batch: Batch, fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> (score: BatchScore, gradient: [[Scalar]])

  /// The logits of some samples, with running statistics and without dropout.
  ///
  /// - Parameters:
  ///   - count: how many samples, 1 to `batchSize`.
  ///   - fill: writes the samples, sample after sample.
  /// - Returns: C × count logits, one column a sample.
  func logits(
    count: Int, fill: (UnsafeMutableBufferPointer<Scalar>) -> Void
  ) -> Matrix<Scalar>
}

/// What a step wants to know of its samples besides their values.
public struct Batch: Sendable {
  /// The classes.
  public var labels: [Int]
  /// Which samples of the training set these are; names their dropout.
  public var samples: [Int]
  /// The epoch; names their dropout.
  public var epoch: Int
  /// The seed of dropout.
  public var seed: UInt64

  /// The number of samples B.
  public var count: Int { labels.count }

  /// Creates a batch.
  ///
  /// - Parameters:
  ///   - labels: the classes.
  ///   - samples: which samples these are; by default 0..<B.
  ///   - epoch: the epoch.
  ///   - seed: the seed of dropout.
  public init(labels: [Int], samples: [Int]? = nil, epoch: Int = 0, seed: UInt64 = 0) {
    self.labels = labels
    self.samples = samples ?? Array(labels.indices)
    self.epoch = epoch
    self.seed = seed
    precondition(self.samples.count == labels.count, "a label for each sample")
  }
}

/// The numbers of a step of SGD.
public struct StepRule: Sendable, Equatable {
  /// η: how far a step goes.
  public var learningRate: Double
  /// μ: the share of the old velocity that a step keeps.
  public var momentum: Double
  /// λ of the penalty λ‖w‖²/2 on the weights.
  public var weightDecay: Double

  /// Creates a rule.
  public init(learningRate: Double, momentum: Double = 0, weightDecay: Double = 0) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
  }
}

/// Why an engine cannot carry out a network.
public enum EngineError: Error, Equatable, CustomStringConvertible {
  /// The engine has no way to compute a layer.
  case unsupported(layer: String, reason: String)

  /// What is wrong and what to try.
  public var description: String {
    switch self {
    case .unsupported(let layer, let reason):
      "Layer \(layer) cannot be computed by the fast engine: \(reason). "
        + "Use the reference engine."
    }
  }
}
