import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Triangular systems are solved by substitution")
struct LowerTriangularMatrixTests {
  /// T = D (I + N) with 1 ≤ D ≤ 2 and rows of |N| that sum to at most 1/2.
  ///
  /// Then ‖T⁻¹‖∞ ≤ 2 and ‖T‖∞ ≤ 3, so the condition in the ∞-norm is at most 6.
  private func wellConditioned(_ n: Int, from stream: inout RandomStream) -> Matrix<Double> {
    let scales = (0..<n).map { _ in 1 + stream.uniform() }
    return Matrix(rows: n, columns: n) { i, j in
      if i < j { return .nan }
      return scales[i] * (i == j ? 1 : (stream.uniform() - 0.5) / Double(n))
    }
  }

  @Test(
    "The known solution comes back, with and without transposition", arguments: PropertyCase.all)
  func knownSolution(_ property: PropertyCase) throws {
    try checkKnownSolution(property, Double.self)
    try checkKnownSolution(property, Float.self)
  }

  private func checkKnownSolution<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (n, k) = (property.first, property.second)
    var stream = property.stream("triangular")
    let triangular = LowerTriangularMatrix(
      lowerTriangleOf: wellConditioned(n, from: &stream).converted(to: type))
    let known: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let exact = triangular.matrix.converted(to: Double.self)
    for transposed in [false, true] {
      let rightHandSides = exact.times(known, transposingSelf: transposed)
      let solution = try triangular.solve(
        rightHandSides.converted(to: type), transposed: transposed)
      let condition = 6.0 * Double(max(1, n)).squareRoot()
      let bound = Tolerance.linearSystem.bound(
        type, size: n, scale: condition * known.frobeniusNorm)
      #expect(distance(solution.values, known) <= bound)
      #expect(solution.evidence.testRatio <= Tolerance.linearSystem.constant)
      var residual = rightHandSides.converted(to: type)
      residual.addProduct(
        of: triangular.matrix, solution.values, transposingFirst: transposed, scaledBy: -1)
      let ratio = documentedTestRatio(
        residual: residual,
        scale: Double(triangular.matrix.oneNorm) * Double(solution.values.oneNorm), size: n)
      #expect(isSameRatio(solution.evidence.testRatio, ratio, type, size: n))
      #expect(solution.evidence.maxAbsoluteResidual == Double(residual.largestAbsoluteEntry))
      #expect(solution.evidence.rank == n)
      let largest = Double(max(rightHandSides.largestAbsoluteEntry, 1)) * 3
      #expect(
        solution.evidence.maxAbsoluteResidual
          <= Tolerance.linearSystem.bound(type, size: n, scale: largest))
    }
  }

  @Test("The strict upper triangle is dropped")
  func dropping() {
    let full = Matrix<Double>(rows: 2, columns: 2, columnMajor: [1, 2, .nan, 3])
    #expect(LowerTriangularMatrix(lowerTriangleOf: full).matrix.elements == [1, 2, 0, 3])
  }

  @Test("The residual shown is that of a system solved by hand")
  func exactCase() throws {
    let t = LowerTriangularMatrix(
      lowerTriangleOf: Matrix<Double>(rows: 2, columns: 2, columnMajor: [2, 4, 0, 8]))
    let forward = try t.solve(Matrix(rows: 2, columns: 1, columnMajor: [2, 12]))
    #expect(forward.values.elements == [1, 1])
    #expect(forward.evidence.maxAbsoluteResidual == 0)
    #expect(forward.evidence.testRatio == 0)
    let turned = try t.solve(Matrix(rows: 2, columns: 1, columnMajor: [6, 8]), transposed: true)
    #expect(turned.values.elements == [1, 1])
    // ‖T‖₁ = 8, T⁻¹ = [1/2, 0; -1/4, 1/8], ‖T⁻¹‖₁ = 3/4.
    #expect(t.reciprocalConditionEstimate() == 1 / (8 * 0.75))
    #expect(forward.evidence.reciprocalCondition == 1 / (8 * 0.75))
  }

  @Test("A zero on the diagonal is named, the first of several", arguments: [1, 2, 3, 5, 10, 50])
  func singular(_ n: Int) {
    for k in 0..<n {
      var t = Matrix<Float>.identity(n)
      t[k, k] = 0
      t[n - 1, n - 1] = 0
      let triangular = LowerTriangularMatrix(lowerTriangleOf: t)
      #expect(throws: LinearAlgebraError.singular(pivot: k)) {
        try triangular.solve(Matrix(rows: n, columns: 1))
      }
      #expect(triangular.reciprocalConditionEstimate() == 0)
    }
  }

  @Test("Entries that are not finite are named")
  func notFinite() {
    var bad = Matrix<Double>.identity(3)
    bad[2, 1] = .infinity
    let zero = Matrix<Double>(rows: 3, columns: 2)
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the matrix", row: 2, column: 1)
    ) { try LowerTriangularMatrix(lowerTriangleOf: bad).solve(zero) }
    var wrong = zero
    wrong[1, 1] = .nan
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the right-hand side", row: 1, column: 1)
    ) { try LowerTriangularMatrix(lowerTriangleOf: .identity(3)).solve(wrong) }
  }

  @Test("Shapes that do not agree stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = LowerTriangularMatrix(lowerTriangleOf: Matrix<Double>(rows: 2, columns: 3))
    }
    await #expect(processExitsWith: .failure) {
      _ = try LowerTriangularMatrix(lowerTriangleOf: Matrix<Double>.identity(2))
        .solve(Matrix(rows: 3, columns: 1))
    }
  }
}
