import Datasets
import LinearAlgebra

/// What a linear map is asked to give for an image.
public enum LinearTargets: String, Sendable, Codable, Hashable, CaseIterable {
  /// The one-hot label; the largest output is the answer.
  case oneHot = "one-hot"
  /// 1 for an even class and -1 for an odd one; the sign of the output is the answer.
  case parity
}

/// Features and targets of a sample, and how outputs are scored.
struct LinearProblem {
  let sample: CorruptedSample
  let kind: LinearTargets
  /// X, n × d: values / 255, or features of them.
  let features: Matrix<Double>
  /// The same of the test images, m × d.
  let testFeatures: Matrix<Double>
  /// Y, n × k.
  let targets: Matrix<Double>
  /// The targets of the test images by their true labels, m × k.
  let testTargets: Matrix<Double>

  /// How images became rows of X, in words.
  let input: String

  static let preprocessing = Preprocessing.scaled

  /// With `isSigned` the zeros of one-hot labels are -1, as losses of labels want it.
  init(
    _ sample: CorruptedSample, _ kind: LinearTargets, isSigned: Bool = false,
    features choice: LinearFeatures = .pixels
  ) {
    self.sample = sample
    self.kind = kind
    (features, testFeatures, input) = choice.features(
      train: sample.train.featureMatrix(Self.preprocessing),
      test: sample.test.featureMatrix(Self.preprocessing))
    func encoded(_ dataset: LabeledDataset) -> Matrix<Double> {
      let targets = kind.matrix(of: dataset)
      return isSigned && kind == .oneHot ? targets.map { 2 * $0 - 1 } : targets
    }
    targets = encoded(sample.train)
    testTargets = encoded(sample.test)
  }

  /// The shares of wrong answers of outputs.
  func score(train: Matrix<Double>, test: Matrix<Double>) -> ClassificationScore {
    kind.score(train: train, test: test, sample: sample)
  }

  /// The shares of wrong answers of weights.
  func score(_ weights: Matrix<Double>) -> ClassificationScore {
    score(train: features * weights, test: testFeatures * weights)
  }
}

extension LinearTargets {
  /// Y of a data set, n × k.
  func matrix(of dataset: LabeledDataset) -> Matrix<Double> {
    switch self {
    case .oneHot: dataset.oneHotLabels()
    case .parity:
      Matrix(
        rows: dataset.count, columns: 1, columnMajor: dataset.labels.map { signOfParity($0) })
    }
  }

  /// The number k of targets of an image.
  func count(classes: Int) -> Int { self == .oneHot ? classes : 1 }

  /// The shares of wrong answers of outputs.
  func score(
    train: Matrix<Double>, test: Matrix<Double>, sample: CorruptedSample
  ) -> ClassificationScore {
    switch self {
    case .oneHot:
      return ClassificationScore(
        train: train.largestColumnOfRows(), test: test.largestColumnOfRows(), sample: sample)
    case .parity:
      // An output of 0 is no answer.
      func signs(_ outputs: Matrix<Double>) -> [Int] {
        outputs.elements.map { $0 > 0 ? 1 : $0 < 0 ? -1 : 0 }
      }
      func parities(_ labels: [Int]) -> [Int] { labels.map { Int(signOfParity($0)) } }
      return ClassificationScore(
        trainError: errorRate(signs(train), parities(sample.train.labels)),
        testError: errorRate(signs(test), parities(sample.test.labels)),
        corruptedTestError: errorRate(signs(test), parities(sample.corruptedTestLabels)))
    }
  }
}

/// 1 for an even class, -1 for an odd one.
private func signOfParity(_ label: Int) -> Double { label.isMultiple(of: 2) ? 1 : -1 }

/// The targets of all samples side by side.
func stackedTargets(
  _ samples: [CorruptedSample], _ kind: LinearTargets = .oneHot
) -> Matrix<Double> {
  let rows = samples.first?.train.count ?? 0
  precondition(
    samples.allSatisfy { $0.train.pixels == samples[0].train.pixels },
    "the samples share their images")
  return Matrix(
    rows: rows,
    columns: samples.reduce(0) { $0 + kind.count(classes: $1.train.classCount) },
    columnMajor: samples.flatMap { kind.matrix(of: $0.train).elements })
}

extension Matrix<Double> {
  /// The smallest margin of these scores, a row a sample and a column a class.
  func smallestMargin(of labels: [Int]) -> Double? {
    ClassificationScore.smallestMargin(of: labels, classes: columns) { self[$0, $1] }
  }
}

/// The mean over rows of the squared length.
func meanSquaredLength(_ residuals: Matrix<Double>) -> Double {
  let norm = residuals.frobeniusNorm
  return norm * norm / Double(max(residuals.rows, 1))
}
