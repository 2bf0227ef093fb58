public import Datasets
import Kernels

/// One level of label corruption, fitted by kernel regression.
public struct KernelCorruptionRow: Sendable, Codable, Equatable {
  /// The probability p with which a label is redrawn.
  public var corruption: Double
  /// The share of training labels that changed.
  public var changedLabelFraction: Double
  /// The share of wrong answers on the training images, against the labels that were fitted.
  public var trainError: Double
  /// The share of wrong answers on the test images, against their true labels.
  public var testError: Double
  /// The same against test labels corrupted like the training labels.
  public var corruptedTestError: Double
  /// √tr(αᵀKα).
  public var rkhsNorm: Double
}

/// Kernel regression over label corruption, all levels from one factorisation.
public struct KernelCorruptionRecord: Sendable, Codable, Equatable {
  /// The sample, labels true.
  public var sample: SampleRecord
  /// The kernel with its parameters.
  public var kernel: String
  /// How it was fitted.
  public var configuration: KernelConfiguration
  /// One row for each level, from the least.
  public var rows: [KernelCorruptionRow]
  /// ‖Y - (K + λI)α‖ / ‖Y‖ of all levels together.
  public var relativeResidual: Double
  /// The estimated condition number of K + λI; nil for an iterative solver.
  @ExplicitNull public var conditionEstimate: Double?
  /// Wall-clock seconds of Gram matrix, factorisation and all solves.
  public var fitSeconds: Double
  /// Wall-clock seconds of all predictions.
  public var predictSeconds: Double

  /// Whether every level of corruption is fitted without error.
  public var fitsAll: Bool { rows.allSatisfy { $0.trainError == 0 } }
}

/// Fits every level of label corruption with one factorisation of the Gram matrix.
///
/// Source: Zhang et al. (2017), Figure 1c, for a kernel instead of networks.
///
/// - Parameters:
///   - split: training and test images with true labels.
///   - levels: probabilities p, from 0 to 1.
///   - configuration: kernel, ridge and solver.
///   - progress: receives how far the study has come.
/// - Returns: the record.
/// - Throws: what ``fitKernel(_:configuration:progress:)`` throws.
/// - Complexity: one factorisation, and O(n² C) for each level.
public func studyKernelCorruption(
  _ split: DatasetSplit, levels: [Double] = (0...10).map { Double($0) / 10 },
  configuration: KernelConfiguration, progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> KernelCorruptionRecord {
  precondition(!levels.isEmpty && levels.allSatisfy { (0...1).contains($0) }, "probabilities")
  let samples = levels.map { level in
    split.corrupted(
      by: level == 0 ? .none : .partialLabels(probability: level), seed: configuration.seed)
  }
  let records = try fitKernel(samples, configuration: configuration, progress: progress)
  let rows = zip(levels, records).map { level, record in
    KernelCorruptionRow(
      corruption: level, changedLabelFraction: record.sample.changedLabelFraction,
      trainError: record.trainError, testError: record.testError,
      corruptedTestError: record.corruptedTestError, rkhsNorm: record.rkhsNorm)
  }
  return KernelCorruptionRecord(
    sample: SampleRecord(split.corrupted(by: .none, seed: configuration.seed)),
    kernel: records[0].kernel, configuration: configuration, rows: rows,
    relativeResidual: records[0].relativeResidual,
    conditionEstimate: records[0].conditionEstimate, fitSeconds: records[0].fitSeconds,
    predictSeconds: records[0].predictSeconds)
}
