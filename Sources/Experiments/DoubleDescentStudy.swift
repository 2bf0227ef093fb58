public import Datasets
import Kernels
import LinearAlgebra
import LinearModels

/// What a study of double descent tries.
public struct DoubleDescentConfiguration: Sendable, Codable, Equatable {
  /// The sample size n; the first images are taken.
  public var samples: Int
  /// Numbers of features as multiples of n, in increasing order.
  public var ratios: [Double]
  /// Probabilities with which a label is redrawn.
  public var corruptions: [Double]
  /// Draws of the features; means and deviations are over these.
  public var draws: Int
  /// Names every draw.
  public var seed: UInt64

  /// Ratios that crowd where the training error reaches zero.
  public static let standardRatios = [
    0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.4, 1.7, 2, 3, 5, 10,
  ]

  /// Creates a configuration.
  ///
  /// - Parameters:
  ///   - samples: n, at least 2.
  ///   - ratios: positive and increasing.
  ///   - corruptions: from 0 to 1 each.
  ///   - draws: at least 1.
  ///   - seed: names every draw.
  public init(
    samples: Int = 500, ratios: [Double] = standardRatios, corruptions: [Double] = [0, 0.2],
    draws: Int = 5, seed: UInt64 = 0
  ) {
    precondition(samples >= 2 && draws >= 1, "samples to fit and features to fit them with")
    precondition(
      ratios.allSatisfy { $0 > 0 } && zip(ratios, ratios.dropFirst()).allSatisfy { $0 < $1 },
      "increasing numbers of features")
    precondition(corruptions.allSatisfy { (0...1).contains($0) }, "probabilities")
    self.samples = samples
    self.ratios = ratios
    self.corruptions = corruptions
    self.draws = draws
    self.seed = seed
  }
}

/// A mean over draws with its standard deviation.
public struct Spread: Sendable, Codable, Equatable {
  /// The mean.
  public var mean: Double
  /// The standard deviation of single draws; 0 for one draw.
  public var deviation: Double

  init(_ values: [Double]) {
    let count = Double(max(values.count, 1))
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    self.mean = mean
    deviation = values.count < 2 ? 0 : (squares / (count - 1)).squareRoot()
  }
}

/// Minimum-norm regression on one number of random features.
public struct DoubleDescentRow: Sendable, Codable, Equatable {
  /// The kind of features.
  public var features: String
  /// The probability p with which a label was redrawn.
  public var corruption: Double
  /// The number N of features.
  public var count: Int
  /// The mean squared residual of a one-hot label on the training images.
  public var trainLoss: Spread
  /// The share of wrong answers on the training images.
  public var trainError: Spread
  /// The mean squared residual on the test images, against true labels.
  public var testLoss: Spread
  /// The share of wrong answers on the test images, against true labels.
  public var testError: Spread
  /// The Frobenius norm of the weights.
  public var norm: Spread
  /// The largest condition estimate of the solved systems.
  public var conditionEstimate: Double
}

/// Test error over the number of random features, beyond the point where all labels are fitted.
public struct DoubleDescentRecord: Sendable, Codable, Equatable {
  /// The sample, labels true.
  public var sample: SampleRecord
  /// What was tried.
  public var configuration: DoubleDescentConfiguration
  /// γ of the Fourier features' Gaussian kernel.
  public var gamma: Double
  /// One row for each kind, p and N, N running fastest.
  public var rows: [DoubleDescentRow]

  /// The rows of one kind and one p, by N.
  public func curve(_ features: String, corruption: Double) -> [DoubleDescentRow] {
    rows.filter { $0.features == features && $0.corruption == corruption }
  }
}

/// Measures minimum-norm regression on random features over their number N.
///
/// Images are standardised; targets are one-hot; no ridge. Labels of all p are fitted by the same
/// decompositions. Source: Belkin, Hsu, Ma, Mandal, "Reconciling modern machine-learning practice
/// and the classical bias-variance trade-off" (PNAS 2019).
///
/// - Parameters:
///   - split: training and test images with true labels.
///   - configuration: what to try; at most as many samples as there are.
///   - progress: receives how far the study has come.
/// - Returns: the record.
/// - Throws: ``ExperimentError/linearModel(learner:_:)``.
/// - Complexity: O(n² N) a solve for N ≥ n, O(n N²) below.
public func studyDoubleDescent(
  _ split: DatasetSplit, configuration: DoubleDescentConfiguration,
  progress: ProgressHandler = { _ in }
) throws(ExperimentError) -> DoubleDescentRecord {
  let train = split.train.prefix(min(configuration.samples, split.train.count))
  let n = train.count
  let own = DatasetSplit(train: train, test: split.test)
  let samples = configuration.corruptions.map { probability in
    own.corrupted(
      by: probability == 0 ? .none : .partialLabels(probability: probability),
      seed: configuration.seed)
  }
  let targets = stackedTargets(samples)
  let testTargets = split.test.oneHotLabels(of: Double.self)
  let x = train.featureMatrix(.standardized)
  let testX = split.test.featureMatrix(.standardized)
  let gamma = GaussianKernel.medianHeuristic(x, seed: configuration.seed).gamma
  var rows: [DoubleDescentRow] = []
  let kinds: [RandomFeatures.Kind] = [.rectified, .fourier(gamma: gamma)]
  let solves = kinds.count * configuration.ratios.count
  for kind in kinds {
    // Features of the largest number are drawn once a draw; fewer are the first of them.
    let counts = configuration.ratios.map { max(Int(($0 * Double(n)).rounded()), 1) }
    let largest = counts.max() ?? 1
    var measured = [[Measured]](repeating: [], count: counts.count)
    for draw in 0..<configuration.draws {
      let map = RandomFeatures(
        kind, count: largest, seed: configuration.seed, draw: draw)
      let (features, testFeatures) = (map(x), map(testX))
      for (index, count) in counts.enumerated() {
        progress(
          ExperimentProgress(
            fraction: (Double(rows.count / configuration.corruptions.count)
              + Double(draw) * Double(counts.count) / Double(configuration.draws)
              + Double(index) / Double(configuration.draws)) / Double(solves),
            activity: "\(kind.name) features, N = \(count), draw \(draw + 1)"))
        let scale = (Double(largest) / Double(count)).squareRoot()
        measured[index].append(
          try measure(
            features.columns(0..<count).map { $0 * scale }, targets: targets,
            testFeatures.columns(0..<count).map { $0 * scale }, testTargets: testTargets,
            samples: samples))
      }
    }
    for (level, corruption) in configuration.corruptions.enumerated() {
      for (index, count) in counts.enumerated() {
        let values = measured[index].map { $0.levels[level] }
        rows.append(
          DoubleDescentRow(
            features: kind.name, corruption: corruption, count: count,
            trainLoss: Spread(values.map(\.trainLoss)),
            trainError: Spread(values.map(\.trainError)),
            testLoss: Spread(values.map(\.testLoss)), testError: Spread(values.map(\.testError)),
            norm: Spread(values.map(\.norm)),
            conditionEstimate: measured[index].map(\.conditionEstimate).max() ?? 1))
      }
    }
  }
  return DoubleDescentRecord(
    sample: SampleRecord(own.corrupted(by: .none, seed: configuration.seed)),
    configuration: configuration, gamma: gamma, rows: rows)
}

/// One solve, at every level of corruption.
private struct Measured {
  struct Level {
    var trainLoss, trainError, testLoss, testError, norm: Double
  }
  var levels: [Level]
  var conditionEstimate: Double
}

private func measure(
  _ features: Matrix<Double>, targets: Matrix<Double>, _ testFeatures: Matrix<Double>,
  testTargets: Matrix<Double>, samples: [CorruptedSample]
) throws(ExperimentError) -> Measured {
  let fit: LinearFit<Double>
  do throws(LinearModelError) {
    fit = try cheapestMinimumNormFit(features, targets: targets).fit
  } catch {
    throw .linearModel(learner: "random features", error)
  }
  let (values, testValues) = (features * fit.weights, testFeatures * fit.weights)
  let classes = testTargets.columns
  let levels = samples.indices.map { level in
    let columns = level * classes..<(level + 1) * classes
    let (own, ownTest) = (values.columns(columns), testValues.columns(columns))
    let (train, test) = (samples[level].train, samples[level].test)
    return Measured.Level(
      trainLoss: meanSquaredLength(own - targets.columns(columns)),
      trainError: 1 - accuracy(own.largestColumnOfRows(), train.labels),
      testLoss: meanSquaredLength(ownTest - testTargets),
      testError: 1 - accuracy(ownTest.largestColumnOfRows(), test.labels),
      norm: fit.weights.columns(columns).frobeniusNorm)
  }
  return Measured(levels: levels, conditionEstimate: fit.evidence.conditionEstimate)
}
