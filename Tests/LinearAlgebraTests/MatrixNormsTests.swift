import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Norms follow their definitions")
struct MatrixNormsTests {
  @Test("On random matrices of both scalar types", arguments: PropertyCase.all)
  func definitions(_ property: PropertyCase) {
    check(property, Double.self)
    check(property, Float.self)
  }

  private func check<Scalar: LinearAlgebraScalar>(_ property: PropertyCase, _ type: Scalar.Type) {
    var stream = property.stream("norms")
    let a = randomMatrix(
      rows: property.first, columns: property.second, of: type, from: &stream)
    let exact = a.converted(to: Double.self)
    var columnSums = [0.0]
    var largest = 0.0
    var squares = 0.0
    for j in 0..<a.columns {
      var sum = 0.0
      for i in 0..<a.rows {
        sum += abs(exact[i, j])
        largest = max(largest, abs(exact[i, j]))
        squares += exact[i, j] * exact[i, j]
      }
      columnSums.append(sum)
    }
    let oneNorm = columnSums.reduce(0, max)
    let sumBound = Tolerance.arithmetic.bound(type, size: a.rows, scale: oneNorm)
    #expect(abs(Double(a.oneNorm) - oneNorm) <= sumBound)
    #expect(Double(a.largestAbsoluteEntry) == largest)
    let norm = squares.squareRoot()
    let rootBound = Tolerance.arithmetic.bound(type, size: a.elements.count, scale: norm)
    #expect(abs(Double(a.frobeniusNorm) - norm) <= rootBound)
    #expect(abs(Double(euclideanNorm(a.elements)) - norm) <= rootBound)
  }

  @Test("The Euclidean norm neither overflows nor underflows on the way")
  func scaling() {
    let exactFive = Tolerance.arithmetic.bound(Double.self, size: 2, scale: 5)
    #expect(abs(euclideanNorm([3e200, -4e200]) / 1e200 - 5) <= exactFive)
    #expect(abs(euclideanNorm([3e-200, -4e-200]) / 1e-200 - 5) <= exactFive)
    #expect(euclideanNorm([Float]()) == 0)
  }

  @Test("A NaN anywhere makes every norm NaN", arguments: 0..<6)
  func nanWins(_ place: Int) {
    var a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
    a[place % 2, place / 2] = .nan
    #expect(a.oneNorm.isNaN)
    #expect(a.largestAbsoluteEntry.isNaN)
    #expect(a.frobeniusNorm.isNaN)
  }

  @Test("An infinity anywhere makes every norm infinite", arguments: 0..<6)
  func infinityWins(_ place: Int) {
    var a = Matrix<Double>(rows: 2, columns: 3, repeating: 1)
    a[place % 2, place / 2] = -.infinity
    #expect(a.oneNorm == .infinity)
    #expect(a.largestAbsoluteEntry == .infinity)
    #expect(a.frobeniusNorm == .infinity)
  }
}
