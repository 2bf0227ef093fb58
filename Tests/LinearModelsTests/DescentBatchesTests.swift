import LinearModels
import TestSupport
import Testing

@Suite("Batches of a descent")
struct DescentBatchesTests {
  @Test("Without replacement a pass is the sample, each once", arguments: PropertyCase.all)
  func withoutReplacement(_ property: PropertyCase) {
    let (n, size) = (property.first, max(1, property.second))
    let seed = UInt64(property.seed)
    let batches = DescentBatches.withoutReplacement(size: size)
    let pass = batches.batches(inPass: 3, of: n, seed: seed)
    #expect(pass.flatMap(\.self).sorted() == Array(0..<n))
    #expect(pass.dropLast().allSatisfy { $0.count == size })
    #expect(pass.count == max(1, (n + size - 1) / size))
    #expect(batches.stepsPerPass(of: n) == pass.count)
    #expect(pass == batches.batches(inPass: 3, of: n, seed: seed))
    if n == 50 {
      #expect(pass != batches.batches(inPass: 4, of: n, seed: seed))
      #expect(pass != batches.batches(inPass: 3, of: n, seed: seed + 1))
    }
  }

  @Test("With replacement batches are full and hold any sample", arguments: PropertyCase.all)
  func withReplacement(_ property: PropertyCase) {
    let (n, size) = (property.first, max(1, property.second))
    let batches = DescentBatches.withReplacement(size: size)
    let pass = batches.batches(inPass: 0, of: n, seed: UInt64(property.seed))
    #expect(pass.count == max(1, (n + size - 1) / size))
    #expect(batches.stepsPerPass(of: n) == pass.count)
    #expect(pass.allSatisfy { $0.count == (n == 0 ? 0 : size) })
    #expect(pass.allSatisfy { $0.allSatisfy { (0..<n).contains($0) } })
  }

  @Test("Draws with replacement are uniform and repeat samples")
  func uniform() {
    let n = 10
    let draws = (0..<1000).flatMap {
      DescentBatches.withReplacement(size: 5).batches(inPass: $0, of: n, seed: 1)
    }
    var counts = [Double](repeating: 0, count: n)
    for draw in draws.flatMap(\.self) { counts[draw] += 1 }
    let expected = counts.reduce(0, +) / Double(n)
    // Chi-squared with 9 degrees of freedom exceeds 33.7 once in 10,000.
    let statistic = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
    #expect(statistic < 33.7)
    #expect(draws.contains { Set($0).count < $0.count })
  }

  @Test("Gradient descent sees all samples in every step")
  func full() {
    #expect(DescentBatches.full.batches(inPass: 7, of: 3, seed: 0) == [[0, 1, 2]])
    #expect(DescentBatches.full.batches(inPass: 0, of: 0, seed: 0) == [[]])
    #expect(DescentBatches.full.stepsPerPass(of: 3) == 1)
    #expect(DescentBatches.full.stepsPerPass(of: 0) == 1)
  }
}
