import Datasets
import Experiments
import Networks
import Testing

@Suite("The paper's argument, end to end")
struct ReproductionTests {
  private static let plan = ReproductionPlan(
    epochs: 4, corruptionLevels: [0, 0.5, 1], seed: 1)

  private static func run() throws -> ReproductionRecord {
    try reproduce(smallSplit(60, test: 50), plan: plan)
  }

  @Test("every part is there, on one sample, and the same run gives the same cells")
  func whole() throws {
    let record = try Self.run()
    #expect(record.comparisons.count == 2)
    for comparison in record.comparisons {
      #expect(comparison.fits.count == 4)
      #expect(comparison.sampleSHA256 == comparison.sample.sha256)
    }
    #expect(record.comparisons[0].sampleSHA256 == record.sample.sha256)
    #expect(record.comparisons[1].sampleSHA256 != record.sample.sha256)
    #expect(record.lossCurves.map(\.corruption) == Corruption.paperSettings.map(\.description))
    #expect(record.corruptionPoints.count == 6)
    #expect(Set(record.cells.map(\.name)).count == record.cells.count)
    #expect(record.cells.filter { $0.verdict == .notComparable }.allSatisfy { !$0.caveats.isEmpty })
    #expect(try Self.run().cells == record.cells)
  }

  @Test("the cells of Theorem 1 agree, whatever the images")
  func theorem() throws {
    let cells = try Self.run().cells.filter { $0.name.hasPrefix("theorem1/") }
    #expect(cells.count == 4)
    #expect(cells.allSatisfy { $0.verdict == .agrees })
  }

  @Test("progress never goes back and ends at 1")
  func progress() throws {
    nonisolated(unsafe) var fractions: [Double] = []
    _ = try reproduce(smallSplit(20, test: 10), plan: Self.plan) { fractions.append($0.fraction) }
    #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(fractions.last == 1)
  }

  @Test("the schedule is the paper's in steps")
  func schedule() {
    let plan = ReproductionPlan(epochs: 7)
    #expect(plan.training(samples: 50_000).learningRate == .exponential(0.01, factor: 0.95))
    #expect(plan.training(samples: 50_000).stoppingRules == [.loss(below: 0.03)])
    let inception = ReproductionPlan(model: .inception).training(samples: 50_000)
    #expect(inception.learningRate == .exponential(0.1, factor: 0.95))
    let quarter = plan.training(samples: 128 * 391 / 4)
    let steps = Double((128 * 391 / 4 + 127) / 128)
    let rate = quarter.learningRate.rate(epoch: 4) / 0.01
    #expect(abs(rate - 0.95) <= 0.05 * abs(4 * steps / 391 - 1) + 8 * Double.ulpOfOne)
  }
}
