import Certificates
import ExactArithmetic
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Projections carry no rounding")
struct ExactProjectionsTests {
  private func exact(_ sample: [Double], _ direction: [Double]) -> Rational {
    zip(sample, direction).reduce(0) { $0 + Rational($1.0) * Rational($1.1) }
  }

  private func check(
    _ projections: ExactProjections, _ samples: Matrix<Double>, _ direction: [Double]
  ) {
    #expect(projections.count == samples.rows && projections.isFinite)
    for i in 0..<samples.rows {
      let value = exact(samples.row(i), direction)
      #expect(projections.value(i) == value)
    }
  }

  @Test(
    "Bytes and integers along directions of small, large and huge integers",
    arguments: PropertyCase.all)
  func integers(_ property: PropertyCase) {
    var stream = property.stream("integer projections")
    let (n, d) = (min(property.first, 10), property.second)
    // 2⁵³ / 255 is 2⁴⁵: on both sides of the bound of the fast path.
    let bits = [3, 31, 44, 46, 53][stream.integer(below: 5)]
    let direction = (0..<d).map { _ in Double(stream.integer(below: 1 << bits) - 1 << (bits - 1)) }
    let bytes = (0..<n * d).map { _ in UInt8(stream.integer(below: 256)) }
    let samples = Matrix<Double>(rows: n, columns: d) { i, j in Double(bytes[i * d + j]) }
    check(
      ExactProjections(
        of: SampleBlocks(.bytes(bytes), count: n, dimension: d), along: direction),
      samples, direction)
    check(ExactProjections(of: SampleBlocks(samples), along: direction), samples, direction)
    check(
      ExactProjections(of: SampleBlocks(samples.converted(to: Float.self)), along: direction),
      samples, direction)
  }

  @Test("Real samples along real directions, of any size", arguments: PropertyCase.all)
  func reals(_ property: PropertyCase) {
    var stream = property.stream("real projections")
    let (n, d) = (min(property.first, 10), min(property.second, 10))
    let scale = [1, 1e-300, 1e300, 1e-150][stream.integer(below: 4)]
    let direction = (0..<d).map { _ in stream.normal() * scale }
    // Some integers among the reals, so that a sample changes its path half-way.
    let samples = Matrix<Double>(rows: n, columns: d) { _, _ in
      stream.integer(below: 4) == 0 ? Double(stream.integer(below: 9)) : scale * stream.normal()
    }
    check(ExactProjections(of: SampleBlocks(samples), along: direction), samples, direction)
    let integers = direction.map { ($0 / scale * 8).rounded() }
    check(ExactProjections(of: SampleBlocks(samples), along: integers), samples, integers)
  }

  @Test("Blocks of any length give the same projections", arguments: PropertyCase.all)
  func blocks(_ property: PropertyCase) {
    var stream = property.stream("blocks")
    let (n, d) = (property.first, min(property.second, 10))
    let direction = (0..<d).map { _ in stream.normal() }
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    // Samples of integers among the others have no tail.
    let mixed = Matrix<Double>(rows: n, columns: d) { i, j in
      i % 3 == 0 ? (j == 0 ? 1 : 0) : samples[i, j]
    }
    let rows = mixed.transposed().elements
    let blocks = SampleBlocks<Never>(
      count: n, dimension: d, blockCount: 1 + stream.integer(below: 5)
    ) { .doubles(Array(rows[$0.lowerBound * d..<$0.upperBound * d])) }
    check(ExactProjections(of: blocks, along: direction), mixed, direction)
  }

  @Test("An error in reading a block is the error of the projections")
  func failure() {
    struct Cut: Error, Equatable {}
    let samples = SampleBlocks<Cut>(count: 10, dimension: 1, blockCount: 4) { range throws(Cut) in
      if range.contains(9) { throw Cut() }
      return .bytes([UInt8](repeating: 1, count: range.count))
    }
    #expect(throws: Cut()) { try ExactProjections(of: samples, along: [1]) }
  }

  @Test("What is no number is told")
  func notFinite() {
    for value in [Double.nan, .infinity, -.infinity] {
      let odd = Matrix<Double>(rows: 1, columns: 2, columnMajor: [0, value])
      let plain = Matrix<Double>(rows: 1, columns: 2, columnMajor: [0, 1])
      for direction in [[1, 1], [1, 0], [0.5, 0.25]] {
        #expect(!ExactProjections(of: SampleBlocks(odd), along: direction).isFinite)
      }
      #expect(!ExactProjections(of: SampleBlocks(plain), along: [value, 1]).isFinite)
      #expect(!ExactProjections([0, value]).isFinite)
    }
  }
}
