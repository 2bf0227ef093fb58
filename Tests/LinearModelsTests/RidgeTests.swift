import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("Ridge regression lies between zero and the solution of least norm")
struct RidgeTests {
  /// How far a computed ridge solution may lie from the exact one.
  ///
  /// With s the smallest eigenvalue of the system solved, the system's rounding moves W by
  /// ε (σ₁² + λ)/s ‖W‖, the right-hand side's by ε σ₁ ‖Y‖ / s, and ‖W‖ ≤ σ₁ ‖Y‖ / s.
  private func bound<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, ridge: Double, _ type: Scalar.Type
  ) -> Double {
    let sides = [problem.features.left.rows, problem.features.right.rows]
    let isRegular = problem.features.values.count == sides.min()
    let least = ridge + (isRegular ? problem.smallest * problem.smallest : 0)
    let condition = (problem.largest * problem.largest + ridge) / least
    let scale = (1 + condition) * problem.largest * problem.targets.frobeniusNorm / least
    return Tolerance.linearSystem.bound(type, size: problem.size, scale: scale)
  }

  @Test(
    "Known singular values give σ/(σ² + λ), in the smaller of the two forms",
    arguments: PropertyCase.all)
  func closedForm(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    for ridge in [0.125, 1, 8] {
      try checkClosedForm(problem, ridge: ridge, Double.self)
      try checkClosedForm(problem, ridge: ridge, Float.self)
    }
  }

  private func checkClosedForm<Scalar: LinearAlgebraScalar>(
    _ problem: KnownLinearProblem, ridge: Double, _ type: Scalar.Type
  ) throws {
    let features = problem.features.matrix.converted(to: type)
    let fit = try ridgeFit(features, targets: problem.targets.converted(to: type), ridge: ridge)
    #expect(
      fit.method == (features.rows < features.columns ? .dualRidge(ridge) : .primalRidge(ridge)))
    #expect(fit.evidence.testRatio <= Tolerance.linearSystem.constant)
    let known = problem.filtered { $0 / ($0 * $0 + ridge) }
    #expect(distance(fit.weights, known) <= bound(problem, ridge: ridge, type))
  }

  @Test(
    "Primal and dual give the same: features that are 0 turn one into the other",
    arguments: PropertyCase.all)
  func primalAndDual(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    let features = problem.features.matrix
    let (n, d) = (features.rows, features.columns)
    guard n >= d else { return }
    let wide = Matrix(rows: n, columns: n + 1) { i, j in j < d ? features[i, j] : 0 }
    let primal = try ridgeFit(features, targets: problem.targets, ridge: 0.5)
    let dual = try ridgeFit(wide, targets: problem.targets, ridge: 0.5)
    #expect(primal.method == .primalRidge(0.5) && dual.method == .dualRidge(0.5))
    let weights = dual.weights
    #expect(
      distance(weights.rows(0..<d), primal.weights)
        <= 2 * bound(problem, ridge: 0.5, Double.self))
    #expect(weights.rows(d..<n + 1) == Matrix(rows: n + 1 - d, columns: weights.columns))
    #expect(
      abs(primal.evidence.maxAbsoluteResidual - dual.evidence.maxAbsoluteResidual)
        <= 2 * problem.largest * bound(problem, ridge: 0.5, Double.self)
        + Tolerance.arithmetic.bound(
          Double.self, size: problem.size + 1, scale: problem.targets.frobeniusNorm))
  }

  @Test(
    "As λ falls the solution grows to that of least norm, no slower than λ/(σ² + λ)",
    arguments: PropertyCase.all)
  func smallRidge(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property, fullRank: true)
    let features = problem.features.matrix
    let minimum = problem.minimumNorm
    var lastNorm = 0.0
    for ridge in [1, 1e-2, 1e-4, 1e-8, 1e-12] {
      let fit = try ridgeFit(features, targets: problem.targets, ridge: ridge)
      let rounding = bound(problem, ridge: ridge, Double.self)
      let share = ridge / (problem.smallest * problem.smallest + ridge)
      #expect(distance(fit.weights, minimum) <= share * minimum.frobeniusNorm + rounding)
      #expect(fit.norm >= lastNorm - rounding)
      #expect(fit.norm <= minimum.frobeniusNorm + rounding)
      lastNorm = fit.norm
    }
  }

  @Test("A system that is singular without its ridge is solved with it")
  func singularFeatures() throws {
    let features = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
    let targets = Matrix<Double>(rows: 2, columns: 1, repeating: 1)
    let known = Matrix<Double>(rows: 3, columns: 1, repeating: 2.0 / 7)
    let fit = try ridgeFit(features, targets: targets, ridge: 1)
    #expect(
      distance(fit.weights, known) <= Tolerance.linearSystem.bound(Double.self, size: 3, scale: 7))
    // 2⁻⁶⁰ is lost in the 3 of the diagonal.
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: 1)) {
      try ridgeFit(features, targets: targets, ridge: 0x1p-60)
    }
  }

  @Test("A ridge that is not positive stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try ridgeFit(
        Matrix<Double>.identity(2), targets: Matrix(rows: 2, columns: 1), ridge: 0)
    }
    await #expect(processExitsWith: .failure) {
      _ = try ridgeFit(
        Matrix<Double>.identity(2), targets: Matrix(rows: 2, columns: 1), ridge: .nan)
    }
  }
}
