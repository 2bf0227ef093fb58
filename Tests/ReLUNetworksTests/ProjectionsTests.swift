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
  func exactProjections(_ property: PropertyCase) {
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
    for i in 0..<n {
      let sum = zip(samples.row(i), direction).reduce(0) { $0 + $1.0 * $1.1 }
      let scale = zip(samples.row(i), direction).reduce(0) { $0 + abs($1.0 * $1.1) }
      #expect(
        abs(all[i] - sum) <= Tolerance.arithmetic.bound(Double.self, size: d, scale: scale))
    }
  }

  @Test("Blocks of samples meet without a seam", arguments: [4095, 4096, 4097, 8193])
  func blocks(_ n: Int) {
    var stream = RandomStream(seed: 5, purpose: "blocks", indices: n)
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: 3, from: &stream)
    let direction = randomDirection(dimension: 3, kind: .normal, seed: 5, draw: 0)
    let all = projections(of: samples, along: direction)
    #expect(all.count == n)
    let some = [0, 1, 4094, 4095, 4096, 8191, 8192].filter { $0 < n }
    #expect(projections(of: samples.rows(some), along: direction) == some.map { all[$0] })
  }

  @Test("A direction of another dimension stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = projections(of: Matrix<Double>(rows: 1, columns: 2), along: [1])
    }
  }
}
