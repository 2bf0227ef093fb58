public import LinearAlgebra
public import Networks

/// A training at a point between two steps: numbers, and how far it is.
///
/// `Progress` is everything but the numbers: counters, sums, history.
public struct Checkpoint<
  Scalar: LinearAlgebraScalar, Progress: Codable & Equatable & Sendable
>: Sendable, Equatable {
  /// The network's parameters and running statistics.
  public var parameters: NetworkParameters<Scalar>
  /// The velocity of SGD, one array for each parameter.
  public var velocity: [[Scalar]]
  /// How far the training is.
  public var progress: Progress

  /// Creates a checkpoint.
  ///
  /// - Parameters:
  ///   - parameters: the network's numbers.
  ///   - velocity: one array for each parameter.
  ///   - progress: how far the training is.
  public init(
    parameters: NetworkParameters<Scalar>, velocity: [[Scalar]], progress: Progress
  ) {
    self.parameters = parameters
    self.velocity = velocity
    self.progress = progress
  }
}

/// A checkpoint as it was read.
public struct RestoredCheckpoint<
  Scalar: LinearAlgebraScalar, Progress: Codable & Equatable & Sendable
>: Sendable, Equatable {
  /// What the file holds.
  public var checkpoint: Checkpoint<Scalar, Progress>
  /// The file.
  public var path: String
  /// Later files that are damaged, the latest first; empty when the latest file was read.
  public var damaged: [DamagedCheckpoint]
}

/// A file of a checkpoint that is not read.
public struct DamagedCheckpoint: Sendable, Equatable, CustomStringConvertible {
  /// The file.
  public var path: String
  /// What is wrong with it.
  public var reason: String

  /// The file and what is wrong with it.
  public var description: String { "\(path): \(reason)" }
}
