public import Datasets
public import Kernels
import LinearAlgebra

/// How a ridge regression on random convolutional features is set up.
public struct RandomConvolutionConfiguration: Sendable, Codable, Equatable {
  /// The layer; its number of filters is the largest that is tried.
  public var features: RandomConvolutionalFeatures.Configuration
  /// Numbers of filters, ascending; each takes the first filters of the layer.
  public var filterCounts: [Int]
  /// The candidates λ / n, from which the images held out choose for each number of filters.
  public var ridges: [Double]
  /// The share of the training images that is held out to choose λ: the last ones.
  public var heldOutShare: Double
  /// Which equations are solved; nil for the smaller of the two.
  @ExplicitNull public var form: RidgeForm?
  /// The largest number of bytes that the fit may plan for; nil for no limit.
  @ExplicitNull public var memoryLimit: Int?

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - features: the layer.
  ///   - filterCounts: ascending, each from 1 to the layer's filters; nil for all filters alone.
  ///   - ridges: candidates λ / n, each 0 or larger, at least one.
  ///   - heldOutShare: above 0 and below 1.
  ///   - form: which equations are solved; nil for the smaller of the two.
  ///   - memoryLimit: the largest number of bytes to plan for, or nil.
  public init(
    features: RandomConvolutionalFeatures.Configuration, filterCounts: [Int]? = nil,
    ridges: [Double] = [0.003, 0.01, 0.03, 0.1], heldOutShare: Double = 0.1,
    form: RidgeForm? = nil, memoryLimit: Int? = nil
  ) {
    self.features = features
    self.filterCounts = filterCounts ?? [features.filters]
    self.ridges = ridges
    self.heldOutShare = heldOutShare
    self.form = form
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
  /// A ridge that was tried.
  public struct Candidate: Sendable, Codable, Equatable {
    /// λ / n.
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
    /// λ / n, of least error on the images held out.
    public var ridge: Double
    /// The share of wrong answers on the test images, of the fit to all training images.
    public var testError: Double
    /// ‖W‖, the Frobenius norm of the weights of the standardised features.
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
}

/// Fits one-hot labels by ridge regression on random convolutional features.
///
/// Pixels are divided by 255. Features are standardised by the means and deviations over the first
/// 2000 training images; a constant 1/C is subtracted from the one-hot targets. Features are made
/// in blocks, and only ΦᵀΦ or ΦΦᵀ is kept, in `Float` and half a square. The λ of each number of
/// filters is chosen on held-out training images; the test images are scored once.
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
///   filters too.
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
  let counts = configuration.filterCounts
  precondition(
    !counts.isEmpty && counts == Set(counts).sorted() && counts[0] >= 1
      && counts[counts.count - 1] <= configuration.features.filters,
    "ascending numbers of filters within the layer's")
  let form =
    configuration.form
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
