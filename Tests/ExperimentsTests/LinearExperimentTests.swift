import Datasets
import Experiments
import LinearAlgebra
import LinearModels
import TestSupport
import Testing

@Suite("Linear maps to labels")
struct LinearExperimentTests {
  private let sample = smallSplit(50).corrupted(by: .randomLabels, seed: 5)
  private var features: Matrix<Double> { sample.train.featureMatrix(.scaled) }
  private var targets: Matrix<Double> { sample.train.oneHotLabels() }

  /// Two blank images of two classes.
  private let blank = tinySplit(
    train: [([0, 0], 0), ([0, 0], 1)], test: [([1, 2], 0)]
  ).corrupted(by: .none, seed: 0)

  @Test(
    "All solvers give the solution of least norm, with what shows it", arguments: [false, true])
  func solvers(isParity: Bool) throws {
    let kind: LinearTargets = isParity ? .parity : .oneHot
    let best = try fitMinimumNorm([sample], targets: kind, by: .singularValues)[0]
    #expect(best.distanceToMinimumNorm == 0 && best.trainError == 0 && best.rank == 50)
    #expect(best.relativeCutOff == 2352 * Double.ulpOfOne)
    #expect(best.weights == 2352 * (isParity ? 1 : 10))
    for solver in MinimumNormSolver.allCases where solver != .normal {
      let record = try fitMinimumNorm([sample], targets: kind, by: solver)[0]
      #expect(record.solver == solver && record.targets == kind)
      // The Gram system squares the condition.
      let condition = best.conditionEstimate * best.conditionEstimate
      #expect(
        try #require(record.distanceToMinimumNorm)
          <= Tolerance.linearSystem.bound(Double.self, size: 2352, scale: condition * best.norm))
      #expect(record.testRatio <= 30 || record.isConverged == true)
      #expect(record.trainError == 0)
      #expect(record.residual <= 1e-6 && abs(record.norm / best.norm - 1) <= 1e-6)
      #expect((record.rank == nil) == (solver == .lsqr))
      #expect((record.isConverged == true) == (solver == .lsqr))
    }
    let alone = try fitMinimumNorm([sample], by: .gram, comparing: false)[0]
    #expect(alone.distanceToMinimumNorm == nil)
    #expect(
      throws: ExperimentError.shape(solver: .normal, samples: 50, features: 2352)
    ) { try fitMinimumNorm([sample], by: .normal) }
    let tall = tinySplit(
      train: [([0, 1], 0), ([9, 9], 1), ([5, 2], 0)], test: [([0, 3], 0)]
    ).corrupted(by: .none, seed: 0)
    #expect(try fitMinimumNorm([tall], by: .normal)[0].rank == 2)
    #expect(throws: ExperimentError.shape(solver: .gram, samples: 3, features: 2)) {
      try fitMinimumNorm([tall], by: .gram)
    }
  }

  @Test("The cheapest way says why it was not taken")
  func fallback() throws {
    let equal = tinySplit(
      train: [([3, 4], 1), ([3, 4], 1)], test: [([0, 3], 0)]
    ).corrupted(by: .none, seed: 0)
    let record = try fitMinimumNorm([equal], by: .cheapest)[0]
    #expect(record.rank == 1 && record.fallback?.contains("dual system") == true)
    #expect(record.method.contains("complete orthogonal"))
    #expect(try fitMinimumNorm([sample], by: .gram)[0].fallback == nil)
  }

  @Test("A ridge row is that of the system solved by itself")
  func ridge() throws {
    let values = [0.5, 30, 4000]
    let record = try fitRidge(sample, grid: .values(values))
    #expect(record.rows.map(\.ridge) == values && record.rank == 50)
    #expect(record.minimumNorm.ridge == 0 && record.minimumNorm.distanceToMinimumNorm == 0)
    let best = try fitMinimumNorm([sample], by: .singularValues)[0]
    #expect(abs(record.minimumNorm.norm / best.norm - 1) <= 1e-9)
    #expect(record.minimumNorm.testError == best.testError)
    for row in record.rows {
      let fit = try ridgeFit(features, targets: targets, ridge: row.ridge)
      let outputs = features * fit.weights
      let residual = (outputs - targets).frobeniusNorm
      #expect(abs(row.trainLoss / (residual * residual / 50) - 1) <= 1e-9)
      #expect(abs(row.norm / fit.norm - 1) <= 1e-9)
      let score = ClassificationScore(
        train: outputs.largestColumnOfRows(),
        test: (sample.test.featureMatrix(.scaled) * fit.weights).largestColumnOfRows(),
        sample: sample)
      #expect(row.trainError == score.trainError && row.testError == score.testError)
      #expect(row.corruptedTestError == score.corruptedTestError)
      #expect(
        row.distanceToMinimumNorm <= row.distanceBound && row.distanceBound < best.norm * 1.01)
    }
    let leftOut = record.rows.map(\.leaveOneOutLoss)
    let chosen = try #require(record.rows.first { $0.ridge == record.leaveOneOutChoice })
    #expect(chosen.leaveOneOutLoss == leftOut.min())
    #expect(record.testError == chosen.testError && record.norm == chosen.norm)
    let crossValidated = record.rows.map(\.generalizedCrossValidationLoss)
    let other = try #require(
      record.rows.first { $0.ridge == record.generalizedCrossValidationChoice })
    #expect(other.generalizedCrossValidationLoss == crossValidated.min())
  }

  @Test("The grid of ridges covers the spectrum, and outputs in groups are the same")
  func grid() throws {
    let record = try fitRidge(sample, grid: .spectrum(count: 30))
    let ridges = record.rows.map(\.ridge)
    #expect(ridges.count == 30)
    let (largest, least) = (record.largestSingularValue, record.leastSingularValue)
    #expect(abs(ridges[0] / (largest * largest) - 1) <= 1e-12)
    #expect(abs(ridges[29] / (least * least) - 1) <= 1e-12)
    // More outputs than one product holds.
    let alone = try fitRidge(sample, grid: .values([ridges[28]]))
    #expect(alone.rows[0].testError == record.rows[28].testError)
    #expect(abs(alone.rows[0].testLoss / record.rows[28].testLoss - 1) <= 1e-9)
  }

  @Test("Descent from zero stays in the span, follows its closed form and names its ridge")
  func descent() throws {
    var plan = LinearDescentConfiguration(seed: 3)
    plan.length = .steps(200)
    let record = try descend(sample, configuration: plan)
    #expect(record.steps == 200 && record.rank == 50 && record.eigenvalues.count == 5)
    #expect(record.configuration.stepSize == 0.5 * record.stepSizeLimit)
    #expect(record.outsideNorm <= record.outsideDriftBound)
    let closed = try #require(record.closedForm)
    #expect(closed.distance <= closed.bound)
    let stopping = try #require(record.earlyStopping)
    #expect(try #require(stopping.relativeDistance) < 0.5)
    #expect(stopping.inverseTime == 1 / (200 * record.configuration.stepSize))
    let distances = record.path.map(\.distanceToMinimumNorm)
    #expect(zip(distances, distances.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(record.distanceToMinimumNorm == distances.last)
    #expect(record.path.map(\.step).contains(128) && record.path.last?.step == 200)
    for point in record.path {
      for (measured, predicted) in zip(point.eigendirectionDecay, point.predictedDecay) {
        #expect(abs(try #require(measured) - predicted) <= 1e-6)
      }
    }
    #expect(record.trainError == record.path.last?.trainingError)
    #expect(record.testError == record.path.last?.testError)
    #expect(record.margin == nil)
  }

  @Test("A start off zero keeps its outside part; epochs are passes; other descents have no form")
  func variants() throws {
    var plan = LinearDescentConfiguration(seed: 3)
    plan.startNorm = 2
    plan.length = .epochs(3)
    plan.batches = .withoutReplacement(size: 20)
    let record = try descend(sample, configuration: plan)
    #expect(record.steps == 9 && record.closedForm == nil && record.earlyStopping == nil)
    #expect(abs(try #require(record.path.first).norm - 2) <= 1e-12)
    #expect(record.outsideNorm > 1.5 && record.outsideDrift <= record.outsideDriftBound)
    plan.batches = .full
    let full = try descend(sample, configuration: plan)
    #expect(full.steps == 3 && full.closedForm != nil && full.earlyStopping == nil)
    let other = LinearDescentConfiguration(seed: 4)
    #expect(plan.seed != other.seed)
    plan.seed = 4
    #expect(try descend(sample, configuration: plan).norm != full.norm)
    (plan.loss, plan.startNorm) = (.exponential, 0)
    let signed = try descend(sample, configuration: plan)
    // Targets are 1 and -1, so the loss at 0 is 1 an output.
    #expect(signed.path.first?.trainingLoss == 500)
    #expect(signed.stepSizeLimit == .infinity && signed.closedForm == nil)
  }

  @Test("Logistic descent turns to the hard margin")
  func logistic() throws {
    var plan = LinearDescentConfiguration(seed: 1)
    (plan.targets, plan.loss, plan.comparesWithMargin) = (.parity, .logistic, true)
    plan.length = .steps(2000)
    let record = try descend(smallSplit(20).corrupted(by: .none, seed: 0), configuration: plan)
    let margin = try #require(record.margin)
    #expect(abs(margin.relativeGap) <= margin.tolerance && margin.supportVectors <= 20)
    #expect(margin.descentMargin <= margin.margin)
    #expect(record.trainError == 0 && margin.descentMargin > 0)
    let gaps = record.path.compactMap(\.directionGap)
    #expect(zip(gaps.dropFirst(8), gaps.dropFirst(9)).allSatisfy { $0 >= $1 })
    #expect(try #require(gaps.last) < 0.5)
    plan.memoryLimit = 1000
    #expect {
      try descend(sample, configuration: plan)
    } throws: {
      guard case .memory("hard margin", _, 1000) = $0 as? ExperimentError else { return false }
      return true
    }
  }

  @Test("Parity scores signs, and an output of 0 is no answer")
  func parity() throws {
    let tiny = tinySplit(
      train: [([2, 0], 0), ([0, 2], 1), ([2, 1], 2)],
      test: [([4, 0], 2), ([0, 1], 0), ([0, 0], 0)]
    ).corrupted(by: .none, seed: 0)
    let record = try fitMinimumNorm([tiny], targets: .parity, by: .singularValues)[0]
    // Even classes have light on the left: the first test image is right, the others are not.
    #expect(record.trainError == 0 && abs(record.testError - 2 / 3.0) <= 1e-15)
  }

  @Test("What cannot be fitted is named, blank images by their rank")
  func errors() throws {
    var plan = LinearDescentConfiguration(seed: 0)
    let solvers: [MinimumNormSolver] = [.cheapest, .singularValues, .orthogonal, .lsqr]
    for solver in solvers {
      #expect(throws: ExperimentError.linearModel(learner: "minimum norm", .rankZero)) {
        try fitMinimumNorm([blank], by: solver)
      }
    }
    #expect(throws: ExperimentError.linearModel(learner: "ridge", .rankZero)) {
      try fitRidge(blank)
    }
    #expect(throws: ExperimentError.linearModel(learner: "descent", .rankZero)) {
      try descend(blank, configuration: plan)
    }
    plan.stepSize = 1
    #expect {
      try descend(sample, configuration: plan)
    } throws: {
      guard case .descent("descent", .stepTooLarge(1, let limit)) = $0 as? ExperimentError else {
        return false
      }
      return limit < 1
    }
    let conflict = tinySplit(
      train: [([3, 4], 0), ([3, 4], 1)], test: [([1, 2], 0)]
    ).corrupted(by: .none, seed: 0)
    plan = LinearDescentConfiguration(seed: 0)
    (plan.targets, plan.loss, plan.comparesWithMargin) = (.parity, .logistic, true)
    plan.marginPasses = 16
    #expect {
      try descend(conflict, configuration: plan)
    } throws: {
      guard case .maximumMargin(.notSeparated(let margin, _)) = $0 as? ExperimentError else {
        return false
      }
      return margin < 0.1
    }
  }
}
