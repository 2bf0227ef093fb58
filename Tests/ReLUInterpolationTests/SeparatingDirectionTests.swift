import Foundation
import RandomStreams
import ReLUInterpolation
import TestSupport
import Testing

@Suite("A direction is drawn by its name, with entries as promised")
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
      if d == 1 { #expect(first == [1]) }
      if d > 1 {
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

  @Test("The bound is the union bound over pairs, and honest where it says nothing")
  func failureBound() {
    let pair = 1 / (0x1p32 - 1)
    func bound(_ n: Int, _ d: Int, _ kind: DirectionKind = .integer) -> Double? {
      separationFailureBound(samples: n, dimension: d, kind: kind)
    }
    #expect(bound(2, 2) == pair && bound(3, 784) == 3 * pair && bound(50, 3072) == 1225 * pair)
    #expect(bound(0, 5) == 0 && bound(1, 5) == 0 && bound(1000, 1) == 0)
    #expect(bound(2, 2, .normal) == nil && bound(1, 2, .normal) == 0)
    #expect((bound(92_682, 3072) ?? 1) < 1 && (bound(92_683, 3072) ?? 0) >= 1)
    // Entries are smaller where there are more of them.
    #expect(bound(2, 1 << 20) == 1 / (0x1p26 - 1))
  }

  @Test("Draws go on until all fail with a probability below 2⁻⁶⁴, 16 to 64 of them")
  func draws() {
    func draws(_ n: Int, _ d: Int, _ kind: DirectionKind = .integer) -> Int {
      maximalDraws(samples: n, dimension: d, kind: kind)
    }
    #expect(draws(2, 2) == 16 && draws(0, 3) == 16 && draws(100_000, 784, .normal) == 16)
    #expect(draws(1000, 1) == 1 && draws(1000, 1, .normal) == 1 && draws(1, 0) == 1)
    #expect(draws(92_683, 784) == 64 && draws(1_000_000, 784) == 64)
    for n in [23_000, 30_000, 50_000, 60_000, 70_000] {
      let bound = separationFailureBound(samples: n, dimension: 784, kind: .integer) ?? 1
      let m = draws(n, 784)
      #expect(m == 64 || pow(bound, Double(m)) <= 0x1p-64)
      if m > 16 { #expect(pow(bound, Double(m - 1)) > 0x1p-64) }
    }
  }

  @Test("Less than one draw stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = DirectionChoice(.normal, bestOf: 0) }
  }
}
