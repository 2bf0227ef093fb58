import ExactArithmetic
import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("Gradient descent in closed form")
struct GradientDescentSolutionTests {
  @Test("The closed form is the simulation within its bound", arguments: PropertyCase.all)
  func simulation(_ property: PropertyCase) throws {
    var stream = property.stream("closed form")
    let problem = try KnownLinearProblem(property)
    let features = problem.features.matrix
    let start = randomMatrix(
      rows: features.columns, columns: problem.targets.columns, from: &stream)
    // Below and above 1 / σ₁², where descent overshoots.
    let stepSize = (0.1 + 1.8 * stream.uniform()) / max(1, problem.largest * problem.largest)
    for steps in [0, 1, 2, 3, 10, 50] {
      let path = try descentPath(
        features, targets: problem.targets, start: start,
        configuration: DescentConfiguration(stepSize: stepSize), steps: steps, recording: [])
      let solution = try gradientDescentSolution(
        features, targets: problem.targets, start: start, stepSize: stepSize, steps: steps)
      let gap = (path.weights - solution.weights).frobeniusNorm
      #expect(gap <= solution.simulationBound)
      // The bound says something: digits are left.
      #expect(solution.simulationBound <= 1e-6 * (1 + solution.weights.frobeniusNorm))
    }
  }

  @Test("From zero it is the known filter of the singular values", arguments: PropertyCase.all)
  func knownFilter(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    let stepSize = 0.7 / max(1, problem.largest * problem.largest)
    for steps in [1, 4, 100_000] {
      let known = problem.filtered {
        filterFactor(eigenvalue: $0 * $0, stepSize: stepSize, steps: steps) / $0
      }
      let solution = try gradientDescentSolution(
        problem.features.matrix, targets: problem.targets, stepSize: stepSize, steps: steps)
      let scale = problem.targets.frobeniusNorm * (1 + problem.largest) / problem.smallest
      // The small singular values that rounding leaves grow with the steps.
      let bound = Tolerance.singularValues.bound(
        Double.self, size: problem.size, scale: scale * (Double(steps) * stepSize + 25))
      #expect(distance(solution.weights, known) <= bound)
    }
  }

  @Test("The filter of integers is the one in fractions")
  func exactFilter() {
    for eigenvalue in 0...8 {
      for steps in 0...20 {
        let factor = Rational(1) - Rational(eigenvalue, over: 4)
        let exact = Rational(1) - (0..<steps).reduce(Rational(1)) { product, _ in product * factor }
        let found = filterFactor(
          eigenvalue: Double(eigenvalue), stepSize: 0.25, steps: steps)
        let scale = max(1, abs(exact.nearestDouble))
        #expect(
          abs(found - exact.nearestDouble)
            <= Tolerance.arithmetic.bound(Double.self, size: steps + 2, scale: scale))
      }
    }
  }

  @Test("A tiny eigenvalue keeps its digits: the filter is t η λ")
  func tinyEigenvalue() {
    let found = filterFactor(eigenvalue: 1e-30, stepSize: 0.5, steps: 100)
    #expect(abs(found - 5e-29) <= 1e-29 * 0x1p-50)
  }

  @Test("Integer problems in fractions, step by step")
  func exactPath() throws {
    for seed in 0..<60 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "exact descent")
      let problem = ExactDescentProblem(rows: 1 + seed % 3, columns: 1 + seed % 4, from: &stream)
      let square = problem.features.frobeniusNorm * problem.features.frobeniusNorm
      let stepSize = 0x1p-8
      try #require(stepSize * square < 2)
      for steps in [0, 1, 2, 5, 12] {
        let exact = problem.exactDescent(
          batches: Array(repeating: Array(0..<problem.features.rows), count: steps),
          stepSize: Rational(stepSize), momentum: 0, weightDecay: 0
        ).weights
        let solution = try gradientDescentSolution(
          problem.features, targets: problem.targets, start: problem.start, stepSize: stepSize,
          steps: steps)
        #expect(distance(solution.weights, exact) <= solution.simulationBound)
      }
    }
  }

  @Test("Steps too large, options and entries out of range are named")
  func errors() {
    let one = Matrix<Double>.identity(1)
    #expect(throws: DescentError.stepTooLarge(stepSize: 2.5, limit: 2)) {
      try gradientDescentSolution(one, targets: one, stepSize: 2.5, steps: 3)
    }
    #expect(
      throws: DescentError.optionOutOfRange(
        name: "step size", value: 0, range: "a positive number")
    ) { try gradientDescentSolution(one, targets: one, stepSize: 0, steps: 3) }
    let bad = Matrix<Double>(rows: 1, columns: 1, repeating: .nan)
    for (features, targets, start, name) in [
      (bad, one, one, "the matrix"), (one, bad, one, "the targets"), (one, one, bad, "the start"),
    ] {
      #expect(
        throws: DescentError.linearAlgebra(.notFinite(argument: name, row: 0, column: 0))
      ) {
        try gradientDescentSolution(
          features, targets: targets, start: start, stepSize: 1, steps: 3)
      }
    }
  }
}
