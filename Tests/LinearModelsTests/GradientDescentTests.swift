import Foundation
import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("Gradient descent from zero ends at the solution of least norm")
struct GradientDescentTests {
  private let steps = 120

  /// The path's rounding, relative to ‖W*‖.
  ///
  /// A step rounds by ε (‖X‖ ‖W‖ + ‖Y‖) / ‖X‖, and the steps after it shrink this by 1 - 0.9/κ²
  /// each.
  private func floor<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, _ type: Scalar.Type
  ) -> Double {
    let size = problem.minimumNorm.frobeniusNorm
    let condition = problem.largest / problem.smallest
    let scale = condition * condition * (1 + problem.targets.frobeniusNorm / problem.largest / size)
    return Tolerance.linearSystem.bound(type, size: problem.size, scale: scale)
  }

  @Test("Distances fall, at the rate of the smallest singular value", arguments: PropertyCase.all)
  func rate(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    try checkRate(problem, Double.self)
    try checkRate(problem, Float.self)
  }

  private func checkRate<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, _ type: Scalar.Type
  ) throws {
    let minimum = problem.minimumNorm
    guard minimum.frobeniusNorm > 0 else { return }
    let (weights, path) = gradientDescentPath(
      problem.features.matrix.converted(to: type), targets: problem.targets.converted(to: type),
      minimumNorm: minimum.converted(to: type), steps: steps)
    let condition = problem.largest / problem.smallest
    let floor = floor(problem, type)
    for (point, next) in zip(path, path.dropFirst()) {
      #expect(next.distanceToMinimumNorm <= point.distanceToMinimumNorm + floor)
      // A norm that grows, as regularisation by early stopping has it.
      #expect(next.norm >= point.norm - floor * minimum.frobeniusNorm)
    }
    for point in path {
      let bound = pow(1 - 0.9 / (condition * condition), Double(point.step))
      #expect(point.distanceToMinimumNorm <= bound + floor)
    }
    let last = try #require(path.last)
    #expect(
      abs(last.distanceToMinimumNorm - distance(weights, minimum) / minimum.frobeniusNorm)
        <= floor)
    #expect(
      abs(last.norm - weights.converted(to: Double.self).frobeniusNorm)
        <= floor * minimum.frobeniusNorm)
  }

  @Test(
    "Each step is the closed form 1 - (1 - ησ²)^k, with 0.9/σ₁² ≤ η < 1/σ₁²",
    arguments: PropertyCase.all)
  func closedForm(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    let minimum = problem.minimumNorm
    guard minimum.frobeniusNorm > 0 else { return }
    let features = problem.features.matrix
    func weights(_ steps: Int) -> Matrix<Double> {
      gradientDescentPath(
        features, targets: problem.targets, minimumNorm: minimum, steps: steps
      ).weights
    }
    // The first step is η XᵀY.
    let descent = features.times(problem.targets, transposingSelf: true)
    let stepSize = weights(1).frobeniusNorm / descent.frobeniusNorm
    let speed = stepSize * problem.largest * problem.largest
    #expect(speed >= 0.9 - floor(problem, Double.self))
    #expect(speed < 1)
    for steps in [1, 2, 3, 10, 50] {
      let known = problem.filtered { (1 - pow(1 - stepSize * $0 * $0, Double(steps))) / $0 }
      #expect(
        distance(weights(steps), known)
          <= Double(steps) * floor(problem, Double.self) * minimum.frobeniusNorm)
    }
  }

  @Test("The weights stay in the span of the samples", arguments: PropertyCase.all)
  func rowSpan(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    let minimum = problem.minimumNorm
    guard minimum.frobeniusNorm > 0 else { return }
    let weights = gradientDescentPath(
      problem.features.matrix, targets: problem.targets, minimumNorm: minimum, steps: steps
    ).weights
    let v = problem.features.right
    let outside = weights - v * v.times(weights, transposingSelf: true)
    // Nothing shrinks what rounding puts there, so that each step counts.
    #expect(
      outside.frobeniusNorm
        <= Double(steps) * floor(problem, Double.self) * minimum.frobeniusNorm)
  }

  @Test("The path holds start, end and evenly spaced points between", arguments: PropertyCase.all)
  func records(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    var stream = property.stream("records")
    let (steps, records) = (stream.integer(below: 30), 1 + stream.integer(below: 12))
    let features = problem.features.matrix
    let path = gradientDescentPath(
      features, targets: problem.targets, minimumNorm: problem.minimumNorm, steps: steps,
      records: records
    ).path
    #expect(path.first?.step == 0 && path.last?.step == steps)
    #expect(path.count <= records + 1)
    let gaps = zip(path, path.dropFirst()).map { $1.step - $0.step }
    #expect(Set(gaps.dropLast()).count <= 1)
    #expect(gaps.allSatisfy { $0 > 0 && $0 <= gaps[0] })

    let start = try #require(path.first)
    #expect(start.norm == 0)
    #expect(start.distanceToMinimumNorm == (problem.minimumNorm.frobeniusNorm > 0 ? 1 : 0))
    let end = try #require(path.last)
    let weights = gradientDescentPath(
      features, targets: problem.targets, minimumNorm: problem.minimumNorm, steps: steps
    ).weights
    let residual = (features * weights - problem.targets).frobeniusNorm
    let scale = residual * residual + 1
    #expect(
      abs(end.squaredResidual - residual * residual)
        <= Tolerance.arithmetic.bound(
          Double.self, size: problem.targets.elements.count + 2, scale: scale))
  }

  @Test("Differences of features are descended as features are")
  func differences() {
    // The first row is orthogonal to every start that repeats itself, and sets σ₁.
    for gap in 2...20 {
      let features = Matrix<Double>(rows: 2, columns: gap + 1) { i, j in
        i == 1 ? (j == 1 ? 4 : 0) : j == 0 ? 4 : j == gap ? -4 : 0
      }
      let targets = Matrix<Double>(rows: 2, columns: 1, columnMajor: [8, 4])
      let minimum = Matrix<Double>(rows: gap + 1, columns: 1) { j, _ in
        j <= 1 ? 1 : j == gap ? -1 : 0
      }
      let (weights, _) = gradientDescentPath(
        features, targets: targets, minimumNorm: minimum, steps: 70)
      #expect(
        distance(weights, minimum)
          <= Tolerance.linearSystem.bound(Double.self, size: gap + 1, scale: 1))
    }
  }

  @Test("A sample orthogonal to the golden ratio's multiples is no sample of zeros")
  func orthogonalToStart() {
    // Rounding makes some of the products with a start of such multiples vanish exactly.
    func entry(_ k: Int) -> Double {
      let multiple = Double(k + 1) * 0.618_033_988_749_894_9
      return 1 + multiple - multiple.rounded(.down)
    }
    for second in 1...60 {
      let row = Matrix<Double>(rows: 1, columns: second + 1) { _, j in
        j == 0 ? entry(second) : j == second ? -entry(0) : 0
      }
      let targets = Matrix<Double>(rows: 1, columns: 1, repeating: 1)
      let square = row.frobeniusNorm * row.frobeniusNorm
      let minimum = row.transposed().map { $0 / square }
      let (weights, _) = gradientDescentPath(
        row, targets: targets, minimumNorm: minimum, steps: 30)
      #expect(
        distance(weights, minimum) <= Tolerance.linearSystem.bound(Double.self, size: 2, scale: 1))
    }
  }

  @Test("No sample, no feature, and features that are 0, leave the weights at 0")
  func nothingToDescend() {
    for (n, d) in [(0, 0), (0, 3), (3, 0), (3, 3)] {
      let (weights, path) = gradientDescentPath(
        Matrix<Double>(rows: n, columns: d), targets: Matrix(rows: n, columns: 2, repeating: 1),
        minimumNorm: Matrix(rows: d, columns: 2), steps: 5)
      #expect(weights == Matrix(rows: d, columns: 2))
      #expect(path.map(\.step) == [0, 1, 2, 3, 4, 5])
      let bound = Tolerance.arithmetic.bound(Double.self, size: 2 * n, scale: 2 * Double(n))
      #expect(path.allSatisfy { abs($0.squaredResidual - 2 * Double(n)) <= bound })
      #expect(path.allSatisfy { $0.distanceToMinimumNorm == 0 && $0.norm == 0 })
    }
  }

  @Test("Counts that are none stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      let one = Matrix<Double>.identity(1)
      _ = gradientDescentPath(one, targets: one, minimumNorm: one, steps: -1)
    }
    await #expect(processExitsWith: .failure) {
      let one = Matrix<Double>.identity(1)
      _ = gradientDescentPath(one, targets: one, minimumNorm: one, steps: 1, records: 0)
    }
  }
}
