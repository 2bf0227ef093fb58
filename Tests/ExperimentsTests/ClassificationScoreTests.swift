import Datasets
import Experiments
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
}
