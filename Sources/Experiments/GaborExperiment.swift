public import Datasets
public import Kernels
import LinearAlgebra

/// How kernel regression on Gabor features is set up.
public struct GaborConfiguration: Sendable, Codable, Equatable {
  /// The features.
  public var features: GaborFeatures
  /// Candidates for γ of the Gaussian kernel, in units of 1 / (median squared distance).
  ///
  /// One alone is taken as it is; among several, training images held out choose.
  public var relativeGammas: [Double]
  /// The ridge λ.
  public var ridge: Double
  /// How many training images, the last ones, are held out to choose γ, at most half of them.
  public var heldOut: Int
  /// How many of the other training images are fitted at most to choose γ.
  public var selectionLimit: Int
  /// In which precision the Gram matrix is factored.
  public var precision: KernelPrecision
  /// ‖Y - (K + λI)α‖ / ‖Y‖ to refine to.
  public var tolerance: Double
  /// The largest number of bytes that the fit may plan for; nil for no limit.
  @ExplicitNull public var memoryLimit: Int?
  /// Names the draw of the median.
  public var seed: UInt64

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - features: the map.
  ///   - relativeGammas: positive, at least one.
  ///   - ridge: λ ≥ 0.
  ///   - heldOut: images to choose γ on, at least 1.
  ///   - selectionLimit: images to fit at most while γ is chosen, at least 1.
  ///   - precision: of the factor.
  ///   - tolerance: the relative residual to refine to, with mixed precision.
  ///   - memoryLimit: the largest number of bytes to plan for, or nil.
  ///   - seed: names the draw of the median.
  public init(
    features: GaborFeatures = GaborFeatures(), relativeGammas: [Double] = [1],
    ridge: Double = 0, heldOut: Int = 10_000, selectionLimit: Int = 10_000,
    precision: KernelPrecision = .mixed, tolerance: Double = 1e-10, memoryLimit: Int? = nil,
    seed: UInt64 = 0
  ) {
    self.features = features
    self.relativeGammas = relativeGammas
    self.ridge = ridge
    self.heldOut = heldOut
    self.selectionLimit = selectionLimit
    self.precision = precision
    self.tolerance = tolerance
    self.memoryLimit = memoryLimit
    self.seed = seed
  }
}

/// A kernel regression on Gabor features, measured.
public struct GaborRecord: Sendable, Codable, Equatable {
  /// A γ that was tried.
  public struct Candidate: Sendable, Codable, Equatable {
    /// γ.
    public var gamma: Double
    /// The share of wrong answers on the images held out; nil where it was not tried or not solved.
    @ExplicitNull public var heldOutError: Double?
  }

  /// How it was set up.
  public var configuration: GaborConfiguration
  /// n, the number of training images.
  public var samples: Int
  /// The number of test images.
  public var testSamples: Int
  /// The number of features.
  public var dimension: Int
  /// What was tried.
  public var candidates: [Candidate]
  /// γ of the fit to all training images.
  public var gamma: Double
  /// The share of wrong answers on the training images.
  public var trainError: Double
  /// The share of wrong answers on the test images.
  public var testError: Double
  /// √tr(αᵀKα).
  public var rkhsNorm: Double
  /// ‖Y - (K + λI)α‖ / ‖Y‖ after the solve and after each refinement.
  public var relativeResiduals: [Double]
  /// The steps of the refinement, each a product and a solve.
  public var refinements: Int
  /// The last of the residuals.
  public var relativeResidual: Double { relativeResiduals.last ?? 0 }
  /// LAPACK's test ratio, at most 30 for a sound solve.
  public var testRatio: Double
  /// The estimated condition number of K + λI.
  public var conditionEstimate: Double
  /// The bytes planned for, beside the images.
  public var plannedBytes: Int
  /// Wall-clock seconds of the features.
  public var featureSeconds: Double
  /// Wall-clock seconds of the choice of γ.
  public var selectionSeconds: Double
  /// Wall-clock seconds of fit and predictions.
  public var fitSeconds: Double
  /// Wall-clock seconds of all.
  public var seconds: Double { featureSeconds + selectionSeconds + fitSeconds }

  /// Whether LAPACK's ratio is at most 30 or the residual within the tolerance.
  public var isSound: Bool {
    testRatio <= 30 || relativeResidual <= configuration.tolerance
  }
}

/// Fits one-hot labels by regression with a Gaussian kernel on Gabor features.
///
/// Pixels are divided by 255, and colours averaged to grey. γ is chosen without the test images,
/// which are scored once.
///
/// - Parameters:
///   - split: some images for training and some for testing.
///   - configuration: features, kernel and ridge.
///   - progress: receives how far it has come.
/// - Returns: errors, norm and seconds.
/// - Throws: ``ExperimentError/kernelMemory(_:limit:)`` before anything large is allocated,
///   ``ExperimentError/kernel(_:)``.
/// - Complexity: that of ``Kernels/GaborFeatures`` and of ``Kernels/KernelRegression``.
public func fitGaborKernel(
  _ split: DatasetSplit, configuration: GaborConfiguration = GaborConfiguration(),
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> GaborRecord {
  precondition(split.train.count >= 2 && split.test.count >= 1, "images to fit and to score")
  precondition(
    !configuration.relativeGammas.isEmpty && configuration.heldOut >= 1
      && configuration.selectionLimit >= 1, "a gamma, and images to choose it on")
  let plan = KernelMemoryPlan(
    samples: split.train.count, dimension: configuration.features.featureCount,
    targets: split.train.classCount, inputs: split.test.count, precision: configuration.precision)
  if let limit = configuration.memoryLimit, plan.totalBytes > limit {
    throw .kernelMemory(plan, limit: limit)
  }
  var watch = Stopwatch()
  let (height, width) = (split.train.shape.height, split.train.shape.width)
  func features(_ dataset: LabeledDataset, from start: Double, to end: Double, _ activity: String)
    -> Matrix<Double>
  {
    configuration.features(
      greyImages(dataset), height: height, width: width
    ) {
      progress(ExperimentProgress(fraction: start + (end - start) * $0, activity: activity))
    }.converted(to: Double.self)
  }
  let train = features(split.train, from: 0, to: 0.2, "features of the training images")
  let test = features(split.test, from: 0.2, to: 0.24, "features of the test images")
  let featureSeconds = watch.seconds
  watch = Stopwatch()
  let targets = split.train.oneHotLabels(of: Double.self)
  let median = GaussianKernel.medianHeuristic(train, seed: configuration.seed).gamma
  var candidates = configuration.relativeGammas.map {
    GaborRecord.Candidate(gamma: $0 * median, heldOutError: nil)
  }
  if candidates.count > 1 {
    let first = train.rows - min(configuration.heldOut, train.rows / 2)
    let fitted = 0..<min(first, configuration.selectionLimit)
    let (x, y, others) = (train.rows(fitted), targets.rows(fitted), train.rows(first..<train.rows))
    for index in candidates.indices {
      progress(ExperimentProgress(fraction: 0.24, activity: "choice of gamma"))
      // A γ for which K is singular in this precision drops out.
      let fit = try? KernelRegression(
        kernel: GaussianKernel(gamma: candidates[index].gamma), samples: x,
        ridge: configuration.ridge, precision: configuration.precision
      ).fit(y, tolerance: configuration.tolerance)
      candidates[index].heldOutError = fit.map {
        errorRate(
          $0.predict(others).largestColumnOfRows(), Array(split.train.labels[first...]))
      }
    }
  }
  let best = candidates.min { ($0.heldOutError ?? .infinity) < ($1.heldOutError ?? .infinity) }
  let gamma = best?.gamma ?? median
  let selectionSeconds = watch.seconds
  watch = Stopwatch()
  let fit: KernelFit<GaussianKernel>
  do throws(KernelError) {
    fit = try KernelRegression(
      kernel: GaussianKernel(gamma: gamma), samples: train, ridge: configuration.ridge,
      precision: configuration.precision
    ) {
      progress(
        ExperimentProgress(fraction: 0.25 + 0.65 * $0, activity: "factors the Gram matrix"))
    }.fit(targets, tolerance: configuration.tolerance)
  } catch {
    throw .kernel(error)
  }
  progress(ExperimentProgress(fraction: 0.95, activity: "scores the test images"))
  let testError = errorRate(
    fit.predict(test).largestColumnOfRows(), split.test.labels)
  return GaborRecord(
    configuration: configuration, samples: train.rows, testSamples: test.rows,
    dimension: train.columns, candidates: candidates, gamma: gamma,
    trainError: errorRate(fit.fittedValues.largestColumnOfRows(), split.train.labels),
    testError: testError, rkhsNorm: fit.rkhsNorm, relativeResiduals: fit.relativeResiduals,
    refinements: fit.refinements, testRatio: fit.evidence.testRatio,
    conditionEstimate: fit.evidence.conditionEstimate,
    plannedBytes: plan.totalBytes, featureSeconds: featureSeconds,
    selectionSeconds: selectionSeconds, fitSeconds: watch.seconds)
}

/// The images as rows, pixels from 0 to 1, averaged over the channels.
private func greyImages(_ dataset: LabeledDataset) -> Matrix<Float> {
  let images = dataset.featureMatrix(.scaled, of: Float.self)
  let (channels, area) = (dataset.shape.channels, dataset.shape.area)
  if channels == 1 { return images }
  var sum = images.columns(0..<area)
  for channel in 1..<channels { sum.add(images.columns(channel * area..<(channel + 1) * area)) }
  return sum.map { $0 / Float(channels) }
}
