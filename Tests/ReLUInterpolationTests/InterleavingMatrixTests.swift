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
    #expect(matrix.points == x && matrix.thresholds == b && matrix.interleavesStrictly)
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

  @Test(
    "In fractions it is the same matrix, and its determinant is that of elimination",
    arguments: PropertyCase.all)
  func fractions(_ property: PropertyCase) throws {
    var stream = property.stream("fractions")
    let n = min(property.first, 5)
    var (points, thresholds) = ([Rational](), [Rational]())
    var last: Rational = 0
    for _ in 0..<n {
      // Weakly interleaved at times.
      last = last + Rational(stream.integer(below: 3), over: 3)
      thresholds.append(last)
      last = last + Rational(1 + stream.integer(below: 5), over: 7)
      points.append(last)
    }
    let matrix = try #require(InterleavingMatrix(points: points, thresholds: thresholds))
    let isOnPoint = zip(points, thresholds.dropFirst()).contains { $0 == $1 }
    #expect(matrix.interleavesStrictly == !isOnPoint)
    var rows: [[Rational]] = []
    for i in 0..<n {
      rows.append((0..<n).map { matrix[i, $0] })
      for j in 0..<n {
        #expect(matrix[i, j] == (points[i] > thresholds[j] ? points[i] - thresholds[j] : 0))
        #expect((j > i) == (matrix[i, j] == 0))
      }
      #expect(matrix.eigenvalues[i] == matrix[i, i])
    }
    #expect(matrix.determinant == exactDeterminant(rows))
    if n > 1 {
      var swapped = points
      swapped.swapAt(0, 1)
      #expect(InterleavingMatrix(points: swapped, thresholds: thresholds) == nil)
    }
  }

  @Test("The inverse is the exact one, entry by entry", arguments: PropertyCase.all)
  func inverse(_ property: PropertyCase) throws {
    var stream = property.stream("inverse")
    let points = (0..<min(property.first, 10)).map { Double($0) + 0.9 * stream.uniform() }
    for theta in [0, 0.01, 0.5, 0.99] {
      let thresholds = try #require(ThresholdPlacement(fraction: theta).thresholds(for: points))
      let matrix = try #require(InterleavingMatrix(points: points, thresholds: thresholds))
      let exact = try #require(
        InterleavingMatrix(
          points: points.map { Rational($0) }, thresholds: thresholds.map { Rational($0) }))
      let inverse = matrix.inverse()
      for j in 0..<matrix.size {
        let unit = (0..<matrix.size).map { $0 == j ? Rational(1) : 0 }
        for (i, entry) in exact.solveByRecurrence(unit).enumerated() {
          // Each of n steps rounds two differences, two products, a sum and a quotient at most.
          let bound = Tolerance.arithmetic.bound(Double.self, size: 6 * matrix.size, scale: 1)
          #expect(
            (Rational(inverse[i, j]) - entry).magnitude <= Rational(bound) * entry.magnitude)
        }
      }
    }
  }

  @Test("Singular values are those of the matrix, the smallest one beyond its rounding too")
  func singularValues() throws {
    for n in [1, 2, 3, 5, 10, 50] {
      let points = (1...n).map { Double($0) }
      for theta in [0, 0.01, 0.5] {
        let thresholds = try #require(ThresholdPlacement(fraction: theta).thresholds(for: points))
        let matrix = try #require(InterleavingMatrix(points: points, thresholds: thresholds))
        let values = try matrix.dense().matrix.singularValues()
        let bound = Tolerance.singularValues.bound(Double.self, size: n, scale: values[0])
        #expect(abs(try matrix.largestSingularValue() - values[0]) <= bound)
        #expect(abs(try matrix.smallestSingularValue() - values[n - 1]) <= bound)
        #expect(try matrix.smallestSingularValue() <= matrix.smallestEigenvalue * (1 + bound))
      }
    }
    // ρ = 9: A⁻¹ grows as 9ⁿ, so that σ_n ≤ 1 / |A⁻¹_{n1}| lies far below ε σ₁.
    let points = (1...50).map { Double($0) }
    let thresholds = try #require(ThresholdPlacement(fraction: 0.9).thresholds(for: points))
    let matrix = try #require(InterleavingMatrix(points: points, thresholds: thresholds))
    let smallest = try matrix.smallestSingularValue()
    let entry = abs(matrix.inverse()[49, 0])
    #expect(smallest <= (1 + 0x1p-40) / entry && smallest >= 1 / (50 * entry))
    #expect(try matrix.conditionNumber() > 0x1p100)
    #expect(try matrix.conditionNumber() == matrix.largestSingularValue() / smallest)
    // 999⁵⁰⁰ is no double.
    let many = (1...500).map { Double($0) }
    let close = try #require(ThresholdPlacement(fraction: 0.999).thresholds(for: many))
    let hopeless = try #require(InterleavingMatrix(points: many, thresholds: close))
    #expect(try hopeless.smallestSingularValue() == 0)
    #expect(try hopeless.conditionNumber() == .infinity)
  }

  @Test("No point and one point")
  func smallest() throws {
    let none = try #require(InterleavingMatrix(points: [Double](), thresholds: []))
    #expect(none.interleavesStrictly && none.inverse().elements.isEmpty)
    #expect(try none.largestSingularValue() == 0 && none.smallestSingularValue() == .infinity)
    #expect(none.size == 0 && none.eigenvalues.isEmpty && none.smallestEigenvalue == .infinity)
    #expect(none.determinant == 1 && none.logDeterminant == 0)
    #expect(try none.conditionNumber() == 1)
    let one = try #require(InterleavingMatrix(points: [3], thresholds: [1]))
    #expect(one[0, 0] == 2 && one.determinant == 2 && one.smallestEigenvalue == 2)
    #expect(try one.conditionNumber() == 1)
  }

  @Test(
    "Whatever does not interleave is refused, and a threshold on a point before is known",
    arguments: PropertyCase.all)
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
    #expect(!isRefused { points, thresholds in thresholds[i + 1] = points[i] })
    var weak = b
    weak[i + 1] = x[i]
    #expect(
      InterleavingMatrix(points: x, thresholds: weak)?.interleavesStrictly == false)
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

private func exactDeterminant(_ matrix: Matrix<Double>) -> Rational {
  exactDeterminant((0..<matrix.rows).map { matrix.row($0).map { Rational($0) } })
}

/// The determinant by elimination in fractions.
private func exactDeterminant(_ matrix: [[Rational]]) -> Rational {
  var rows = matrix
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
