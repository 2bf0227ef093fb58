import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("A matrix is a value in column-major order")
struct MatrixTests {
  let counting = Matrix<Double>(rows: 2, columns: 3, columnMajor: [1, 2, 3, 4, 5, 6])

  @Test("Entry (i, j) stands at i + j m")
  func layout() {
    #expect(counting[0, 0] == 1 && counting[1, 0] == 2)
    #expect(counting[0, 2] == 5 && counting[1, 2] == 6)
    let fromFunction = Matrix<Double>(rows: 2, columns: 3) { i, j in Double(1 + i + 2 * j) }
    #expect(fromFunction == counting)
    #expect(counting.elements == [1, 2, 3, 4, 5, 6])
  }

  @Test("A copy does not see what happens to the original")
  func valueSemantics() {
    var original = counting
    let copy = original
    original[1, 2] = -1
    #expect(copy == counting)
    #expect(original[1, 2] == -1)
    original.addProduct(of: .identity(2), copy)
    #expect(copy == counting)
    #expect(original.elements == [2, 4, 6, 8, 10, 5])
  }

  @Test("Rows and columns are cut out in the order asked for")
  func slices() {
    #expect(counting.column(1) == [3, 4])
    #expect(counting.row(1) == [2, 4, 6])
    #expect(counting.columns(1..<3).elements == [3, 4, 5, 6])
    #expect(counting.columns(3..<3) == Matrix(rows: 2, columns: 0))
    #expect(counting.rows([1, 0, 1]).elements == [2, 1, 2, 4, 3, 4, 6, 5, 6])
    #expect(counting.rows([]) == Matrix(rows: 0, columns: 3))
  }

  @Test("Identity, diagonal, constant and mapped matrices hold what they say")
  func builders() {
    #expect(Matrix<Float>.identity(2).elements == [1, 0, 0, 1])
    #expect(Matrix<Float>.identity(0).elements.isEmpty)
    #expect(Matrix<Float>.diagonal([2, 3]).elements == [2, 0, 0, 3])
    #expect(Matrix<Float>(rows: 1, columns: 2, repeating: 7).elements == [7, 7])
    #expect(counting.map { -$0 }.elements == [-1, -2, -3, -4, -5, -6])
    #expect(!counting.isSquare)
    #expect(Matrix<Float>.identity(3).isSquare)
  }

  @Test(
    "Transposing exchanges the indices and twice gives back the matrix", arguments: PropertyCase.all
  )
  func transposition(_ property: PropertyCase) {
    var stream = property.stream("transposition")
    let a = randomMatrix(
      rows: property.first, columns: property.second, of: Float.self, from: &stream)
    let transposed = a.transposed()
    #expect(transposed.rows == a.columns && transposed.columns == a.rows)
    #expect(transposed.transposed() == a)
    for j in 0..<a.columns { #expect(transposed.row(j) == a.column(j)) }
  }

  @Test("A description shows the rows, one a line")
  func description() {
    #expect(counting.description == "[1.0, 3.0, 5.0]\n[2.0, 4.0, 6.0]")
  }

  @Test("The first entry that is not finite is named", arguments: PropertyCase.all)
  func finiteCheck(_ property: PropertyCase) throws {
    let (rows, columns) = (property.first, property.second)
    guard rows * columns > 0 else { return }
    var stream = property.stream("finite check")
    var a: Matrix<Double> = randomMatrix(rows: rows, columns: columns, from: &stream)
    try a.checkFinite(as: "the sample")
    let places = (0..<2).map { _ in stream.integer(below: rows * columns) }
    let bad: [Double] = [.nan, .infinity, -.infinity]
    for place in places { a[place % rows, place / rows] = bad[stream.integer(below: 3)] }
    let first = places.reduce(places[0], min)
    #expect(
      throws: LinearAlgebraError.notFinite(
        argument: "the sample", row: first % rows, column: first / rows)
    ) { try a.checkFinite(as: "the sample") }
  }

  @Test("Finite entries whose sum overflows are finite")
  func overflowingSum() throws {
    let large = Matrix<Double>(rows: 2, columns: 2, repeating: .greatestFiniteMagnitude)
    try large.checkFinite(as: "the sample")
  }

  @Test("A misuse of shapes stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = Matrix<Double>(rows: 2, columns: 2, columnMajor: [1, 2, 3])
    }
    await #expect(processExitsWith: .failure) { _ = Matrix<Double>.identity(2)[2, 0] }
    await #expect(processExitsWith: .failure) { _ = Matrix<Double>.identity(2).column(2) }
    await #expect(processExitsWith: .failure) { _ = Matrix<Double>.identity(2).columns(1..<3) }
  }
}
