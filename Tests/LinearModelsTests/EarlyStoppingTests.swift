import ExactArithmetic
import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("The ridge that early stopping corresponds to")
struct EarlyStoppingTests {
  private func eigenvalues(_ property: PropertyCase, _ stream: inout RandomStream) -> [Double] {
    (0..<max(1, property.first)).map { _ in (3 * stream.normal()).magnitude + 0x1p-20 }
  }

  @Test(
    "The ridge of an eigenvalue shrinks it alike, and is at most 1 / (η t)",
    arguments: PropertyCase.all)
  func eigenvalueByEigenvalue(_ property: PropertyCase) throws {
    var stream = property.stream("early stopping")
    let eigenvalues = eigenvalues(property, &stream)
    let stepSize = stream.uniform() / (eigenvalues.max() ?? 1)
    let steps = 1 + property.second
    let ridge = try earlyStoppingRidge(
      eigenvalues: eigenvalues, stepSize: stepSize, steps: steps)
    #expect(ridge.inverseTime == 1 / (stepSize * Double(steps)))
    for (eigenvalue, match) in zip(eigenvalues, ridge.ofEigenvalues) {
      let match = try #require(match)
      let share = filterFactor(eigenvalue: eigenvalue, stepSize: stepSize, steps: steps)
      let rounding = Tolerance.arithmetic.bound(Double.self, size: steps + 10, scale: 1)
      #expect(abs(eigenvalue / (eigenvalue + match) - share) <= rounding * (1 + share))
      #expect(match >= 0 && match <= ridge.inverseTime * (1 + rounding))
    }
  }

  @Test("In fractions: after t steps of η = 1/4 each eigenvalue has its exact ridge")
  func exact() throws {
    for eigenvalue in 1...3 {
      for steps in 1...12 {
        let factor = Rational(1) - Rational(eigenvalue, over: 4)
        let q = (0..<steps).reduce(Rational(1)) { product, _ in product * factor }
        let exact = (Rational(eigenvalue, over: 1) * q / (Rational(1) - q)).nearestDouble
        let ridge = try earlyStoppingRidge(
          eigenvalues: [Double(eigenvalue)], stepSize: 0.25, steps: steps)
        let rounding = Tolerance.arithmetic.bound(Double.self, size: steps + 10, scale: exact)
        #expect(abs(try #require(ridge.ofEigenvalues[0]) - exact) <= rounding)
        #expect(abs(ridge.leastSquares - exact) <= rounding)
        #expect(
          ridge.largestDifference
            <= Tolerance.arithmetic.bound(Double.self, size: steps + 10, scale: 1))
      }
    }
  }

  @Test("No ridge nearby has a smaller sum of squared differences", arguments: PropertyCase.all)
  func leastSquares(_ property: PropertyCase) throws {
    var stream = property.stream("early stopping")
    let eigenvalues = eigenvalues(property, &stream)
    let stepSize = 2 * stream.uniform() / (eigenvalues.max() ?? 1)
    let steps = 1 + property.second
    let ridge = try earlyStoppingRidge(
      eigenvalues: eigenvalues, stepSize: stepSize, steps: steps)
    func differences(_ value: Double) -> [Double] {
      eigenvalues.map {
        filterFactor(eigenvalue: $0, stepSize: stepSize, steps: steps) - $0 / ($0 + value)
      }
    }
    func sum(_ value: Double) -> Double { differences(value).reduce(0) { $0 + $1 * $1 } }
    let best = sum(ridge.leastSquares)
    // A relative error of 2⁻²⁰ of the minimiser costs its square, and sums round.
    let slack = Double(eigenvalues.count) * (0x1p-40 + 0x1p-50)
    for value in [0, ridge.inverseTime] + ridge.ofEigenvalues.compactMap(\.self) {
      #expect(best <= sum(value) + slack)
    }
    for k in -40...40 {
      #expect(best <= sum(ridge.leastSquares * (1 + Double(k) / 50)) + slack)
    }
    #expect(
      ridge.largestDifference == differences(ridge.leastSquares).map(abs).max())
  }

  @Test("Where all eigenvalues agree, stopped descent is the ridge solution")
  func ridgeSolution() throws {
    for seed in 0..<30 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "equal eigenvalues")
      let (n, d) = (1 + seed % 5, 5 + seed % 3)
      let features = try randomOrthonormal(rows: d, columns: n, from: &stream).transposed()
      let targets = randomMatrix(rows: n, columns: 2, from: &stream)
      let steps = 1 + seed
      let stopped = try gradientDescentSolution(
        features, targets: targets, stepSize: 0.05, steps: steps
      ).weights
      let ridge = try earlyStoppingRidge(eigenvalues: [1], stepSize: 0.05, steps: steps)
      let fit = try ridgeFit(features, targets: targets, ridge: ridge.leastSquares)
      #expect(
        distance(stopped, fit.weights)
          <= Tolerance.singularValues.bound(
            Double.self, size: d + steps, scale: targets.frobeniusNorm))
    }
  }

  @Test("A direction that descent overshoots has no ridge")
  func overshoot() throws {
    let odd = try earlyStoppingRidge(eigenvalues: [1.5, 0.5], stepSize: 1, steps: 3)
    #expect(odd.ofEigenvalues[0] == nil && odd.ofEigenvalues[1] != nil)
    let even = try earlyStoppingRidge(eigenvalues: [1.5], stepSize: 1, steps: 2)
    #expect(even.ofEigenvalues == [0.5])
    let fitted = try earlyStoppingRidge(eigenvalues: [1], stepSize: 1, steps: 2)
    #expect(fitted.ofEigenvalues == [0] && fitted.leastSquares == 0)
  }

  @Test("Steps too large and eigenvalues that are not positive are named")
  func errors() {
    #expect(throws: DescentError.stepTooLarge(stepSize: 2, limit: 1)) {
      try earlyStoppingRidge(eigenvalues: [1, 2], stepSize: 2, steps: 1)
    }
    #expect(
      throws: DescentError.optionOutOfRange(
        name: "eigenvalue", value: 0, range: "a positive number")
    ) { try earlyStoppingRidge(eigenvalues: [1, 0], stepSize: 0.5, steps: 1) }
  }
}
