import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Products agree with the sums that define them")
struct MatrixProductsTests {
  /// The product and the sums of absolute terms that bound its rounding.
  private func definition(
    _ a: Matrix<Double>, _ b: Matrix<Double>
  ) -> (product: Matrix<Double>, magnitude: Matrix<Double>) {
    var product = Matrix<Double>(rows: a.rows, columns: b.columns)
    var magnitude = product
    for i in 0..<a.rows {
      for j in 0..<b.columns {
        for k in 0..<a.columns {
          product[i, j] += a[i, k] * b[k, j]
          magnitude[i, j] += abs(a[i, k] * b[k, j])
        }
      }
    }
    return (product, magnitude)
  }

  private func agree<Scalar: LinearAlgebraScalar>(
    _ computed: Matrix<Scalar>, with exact: Matrix<Double>, terms: Int, magnitude: Matrix<Double>
  ) -> Bool {
    guard computed.rows == exact.rows, computed.columns == exact.columns else { return false }
    return (0..<exact.rows).allSatisfy { i in
      (0..<exact.columns).allSatisfy { j in
        let bound = Tolerance.arithmetic.bound(Scalar.self, size: terms, scale: magnitude[i, j])
        return abs(Double(computed[i, j]) - exact[i, j]) <= bound
      }
    }
  }

  @Test("General products, with every transposition", arguments: PropertyCase.all)
  func general(_ property: PropertyCase) {
    checkGeneral(property, Double.self)
    checkGeneral(property, Float.self)
  }

  private func checkGeneral<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) {
    let (m, k, n) = (property.first, property.second, property.third)
    var stream = property.stream("products")
    let a = randomMatrix(rows: m, columns: k, of: type, from: &stream)
    let b = randomMatrix(rows: k, columns: n, of: type, from: &stream)
    let c = randomMatrix(rows: m, columns: n, of: type, from: &stream)
    let exact = definition(a.converted(to: Double.self), b.converted(to: Double.self))
    for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
      let left = first ? a.transposed() : a
      let right = second ? b.transposed() : b
      let product = left.times(right, transposingSelf: first, transposingOther: second)
      #expect(agree(product, with: exact.product, terms: k, magnitude: exact.magnitude))
      var updated = c
      updated.addProduct(
        of: left, right, transposingFirst: first, transposingSecond: second, scaledBy: -2,
        keeping: 0.5)
      let old = c.converted(to: Double.self)
      #expect(
        agree(
          updated,
          with: exact.product.map { -2 * $0 } + old.map { 0.5 * $0 },
          terms: k + 2,
          magnitude: exact.magnitude.map { 2 * $0 } + old.map { abs(0.5 * $0) }))
    }
    #expect(a * b == a.times(b))
  }

  @Test("Matrix times vector is matrix times column", arguments: PropertyCase.all)
  func vectors(_ property: PropertyCase) {
    checkVectors(property, Double.self)
    checkVectors(property, Float.self)
  }

  private func checkVectors<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) {
    let (m, n) = (property.first, property.second)
    var stream = property.stream("vectors")
    let a = randomMatrix(rows: m, columns: n, of: type, from: &stream)
    let x = randomMatrix(rows: n, columns: 1, of: type, from: &stream)
    let exact = definition(a.converted(to: Double.self), x.converted(to: Double.self))
    let forward = Matrix(rows: m, columns: 1, columnMajor: a.times(x.elements))
    #expect(agree(forward, with: exact.product, terms: n, magnitude: exact.magnitude))
    let turned = Matrix(
      rows: m, columns: 1, columnMajor: a.transposed().times(x.elements, transposingSelf: true))
    #expect(agree(turned, with: exact.product, terms: n, magnitude: exact.magnitude))
  }

  @Test("A matrix times its own transpose is symmetric to the bit", arguments: PropertyCase.all)
  func ownTranspose(_ property: PropertyCase) {
    checkOwnTranspose(property, Double.self)
    checkOwnTranspose(property, Float.self)
  }

  private func checkOwnTranspose<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) {
    var stream = property.stream("own transpose")
    let a = randomMatrix(
      rows: property.first, columns: property.second, of: type, from: &stream)
    let wide = a.converted(to: Double.self)
    let outer = a.timesOwnTranspose()
    let exactOuter = definition(wide, wide.transposed())
    #expect(
      agree(outer, with: exactOuter.product, terms: a.columns, magnitude: exactOuter.magnitude))
    #expect(outer == outer.transposed())
    let inner = a.timesOwnTranspose(transposingSelf: true)
    let exactInner = definition(wide.transposed(), wide)
    #expect(agree(inner, with: exactInner.product, terms: a.rows, magnitude: exactInner.magnitude))
    #expect(inner == inner.transposed())
    let lower = a.lowerTimesOwnTranspose()
    #expect(lower == LowerTriangularMatrix(lowerTriangleOf: outer).matrix)
  }

  @Test("Mirroring works across the borders of its tiles", arguments: [0, 1, 63, 64, 65, 129, 200])
  func mirroring(_ n: Int) {
    for rows in [n, n + 3] {
      let original = Matrix<Double>(rows: rows, columns: n) { i, j in Double(i * n + j) }
      var mirrored = original
      mirrored.mirrorLowerTriangle()
      #expect(
        mirrored == Matrix(rows: rows, columns: n) { i, j in original[max(i, j), min(i, j)] })
    }
  }

  @Test("With β = 0 old entries are not read, also where there is nothing to sum")
  func forgetting() {
    var c = Matrix<Double>(rows: 2, columns: 2, repeating: .nan)
    c.addProduct(of: .identity(2), .identity(2), keeping: 0)
    #expect(c == .identity(2))
    var empty = Matrix<Double>(rows: 2, columns: 2, repeating: 3)
    empty.addProduct(
      of: Matrix(rows: 2, columns: 0), Matrix(rows: 0, columns: 2), keeping: 0.5)
    #expect(empty == Matrix(rows: 2, columns: 2, repeating: 1.5))
  }

  @Test("Sums and differences are entrywise")
  func sums() {
    let a = Matrix<Float>(rows: 1, columns: 2, columnMajor: [1, 2])
    let b = Matrix<Float>(rows: 1, columns: 2, columnMajor: [5, -3])
    #expect((a + b).elements == [6, -1])
    #expect((a - b).elements == [-4, 5])
  }

  @Test("Shapes that do not agree stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = Matrix<Double>(rows: 2, columns: 3) * Matrix<Double>(rows: 2, columns: 3)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix<Double>(rows: 2, columns: 3).times([1, 2])
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix<Double>(rows: 2, columns: 3) + Matrix<Double>(rows: 3, columns: 2)
    }
    await #expect(processExitsWith: .failure) {
      _ = Matrix<Double>(rows: 2, columns: 3) - Matrix<Double>(rows: 3, columns: 2)
    }
  }

  @Test("Large products in Float, which another library computes, are those of their parts")
  func large() {
    // Whole numbers, so that no order of summation matters; 2²⁸ multiplications and more.
    var stream = RandomStream(seed: 1, purpose: "large products")
    func whole(_ rows: Int, _ columns: Int) -> Matrix<Float> {
      Matrix(rows: rows, columns: columns) { _, _ in Float(stream.integer(below: 65) - 32) }
    }
    let (m, k, n) = (700, 650, 660)
    let (a, b, c) = (whole(m, k), whole(k, n), whole(m, n))
    var expected = c
    for j in 0..<n {
      let column = a.times(b.columns(j..<j + 1))
      for i in 0..<m { expected[i, j] = 0.5 * c[i, j] - 2 * column[i, 0] }
    }
    for (first, second) in [(false, false), (false, true), (true, false), (true, true)] {
      var updated = c
      updated.addProduct(
        of: first ? a.transposed() : a, second ? b.transposed() : b, transposingFirst: first,
        transposingSecond: second, scaledBy: -2, keeping: 0.5)
      #expect(updated == expected)
    }
    var other = Matrix<Float>(rows: m, columns: n)
    other.formOpenBLASProduct(of: a, b)
    #expect(other == a * b)
  }
}
