import Datasets
import Experiments
import RandomStreams
import TestSupport
import Testing

@Suite("Classification scores")
struct ClassificationScoreTests {
  @Test("errors are counted against training labels, true and corrupted test labels")
  func counts() {
    let split = tinySplit(
      train: [([0, 0], 0), ([0, 1], 1), ([1, 0], 2), ([1, 1], 0)],
      test: [([2, 0], 0), ([2, 1], 1)])
    let sample = split.corrupted(by: .randomLabels, seed: 11)
    let score = ClassificationScore(
      train: sample.train.labels.map { ($0 + 1) % 3 }, test: [0, 0], sample: sample)
    #expect(score.trainError == 1)
    #expect(score.testError == 0.5)
    let wrong = sample.corruptedTestLabels.count { $0 != 0 }
    #expect(score.corruptedTestError == Double(wrong) / 2)
  }

  @Test("an empty sample has no errors")
  func empty() {
    let sample = tinySplit(train: [], test: []).corrupted(by: .none, seed: 0)
    let score = ClassificationScore(train: [], test: [], sample: sample)
    #expect(score.trainError == 0 && score.testError == 0 && score.corruptedTestError == 0)
  }

  @Test("the interval is the normal one, and never closes")
  func interval() {
    let half = ClassificationScore.binomialHalfWidth(rate: 0.9, samples: 10_000)
    #expect(abs(half - 3.29 * 0.003) <= 4 * half.ulp)
    #expect(ClassificationScore.binomialHalfWidth(rate: 0, samples: 100) > 0)
    #expect(ClassificationScore.binomialHalfWidth(rate: 1, samples: 100) > 0)
  }

  @Test(
    "the smallest margin is that of the worst sample, and positive where all answers are right",
    arguments: PropertyCase.all)
  func margin(property: PropertyCase) {
    let (n, classes) = (property.first, property.second)
    var stream = property.stream("margins")
    let scores = (0..<n).map { _ in (0..<classes).map { _ in stream.normal() } }
    let labels = (0..<n).map { _ in classes == 0 ? 0 : stream.integer(below: classes) }
    func margin(_ factor: Double = 1) -> Double? {
      ClassificationScore.smallestMargin(of: labels, classes: classes) { factor * scores[$0][$1] }
    }
    guard n > 0 && classes > 1 else {
      #expect(margin() == nil)
      return
    }
    // The largest other score is the first or the second of all scores in order.
    let expected = zip(scores, labels).map { scores, label in
      let ordered = scores.sorted(by: >)
      return scores[label] - (ordered[0] == scores[label] ? ordered[1] : ordered[0])
    }
    #expect(margin() == expected.min())
    #expect(margin(4) == expected.min().map { 4 * $0 })
    let allRight = zip(scores, labels).allSatisfy { scores, label in scores.max() == scores[label] }
    #expect((margin() ?? 0 > 0) == allRight)
  }

  @Test("equal scores have no margin, and a score that is no number gives none")
  func noMargin() {
    #expect(ClassificationScore.smallestMargin(of: [0, 1], classes: 3) { _, _ in 0.5 } == 0)
    for hole in 0..<6 {
      let margin = ClassificationScore.smallestMargin(of: [0, 1], classes: 3) {
        3 * $0 + $1 == hole ? .nan : 1
      }
      #expect(margin == nil)
    }
  }
}
