import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("Of all solutions the one of least norm is found")
struct MinimumNormTests {
  @Test(
    "Known singular values of any rank give the pseudo-inverse's solution",
    arguments: PropertyCase.all)
  func singularValues(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    try checkSingularValues(problem, Double.self)
    try checkSingularValues(problem, Float.self)
  }

  private func checkSingularValues<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, _ type: Scalar.Type
  ) throws {
    let fit = try minimumNormFit(
      problem.features.matrix.converted(to: type),
      targets: problem.targets.converted(to: type))
    #expect(fit.method == .singularValues)
    #expect(fit.evidence.rank == problem.features.values.count)
    #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    // X⁺ changes by at most 2 ‖X⁺‖² ‖E‖ when X changes by E without a change of rank.
    let scale =
      problem.largest * problem.targets.frobeniusNorm / (problem.smallest * problem.smallest)
    #expect(
      distance(fit.weights, problem.minimumNorm)
        <= Tolerance.linearSystem.bound(type, size: problem.size, scale: scale))
    checkEvidence(of: fit, problem)
  }

  /// The residual of the evidence is that of X W = Y, the norm is W's.
  private func checkEvidence<Scalar: LinearAlgebraScalar>(
    of fit: LinearFit<Scalar>, _ problem: KnownLinearProblem
  ) {
    let weights = fit.weights.converted(to: Double.self)
    let residual = problem.targets - problem.features.matrix * weights
    let scale = problem.largest * weights.frobeniusNorm + problem.targets.frobeniusNorm
    let bound = Tolerance.arithmetic.bound(Scalar.self, size: problem.size + 1, scale: scale)
    #expect(abs(fit.evidence.maxAbsoluteResidual - residual.largestAbsoluteEntry) <= bound)
    let normBound = Tolerance.arithmetic.bound(
      Scalar.self, size: weights.elements.count, scale: weights.frobeniusNorm)
    #expect(abs(fit.norm - weights.frobeniusNorm) <= normBound)
  }

  @Test("For independent samples the Gram system gives the same", arguments: PropertyCase.all)
  func gram(_ property: PropertyCase) throws {
    var stream = property.stream("gram")
    let (n, d) = (
      min(property.first, property.second), max(property.first, property.second)
    )
    let problem = try KnownLinearProblem(
      rows: n, columns: d, rank: n, targetCount: min(property.third, 5), from: &stream)
    try checkGram(problem, Double.self)
    try checkGram(problem, Float.self)
  }

  private func checkGram<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, _ type: Scalar.Type
  ) throws {
    let features = problem.features.matrix.converted(to: type)
    let targets = problem.targets.converted(to: type)
    let fit = try gramFit(features, targets: targets)
    #expect(fit.method == .gram)
    #expect(fit.evidence.rank == features.rows)
    #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    // The Gram system squares the condition.
    let condition = problem.largest / problem.smallest
    let scale = condition * condition * problem.targets.frobeniusNorm / problem.smallest
    let bound = Tolerance.linearSystem.bound(type, size: problem.size, scale: scale)
    #expect(distance(fit.weights, problem.minimumNorm) <= bound)
    let singular = try minimumNormFit(features, targets: targets)
    #expect(distance(fit.weights, singular.weights.converted(to: Double.self)) <= 2 * bound)
    // Independent samples are interpolated.
    #expect(
      fit.evidence.maxAbsoluteResidual
        <= Tolerance.linearSystem.bound(type, size: problem.size, scale: scale * problem.largest))
    #expect(fit.predict(features) == features * fit.weights)
    checkEvidence(of: fit, problem)
  }

  @Test("Any other solution is longer, as Pythagoras says", arguments: PropertyCase.all)
  func pythagoras(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    var stream = property.stream("other solutions")
    let features = problem.features.matrix
    let fit = try minimumNormFit(features, targets: problem.targets)
    // What is left of random weights without their part in the row space of X.
    let v = problem.features.right
    let random: Matrix<Double> = randomMatrix(
      rows: v.rows, columns: problem.targets.columns, from: &stream)
    let step = random - v * v.times(random, transposingSelf: true)
    let other = fit.weights + step
    let scale = fit.norm + step.frobeniusNorm
    let bound = Tolerance.linearSystem.bound(
      Double.self, size: problem.size, scale: scale * (1 + problem.largest / problem.smallest))
    #expect((features * other - features * fit.weights).frobeniusNorm <= bound * problem.largest)
    let norm = (fit.norm * fit.norm + step.frobeniusNorm * step.frobeniusNorm).squareRoot()
    #expect(abs(other.frobeniusNorm - norm) <= bound)
    let hasOtherSolutions =
      problem.features.values.count < features.columns && problem.targets.columns > 0
    #expect((other.frobeniusNorm > fit.norm) == hasOtherSolutions || step.frobeniusNorm <= bound)
  }

  @Test("Singular values below the cut-off are left out")
  func cutOff() throws {
    let features = Matrix<Double>.diagonal([4, 2, 1])
    let targets = Matrix<Double>(rows: 3, columns: 1, repeating: 4)
    let fit = try minimumNormFit(features, targets: targets, relativeCutOff: 0.3)
    #expect(fit.evidence.rank == 2)
    let known = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 0])
    #expect(
      distance(fit.weights, known)
        <= Tolerance.linearSystem.bound(Double.self, size: 3, scale: 16))
    #expect(abs(fit.evidence.maxAbsoluteResidual - 4) <= 16 * Double.ulpOfOne)
  }

  @Test("Dependent samples have no Gram system, the first one is named")
  func dependentSamples() {
    let targets = Matrix<Double>(rows: 3, columns: 1)
    // 3-4-5 triangles, so that no pivot rounds.
    let equal = Matrix<Double>(rows: 3, columns: 3, columnMajor: [3, 0, 3, 4, 0, 4, 0, 5, 0])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 2)) {
      try gramFit(equal, targets: targets)
    }
    let zero = Matrix<Double>(rows: 3, columns: 3, columnMajor: [3, 0, 1, 4, 0, 2, 0, 0, 2])
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try gramFit(zero, targets: targets)
    }
  }

  @Test(
    "More samples than features are refused, or shown to be ill-conditioned",
    arguments: PropertyCase.all)
  func tooManySamples(_ property: PropertyCase) throws {
    var stream = property.stream("too many")
    let d = property.first
    let n = d + 1 + property.second
    let features: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 1, from: &stream)
    do {
      let fit = try gramFit(features, targets: targets)
      // Rounding made a pivot positive: of the size of ε, and the condition says so.
      #expect(
        fit.evidence.reciprocalCondition
          <= Tolerance.linearSystem.bound(Double.self, size: n, scale: 1))
    } catch .notPositiveDefinite(let pivot) {
      #expect(pivot >= d && pivot < n)
    }
  }

  @Test("Entries that are no numbers are named by every method")
  func notFinite() {
    let features = Matrix<Double>.identity(2)
    var bad = features
    bad[1, 0] = .nan
    typealias Fit = (Matrix<Double>, Matrix<Double>) throws -> LinearFit<Double>
    let named: [(Fit, String, String)] = [
      ({ try minimumNormFit($0, targets: $1) }, "the matrix", "the right-hand side"),
      ({ try gramFit($0, targets: $1) }, "the features", "the targets"),
      ({ try ridgeFit($0, targets: $1, ridge: 1) }, "the features", "the targets"),
      (
        { try ridgeFit($0.columns(at: [0, 1, 1]), targets: $1, ridge: 1) }, "the features",
        "the targets"
      ),
    ]
    for (fit, features_, targets_) in named {
      #expect(throws: LinearAlgebraError.notFinite(argument: features_, row: 1, column: 0)) {
        try fit(bad, features)
      }
      #expect(throws: LinearAlgebraError.notFinite(argument: targets_, row: 1, column: 0)) {
        try fit(features, bad)
      }
    }
  }

  @Test("Each method has its words for a report")
  func descriptions() {
    let methods: [LinearMethod] = [
      .singularValues, .completeOrthogonal(relativeCutOff: 0.5), .normalEquations, .gram,
      .primalRidge(0.5), .dualRidge(0.5),
    ]
    #expect(Set(methods.map(\.description)).count == methods.count)
    #expect(LinearMethod.primalRidge(0.25).description.contains("0.25"))
    #expect(LinearMethod.dualRidge(0.25).description.contains("0.25"))
  }
}
