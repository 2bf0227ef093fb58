import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import Synchronization
import TestSupport
import Testing

@Suite("Bytes are projected block by block, without rounding")
struct ByteSamplesTests {
  /// The bytes of some samples, a row each.
  private func rows(_ source: some ByteSampleSource, _ samples: Range<Int>) -> [[UInt8]] {
    var rows: [[UInt8]] = []
    let d = source.dimension
    source.withBytes(of: samples) { bytes in
      rows = samples.indices.map {
        Array(bytes[($0 - samples.lowerBound) * d..<($0 - samples.lowerBound + 1) * d])
      }
    }
    return rows
  }

  @Test("Random bytes are the words of their stream, in any order", arguments: PropertyCase.all)
  func randomBytes(_ property: PropertyCase) {
    let (n, d) = (property.first, property.second)
    let source = RandomBytes(count: n, dimension: d, seed: UInt64(property.seed), index: 3)
    #expect(source.count == n && source.dimension == d)
    var stream = RandomStream(seed: UInt64(property.seed), purpose: "random bytes", indices: 3)
    let known = (0..<n).map { _ in
      let words = (0..<(d + 7) / 8).map { _ in stream.next() }
      return (0..<d).map { UInt8(truncatingIfNeeded: words[$0 / 8] >> (8 * ($0 % 8))) }
    }
    #expect(rows(source, 0..<n) == known)
    for i in 0..<n { #expect(rows(source, i..<i + 1) == [known[i]]) }
    let stored = ByteSamples(count: n, dimension: d, bytes: known.flatMap { $0 })
    #expect(rows(stored, n / 3..<n) == Array(known[(n / 3)...]))
  }

  @Test("Each block is visited once", arguments: [(0, 5), (1, 3072), (1000, 3072), (70_000, 3)])
  func blocks(_ count: Int, _ dimension: Int) {
    let source = RandomBytes(count: count, dimension: dimension, seed: 3)
    let visits = Mutex([Int](repeating: 0, count: count))
    source.forEachBlock { samples, bytes in
      #expect(bytes.count == samples.count * dimension)
      visits.withLock { visits in for sample in samples { visits[sample] += 1 } }
    }
    #expect(visits.withLock { $0.allSatisfy { $0 == 1 } })
  }

  @Test(
    "Projections are those of the same numbers in a matrix, for every kind of direction",
    arguments: PropertyCase.all)
  func projections(_ property: PropertyCase) {
    let (n, d) = (property.first, property.second)
    let seed = UInt64(property.seed)
    let source = RandomBytes(count: n, dimension: d, seed: seed)
    let known = rows(source, 0..<n)
    let matrix = Matrix<Double>(rows: n, columns: d) { i, j in Double(known[i][j]) }
    let integers = randomDirection(dimension: d, kind: .integer, seed: seed, draw: 0)
    #expect(
      source.projections(along: integers)
        == known.map { Double(zip($0, integers).reduce(0) { $0 + Int($1.0) * Int($1.1) }) })
    let extreme = (0..<d).map { $0.isMultiple(of: 2) ? Double(Int32.max) : Double(Int32.min) }
    // Beyond 32 bits; beyond exact sums; not integers.
    let large = integers.map { $0 * 0x1p20 }
    let real = randomDirection(dimension: d, kind: .normal, seed: seed, draw: 0)
    for direction in [integers, extreme, large, real] {
      let expected = ReLUNetworks.projections(of: matrix, along: direction)
      #expect(source.projections(along: direction) == expected)
      #expect(MatrixSamples(matrix).projections(along: direction) == expected)
    }
  }

  @Test("Entries of every size are exact, the largest of 32 bits too", arguments: 0..<200)
  func extremeEntries(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "extreme entries")
    let d = 1 + stream.integer(below: 1000)
    let edges = [
      Int(Int32.max), Int(Int32.min), 1 << 31 - 1 << 15, 1 << 31 - 1 << 15 - 1, -1 << 31 + 1 << 15,
      1 << 15, 1 << 15 - 1, -1 << 15, 1 << 16, 0, 1, -1,
    ]
    // One edge everywhere, or a mixture.
    let only = seed < edges.count ? seed : nil
    let direction = (0..<d).map { _ in edges[only ?? stream.integer(below: edges.count)] }
    let bytes = (0..<d).map { _ in only == nil ? UInt8(stream.integer(below: 256)) : 255 }
    let source = ByteSamples(count: 1, dimension: d, bytes: bytes)
    #expect(
      source.projections(along: direction.map(Double.init))
        == [Double(zip(bytes, direction).reduce(0) { $0 + Int($1.0) * $1.1 })])
  }

  @Test("Blocks of large samples meet without a seam")
  func seams() {
    let source = RandomBytes(count: 300, dimension: 3072, seed: 8)
    let direction = randomDirection(dimension: 3072, kind: .integer, seed: 8, draw: 0)
    let expected = rows(source, 0..<300).map {
      Double(zip($0, direction).reduce(0) { $0 + Int($1.0) * Int($1.1) })
    }
    #expect(source.projections(along: direction) == expected)
  }

  @Test("Samples are equal where all their bytes are", arguments: PropertyCase.all)
  func equality(_ property: PropertyCase) {
    var stream = property.stream("equality")
    let (n, d) = (max(2, property.first), property.second)
    var bytes = (0..<n * d).map { _ in UInt8(stream.integer(below: 2)) }
    // The last sample repeats the first but for its last byte.
    for j in 0..<d { bytes[(n - 1) * d + j] = bytes[j] ^ (j == d - 1 ? 1 : 0) }
    let source = ByteSamples(count: n, dimension: d, bytes: bytes)
    let known = rows(source, 0..<n)
    let matrix = MatrixSamples(Matrix<Float>(rows: n, columns: d) { i, j in Float(known[i][j]) })
    for i in 0..<n {
      #expect(source.areEqual(0, i) == (known[0] == known[i]))
      #expect(matrix.areEqual(0, i) == (known[0] == known[i]))
    }
  }

  @Test("Bytes that do not fill the samples stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = ByteSamples(count: 2, dimension: 3, bytes: [1, 2, 3])
    }
    await #expect(processExitsWith: .failure) {
      _ = RandomBytes(count: 1, dimension: 2, seed: 0).projections(along: [1])
    }
  }
}
