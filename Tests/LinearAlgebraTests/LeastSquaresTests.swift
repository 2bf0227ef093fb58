import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Least squares finds the shortest of the best solutions")
struct LeastSquaresTests {
  @Test("Known singular values: tall, wide, rank-deficient and empty", arguments: PropertyCase.all)
  func knownSingularValues(_ property: PropertyCase) throws {
    try checkKnownSingularValues(property, Double.self)
    try checkKnownSingularValues(property, Float.self)
  }

  private func checkKnownSingularValues<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (m, n) = (property.first, property.second)
    let k = min(property.third, 5)
    var stream = property.stream("least squares")
    let rank = stream.integer(below: min(m, n) + 1)
    let spectrum = geometricSpectrum(
      count: rank, largest: 1 + stream.uniform(), condition: 1 + 9 * stream.uniform())
    let known = try KnownSingularValues(rows: m, columns: n, values: spectrum, from: &stream)
    let b: Matrix<Double> = randomMatrix(rows: m, columns: k, from: &stream)
    let result = try known.matrix.converted(to: type).leastSquares(b.converted(to: type))
    let evidence = result.solution.evidence
    let size = max(m, n)

    #expect(evidence.rank == rank)
    #expect(result.solution.values.rows == n && result.solution.values.columns == k)
    // A⁺ changes by at most 2 ‖A⁺‖² ‖E‖ when A changes by E without a change of rank.
    let inverseNorm = spectrum.last.map { 1 / $0 } ?? 0
    let scale = inverseNorm * inverseNorm * (spectrum.first ?? 0) * b.frobeniusNorm
    let minimumNorm = known.pseudoInverse * b
    #expect(
      distance(result.solution.values, minimumNorm)
        <= Tolerance.linearSystem.bound(type, size: size, scale: scale))
    #expect(evidence.testRatio <= Tolerance.linearSystem.constant)

    let residual = b - known.matrix * minimumNorm
    let residualScale = known.condition * (1 + b.frobeniusNorm)
    #expect(
      abs(evidence.maxAbsoluteResidual - residual.largestAbsoluteEntry)
        <= Tolerance.linearSystem.bound(type, size: size, scale: residualScale))

    #expect(result.singularValues.count == min(m, n))
    let spectrumBound = Tolerance.singularValues.bound(
      type, size: size, scale: spectrum.first ?? 0)
    for (i, value) in result.singularValues.enumerated() {
      #expect(abs(Double(value) - (i < rank ? spectrum[i] : 0)) <= spectrumBound)
    }
    let reciprocal = min(m, n) == 0 ? 1 : rank == 0 ? 0 : 1 / known.condition
    #expect(
      abs(evidence.reciprocalCondition - reciprocal)
        <= 2 * Tolerance.singularValues.bound(type, size: size, scale: 1))
  }

  @Test("Of all solutions of a wide system the one in the row space is taken")
  func minimumNorm() throws {
    let a = Matrix<Double>(rows: 1, columns: 2, columnMajor: [3, 4])
    let result = try a.leastSquares(Matrix(rows: 1, columns: 1, columnMajor: [25]))
    let bound = Tolerance.linearSystem.bound(Double.self, size: 2, scale: 5)
    #expect(abs(result.solution.values[0, 0] - 3) <= bound)
    #expect(abs(result.solution.values[1, 0] - 4) <= bound)
  }

  @Test("Singular values at or below the cut-off count as zero")
  func cutOff() throws {
    let a = Matrix<Double>.diagonal([4, 2, 1])
    let b = Matrix<Double>(rows: 3, columns: 1, repeating: 4)
    let kept = [3: [1.0, 2, 4], 2: [1, 2, 0], 1: [1, 0, 0]]
    for (cutOff, rank) in [(0.2, 3), (0.3, 2), (0.4, 2), (0.6, 1)] {
      let result = try a.leastSquares(b, relativeCutOff: cutOff)
      #expect(result.relativeCutOff == cutOff)
      #expect(result.solution.evidence.rank == rank)
      let known = Matrix<Double>(rows: 3, columns: 1, columnMajor: kept[rank] ?? [])
      #expect(
        distance(result.solution.values, known)
          <= Tolerance.linearSystem.bound(Double.self, size: 3, scale: 16))
    }
  }

  @Test("The test ratio betrays a solution that does not minimise")
  func evidenceOfFailure() throws {
    let a = Matrix<Double>.diagonal([4, 2, 1])
    let b = Matrix<Double>(rows: 3, columns: 1, repeating: 4)
    let result = try a.leastSquares(b, relativeCutOff: 0.3)
    // What is left of B is 4 in the last row: ‖Aᵀr‖₁ = 4 against ‖A‖₁ ‖B‖₁ = 48.
    let expected = 4 / (48 * 3 * Double.roundingUnit)
    #expect(abs(result.solution.evidence.testRatio / expected - 1) < 1e-3)
    #expect(abs(result.solution.evidence.maxAbsoluteResidual - 4) <= 1e-3)
  }

  @Test("By default the cut-off is max(m, n) steps of the scalar type above 0")
  func defaultCutOff() throws {
    let double = try Matrix<Double>.identity(2).leastSquares(Matrix(rows: 2, columns: 1))
    #expect(double.relativeCutOff == 2 * Double.ulpOfOne)
    let float = try Matrix<Float>(rows: 3, columns: 5).leastSquares(Matrix(rows: 3, columns: 1))
    #expect(float.relativeCutOff == 5 * Float.ulpOfOne)
  }

  @Test("The zero matrix has rank 0 and the zero solution", arguments: [1, 2, 3, 5, 10, 50])
  func zero(_ n: Int) throws {
    let b = Matrix<Float>(rows: n, columns: 2, repeating: 1)
    let result = try Matrix<Float>(rows: n, columns: 3).leastSquares(b)
    #expect(result.solution.values == Matrix(rows: 3, columns: 2))
    #expect(result.solution.evidence.rank == 0)
    #expect(result.solution.evidence.reciprocalCondition == 0)
    #expect(result.solution.evidence.conditionEstimate == .infinity)
    #expect(result.solution.evidence.maxAbsoluteResidual == 1)
    #expect(result.solution.evidence.testRatio == 0)
  }

  @Test("Entries that are not finite are named")
  func notFinite() {
    var bad = Matrix<Double>.identity(2)
    bad[1, 0] = .nan
    let b = Matrix<Double>(rows: 2, columns: 1)
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the matrix", row: 1, column: 0)
    ) { try bad.leastSquares(b) }
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the right-hand side", row: 1, column: 0)
    ) { try Matrix<Double>.identity(2).leastSquares(bad) }
  }

  @Test("Shapes that do not agree stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try Matrix<Double>.identity(2).leastSquares(Matrix(rows: 3, columns: 1))
    }
  }
}
