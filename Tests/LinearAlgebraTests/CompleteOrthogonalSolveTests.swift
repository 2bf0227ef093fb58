import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("A complete orthogonal factorisation finds the shortest of the best solutions")
struct CompleteOrthogonalSolveTests {
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
    var stream = property.stream("complete orthogonal")
    let rank = stream.integer(below: min(m, n) + 1)
    let spectrum = geometricSpectrum(
      count: rank, largest: 1 + stream.uniform(), condition: 1 + 9 * stream.uniform())
    let known = try KnownSingularValues(rows: m, columns: n, values: spectrum, from: &stream)
    let b: Matrix<Double> = randomMatrix(rows: m, columns: k, from: &stream)
    let result = try known.matrix.converted(to: type)
      .completeOrthogonalSolve(b.converted(to: type))
    let evidence = result.solution.evidence
    #expect(evidence.rank == rank)
    #expect(result.solution.values.rows == n && result.solution.values.columns == k)
    // A⁺ changes by at most 2 ‖A⁺‖² ‖E‖ when A changes by E without a change of rank.
    let inverseNorm = spectrum.last.map { 1 / $0 } ?? 0
    let scale = inverseNorm * inverseNorm * (spectrum.first ?? 0) * b.frobeniusNorm
    let minimumNorm = known.pseudoInverse * b
    #expect(
      distance(result.solution.values, minimumNorm)
        <= Tolerance.linearSystem.bound(type, size: max(m, n), scale: scale))
    #expect(evidence.testRatio <= Tolerance.linearSystem.constant)
    let residual = b - known.matrix * minimumNorm
    let residualScale = known.condition * (1 + b.frobeniusNorm)
    #expect(
      abs(evidence.maxAbsoluteResidual - residual.largestAbsoluteEntry)
        <= Tolerance.linearSystem.bound(type, size: max(m, n), scale: residualScale))
    // T has the singular values of A. Norms of r × r matrices differ by at most √r on either side,
    // and LAPACK's estimator is known to fall short of ‖T⁻¹‖ by less than 10.
    if rank > 0 {
      let reciprocal = evidence.reciprocalCondition * known.condition
      #expect(reciprocal >= 0.5 / Double(rank) && reciprocal <= 10 * Double(rank))
    } else {
      #expect(evidence.reciprocalCondition == (min(m, n) == 0 ? 1 : 0))
    }
  }

  @Test("Singular values far below the cut-off are left out", arguments: PropertyCase.all)
  func cutOff(_ property: PropertyCase) throws {
    var stream = property.stream("cut-off")
    let (m, n, k) = (property.first, property.second, min(property.third, 5))
    let full = min(m, n)
    let rank = full / 2
    let head = geometricSpectrum(count: rank, condition: 10)
    let tail = geometricSpectrum(count: full - rank, largest: 1e-9, condition: 1e3)
    let known = try KnownSingularValues(rows: m, columns: n, values: head + tail, from: &stream)
    guard rank > 0 else { return }
    let b: Matrix<Double> = randomMatrix(rows: m, columns: k, from: &stream)
    let result = try known.matrix.completeOrthogonalSolve(b, relativeCutOff: 1e-5)
    #expect(result.relativeCutOff == 1e-5)
    #expect(result.solution.evidence.rank == rank)
    let truncated =
      scalingColumns(of: known.right.columns(0..<rank), by: head.map { 1 / $0 })
      * known.left.columns(0..<rank).times(b, transposingSelf: true)
    // What the pivots leave out exceeds the next singular value by at most √(r (n - r) + 1) on
    // such matrices; A⁺ changes by at most 2 ‖A⁺‖² ‖E‖.
    let leftOut = 1e-9 * (1 + Double(rank * (n - rank) + 1).squareRoot())
    let rounding = Tolerance.linearSystem.bound(Double.self, size: max(m, n), scale: 1)
    #expect(
      distance(result.solution.values, truncated)
        <= 2 * 100 * (leftOut + rounding) * b.frobeniusNorm)
  }

  @Test(
    "The zero matrix has rank 0 and the zero solution, whatever the cut-off", arguments: [0, nil])
  func zero(_ cutOff: Double?) throws {
    let b = Matrix<Double>(rows: 3, columns: 2, repeating: 1)
    let result = try Matrix<Double>(rows: 3, columns: 4)
      .completeOrthogonalSolve(b, relativeCutOff: cutOff)
    #expect(result.solution.values == Matrix(rows: 4, columns: 2))
    #expect(result.solution.evidence.rank == 0)
    #expect(result.solution.evidence.reciprocalCondition == 0)
    #expect(result.solution.evidence.maxAbsoluteResidual == 1)
  }

  @Test("The condition is that of the triangle that counts", arguments: [1, 10, 1e3, 1e6])
  func condition(_ condition: Double) throws {
    // In the ∞-norm a diagonal triangle has the condition of its singular values, in any order.
    let a = Matrix<Double>.diagonal([2 / condition, 2, 0])
    let result = try a.completeOrthogonalSolve(Matrix(rows: 3, columns: 1, repeating: 1))
    #expect(result.solution.evidence.rank == 2)
    #expect(
      abs(result.solution.evidence.reciprocalCondition * condition - 1)
        <= Tolerance.linearSystem.bound(Double.self, size: 3, scale: 1))
  }

  @Test("A cut-off of 0 leaves pivots that are 0 out")
  func singular() throws {
    let a = Matrix<Double>.diagonal([4, 0, 2])
    let b = Matrix<Double>(rows: 3, columns: 1, repeating: 4)
    let result = try a.completeOrthogonalSolve(b, relativeCutOff: 0)
    #expect(result.solution.evidence.rank == 2)
    #expect(
      distance(result.solution.values, Matrix(rows: 3, columns: 1, columnMajor: [1, 0, 2]))
        <= Tolerance.linearSystem.bound(Double.self, size: 3, scale: 4))
  }

  @Test("Entries that are not finite are named")
  func notFinite() {
    var bad = Matrix<Double>.identity(2)
    bad[1, 0] = .infinity
    let b = Matrix<Double>(rows: 2, columns: 1)
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the matrix", row: 1, column: 0)
    ) { try bad.completeOrthogonalSolve(b) }
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the right-hand side", row: 1, column: 0)
    ) { try Matrix<Double>.identity(2).completeOrthogonalSolve(bad) }
  }
}
