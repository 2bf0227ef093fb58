/// How far an experiment has come.
public struct ExperimentProgress: Sendable, Equatable {
  /// The share of the work that is done, from 0 to 1.
  public var fraction: Double
  /// What is being done.
  public var activity: String

  /// Creates a report of progress.
  ///
  /// - Parameters:
  ///   - fraction: from 0 to 1.
  ///   - activity: what is being done.
  public init(fraction: Double, activity: String) {
    self.fraction = fraction
    self.activity = activity
  }
}

/// Receives progress; an experiment calls it from the thread that runs it.
public typealias ProgressHandler = (ExperimentProgress) -> Void
