public import Datasets
import LinearAlgebra
import LinearModels

/// Where descent ends on a linear model, and what the norm says of it.
public struct ImplicitBiasRecord: Sendable, Codable, Equatable {
  /// The sample, labels true.
  public var sample: SampleRecord
  /// What was tried.
  public var configuration: ImplicitBiasConfiguration
  /// How many images the whitening was found from; 0 without one.
  public var referenceImages: Int
  /// σ₁ of the inputs X.
  public var largestSingularValue: Double
  /// σₙ.
  public var leastSingularValue: Double
  /// The paths of descent on the squared loss.
  public var paths: [ImplicitBiasPath]
  /// Gradient descent without momentum beside its closed form.
  public var decay: ImplicitBiasDecay
  /// Functions through all training labels of the parity.
  public var interpolants: [ImplicitBiasInterpolant]
  /// The test images that the interpolants are scored on.
  public var scoredImages: Int
  /// Descent on losses of labels, and the maximum margin.
  public var margins: ImplicitBiasMargins

  /// σ₁ / σₙ.
  public var condition: Double { largestSingularValue / leastSingularValue }
}

/// The inputs and targets that all parts of the study share.
struct ImplicitBiasSample {
  var features: Matrix<Double>
  var testFeatures: Matrix<Double>
  /// Pixels / 255.
  var pixels: Matrix<Double>
  var testPixels: Matrix<Double>
  /// ±1: even or odd.
  var parity: Matrix<Double>
  var testParity: Matrix<Double>
  var oneHot: Matrix<Double>
  var testOneHot: Matrix<Double>
  var whitening: SecondMomentWhitening?
  var singularValues: [Double]

  /// n.
  var count: Int { features.rows }
  /// λ₁, the largest eigenvalue of XᵀX.
  var largestEigenvalue: Double { (singularValues.first ?? 0) * (singularValues.first ?? 0) }
  /// λₙ.
  var leastEigenvalue: Double { (singularValues.last ?? 0) * (singularValues.last ?? 0) }
}

/// Follows descent to its end, compares interpolants, and follows losses of labels.
///
/// Labels are the parity of the class as ±1, and one-hot. With whitened inputs the last test images,
/// at most 2000 and at most half of them, give the second moments and are not tested on.
/// Source: Zhang et al. (2017), Section 5.
///
/// - Parameters:
///   - split: training and test images with true labels.
///   - configuration: what to try; n below the dimension.
///   - progress: receives how far the study has come.
/// - Returns: the record.
/// - Throws: ``ExperimentError``.
/// - Complexity: O(b d C) a step, O(n d C) a step on all samples.
public func studyImplicitBias(
  _ split: DatasetSplit, configuration: ImplicitBiasConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> ImplicitBiasRecord {
  let own = DatasetSplit(
    train: split.train.prefix(min(configuration.samples, split.train.count)), test: split.test)
  if own.train.count < configuration.samples {
    throw .tooFewImages(needed: configuration.samples, found: own.train.count, test: false)
  }
  if own.test.count < 4 { throw .tooFewImages(needed: 4, found: own.test.count, test: true) }
  let references = configuration.input == .whitened ? min(2000, own.test.count / 2) : 0
  let sample = try preparedSample(own, references: references, configuration)
  let paths = try descendOnSquaredLoss(sample, configuration) { progress($0.part(0, 0.75)) }
  let decay = try followDecay(sample)
  progress(ExperimentProgress(fraction: 0.8, activity: "interpolants"))
  let scored = min(1000, sample.testFeatures.rows)
  let interpolants = try compareInterpolants(sample, scored: scored, configuration)
  let margins = try followMargins(sample, configuration) { progress($0.part(0.85, 0.15)) }
  return ImplicitBiasRecord(
    sample: SampleRecord(own.corrupted(by: .none, seed: configuration.seed)),
    configuration: configuration, referenceImages: references,
    largestSingularValue: sample.singularValues.first ?? 0,
    leastSingularValue: sample.singularValues.last ?? 0, paths: paths, decay: decay,
    interpolants: interpolants, scoredImages: scored, margins: margins)
}

private func preparedSample(
  _ split: DatasetSplit, references: Int, _ configuration: ImplicitBiasConfiguration
) throws(ExperimentError) -> ImplicitBiasSample {
  let pixels = split.train.featureMatrix(.scaled, of: Double.self)
  let allTest = split.test.featureMatrix(.scaled, of: Double.self)
  let tested = allTest.rows - references
  let testPixels = allTest.rows(0..<tested)
  let test = split.test.prefix(tested)
  var whitening: SecondMomentWhitening?
  if references > 0 {
    whitening = try solving(for: "whitening") { () throws(LinearAlgebraError) in
      try SecondMomentWhitening(
        reference: allTest.rows(tested..<allTest.rows), regularizer: configuration.whitening)
    }
  }
  let features = whitening.map { $0(pixels) } ?? pixels
  let values = try solving(for: "inputs") { () throws(LinearAlgebraError) in
    try features.singularValues()
  }
  let cutOff = Double(max(features.rows, features.columns)) * Double.ulpOfOne
  let rank = values.count { $0 > cutOff * (values.first ?? 0) }
  if rank < features.rows {
    throw .dependentSamples(rank: rank, samples: features.rows, dimension: features.columns)
  }
  return ImplicitBiasSample(
    features: features, testFeatures: whitening.map { $0(testPixels) } ?? testPixels,
    pixels: pixels, testPixels: testPixels, parity: parity(of: split.train),
    testParity: parity(of: test), oneHot: split.train.oneHotLabels(),
    testOneHot: test.oneHotLabels(), whitening: whitening, singularValues: values)
}

/// 1 for even classes, -1 for odd ones.
private func parity(of dataset: LabeledDataset) -> Matrix<Double> {
  Matrix(
    rows: dataset.count, columns: 1,
    columnMajor: dataset.labels.map { $0.isMultiple(of: 2) ? 1 : -1 })
}

extension ExperimentProgress {
  /// The progress of a part as one of the whole.
  fileprivate func part(_ first: Double, _ share: Double) -> ExperimentProgress {
    ExperimentProgress(fraction: first + share * fraction, activity: activity)
  }
}
