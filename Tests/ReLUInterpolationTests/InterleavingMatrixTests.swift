import ExactArithmetic
import Foundation
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import TestSupport
import Testing

@Suite("Lemma 1's matrix is lower triangular with a positive diagonal")
struct InterleavingMatrixTests {
  @Test("Entries, diagonal and zeros above it", arguments: PropertyCase.all)
  func entries(_ property: PropertyCase) throws {
    var stream = property.stream("interleaving")
    let (x, b) = randomInterleaving(property.first, from: &stream)
    let matrix = try #require(InterleavingMatrix(points: x, thresholds: b))
    let dense = matrix.dense().matrix
    #expect(matrix.size == x.count && dense.rows == x.count && dense.columns == x.count)
    #expect(matrix.points == x && matrix.thresholds == b)
    for i in 0..<matrix.size {
      for j in 0..<matrix.size {
        #expect(matrix[i, j] == (x[i] > b[j] ? x[i] - b[j] : 0))
        #expect(dense[i, j] == matrix[i, j])
        #expect((j > i) == (matrix[i, j] == 0))
      }
      #expect(matrix.eigenvalues[i] == x[i] - b[i])
    }
    #expect(matrix.smallestEigenvalue == (zip(x, b).map { $0 - $1 }.min() ?? .infinity))
  }

  @Test(
    "Each eigenvalue makes det(A - λI) vanish, exactly, and their product is det A",
    arguments: PropertyCase.all)
  func eigenvalues(_ property: PropertyCase) throws {
    var stream = property.stream("integers")
    let size = min(property.first, 10)
    let system = KnownInterleavingSystem(integersOfSize: size, from: &stream)
    let matrix = try #require(
      InterleavingMatrix(points: system.points, thresholds: system.thresholds))
    let dense = matrix.dense().matrix
    #expect(Rational(matrix.determinant) == exactDeterminant(dense))
    for value in matrix.eigenvalues {
      var shifted = dense
      shifted.addToDiagonal(-value)
      #expect(exactDeterminant(shifted) == 0)
      shifted.addToDiagonal(-0.5)
      #expect(exactDeterminant(shifted) != 0)
    }
    let bound = Tolerance.arithmetic.bound(
      Double.self, size: 2 * size, scale: max(1, abs(matrix.logDeterminant)))
    #expect(abs(matrix.logDeterminant - log(matrix.determinant)) <= bound)
  }

  @Test("The logarithm of the determinant is finite where the determinant is not")
  func extremeDeterminants() throws {
    let points = (1...400).map { Double($0) * 1e3 }
    let large = try #require(
      InterleavingMatrix(points: points, thresholds: points.map { $0 - 900 }))
    #expect(large.determinant == .infinity)
    let bound = Tolerance.arithmetic.bound(Double.self, size: 400, scale: 400 * log(900))
    #expect(abs(large.logDeterminant - 400 * log(900)) <= bound)
    let small = try #require(
      InterleavingMatrix(points: points, thresholds: points.map { $0 - 0x1p-10 }))
    #expect(small.determinant == 0)
    #expect(abs(small.logDeterminant + 4000 * log(2)) <= bound)
  }

  @Test("The condition number of a 2 x 2 matrix is the closed form", arguments: PropertyCase.all)
  func conditionNumber(_ property: PropertyCase) throws {
    var stream = property.stream("condition")
    let (x, b) = randomInterleaving(2, from: &stream)
    let matrix = try #require(InterleavingMatrix(points: x, thresholds: b))
    // σ₁σ₂ = det A and σ₁² + σ₂² = ‖A‖².
    let (p, q, r) = (x[0] - b[0], x[1] - b[0], x[1] - b[1])
    let square = p * p + q * q + r * r
    let root = ((p - r) * (p - r) + q * q).squareRoot() * ((p + r) * (p + r) + q * q).squareRoot()
    let condition = (square + root) / (2 * p * r)
    // An error of ε σ₁ in σ₂ is one of ε κ, relatively.
    let bound = Tolerance.singularValues.bound(
      Double.self, size: 2, scale: condition * (1 + condition))
    #expect(abs(try matrix.conditionNumber() - condition) <= bound)
    #expect(try matrix.conditionNumber() >= matrix.eigenvalues[0] / matrix.eigenvalues[1])
  }

  @Test("No point and one point")
  func smallest() throws {
    let none = try #require(InterleavingMatrix(points: [], thresholds: []))
    #expect(none.size == 0 && none.eigenvalues.isEmpty && none.smallestEigenvalue == .infinity)
    #expect(none.determinant == 1 && none.logDeterminant == 0)
    #expect(try none.conditionNumber() == 1)
    let one = try #require(InterleavingMatrix(points: [3], thresholds: [1]))
    #expect(one[0, 0] == 2 && one.determinant == 2 && one.smallestEigenvalue == 2)
    #expect(try one.conditionNumber() == 1)
  }

  @Test("Whatever does not interleave strictly is refused", arguments: PropertyCase.all)
  func refusals(_ property: PropertyCase) {
    var stream = property.stream("refusals")
    let size = max(2, property.first)
    let (x, b) = randomInterleaving(size, from: &stream)
    let i = stream.integer(below: size - 1)
    func isRefused(_ change: (inout [Double], inout [Double]) -> Void) -> Bool {
      var (points, thresholds) = (x, b)
      change(&points, &thresholds)
      return InterleavingMatrix(points: points, thresholds: thresholds) == nil
    }
    #expect(!isRefused { _, _ in })
    #expect(isRefused { points, thresholds in thresholds[i] = points[i] })
    #expect(isRefused { points, thresholds in thresholds[i + 1] = points[i] })
    #expect(isRefused { points, thresholds in thresholds[i] = points[i].nextUp })
    #expect(isRefused { points, thresholds in thresholds[i + 1] = points[i].nextDown })
    #expect(!isRefused { points, thresholds in thresholds[i + 1] = points[i].nextUp })
    #expect(!isRefused { points, thresholds in thresholds[i] = points[i].nextDown })
    #expect(isRefused { points, _ in points.swapAt(i, i + 1) })
    for value in [Double.nan, .infinity, -.infinity] {
      #expect(isRefused { points, _ in points[i] = value })
      #expect(isRefused { _, thresholds in thresholds[i] = value })
    }
    #expect(isRefused { points, _ in points[size - 1] = .infinity })
    #expect(isRefused { _, thresholds in thresholds[0] = -.infinity })
    #expect(isRefused { points, _ in points.removeLast() })
    #expect(isRefused { _, thresholds in thresholds.removeLast() })
  }
}

/// The determinant by elimination in fractions.
private func exactDeterminant(_ matrix: Matrix<Double>) -> Rational {
  var rows = (0..<matrix.rows).map { matrix.row($0).map { Rational($0) } }
  var determinant: Rational = 1
  for k in rows.indices {
    guard let pivot = rows[k...].firstIndex(where: { $0[k] != 0 }) else { return 0 }
    if pivot != k {
      rows.swapAt(pivot, k)
      determinant *= -1
    }
    determinant *= rows[k][k]
    for i in rows.indices.dropFirst(k + 1) where rows[i][k] != 0 {
      let factor = rows[i][k] / rows[k][k]
      for j in rows.indices.dropFirst(k) { rows[i][j] = rows[i][j] - factor * rows[k][j] }
    }
  }
  return determinant
}
