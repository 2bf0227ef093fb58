public import Datasets

/// The shares of wrong answers, from 0 to 1.
public struct ClassificationScore: Sendable, Codable, Equatable {
  /// On the training images, against the labels that were fitted.
  public var trainError: Double
  /// On the test images, against their true labels.
  public var testError: Double
  /// On the test images, against labels corrupted by the rule of the training labels.
  public var corruptedTestError: Double

  init(trainError: Double, testError: Double, corruptedTestError: Double) {
    self.trainError = trainError
    self.testError = testError
    self.corruptedTestError = corruptedTestError
  }

  /// Scores answers.
  ///
  /// - Parameters:
  ///   - train: the class given to each training image.
  ///   - test: the class given to each test image.
  ///   - sample: the sample with its labels.
  public init(train: [Int], test: [Int], sample: CorruptedSample) {
    trainError = errorRate(train, sample.train.labels)
    testError = errorRate(test, sample.test.labels)
    corruptedTestError = errorRate(test, sample.corruptedTestLabels)
  }
}

/// The share of answers that differ from the labels; 0 for none.
func errorRate(_ answers: [Int], _ labels: [Int]) -> Double {
  precondition(answers.count == labels.count, "an answer for each label")
  let wrong = zip(answers, labels).count { $0 != $1 }
  return labels.isEmpty ? 0 : Double(wrong) / Double(labels.count)
}

/// The share of answers that are the labels; 0 for none.
func accuracy(_ answers: [Int], _ labels: [Int]) -> Double {
  let right = zip(answers, labels).count { $0 == $1 }
  return labels.isEmpty ? 0 : Double(right) / Double(labels.count)
}

/// A rate in per cent, without the last digits that the factor 100 would leave.
func percentage(_ rate: Double) -> Double { (rate * 1e12).rounded() / 1e10 }

extension ClassificationScore {
  /// Half the width of the interval that holds a rate with a probability of 99.9 %.
  ///
  /// 3.29 √(p (1 - p) / n) with p kept away from 0 and 1 by one sample.
  ///
  /// - Parameters:
  ///   - rate: p, from 0 to 1.
  ///   - samples: n, at least 1.
  /// - Returns: the half-width.
  public static func binomialHalfWidth(rate: Double, samples: Int) -> Double {
    let n = Double(max(1, samples))
    let p = min(max(rate, 1 / n), 1 - 1 / n)
    return 3.29 * (p * (1 - p) / n).squareRoot()
  }
}

extension ClassificationScore {
  /// The smallest margin of a sample: min over i of s(i, yᵢ) - max over c ≠ yᵢ of s(i, c).
  ///
  /// It has the scale of the scores: 1 where one-hot targets are met exactly. It is positive where
  /// every label has the largest score alone.
  ///
  /// - Parameters:
  ///   - labels: y, n classes in 0..<C.
  ///   - classes: C.
  ///   - score: s, the score of a class for a sample.
  /// - Returns: the margin; nil without a sample, with fewer than two classes, or where a score is no
  ///   number.
  /// - Complexity: O(n C).
  public static func smallestMargin(
    of labels: [Int], classes: Int, score: (_ sample: Int, _ class: Int) -> Double
  ) -> Double? {
    guard classes >= 2 else { return nil }
    var smallest: Double?
    for (sample, label) in labels.enumerated() {
      let own = score(sample, label)
      for other in 0..<classes where other != label {
        let margin = own - score(sample, other)
        if margin.isNaN { return nil }
        smallest = min(smallest ?? margin, margin)
      }
    }
    return smallest
  }
}
