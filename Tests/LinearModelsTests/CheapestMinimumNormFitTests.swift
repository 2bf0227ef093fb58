import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("The cheapest way to the solution of least norm names itself and its fallback")
struct CheapestMinimumNormFitTests {
  @Test("Full rank is solved in the smaller form, as known", arguments: PropertyCase.all)
  func fullRank(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property, fullRank: true)
    let (features, targets) = (problem.features.matrix, problem.targets)
    guard targets.columns > 0, min(features.rows, features.columns) > 0 else { return }
    let result = try cheapestMinimumNormFit(features, targets: targets)
    #expect(result.form == (features.rows <= features.columns ? .dual : .primal))
    #expect(result.fallback == nil)
    #expect(result.fit.method == (result.form == .dual ? .gram : .normalEquations))
    #expect(result.fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    let condition = problem.largest / problem.smallest
    let scale = condition * condition * targets.frobeniusNorm / problem.smallest
    #expect(
      distance(result.fit.weights, problem.minimumNorm)
        <= Tolerance.linearSystem.bound(Double.self, size: problem.size, scale: scale))
  }

  @Test(
    "Whatever the rank, the answer is within the accuracy asked for", arguments: PropertyCase.all)
  func anyRank(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    let (features, targets) = (problem.features.matrix, problem.targets)
    let rank = problem.features.values.count
    guard targets.columns > 0, rank > 0 else { return }
    let result = try cheapestMinimumNormFit(features, targets: targets)
    #expect((result.fallback != nil) == (rank < min(features.rows, features.columns)))
    if result.fallback != nil { #expect(result.fit.evidence.rank == rank) }
    let condition = problem.largest / problem.smallest
    let scale = condition * condition * targets.frobeniusNorm / problem.smallest
    #expect(
      distance(result.fit.weights, problem.minimumNorm)
        <= Tolerance.linearSystem.bound(Double.self, size: problem.size, scale: scale))
  }

  @Test("An ill-conditioned system falls back, in both forms", arguments: [(20, 12), (12, 20)])
  func illConditioned(_ rows: Int, _ columns: Int) throws {
    var stream = RandomStream(seed: UInt64(rows), purpose: "ill-conditioned")
    let values = geometricSpectrum(count: 12, condition: 1e6)
    let known = try KnownSingularValues(rows: rows, columns: columns, values: values, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: rows, columns: 2, from: &stream)
    let result = try cheapestMinimumNormFit(known.matrix, targets: targets)
    guard case .illConditioned(let condition) = result.fallback else {
      Issue.record("the fallback is \(String(describing: result.fallback))")
      return
    }
    // The condition is squared; 1-norms of 12 × 12 matrices differ by at most 12 on either side.
    #expect(condition > 1e12 / 144 && condition < 1e12 * 144)
    #expect(result.form == (rows <= columns ? .dual : .primal))
    #expect(result.fit.evidence.rank == 12)
    let accepted = try cheapestMinimumNormFit(known.matrix, targets: targets, accuracy: 0.5)
    #expect(accepted.fallback == nil)
  }

  @Test("Dependent samples and dependent features fall back at their pivot")
  func singular() throws {
    // 3-4-5 triangles, so that no pivot rounds.
    let samples = Matrix<Double>(rows: 2, columns: 3, columnMajor: [3, 3, 4, 4, 0, 0])
    let targets = Matrix<Double>(rows: 2, columns: 1, repeating: 25)
    let dual = try cheapestMinimumNormFit(samples, targets: targets)
    #expect(dual.form == .dual && dual.fallback == .notPositiveDefinite(pivot: 1))
    let primal = try cheapestMinimumNormFit(
      samples.transposed(), targets: Matrix(rows: 3, columns: 1, columnMajor: [6, 8, 0]))
    #expect(primal.form == .primal && primal.fallback == .notPositiveDefinite(pivot: 1))
    let bound = Tolerance.linearSystem.bound(Double.self, size: 3, scale: 25)
    #expect(
      distance(dual.fit.weights, Matrix(rows: 3, columns: 1, columnMajor: [3, 4, 0])) <= bound)
    #expect(
      distance(primal.fit.weights, Matrix(rows: 2, columns: 1, repeating: 1)) <= bound)
  }

  @Test("What cannot be fitted is named")
  func errors() {
    expectSampleErrors { try cheapestMinimumNormFit($0, targets: $1).fit.weights }
    let targets = Matrix<Double>(rows: 2, columns: 1, repeating: 1)
    #expect(throws: LinearModelError.rankZero) {
      try cheapestMinimumNormFit(Matrix(rows: 2, columns: 2), targets: targets)
    }
    #expect(throws: LinearModelError.fractionOutOfRange(name: "the accuracy", value: -1)) {
      try cheapestMinimumNormFit(Matrix<Double>.identity(2), targets: targets, accuracy: -1)
    }
  }
}
