import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import TestSupport
import Testing

@Suite("A direction tells samples apart, and projects them without surprises")
struct SeparatingDirectionTests {
  @Test("Seed, kind and draw name a direction", arguments: PropertyCase.all)
  func names(_ property: PropertyCase) {
    let d = property.first
    for kind in DirectionKind.allCases {
      func direction(_ seed: Int, _ draw: Int) -> [Double] {
        randomDirection(dimension: d, kind: kind, seed: UInt64(seed), draw: draw)
      }
      let first = direction(property.seed, 0)
      #expect(first.count == d)
      #expect(first == direction(property.seed, 0))
      if d > 0 {
        #expect(first != direction(property.seed, 1))
        #expect(first != direction(property.seed + 1, 0))
      }
    }
  }

  @Test(
    "Integer directions leave room for exact sums of bytes",
    arguments: [1, 2, 3, 5, 10, 50, 784, 3072, 16384, 16385, 100_000])
  func integerEntries(_ dimension: Int) {
    let direction = randomDirection(dimension: dimension, kind: .integer, seed: 1, draw: 0)
    #expect(direction.allSatisfy { $0 == $0.rounded() })
    let largest = direction.reduce(0) { max($0, abs($1)) }
    #expect(largest < 0x1p31)
    #expect(255 * Double(dimension) * largest < 0x1p53)
    // Not needlessly small either: a short direction separates less.
    if dimension >= 50 {
      #expect(largest > 0.9 * min(0x1p31, 0x1p43 / Double(dimension)))
    }
  }

  @Test("Entries have the moments of their distribution", arguments: PropertyCase.all.prefix(200))
  func moments(_ property: PropertyCase) {
    let (seed, d) = (UInt64(property.seed), 1000)
    let normal = randomDirection(dimension: d, kind: .normal, seed: seed, draw: 0)
    let integer = randomDirection(dimension: d, kind: .integer, seed: seed, draw: 0)
      .map { $0 / 0x1p31 }
    // Six standard deviations of the mean of x and of x² for 1000 draws.
    let root = 6 / Double(d).squareRoot()
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(d) }
    #expect(abs(mean(normal)) <= root)
    #expect(abs(mean(normal.map { $0 * $0 }) - 1) <= root * 2.0.squareRoot())
    #expect(abs(mean(integer)) <= root / 3.0.squareRoot())
    #expect(
      abs(mean(integer.map { $0 * $0 }) - 1.0 / 3) <= root * (1.0 / 5 - 1.0 / 9).squareRoot())
  }

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
