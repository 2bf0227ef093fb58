import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("Samples are projected without surprises")
struct ProjectionsTests {
  @Test(
    "Bytes along an integer direction are projected as integers are", arguments: PropertyCase.all)
  func byteProjections(_ property: PropertyCase) {
    var stream = property.stream("bytes")
    let (n, d) = (property.first, property.second)
    let direction = randomDirection(
      dimension: d, kind: .integer, seed: UInt64(property.seed), draw: 0)
    let bytes = (0..<n).map { _ in (0..<d).map { _ in stream.integer(below: 256) } }
    let known = bytes.map { row in
      Double(zip(row, direction).reduce(0) { $0 + $1.0 * Int($1.1) })
    }
    let samples = Matrix<Double>(rows: n, columns: d) { i, j in Double(bytes[i][j]) }
    #expect(projections(of: samples, along: direction) == known)
    #expect(
      exactProjections(of: samples, along: direction).map { Rational($0) }
        == known.map { Rational($0) })
    #expect(projections(of: samples.converted(to: Float.self), along: direction) == known)
  }

  @Test("A projection does not depend on the other samples", arguments: PropertyCase.all)
  func rowSubsets(_ property: PropertyCase) {
    var stream = property.stream("subsets")
    let (n, d) = (property.first, property.second)
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let direction = randomDirection(dimension: d, kind: .normal, seed: 3, draw: 0)
    let all = projections(of: samples, along: direction)
    let chosen = Array(stream.permutation(of: n).prefix(n / 2))
    #expect(projections(of: samples.rows(chosen), along: direction) == chosen.map { all[$0] })
  }

  /// Σ_j a_j z_j and Σ_j |a_j z_j|, in fractions.
  private func exactSums(_ row: [Double], _ direction: [Double]) -> (sum: Rational, size: Rational)
  {
    zip(row, direction).reduce((0, 0)) { sums, term in
      let product = Rational(term.0) * Rational(term.1)
      return (sums.0 + product, sums.1 + product.magnitude)
    }
  }

  @Test(
    "A projection is rounded once, but for what is of second order", arguments: PropertyCase.all)
  func accuracy(_ property: PropertyCase) {
    var stream = property.stream("accuracy")
    let (n, d) = (min(property.first, 5), property.second)
    var samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let direction = (0..<d).map { _ in stream.normal() * [1, 1e8, 1e-8][stream.integer(below: 3)] }
    for i in 0..<n where d > 1 {
      // The last coordinate makes the sum all but vanish: plain sums lose every digit.
      let others = zip(samples.row(i), direction).dropLast().reduce(0) { $0 + $1.0 * $1.1 }
      samples[i, d - 1] = -others / direction[d - 1]
    }
    let gamma = Rational(Double(d) * 0x1.001p-53)
    let exact = exactProjections(of: samples, along: direction)
    for single in [false, true] {
      let short = samples.converted(to: Float.self)
      let found =
        single
        ? projections(of: short, along: direction) : projections(of: samples, along: direction)
      let matrix = single ? short.converted(to: Double.self) : samples
      for i in 0..<n {
        let (sum, size) = exactSums(matrix.row(i), direction)
        let bound = sum.magnitude * Rational(Double.roundingUnit) + gamma * gamma * size
        #expect((Rational(found[i]) - sum).magnitude <= bound)
        if !single { #expect(Rational(exact[i]) == sum) }
      }
    }
  }

  @Test("Integers whose sums are too long for a double are projected exactly", arguments: 0..<200)
  func longIntegers(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "long integers")
    let limit = 1 << [20, 22, 23, 30, 50][seed % 5]
    let samples = Matrix<Double>(rows: 3, columns: 4) { _, _ in
      Double(stream.integer(below: limit) - limit / 2)
    }
    let direction = (0..<4).map { _ in Double(stream.integer(below: 1 << 32) - (1 << 31)) }
    let exact = exactProjections(of: samples, along: direction)
    for i in 0..<3 {
      #expect(Rational(exact[i]) == exactSums(samples.row(i), direction).sum)
    }
  }

  @Test("Huge and tiny numbers are projected as well", arguments: PropertyCase.all)
  func extremes(_ property: PropertyCase) {
    var stream = property.stream("extremes")
    let (n, d) = (min(property.first, 5), max(1, property.second))
    let scales = [1e100, 1e-100, 1e280, 1e-280, 1e307, 0x1p-1030, 1]
    let samples = Matrix<Double>(rows: n, columns: d) { i, _ in
      stream.normal() / 50 * scales[(i + property.seed) % scales.count]
    }
    let factor = [1, 1e20, 1e-20][property.third % 3]
    let direction = (0..<d).map { _ in stream.normal() / 10 * factor }
    let found = projections(of: samples, along: direction)
    for i in 0..<n {
      let (sum, size) = exactSums(samples.row(i), direction)
      let bound =
        sum.magnitude * Rational(Double.roundingUnit) + size * Rational(Double(d * d) * 0x1p-105)
        + Rational(Double.leastNonzeroMagnitude)
      let isTooLarge = sum.nearestDouble.isInfinite
      #expect(found[i].isFinite == !isTooLarge)
      if !isTooLarge { #expect((Rational(found[i]) - sum).magnitude <= bound) }
      #expect(projections(of: samples.rows([i]), along: direction) == [found[i]])
    }
  }

  @Test("Blocks of samples meet without a seam", arguments: [1023, 1024, 1025, 8193])
  func blocks(_ n: Int) {
    var stream = RandomStream(seed: 5, purpose: "blocks", indices: n)
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: 3, from: &stream)
    let direction = randomDirection(dimension: 3, kind: .normal, seed: 5, draw: 0)
    let all = projections(of: samples, along: direction)
    #expect(all.count == n)
    let some = [0, 1, 1022, 1023, 1024, 8191, 8192].filter { $0 < n }
    #expect(projections(of: samples.rows(some), along: direction) == some.map { all[$0] })
  }

  @Test("A direction of another dimension stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = projections(of: Matrix<Double>(rows: 1, columns: 2), along: [1])
    }
    await #expect(processExitsWith: .failure) {
      _ = exactProjections(of: Matrix<Double>(rows: 1, columns: 2), along: [1])
    }
  }
}
