import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("The singular value decomposition is thin, sorted and sound")
struct SingularValueDecompositionTests {
  @Test("Known singular values come back", arguments: PropertyCase.all)
  func knownSingularValues(_ property: PropertyCase) throws {
    try checkKnownSingularValues(property, Double.self)
    try checkKnownSingularValues(property, Float.self)
  }

  private func checkKnownSingularValues<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (m, n) = (property.first, property.second)
    var stream = property.stream("singular values")
    let rank = stream.integer(below: min(m, n) + 1)
    let spectrum = geometricSpectrum(
      count: rank, largest: 1 + stream.uniform(), condition: 1 + 1000 * stream.uniform())
    let known = try KnownSingularValues(rows: m, columns: n, values: spectrum, from: &stream)
    let matrix = known.matrix.converted(to: type)
    let decomposition = try SingularValueDecomposition(of: matrix)
    let tolerance = Tolerance.singularValues
    let size = max(m, n)

    #expect(decomposition.values == decomposition.values.sorted(by: >))
    #expect(decomposition.values.allSatisfy { $0 >= 0 })
    #expect(decomposition.values.count == min(m, n))
    let bound = tolerance.bound(type, size: size, scale: spectrum.first ?? 0)
    let alone = try matrix.singularValues()
    #expect(alone.count == min(m, n))
    for (i, value) in decomposition.values.enumerated() {
      let exact = i < rank ? spectrum[i] : 0
      #expect(abs(Double(value) - exact) <= bound)
      #expect(abs(Double(alone[i]) - exact) <= bound)
    }
    let (left, rightTransposed) = (decomposition.left, decomposition.rightTransposed)
    #expect(left.rows == m && left.columns == min(m, n))
    #expect(rightTransposed.rows == min(m, n) && rightTransposed.columns == n)
    let unit = tolerance.bound(type, size: size, scale: 1)
    #expect(orthonormalityDefect(ofColumnsOf: left) <= unit)
    #expect(orthonormalityDefect(ofColumnsOf: rightTransposed.transposed()) <= unit)
    #expect(decomposition.testRatio <= tolerance.constant)
    let scaled = Matrix(rows: m, columns: min(m, n)) { i, j in
      left[i, j] * decomposition.values[j]
    }
    let ratio = documentedTestRatio(
      residual: matrix - scaled * rightTransposed, scale: Double(matrix.oneNorm), size: size)
    #expect(isSameRatio(decomposition.testRatio, ratio, type, size: size))

    let exact = matrix.converted(to: Double.self)
    let rebuilt = scalingColumns(
      of: left.converted(to: Double.self), by: decomposition.values.map { Double($0) }
    ).times(rightTransposed.converted(to: Double.self))
    #expect((exact - rebuilt).oneNorm <= tolerance.bound(type, size: size, scale: exact.oneNorm))
  }

  @Test("A matrix by hand")
  func byHand() throws {
    // AᵀA = diag(25, 4).
    let a = Matrix<Double>(rows: 3, columns: 2, columnMajor: [3, 4, 0, 0, 0, -2])
    let decomposition = try SingularValueDecomposition(of: a)
    let bound = Tolerance.singularValues.bound(Double.self, size: 3, scale: 5)
    #expect(abs(decomposition.values[0] - 5) <= bound)
    #expect(abs(decomposition.values[1] - 2) <= bound)
    #expect(abs(abs(decomposition.left[0, 0]) - 0.6) <= bound)
    #expect(abs(abs(decomposition.left[1, 0]) - 0.8) <= bound)
    #expect(abs(abs(decomposition.rightTransposed[1, 1]) - 1) <= bound)
  }

  @Test("Entries that are not finite are named")
  func notFinite() {
    var bad = Matrix<Float>(rows: 2, columns: 4)
    bad[1, 3] = .nan
    let error = LinearAlgebraError.notFinite(argument: "the matrix", row: 1, column: 3)
    #expect(throws: error) { try SingularValueDecomposition(of: bad) }
    #expect(throws: error) { try bad.singularValues() }
  }
}
