import Datasets
import Experiments
import Kernels
import LinearAlgebra
import LinearModels
import TestSupport
import Testing

@Suite("Double descent of minimum-norm regression on random features")
struct DoubleDescentStudyTests {
  private static let record = Result {
    try studyDoubleDescent(
      ProceduralImages.split(trainCount: 60, testCount: 200, seed: 4),
      configuration: DoubleDescentConfiguration(
        samples: 60, ratios: [0.1, 0.5, 0.9, 1, 1.1, 2, 10], corruptions: [0, 0.5], draws: 3,
        seed: 2))
  }

  @Test("From N = n on every label is fitted, and below none of the kinds fits all")
  func interpolation() throws {
    let record = try Self.record.get()
    for row in record.rows {
      if row.count >= 60 {
        // The loss is a squared residual of a solve with this condition.
        #expect(row.trainError.mean == 0)
        let residual = 60 * Double.ulpOfOne * row.conditionEstimate
        #expect(row.trainLoss.mean <= residual * residual + 1e-12)
      }
      if row.count == 6 { #expect(row.trainLoss.mean > 0.1) }
    }
  }

  @Test("Test loss and norm peak where N reaches n", arguments: ["relu", "fourier"], [0, 0.5])
  func peak(features: String, corruption: Double) throws {
    let curve = try Self.record.get().curve(features, corruption: corruption)
    #expect(curve.map(\.count) == [6, 30, 54, 60, 66, 120, 600])
    let loss = curve.map(\.testLoss.mean)
    let peak = try #require(loss.indices.max { loss[$0] < loss[$1] })
    #expect([54, 60, 66].contains(curve[peak].count))
    #expect(loss[6] < loss[peak] / 2)
    let norms = curve.map(\.norm.mean)
    let largest = try #require(norms.indices.max { norms[$0] < norms[$1] })
    #expect([54, 60, 66].contains(curve[largest].count))
  }

  @Test("A row says what a direct solve by singular values says", arguments: [4, 10, 40])
  func direct(count: Int) throws {
    let split = ProceduralImages.split(trainCount: 20, testCount: 30, seed: 4)
    let record = try studyDoubleDescent(
      split,
      configuration: DoubleDescentConfiguration(
        samples: 20, ratios: [Double(count) / 20], corruptions: [0.5], draws: 1, seed: 5))
    let corrupted = split.corrupted(by: .partialLabels(probability: 0.5), seed: 5)
    for (row, kind) in zip(
      record.rows, [RandomFeatures.Kind.rectified, .fourier(gamma: record.gamma)])
    {
      let map = RandomFeatures(kind, count: count, seed: 5)
      let targets = corrupted.train.oneHotLabels(of: Double.self)
      let features = map(split.train.featureMatrix(.standardized))
      let fit = try minimumNormFit(features, targets: targets)
      let train = targets - features * fit.weights
      let values = map(split.test.featureMatrix(.standardized)) * fit.weights
      let test = values - split.test.oneHotLabels(of: Double.self)
      // The study may solve the squared system.
      let bound = Tolerance.linearSystem.bound(
        Double.self, size: max(count, 20),
        scale: fit.evidence.conditionEstimate * fit.evidence.conditionEstimate)
      let losses = [train, test].map { $0.frobeniusNorm * $0.frobeniusNorm / Double($0.rows) }
      #expect(abs(row.trainLoss.mean - losses[0]) <= bound * (1 + losses[0]))
      #expect(abs(row.testLoss.mean - losses[1]) <= bound * (1 + losses[1]))
      #expect(abs(row.norm.mean - fit.norm) <= bound * fit.norm)
      let wrong = zip(values.largestColumnOfRows(), split.test.labels).count { $0 != $1 }
      #expect(row.testError.mean == Double(wrong) / 30)
      #expect(bound < 1e-4)
    }
  }

  @Test("Redrawn labels raise the norm of the solution that fits them")
  func corruption() throws {
    let record = try Self.record.get()
    for kind in ["relu", "fourier"] {
      let (clean, noisy) = (record.curve(kind, corruption: 0), record.curve(kind, corruption: 0.5))
      #expect((clean.last?.norm.mean ?? 0) < (noisy.last?.norm.mean ?? 0))
    }
  }

  @Test("The same seed gives the same rows")
  func repeatable() throws {
    let configuration = DoubleDescentConfiguration(
      samples: 20, ratios: [0.5, 2], corruptions: [0], draws: 2, seed: 5)
    let split = ProceduralImages.split(trainCount: 20, testCount: 30, seed: 4)
    let first = try studyDoubleDescent(split, configuration: configuration)
    let second = try studyDoubleDescent(split, configuration: configuration)
    #expect(first == second)
  }
}
