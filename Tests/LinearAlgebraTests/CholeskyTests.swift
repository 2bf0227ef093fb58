import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Cholesky factors and solves, with evidence")
struct CholeskyTests {
  @Test("Known spectra: factor, solution and condition", arguments: PropertyCase.all)
  func knownSpectrum(_ property: PropertyCase) throws {
    try checkKnownSpectrum(property, Double.self)
    try checkKnownSpectrum(property, Float.self)
  }

  private func checkKnownSpectrum<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (n, k) = (property.first, property.second)
    var stream = property.stream("Cholesky")
    let spectrum = geometricSpectrum(
      count: n, largest: 1 + stream.uniform(), condition: 1 + 1000 * stream.uniform())
    let known = try KnownSpectrum(values: spectrum, from: &stream)
    let matrix = known.matrix.converted(to: type)
    let exact = matrix.converted(to: Double.self)
    let cholesky = try Cholesky(factoring: matrix)
    let factor = cholesky.lowerFactor().matrix.converted(to: Double.self)
    let linear = Tolerance.linearSystem

    let reconstructed = factor.times(factor, transposingOther: true)
    #expect(
      (reconstructed - exact).oneNorm <= linear.bound(type, size: n, scale: exact.oneNorm))
    #expect((0..<n).allSatisfy { factor[$0, $0] > 0 })

    let x: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let rightHandSides = (exact * x).converted(to: type)
    let solution = try cholesky.solve(rightHandSides)
    let condition = known.conditionInOneNorm
    #expect(
      distance(solution.values, x)
        <= linear.bound(type, size: n, scale: condition * x.frobeniusNorm))
    let computed = solution.values.converted(to: Double.self)
    let residual = rightHandSides.converted(to: Double.self) - exact * computed
    #expect(
      abs(solution.evidence.maxAbsoluteResidual - residual.largestAbsoluteEntry)
        <= linear.bound(type, size: n, scale: exact.frobeniusNorm * computed.frobeniusNorm))
    #expect(solution.evidence.testRatio <= linear.constant)
    let ratio = documentedTestRatio(
      residual: rightHandSides - cholesky.matrixTimes(solution.values),
      scale: Double(matrix.oneNorm) * Double(solution.values.oneNorm), size: n)
    #expect(isSameRatio(solution.evidence.testRatio, ratio, type, size: n))
    #expect(solution.evidence.rank == n)
    #expect(
      solution.evidence.reciprocalCondition == Double(cholesky.reciprocalCondition))

    // The estimate never exceeds the condition but for rounding, and is rarely off by more than 3.
    let estimate = 1 / Double(cholesky.reciprocalCondition)
    #expect(estimate <= condition * (1 + linear.bound(type, size: n, scale: condition)))
    #expect(estimate >= condition / 10)
  }

  @Test("The matrix that was factored can still be multiplied with", arguments: PropertyCase.all)
  func product(_ property: PropertyCase) throws {
    try checkProduct(property, Double.self)
    try checkProduct(property, Float.self)
  }

  private func checkProduct<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (n, k) = (property.first, property.second)
    var stream = property.stream("Cholesky product")
    // A power of two from 2⁻⁶⁰ to 2⁶⁰, because nothing here may depend on the units of A.
    let scale = Double(sign: .plus, exponent: stream.integer(below: 121) - 60, significand: 1)
    let known = try KnownSpectrum(
      values: geometricSpectrum(count: n, largest: scale, condition: 10), from: &stream)
    let matrix = known.matrix.converted(to: type)
    let b = randomMatrix(rows: n, columns: k, of: type, from: &stream)
    let cholesky = try Cholesky(factoring: matrix)
    let exact = matrix.converted(to: Double.self) * b.converted(to: Double.self)
    let magnitude = Double(matrix.frobeniusNorm) * Double(b.frobeniusNorm)
    #expect(
      distance(cholesky.matrixTimes(b), exact)
        <= Tolerance.arithmetic.bound(type, size: n, scale: magnitude))
    let solution = try cholesky.solve(b)
    #expect(solution.evidence.testRatio <= Tolerance.linearSystem.constant)
  }

  @Test("Large systems, beyond one block of the factorisation", arguments: [127, 128, 129, 300])
  func large(_ n: Int) throws {
    var stream = RandomStream(seed: UInt64(n), purpose: "large Cholesky")
    let known = try KnownSpectrum(
      values: geometricSpectrum(count: n, largest: 1e-6, condition: 1e4), from: &stream)
    let matrix = known.matrix
    let b: Matrix<Double> = randomMatrix(rows: n, columns: 3, from: &stream)
    let cholesky = try Cholesky(factoring: matrix)
    #expect(
      (cholesky.matrixTimes(b) - matrix * b).frobeniusNorm
        <= Tolerance.arithmetic.bound(
          Double.self, size: n, scale: matrix.frobeniusNorm * b.frobeniusNorm))
    #expect(try cholesky.solve(b).evidence.testRatio <= Tolerance.linearSystem.constant)
  }

  @Test("A system solved by hand")
  func byHand() throws {
    let a = Matrix<Double>(rows: 2, columns: 2, columnMajor: [4, 2, 2, 5])
    let cholesky = try Cholesky(factoring: a)
    let right = try cholesky.solve(Matrix(rows: 2, columns: 1, columnMajor: [8, 9]))
    #expect(right.values.elements == [1.375, 1.25])
    #expect(right.evidence.maxAbsoluteResidual == 0)
    #expect(cholesky.lowerFactor().matrix.elements == [2, 1, 0, 2])
    // A⁻¹ = [5, -2; -2, 4] / 16, so the condition is 7 · 7/16.
    #expect(
      abs(cholesky.reciprocalCondition - 16.0 / 49)
        <= Tolerance.linearSystem.bound(
          Double.self, size: 2, scale: 16.0 / 49))
  }

  @Test("Only the lower triangle is read")
  func lowerTriangle() throws {
    let a = Matrix<Double>(rows: 2, columns: 2, columnMajor: [4, 2, .nan, 5])
    let cholesky = try Cholesky(factoring: a)
    #expect(cholesky.lowerFactor().matrix.elements == [2, 1, 0, 2])
    #expect(cholesky.matrixTimes(.identity(2)).elements == [4, 2, 2, 5])
  }

  @Test("The first leading minor that is not positive is named", arguments: PropertyCase.all)
  func firstBadPivot(_ property: PropertyCase) {
    for n in [property.first, property.first * 6] where n > 0 {
      checkFirstBadPivot(n, property, Double.self)
      checkFirstBadPivot(n, property, Float.self)
    }
  }

  /// A = L D Lᵀ with small integers: elimination is exact, and its pivots are D.
  private func checkFirstBadPivot<Scalar: LinearAlgebraScalar>(
    _ n: Int, _ property: PropertyCase, _ type: Scalar.Type
  ) {
    var stream = property.stream("bad pivot")
    let unitLower = Matrix<Scalar>(rows: n, columns: n) { i, j in
      i == j ? 1 : i > j ? Scalar(stream.integer(below: 3) - 1) : 0
    }
    let k = stream.integer(below: n)
    var pivots = [Scalar](repeating: 1, count: n)
    for i in k..<n { pivots[i] = Scalar(stream.integer(below: 3) - 1) }
    pivots[k] = Scalar(-stream.integer(below: 2))
    let a = unitLower.times(.diagonal(pivots)).times(unitLower, transposingOther: true)
    #expect(throws: LinearAlgebraError.notPositiveDefinite(pivot: k)) {
      try Cholesky(factoring: a)
    }
  }

  @Test("Entries that are not finite are named")
  func notFinite() throws {
    var bad = Matrix<Float>.identity(3)
    bad[2, 1] = .nan
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the matrix", row: 2, column: 1)
    ) { try Cholesky(factoring: bad) }
    var wrong = Matrix<Float>(rows: 3, columns: 2)
    wrong[2, 1] = -.infinity
    let cholesky = try Cholesky(factoring: Matrix<Float>.identity(3))
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the right-hand side", row: 2, column: 1)
    ) { try cholesky.solve(wrong) }
  }

  @Test("Entries so large that their sum overflows still solve")
  func overflowingNorm() throws {
    let large = Float.greatestFiniteMagnitude / 2
    let a = Matrix<Float>(
      rows: 3, columns: 3,
      columnMajor: [
        large, large / 2, large / 2, large / 2, large, large / 2, large / 2, large / 2, large,
      ])
    let solution = try Cholesky(factoring: a).solve(
      Matrix(rows: 3, columns: 1, repeating: large))
    // (1 + 1/2 + 1/2) x = 1 for each row.
    let half = Matrix<Double>(rows: 3, columns: 1, repeating: 0.5)
    #expect(
      distance(solution.values, half)
        <= Tolerance.linearSystem.bound(Float.self, size: 3, scale: 4))
  }

  @Test("The empty system has the empty solution and condition 1")
  func empty() throws {
    let cholesky = try Cholesky(factoring: Matrix<Double>(rows: 0, columns: 0))
    #expect(cholesky.reciprocalCondition == 1)
    #expect(cholesky.lowerFactor().matrix == Matrix(rows: 0, columns: 0))
    let solution = try cholesky.solve(Matrix(rows: 0, columns: 2))
    #expect(solution.values == Matrix(rows: 0, columns: 2))
    #expect(solution.evidence.testRatio == 0)
  }

  @Test("Shapes that do not agree stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try Cholesky(factoring: Matrix<Double>(rows: 2, columns: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = try Cholesky(factoring: Matrix<Double>.identity(2)).solve(Matrix(rows: 3, columns: 1))
    }
  }
}
