import Datasets
import Experiments
import Foundation
import Reports
import Testing

@Suite("The study of implicit bias as text, CSV and figures")
struct ImplicitBiasReportTests {
  private static let record = Result {
    try studyImplicitBias(
      ProceduralImages.split(trainCount: 12, testCount: 40, seed: 3),
      configuration: ImplicitBiasConfiguration(
        samples: 12, epochs: 60, momentum: 0.9, marginSteps: 16, seed: 1))
  }

  @Test("The text has every path, interpolant and step of the record in 100 columns")
  func text() throws {
    let record = try Self.record.get()
    let text = terminalReport(record)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.filter { $0.count > 100 || $0.last == " " }.isEmpty)
    for path in record.paths {
      let last = try #require(path.points.last)
      #expect(
        lines.contains {
          $0.contains(path.name) && $0.contains(brief(last.distanceToLimit))
            && $0.contains(brief(last.outsideInEpsilons))
        })
    }
    for row in record.interpolants {
      #expect(
        lines.contains {
          $0.contains(row.name) && $0.contains(row.space) && $0.contains(brief(row.norm))
        })
    }
    #expect(text.contains(brief(record.margins.dualityGap)))
    #expect(text.contains("last 20 test images"))
  }

  @Test("What is concluded follows the record")
  func conclusions() throws {
    var record = try Self.record.get()
    func says(_ part: String) -> Bool {
      terminalReport(record).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        .contains(part)
    }
    let index = try #require(record.paths.firstIndex { $0.isPlainStochastic })
    let last = record.paths[index].points.count - 1
    record.paths[index].points[last].distanceToLimit = 2e-7
    record.paths[index].points[last].outside = 99 * 0x1p-53
    #expect(says("2e-07 from the minimum-norm solution, below 1e-6"))
    #expect(says("is 99 ε ‖w‖, below 100"))
    record.paths[index].points[last].distanceToLimit = 2e-6
    record.paths[index].points[last].outside = 101 * 0x1p-53
    #expect(says("2e-06 from the minimum-norm solution, not below 1e-6"))
    #expect(says("is 101 ε ‖w‖, not below 100"))
    record.paths[index].halvings = 2
    #expect(says(record.paths[index].name + "* "))

    for place in record.interpolants.indices {
      record.interpolants[place].testError = record.interpolants[place].norm / 1e6
      record.interpolants[place].pixelNorm = nil
    }
    #expect(says("on pixels: here a larger norm never has a smaller test error."))
    #expect(says("compares: here a larger norm never has a smaller test error. Rank"))
    #expect(says("Rank correlation of all norms and test errors: 1."))
    record.interpolants[0].norm = 1e5
    #expect(
      says(
        "compares: the norm alone does not rank them. \"\(record.interpolants[0].name)\" has the "
          + "larger norm (1e+05 against"))
  }

  @Test("The run folder has four tables and eight figures with their data")
  func files() async throws {
    let record = try Self.record.get()
    let folder = try TestFolder()
    let remarks = try await write(
      RunResult(record, seed: 1), configuration: record.configuration,
      to: RunFolder(creating: folder.path))
    #expect(remarks.isEmpty)
    func lines(_ name: String) throws -> [Substring] {
      try folder.text(name).split(separator: "\n")
    }
    #expect(try lines("paths.csv").count == 1 + record.paths.reduce(0) { $0 + $1.points.count })
    #expect(
      try lines("decay.csv").count
        == 1 + record.decay.directions.count * record.decay.steps.count)
    #expect(try lines("interpolants.csv").count == 1 + record.interpolants.count)
    #expect(
      try lines("margins.csv").count
        == 1 + record.margins.paths.reduce(0) { $0 + $1.points.count })
    let point = try #require(record.paths[0].points.last)
    #expect(try lines("paths.csv")[record.paths[0].points.count].contains("\(point.norm)"))
    for name in [
      "distance-parity", "distance-one-hot", "outside-parity", "outside-one-hot", "decay", "norms",
      "direction", "margin",
    ] {
      let svg = try lines("figures/implicit-bias-\(name).svg").joined()
      #expect(svg.contains("procedural shapes") && !svg.contains("no data"))
      #expect(try lines("figures/implicit-bias-\(name).csv").count > 3)
    }
  }
}
