import RandomStreams
import TestSupport
import Testing

@Suite("Distributions have the shape that they promise")
struct DistributionsTests {
  @Test("Uniform numbers are the upper 53 bits of one word", arguments: PropertyCase.all)
  func uniformDefinition(_ property: PropertyCase) {
    var stream = property.stream("uniform")
    var same = stream
    for _ in 0..<20 {
      let value = stream.uniform()
      #expect(value >= 0 && value < 1)
      #expect((value * 0x1p53).rounded() == value * 0x1p53)
      #expect(UInt64(value * 0x1p53) == same.next() >> 11)
    }
    #expect(stream.position == 20)
  }

  @Test("Uniform numbers fill the interval evenly")
  func uniformShape() {
    var stream = RandomStream(seed: 11, purpose: "uniform shape")
    var counts = [Int](repeating: 0, count: 100)
    for _ in 0..<50_000 { counts[Int(stream.uniform() * 100)] += 1 }
    #expect(chiSquare(counts) < chiSquareBound(outcomes: 100))
  }

  @Test("Integers keep to their bound", arguments: PropertyCase.all)
  func integerBounds(_ property: PropertyCase) {
    var stream = property.stream("integers")
    let bounds = [1, 2, 3, property.first + 1, 1 << 32, 1 << 62, (1 << 62) + 1, .max]
    for bound in bounds {
      let value = stream.integer(below: bound)
      #expect(value >= 0 && value < bound)
    }
  }

  @Test("Integers are equally likely", arguments: [2, 3, 5, 6, 7, 10, 50, 97])
  func integerShape(_ bound: Int) {
    var stream = RandomStream(seed: 11, purpose: "integer shape", indices: bound)
    var counts = [Int](repeating: 0, count: bound)
    for _ in 0..<1000 * bound { counts[stream.integer(below: bound)] += 1 }
    #expect(chiSquare(counts) < chiSquareBound(outcomes: bound))
  }

  @Test("Integers below a bound near 2⁶³ have no favoured remainder")
  func integerBias() {
    // Without rejection one remainder modulo 3 would come with chance 2/8 instead of 1/3.
    var stream = RandomStream(seed: 11, purpose: "integer bias")
    var counts = [0, 0, 0]
    let draws = 30_000
    for _ in 0..<draws { counts[stream.integer(below: 3 << 61) % 3] += 1 }
    #expect(chiSquare(counts) < chiSquareBound(outcomes: 3))
    // One word of four is rejected: 4/3 words an integer.
    #expect(stream.position > UInt64(draws) * 5 / 4)
    #expect(stream.position < UInt64(draws) * 3 / 2)
  }

  @Test("A bound that is a power of two takes one word")
  func integerWords() {
    var stream = RandomStream(seed: 11, purpose: "integer words")
    for exponent in 0..<63 { _ = stream.integer(below: 1 << exponent) }
    #expect(stream.position == 63)
  }

  @Test("A bound below 1 stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      var stream = RandomStream(seed: 0, purpose: "misuse")
      _ = stream.integer(below: 0)
    }
  }

  @Test("Normal numbers are the quantiles of one word", arguments: PropertyCase.all)
  func normalDefinition(_ property: PropertyCase) {
    var stream = property.stream("normal")
    var same = stream
    for _ in 0..<20 {
      let value = stream.normal()
      #expect(abs(value) < 8.3)
      #expect(value == standardNormalQuantile((Double(same.next() >> 12) + 0.5) * 0x1p-52))
    }
    #expect(stream.position == 20)
  }

  @Test("Normal numbers have the moments of the normal distribution")
  func normalMoments() {
    var stream = RandomStream(seed: 11, purpose: "normal moments")
    let draws = 200_000
    var sums = [Double](repeating: 0, count: 5)
    for _ in 0..<draws {
      let value = stream.normal()
      var power = 1.0
      for k in 1...4 {
        power *= value
        sums[k] += power
      }
    }
    // E xᵏ = 0, 1, 0, 3 with variances E x²ᵏ - (E xᵏ)² = 1, 2, 15, 96; five standard deviations.
    let known: [(mean: Double, variance: Double)] = [(0, 1), (1, 2), (0, 15), (3, 96)]
    for (k, moment) in known.enumerated() {
      let bound = 5 * (moment.variance / Double(draws)).squareRoot()
      #expect(abs(sums[k + 1] / Double(draws) - moment.mean) < bound)
    }
  }

  @Test("A permutation holds each number once", arguments: PropertyCase.all)
  func permutationIsBijection(_ property: PropertyCase) {
    var stream = property.stream("permutation")
    let permutation = stream.permutation(of: property.first)
    #expect(permutation.sorted() == Array(0..<property.first))
  }

  @Test("All permutations come equally often", arguments: [(2, 2), (3, 6), (4, 24)])
  func permutationShape(_ count: Int, _ permutations: Int) {
    var stream = RandomStream(seed: 11, purpose: "permutation shape", indices: count)
    var counts: [[Int]: Int] = [:]
    for _ in 0..<1000 * permutations { counts[stream.permutation(of: count), default: 0] += 1 }
    #expect(counts.count == permutations)
    #expect(chiSquare(Array(counts.values)) < chiSquareBound(outcomes: permutations))
  }
}
