public import Datasets
public import LinearAlgebra
public import Networks

/// A trained network with what was measured.
public struct TrainingResult: Sendable {
  /// The network.
  public var graph: NetworkGraph
  /// Its numbers at the end.
  public var parameters: NetworkParameters<Float>
  /// What was measured.
  public var record: TrainingRecord
}

/// Trains a network on a sample and measures it.
///
/// In single precision. For a training that saves its state on the way, see ``TrainingRun``.
///
/// - Parameters:
///   - plan: the network and how it is trained.
///   - sample: the sample.
///   - progress: called after each epoch.
/// - Returns: the trained network and its record.
/// - Throws: ``ExperimentError`` when the network, the sample and the plan do not fit together.
public func trainNetwork(
  _ plan: TrainingPlan, on sample: CorruptedSample, progress: (EpochRecord) -> Void = { _ in }
) throws(ExperimentError) -> TrainingResult {
  let run = try TrainingRun(plan, on: sample)
  while run.outcome == nil {
    if case .epoch(let record) = run.advance() { progress(record) }
  }
  return run.result()
}
