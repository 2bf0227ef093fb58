import LinearAlgebra
import LinearModels
import TestSupport
import Testing

@Suite("A complete orthogonal factorisation gives the solution of least norm")
struct CompleteOrthogonalFitTests {
  @Test(
    "Known singular values of any rank give what singular values give",
    arguments: PropertyCase.all)
  func knownSingularValues(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    guard problem.targets.columns > 0, !problem.features.values.isEmpty else { return }
    try check(problem, Double.self)
    try check(problem, Float.self)
  }

  private func check<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, _ type: Scalar.Type
  ) throws {
    let features = problem.features.matrix.converted(to: type)
    let targets = problem.targets.converted(to: type)
    let fit = try completeOrthogonalFit(features, targets: targets)
    let cutOff = Double(problem.size) * Double(Scalar.ulpOfOne)
    #expect(fit.method == .completeOrthogonal(relativeCutOff: cutOff))
    #expect(fit.evidence.rank == problem.features.values.count)
    #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    let scale =
      problem.largest * problem.targets.frobeniusNorm / (problem.smallest * problem.smallest)
    let bound = Tolerance.linearSystem.bound(type, size: problem.size, scale: scale)
    #expect(distance(fit.weights, problem.minimumNorm) <= bound)
    let singular = try minimumNormFit(features, targets: targets)
    #expect(distance(fit.weights, singular.weights.converted(to: Double.self)) <= 2 * bound)
  }

  @Test(
    "Up to a condition of 10¹⁴ the error in each singular direction is ε ‖X‖ ‖W‖ / σ",
    arguments: PropertyCase.all, [1e6, 1e10, 1e14])
  func illConditioned(_ property: PropertyCase, _ condition: Double) throws {
    guard min(property.first, property.second, property.third) > 0 else { return }
    let rank = min(property.first, property.second)
    let problem = try KnownLinearProblem(
      solvable: property, rank: rank, condition: rank == 1 ? 1 : condition)
    let known = try #require(problem.solution)
    let features = problem.features.matrix
    for fit in [
      try completeOrthogonalFit(features, targets: problem.targets, relativeCutOff: 0),
      try minimumNormFit(features, targets: problem.targets, relativeCutOff: 0),
    ] {
      #expect(fit.evidence.rank == rank)
      // The ratio is measured by ‖Y‖, rounding by ‖X‖ ‖W‖ as well, which may be larger.
      let excess =
        Double(features.oneNorm * fit.weights.oneNorm) / Double(problem.targets.oneNorm)
      #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant * (1 + excess))
      let bound = Tolerance.linearSystem.bound(
        Double.self, size: problem.size, scale: fit.norm + known.frobeniusNorm)
      let error = problem.features.right.times(fit.weights - known, transposingSelf: true)
      let weighted = scalingColumns(
        of: error.transposed(), by: problem.features.values)
      #expect(weighted.frobeniusNorm <= bound)
    }
  }

  @Test("What cannot be fitted is named")
  func errors() {
    let features = Matrix<Double>.identity(2)
    let targets = Matrix<Double>(rows: 2, columns: 1, repeating: 1)
    expectSampleErrors { try completeOrthogonalFit($0, targets: $1).weights }
    #expect(throws: LinearModelError.rankZero) {
      try completeOrthogonalFit(Matrix(rows: 2, columns: 3), targets: targets)
    }
    for bad in [-0.5, 1, .infinity] {
      #expect(
        throws: LinearModelError.fractionOutOfRange(name: "the relative cut-off", value: bad)
      ) { try completeOrthogonalFit(features, targets: targets, relativeCutOff: bad) }
    }
  }
}
