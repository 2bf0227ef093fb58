public import Datasets
public import Kernels
import LinearAlgebra

/// How a ridge regression on random convolutional features is set up.
public struct RandomConvolutionConfiguration: Sendable, Codable, Equatable {
  /// The layer; its number of filters is the largest that is tried.
  public var features: RandomConvolutionalFeatures.Configuration
  /// Numbers of filters, ascending; each takes the first filters of the layer.
  public var filterCounts: [Int]
  /// Candidates for γ of a Gaussian kernel of the standardised features, in units of
  /// 1 / (median squared distance); none for the features themselves.
  public var relativeGammas: [Double]
  /// The candidates λ / n, or λ itself where there is a kernel, from which the images held out choose
  /// for each number of filters.
  public var ridges: [Double]
  /// How many training images are fitted at most to choose γ and λ of a kernel.
  public var selectionLimit: Int
  /// The share of the training images that is held out to choose λ: the last ones.
  public var heldOutShare: Double
  /// Which equations are solved; nil for the smaller of the two.
  @ExplicitNull public var form: RidgeForm?
  /// The relative residual to which the fits of all training images are refined.
  public var tolerance: Double
  /// The largest number of bytes that the fit may plan for; nil for no limit.
  @ExplicitNull public var memoryLimit: Int?

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - features: the layer.
  ///   - filterCounts: ascending, each from 1 to the layer's filters; nil for all filters alone.
  ///   - relativeGammas: candidates for γ of a Gaussian kernel of the features, in units of
  ///     1 / (median squared distance), positive; none for the features themselves.
  ///   - ridges: candidates λ / n, or λ itself where there is a kernel, each 0 or larger, at least
  ///     one; nil for 0.003, 0.01, 0.03 and 0.1, and 0.01 and 0.03 with a kernel.
  ///   - heldOutShare: above 0 and below 1.
  ///   - form: which equations are solved; nil for the smaller of the two. A kernel has `dual` alone.
  ///   - selectionLimit: training images to fit at most while γ and λ of a kernel are chosen, at
  ///     least 1.
  ///   - tolerance: the relative residual to refine to, 0 or larger.
  ///   - memoryLimit: the largest number of bytes to plan for, or nil.
  public init(
    features: RandomConvolutionalFeatures.Configuration, filterCounts: [Int]? = nil,
    relativeGammas: [Double] = [], ridges: [Double]? = nil, heldOutShare: Double = 0.1,
    form: RidgeForm? = nil, selectionLimit: Int = 10_000, tolerance: Double = 1e-8,
    memoryLimit: Int? = nil
  ) {
    self.features = features
    self.filterCounts = filterCounts ?? [features.filters]
    self.relativeGammas = relativeGammas
    self.ridges =
      ridges ?? (relativeGammas.isEmpty ? [0.003, 0.01, 0.03, 0.1] : [0.01, 0.03])
    self.heldOutShare = heldOutShare
    self.form = form
    self.selectionLimit = selectionLimit
    self.tolerance = tolerance
    self.memoryLimit = memoryLimit
  }
}

/// Which of two equations gives the ridge solution.
public enum RidgeForm: String, Sendable, Codable, Hashable, CaseIterable {
  /// (ΦᵀΦ + λI) W = ΦᵀY, D × D for D features.
  case primal
  /// (ΦΦᵀ + λI) α = Y with W = Φᵀα, n × n for n samples.
  case dual
}

/// A ridge regression on random convolutional features, measured for several numbers of filters.
public struct RandomConvolutionRecord: Sendable, Codable, Equatable {
  /// A ridge that was tried, with a γ where there is a kernel.
  public struct Candidate: Sendable, Codable, Equatable {
    /// γ in units of 1 / (median squared distance); nil without a kernel.
    @ExplicitNull public var relativeGamma: Double?
    /// λ / n, or λ where there is a kernel.
    public var ridge: Double
    /// The share of wrong answers on the images held out; nil where the equations were singular.
    @ExplicitNull public var heldOutError: Double?
  }

  /// The fit with the first so many filters.
  public struct Point: Sendable, Codable, Equatable {
    /// The number of filters.
    public var filters: Int
    /// D, the number of features.
    public var features: Int
    /// The ridges that were tried.
    public var candidates: [Candidate]
    /// γ of the kernel that was chosen; nil without a kernel.
    @ExplicitNull public var gamma: Double?
    /// λ / n, or λ where there is a kernel, of least error on the images held out.
    public var ridge: Double
    /// The share of wrong answers on the images held out, of the fit without them.
    @ExplicitNull public var heldOutError: Double?
    /// The share of wrong answers on all training images, of the fit to them; nil in the primal form,
    /// which does not keep their features.
    @ExplicitNull public var trainError: Double?
    /// ‖Y - (K + λI)α‖ / ‖Y‖, or ‖ΦᵀY - (ΦᵀΦ + λI)W‖ / ‖ΦᵀY‖ in the primal form, measured in
    /// `Double` with the matrix as it is kept.
    public var relativeResidual: Double
    /// The share of wrong answers on the test images, of the fit to all training images.
    public var testError: Double
    /// ‖W‖, the Frobenius norm of the weights of the standardised features; with a kernel the RKHS
    /// norm √tr(αᵀKα).
    public var norm: Double
  }

  /// How it was set up.
  public var configuration: RandomConvolutionConfiguration
  /// n, the number of training images.
  public var samples: Int
  /// How many of them were held out to choose λ, before the fit to all.
  public var heldOut: Int
  /// The number of test images.
  public var testSamples: Int
  /// Which equations were solved.
  public var form: RidgeForm
  /// One for each number of filters, ascending.
  public var points: [Point]
  /// The bytes planned for, beside the images.
  public var plannedBytes: Int
  /// Wall-clock seconds of filters, features and their products.
  public var featureSeconds: Double
  /// Wall-clock seconds of all factorisations, solves and predictions.
  public var solveSeconds: Double
  /// Wall-clock seconds of both.
  public var seconds: Double { featureSeconds + solveSeconds }
  /// Whether the equations hold within the tolerance for each number of filters.
  public var isSound: Bool {
    points.allSatisfy { $0.relativeResidual <= configuration.tolerance }
  }
}

/// Fits one-hot labels by ridge regression on random convolutional features.
///
/// Pixels are divided by 255. Features are standardised by the means and deviations over the first
/// 2000 training images; a constant 1/C is subtracted from the one-hot targets. Features are made
/// in blocks, and only ΦᵀΦ or ΦΦᵀ is kept, in `Float` and half a square; a Gaussian kernel of the
/// features is a function of ΦΦᵀ. Fits of all images are refined with products in `Double`. λ, and
/// γ of a kernel, are chosen for each number of filters on held-out training images; the test images
/// are scored once.
///
/// - Parameters:
///   - split: the images; some training and test images.
///   - configuration: layer, numbers of filters and ridges.
///   - progress: receives how far it has come.
/// - Returns: the errors for each number of filters.
/// - Throws: ``ExperimentError/memory(learner:needed:limit:)`` before anything large is allocated,
///   ``ExperimentError/linearAlgebra(learner:_:)`` where no candidate λ gives a solution.
/// - Complexity: O(q L N) for each image, with q patches of L values and N filters; then
///   O(n D min(n, D)), and O(min(n, D)³) for each candidate, in the dual form for each number of
///   filters too; with a kernel for each number of filters and, of fewer images, each candidate.
public func fitRandomConvolution(
  _ split: DatasetSplit, configuration: RandomConvolutionConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> RandomConvolutionRecord {
  let learner = RandomConvolutionFit.learner
  precondition(split.train.count >= 2 && split.test.count >= 1, "images to fit and to score")
  precondition(
    configuration.heldOutShare > 0 && configuration.heldOutShare < 1, "a share to hold out")
  precondition(
    !configuration.ridges.isEmpty && configuration.ridges.allSatisfy { $0 >= 0 && $0.isFinite },
    "ridges that are not negative")
  let hasKernel = !configuration.relativeGammas.isEmpty
  precondition(
    configuration.relativeGammas.allSatisfy { $0 > 0 && $0.isFinite }
      && configuration.selectionLimit >= 1 && !(hasKernel && configuration.form == .primal),
    "a kernel has positive scales, images to choose them with, and the dual form")
  let counts = configuration.filterCounts
  precondition(
    !counts.isEmpty && counts == Set(counts).sorted() && counts[0] >= 1
      && counts[counts.count - 1] <= configuration.features.filters,
    "ascending numbers of filters within the layer's")
  let form =
    hasKernel
    ? .dual
    : configuration.form
      ?? (counts[counts.count - 1] * configuration.features.featuresPerFilter <= split.train.count
        ? .primal : .dual)
  let planned = RandomConvolutionFit.plannedBytes(split, configuration, form)
  if let limit = configuration.memoryLimit, planned > limit {
    throw .memory(learner: learner, needed: planned, limit: limit)
  }
  let watch = Stopwatch()
  let train = split.train.featureMatrix(.scaled, of: Float.self)
  let features = try solving(for: learner) { () throws(LinearAlgebraError) in
    try RandomConvolutionalFeatures(
      configuration.features, images: train, height: split.train.shape.height,
      width: split.train.shape.width, channels: split.train.shape.channels)
  }
  let constant = Float(1 / Double(split.train.classCount))
  var targets = split.train.oneHotLabels(of: Float.self)
  targets.add(Matrix(rows: targets.rows, columns: targets.columns, repeating: -constant))
  let heldOut = min(
    max(1, Int((Double(train.rows) * configuration.heldOutShare).rounded())), train.rows - 1)
  var fit = RandomConvolutionFit(
    configuration: configuration, features: features, train: train, targets: targets,
    labels: split.train.labels, test: split.test.featureMatrix(.scaled, of: Float.self),
    testLabels: split.test.labels, heldOut: heldOut)
  fit.featureSeconds = watch.seconds
  let points = try solving(for: learner) { () throws(LinearAlgebraError) in
    form == .primal ? try fit.primal(progress) : try fit.dual(progress)
  }
  return RandomConvolutionRecord(
    configuration: configuration, samples: train.rows, heldOut: heldOut,
    testSamples: split.test.count, form: form, points: points, plannedBytes: planned,
    featureSeconds: fit.featureSeconds, solveSeconds: fit.solveSeconds)
}
