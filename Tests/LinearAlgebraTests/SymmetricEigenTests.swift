import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Symmetric matrices have real eigenvalues and orthonormal eigenvectors")
struct SymmetricEigenTests {
  @Test("Known spectra come back", arguments: PropertyCase.all)
  func knownSpectrum(_ property: PropertyCase) throws {
    try checkKnownSpectrum(property, Double.self)
    try checkKnownSpectrum(property, Float.self)
  }

  private func checkKnownSpectrum<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let n = property.first
    var stream = property.stream("eigenvalues")
    let spectrum = (0..<n).map { _ in stream.normal() }.sorted(by: >)
    let known = try KnownSpectrum(values: spectrum, from: &stream)
    let matrix = known.matrix.converted(to: type)
    let eigen = try SymmetricEigen(of: matrix)
    let tolerance = Tolerance.symmetricEigenvalues

    #expect(eigen.values == eigen.values.sorted())
    let largest = spectrum.reduce(0) { max($0, abs($1)) }
    let bound = tolerance.bound(type, size: n, scale: largest)
    #expect(eigen.values.count == n)
    for (computed, exact) in zip(eigen.values, spectrum.reversed()) {
      #expect(abs(Double(computed) - exact) <= bound)
    }
    #expect(
      orthonormalityDefect(ofColumnsOf: eigen.vectors)
        <= tolerance.bound(type, size: n, scale: 1))
    #expect(eigen.testRatio <= tolerance.constant)
    let product = Matrix(rows: n, columns: n) { i, j in eigen.vectors[i, j] * eigen.values[j] }
      .times(eigen.vectors, transposingOther: true)
    let ratio = documentedTestRatio(
      residual: matrix - product, scale: Double(matrix.oneNorm), size: n)
    #expect(isSameRatio(eigen.testRatio, ratio, type, size: n))

    let exact = matrix.converted(to: Double.self)
    let vectors = eigen.vectors.converted(to: Double.self)
    let rebuilt = scalingColumns(of: vectors, by: eigen.values.map { Double($0) })
      .times(vectors, transposingOther: true)
    #expect((exact - rebuilt).oneNorm <= tolerance.bound(type, size: n, scale: exact.oneNorm))
  }

  @Test("A matrix by hand, its upper triangle not read")
  func byHand() throws {
    let eigen = try SymmetricEigen(
      of: Matrix<Double>(rows: 2, columns: 2, columnMajor: [2, 1, .nan, 2]))
    let bound = Tolerance.symmetricEigenvalues.bound(Double.self, size: 2, scale: 3)
    #expect(abs(eigen.values[0] - 1) <= bound)
    #expect(abs(eigen.values[1] - 3) <= bound)
    #expect(abs(abs(eigen.vectors[0, 0]) - 0.5.squareRoot()) <= bound)
    #expect(abs(eigen.vectors[0, 0] + eigen.vectors[1, 0]) <= bound)
    #expect(abs(eigen.vectors[0, 1] - eigen.vectors[1, 1]) <= bound)
  }

  @Test("Entries that are not finite are named")
  func notFinite() {
    var bad = Matrix<Double>.identity(3)
    bad[2, 0] = -.infinity
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the matrix", row: 2, column: 0)
    ) { try SymmetricEigen(of: bad) }
  }

  @Test("A matrix that is not square stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try SymmetricEigen(of: Matrix<Double>(rows: 2, columns: 3))
    }
  }
}
