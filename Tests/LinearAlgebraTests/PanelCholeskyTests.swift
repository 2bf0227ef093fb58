import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Cholesky factors a matrix panel by panel")
struct PanelCholeskyTests {
  /// Columns of a matrix from their diagonal down, above it what must not matter.
  private func panel<Scalar: LinearAlgebraScalar>(
    _ matrix: Matrix<Scalar>, _ columns: Range<Int>
  ) -> Matrix<Scalar> {
    Matrix(rows: matrix.rows - columns.lowerBound, columns: columns.count) { i, j in
      i >= j ? matrix[columns.lowerBound + i, columns.lowerBound + j] : 12_345
    }
  }

  private func factored<Scalar: LinearAlgebraScalar>(
    _ matrix: Matrix<Scalar>, width: Int
  ) throws(LinearAlgebraError) -> PanelCholesky<Scalar> {
    var cholesky = PanelCholesky<Scalar>(size: matrix.rows, panelWidth: width)
    while !cholesky.isComplete {
      try cholesky.append(panel(matrix, cholesky.columns(ofPanel: cholesky.panels.count)))
    }
    return cholesky
  }

  private func known(_ property: PropertyCase) throws -> KnownSpectrum {
    var stream = property.stream("panels")
    return try KnownSpectrum(
      values: geometricSpectrum(
        count: property.first, largest: 1 + stream.uniform(), condition: 1 + 1000 * stream.uniform()
      ),
      from: &stream)
  }

  @Test("Known spectra: solution, inverse diagonal, norm, condition", arguments: PropertyCase.all)
  func knownSpectrum(_ property: PropertyCase) throws {
    try checkKnownSpectrum(property, Double.self)
    try checkKnownSpectrum(property, Float.self)
  }

  private func checkKnownSpectrum<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let (n, width, k) = (property.first, max(property.second, 1), property.third)
    let known = try known(property)
    let matrix = known.matrix.converted(to: type)
    let cholesky = try factored(matrix, width: width)
    #expect(cholesky.panelCount == (n + width - 1) / width)
    let bytes = cholesky.panels.reduce(0) { $0 + $1.elements.count * MemoryLayout<Scalar>.stride }
    #expect(PanelCholesky<Scalar>.plannedBytes(size: n, panelWidth: width) == bytes)

    var stream = property.stream("right-hand sides")
    let x: Matrix<Double> = randomMatrix(rows: n, columns: k, from: &stream)
    let rightHandSides = (matrix.converted(to: Double.self) * x).converted(to: type)
    let condition = known.conditionInOneNorm
    let linear = Tolerance.linearSystem
    #expect(
      distance(cholesky.solve(rightHandSides), x)
        <= linear.bound(type, size: n, scale: condition * x.frobeniusNorm))

    let inverse = known.inverse
    let diagonal = cholesky.inverseDiagonal()
    #expect(diagonal.count == n)
    for i in 0..<n {
      #expect(
        abs(Double(diagonal[i]) - inverse[i, i])
          <= linear.bound(type, size: n, scale: condition * inverse.oneNorm))
    }
    #expect(
      abs(cholesky.oneNorm - Double(matrix.oneNorm))
        <= Tolerance.arithmetic.bound(type, size: n, scale: cholesky.oneNorm))
    let estimate = 1 / cholesky.reciprocalConditionEstimate()
    #expect(estimate <= condition * (1 + linear.bound(type, size: n, scale: condition)))
    #expect(estimate >= condition / 10)
  }

  @Test("Resumed after any panel it ends at the same bits", arguments: PropertyCase.all)
  func resumed(_ property: PropertyCase) throws {
    let width = max(property.second, 1)
    let matrix = try known(property).matrix
    let whole = try factored(matrix, width: width)
    let stop = whole.panelCount == 0 ? 0 : property.third % whole.panelCount
    var first = PanelCholesky<Double>(size: matrix.rows, panelWidth: width)
    while first.panels.count < stop {
      try first.append(panel(matrix, first.columns(ofPanel: first.panels.count)))
    }
    var second = PanelCholesky(
      size: matrix.rows, panelWidth: width, panels: first.panels, columnSums: first.columnSums)
    while !second.isComplete {
      try second.append(panel(matrix, second.columns(ofPanel: second.panels.count)))
    }
    #expect(second.panels == whole.panels && second.columnSums == whole.columnSums)
  }

  @Test("The first pivot that is not positive is named as the whole factorisation names it")
  func pivot() throws {
    for size in [1, 2, 3, 5, 10, 50] {
      for place in 0..<size {
        var matrix = Matrix<Double>.identity(size)
        matrix[place, place] = place % 2 == 0 ? 0 : -1
        let expected = LinearAlgebraError.notPositiveDefinite(pivot: place)
        for width in [1, 3, 50] {
          #expect(throws: expected) { try factored(matrix, width: width) }
        }
        #expect(throws: expected) { try Cholesky(factoring: matrix) }
        #expect(throws: expected) {
          try PackedCholesky(size: size, panelWidth: 3) { panel(matrix, $0) }
        }
      }
    }
  }

  @Test("A panel with an entry that is no number is refused, and leaves the factor as it was")
  func notFinite() throws {
    var cholesky = PanelCholesky<Double>(size: 3, panelWidth: 2)
    var first = Matrix<Double>(rows: 3, columns: 2) { $0 == $1 ? 1 : 0 }
    first[2, 1] = .nan
    #expect(
      throws: LinearAlgebraError.notFinite(
        argument: "the panel from column 0 on", row: 2, column: 1)
    ) { try cholesky.append(first) }
    #expect(cholesky.panels.isEmpty)
  }
}

@Suite("Cholesky in rectangular full packed form says what panels say")
struct PackedCholeskyTests {
  @Test("Solutions agree with the square's, in both precisions", arguments: PropertyCase.all)
  func solution(_ property: PropertyCase) throws {
    try check(property, Double.self)
    try check(property, Float.self)
  }

  private func check<Scalar: LinearAlgebraScalar>(
    _ property: PropertyCase, _ type: Scalar.Type
  ) throws {
    let n = property.first
    var stream = property.stream("packed")
    let known = try KnownSpectrum(
      values: geometricSpectrum(count: n, condition: 100), from: &stream)
    let matrix = known.matrix.converted(to: type)
    let packed = try PackedCholesky(size: n, panelWidth: max(property.second, 1)) { columns in
      Matrix(rows: n - columns.lowerBound, columns: columns.count) { i, j in
        i >= j ? matrix[columns.lowerBound + i, columns.lowerBound + j] : 12_345
      }
    }
    let x: Matrix<Double> = randomMatrix(rows: n, columns: property.third, from: &stream)
    let rightHandSides = (matrix.converted(to: Double.self) * x).converted(to: type)
    #expect(
      distance(packed.solve(rightHandSides), x)
        <= Tolerance.linearSystem.bound(
          type, size: n, scale: known.conditionInOneNorm * x.frobeniusNorm))
  }
}
