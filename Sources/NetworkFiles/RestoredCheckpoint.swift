public import LinearAlgebra
public import Networks

/// A checkpoint as it was read.
public struct RestoredCheckpoint<Scalar: LinearAlgebraScalar>: Sendable, Equatable {
  /// What the file holds.
  public var snapshot: TrainingSnapshot<Scalar>
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

  /// Creates a report of a file.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The file and what is wrong with it.
  public var description: String { "\(path): \(reason)" }
}
