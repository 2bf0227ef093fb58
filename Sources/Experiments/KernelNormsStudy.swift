public import Datasets

/// Kernel regression on pixels beside that on Gabor features: errors and norms.
public struct KernelNormsRecord: Sendable, Codable, Equatable {
  /// The sample.
  public var sample: SampleRecord
  /// The fit on pixels.
  public var pixels: KernelRecord
  /// The fit on Gabor features.
  public var gabor: GaborRecord

  /// Whether the fit with the smaller norm errs more: then the norm does not rank the two.
  public var normMisranks: Bool {
    (pixels.rkhsNorm - gabor.rkhsNorm) * (pixels.testError - gabor.testError) < 0
  }
}

/// Fits one sample on pixels and on Gabor features, each with a kernel bandwidth of its own.
///
/// The paper's own norms, about 220 and 390, come without bandwidths and without saying how classes
/// are put together. Source: Zhang et al. (2017), Section 5.
///
/// - Parameters:
///   - sample: training and test images; the labels may be random ones.
///   - configuration: of the fit on pixels.
///   - gabor: of the fit on Gabor features.
///   - progress: receives how far the study has come.
/// - Returns: both records.
/// - Throws: what ``fitKernel(_:configuration:progress:)`` and
///   ``fitGaborKernel(_:configuration:progress:)`` throw.
public func studyKernelNorms(
  _ sample: CorruptedSample, configuration: KernelConfiguration, gabor: GaborConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> KernelNormsRecord {
  let pixels = try fitKernel([sample], configuration: configuration) {
    progress(ExperimentProgress(fraction: $0.fraction / 2, activity: "pixels: \($0.activity)"))
  }
  let features = try fitGaborKernel(
    DatasetSplit(train: sample.train, test: sample.test), configuration: gabor
  ) {
    progress(
      ExperimentProgress(fraction: 0.5 + $0.fraction / 2, activity: "Gabor: \($0.activity)"))
  }
  return KernelNormsRecord(sample: SampleRecord(sample), pixels: pixels[0], gabor: features)
}
