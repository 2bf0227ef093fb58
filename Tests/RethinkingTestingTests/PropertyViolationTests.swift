import LinearAlgebra
import RethinkingTesting
import Testing

@Suite("A violation is one sentence that names what fails where")
struct PropertyViolationTests {
  @Test("All that is known stands in the sentence")
  func sentence() throws {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 3])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 0, 1])
    let found = violation {
      try checkInterpolates(samples, targets: targets, bound: 0.125) {
        Matrix(rows: $0.rows, columns: 1, columnMajor: [1, 0.5, 1.125])
      }
    }
    #expect(
      found?.description
        == "interpolation fails at sample 1, output 0: expected 0.0, found 0.5, allowed difference "
        + "0.125; no other sample differs, this one most: look at samples close to it, and at "
        + "whether samples and targets are in one order")
  }

  @Test("What has no place names none")
  func withoutPlace() {
    let found = violation {
      try checkWeightBudget(8, samples: 2, dimension: 3)
    }
    #expect(
      found?.description
        == "weight budget fails: expected at most n (1 + C) + d = 7 weights for n = 2, C = 1, d = 3, "
        + "found 8; look at whether all hidden units share one direction")
  }

  @Test("An error of the user's function is a violation of each check that calls it")
  func errorsOfFunctions() {
    let samples = Matrix<Double>(rows: 2, columns: 1, columnMajor: [1, 2])
    let fit: Fitter = { _, _ in throw NotToday() }
    let predict: Predictor = { _ in throw NotToday() }
    let fitted: Fitter = { _, _ in predict }
    let checks: [(PropertyViolation.Property, () throws -> Void)] = [
      (
        .interpolation,
        {
          try checkInterpolates(samples, targets: samples, bound: 0, predict)
        }
      ),
      (
        .labelRecovery,
        {
          try checkRecoversLabels(samples, labels: [0, 1], classes: 2, predict)
        }
      ),
      (
        .labelBlindness,
        {
          try checkLabelBlind(samples, targets: samples) { _, _ in throw NotToday() }
        }
      ),
      (.shattering, { try checkShatters(samples, fit) }),
      (.shattering, { try checkShatters(samples, fitted) }),
      (
        .permutationInvariance,
        {
          try checkPermutationInvariant(samples, targets: samples, bound: 0, fit)
        }
      ),
      (
        .determinism,
        {
          try checkDeterministic(samples, targets: samples, fitted)
        }
      ),
    ]
    for (property, check) in checks {
      let found = violation(check)
      #expect(found?.property == property)
      #expect(found?.found == "the error “NotToday()”")
    }
  }
}
