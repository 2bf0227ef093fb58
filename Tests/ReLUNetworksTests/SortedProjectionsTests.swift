import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("Projections are sorted by their bits as comparisons would sort them")
struct SortedProjectionsTests {
  /// Compares with the standard library's sort, equal numbers in the order of their samples.
  private func check(_ projections: [Double]) {
    let sorted = SortedProjections(projections)
    let order = projections.indices.sorted { (projections[$0], $0) < (projections[$1], $1) }
    #expect(sorted.count == projections.count)
    #expect(sorted.samples.map(Int.init) == order)
    #expect(sorted.values == order.map { projections[$0] })
    #expect(sorted.values.allSatisfy { $0 != 0 || $0.sign == .plus })
  }

  /// Numbers of one kind: each stresses other digits.
  private func numbers(_ count: Int, kind: Int, from stream: inout RandomStream) -> [Double] {
    (0..<count).map { _ in
      switch kind {
      case 0: stream.normal()
      case 1: Double(stream.integer(below: 5) - 2)
      case 2: Double(bitPattern: stream.next()).isFinite ? 1 / stream.normal() : -.infinity
      case 3: [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude][stream.integer(below: 4)]
      case 4: 0x1p52 + Double(stream.integer(below: 300))
      case 5: [.infinity, -.infinity, .greatestFiniteMagnitude, 1e-300][stream.integer(below: 4)]
      default: stream.normal() * [1e-300, 1, 1e300][stream.integer(below: 3)]
      }
    }
  }

  @Test("Small samples of every kind", arguments: PropertyCase.all)
  func small(_ property: PropertyCase) {
    var stream = property.stream("projections")
    for kind in 0..<7 { check(numbers(property.first, kind: kind, from: &stream)) }
  }

  @Test("Samples that several threads share", arguments: [32_767, 32_768, 50_001], 0..<7)
  func large(_ count: Int, _ kind: Int) {
    var stream = RandomStream(seed: 1, purpose: "projections", indices: count, kind)
    check(numbers(count, kind: kind, from: &stream))
  }

  @Test("All bit patterns of numbers stand in the order of the numbers", arguments: 0..<200)
  func anyBits(_ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "patterns")
    check((0..<50).map { _ in Double(bitPattern: stream.next()) }.filter { !$0.isNaN })
  }

  @Test("What is no number stands at an end and keeps its sample")
  func notANumber() {
    let sorted = SortedProjections([2, .nan, -1, -.nan, .infinity])
    #expect(sorted.samples == [3, 2, 0, 4, 1])
    #expect(Array(sorted.values[1...3]) == [-1, 2, .infinity])
  }
}
