import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("The QR factorisation is orthonormal times triangular")
struct QRFactorizationTests {
  @Test("On random matrices of all shapes", arguments: PropertyCase.all)
  func laws(_ property: PropertyCase) throws {
    try checkLaws(property, Double.self)
    try checkLaws(property, Float.self)
  }

  private func checkLaws<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (m, n) = (property.first, property.second)
    var stream = property.stream("QR")
    let a = randomMatrix(rows: m, columns: n, of: type, from: &stream)
    let factors = try QRFactorization(factoring: a)
    let (q, r) = (factors.orthonormal, factors.upperTriangular)
    let size = max(m, n)
    #expect(q.rows == m && q.columns == min(m, n))
    #expect(r.rows == min(m, n) && r.columns == n)
    for j in 0..<n { for i in 0..<r.rows where i > j { #expect(r[i, j] == 0) } }
    let tolerance = Tolerance.linearSystem
    #expect(orthonormalityDefect(ofColumnsOf: q) <= tolerance.bound(type, size: size, scale: 1))
    let exact = a.converted(to: Double.self)
    let product = q.converted(to: Double.self) * r.converted(to: Double.self)
    let bound = tolerance.bound(type, size: size, scale: exact.oneNorm)
    #expect((product - exact).oneNorm <= bound)
    #expect((factors.reconstruct().converted(to: Double.self) - exact).oneNorm <= bound)
  }

  @Test("Columns that depend on each other still give orthonormal columns")
  func rankDeficient() throws {
    let ones = Matrix<Double>(rows: 5, columns: 3, repeating: 1)
    let factors = try QRFactorization(factoring: ones)
    let bound = Tolerance.linearSystem.bound(Double.self, size: 5, scale: 5)
    #expect(orthonormalityDefect(ofColumnsOf: factors.orthonormal) <= bound)
    #expect(abs(factors.upperTriangular[1, 1]) <= bound)
    #expect((factors.reconstruct() - ones).oneNorm <= bound)
  }

  @Test("Entries that are not finite are named")
  func notFinite() {
    var bad = Matrix<Double>(rows: 4, columns: 2)
    bad[3, 1] = .infinity
    #expect(
      throws: LinearAlgebraError.notFinite(argument: "the matrix", row: 3, column: 1)
    ) { try QRFactorization(factoring: bad) }
  }
}
