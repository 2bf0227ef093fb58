public import LinearAlgebra

/// A training at a point between two steps, from which it can be taken up again.
public struct TrainingSnapshot<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// The network's numbers.
  public var parameters: NetworkParameters<Scalar>
  /// The velocity of SGD, one array for each parameter.
  public var velocity: [[Scalar]]
  /// How far the training is.
  public var progress: TrainingProgress

  /// Creates a snapshot.
  ///
  /// - Parameters:
  ///   - parameters: the network's numbers.
  ///   - velocity: one array for each parameter.
  ///   - progress: how far the training is.
  public init(
    parameters: NetworkParameters<Scalar>, velocity: [[Scalar]], progress: TrainingProgress
  ) {
    self.parameters = parameters
    self.velocity = velocity
    self.progress = progress
  }

  /// Checks that a training can be taken up from here.
  ///
  /// - Parameters:
  ///   - graph: the network.
  ///   - samples: the sample size n.
  ///   - configuration: how the training goes on.
  /// - Throws: ``SnapshotError``, which says what does not fit.
  public func check(
    _ graph: NetworkGraph, samples: Int, configuration: TrainingConfiguration
  ) throws(SnapshotError) {
    let counts = graph.parameters.map(\.count)
    guard parameters.fits(graph) else {
      throw .shape(of: "parameters", network: graph.architecture.name)
    }
    guard velocity.map(\.count) == counts else {
      throw .shape(of: "velocity", network: graph.architecture.name)
    }
    func check(
      _ name: String, _ value: Int, _ range: ClosedRange<Int>
    ) throws(SnapshotError) {
      if !range.contains(value) { throw .counter(name: name, value: value, expected: range) }
    }
    let stepsPerEpoch = configuration.stepsPerEpoch(samples: samples)
    try check("epoch", progress.epoch, 0...configuration.epochs)
    try check("number of records", progress.history.count, progress.epoch...progress.epoch)
    for (index, record) in progress.history.enumerated() {
      let steps = (index + 1) * stepsPerEpoch
      try check("epoch of a record", record.epoch, index + 1...index + 1)
      try check("number of steps of a record", record.steps, steps...steps)
    }
    try check("step", progress.step, 0...stepsPerEpoch)
    let seen = min(progress.step * configuration.batchSize, samples)
    try check("number of right answers", progress.correct, 0...seen)
  }
}

/// Why a training cannot be taken up from a snapshot.
public enum SnapshotError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Arrays have not the lengths of the network's parameters.
  case shape(of: String, network: String)
  /// A counter is not what this sample and configuration can have.
  case counter(name: String, value: Int, expected: ClosedRange<Int>)

  /// What does not fit and what to try.
  public var description: String {
    switch self {
    case .shape(let part, let network):
      "The snapshot's \(part) are not of network \(network): "
        + "resume with the network that was trained."
    case .counter(let name, let value, let expected):
      "The snapshot's \(name) is \(value), expected \(SnapshotError.words(expected)): "
        + "resume with the same samples and batch size, and with as many epochs or more."
    }
  }

  private static func words(_ range: ClosedRange<Int>) -> String {
    range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
  }
}
