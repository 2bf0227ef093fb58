import Datasets
import Experiments
import Foundation
import ReLUInterpolation
import ReLUNetworks
import Reports
import Testing

@Suite("Constructions are told side by side")
struct ConstructionStudyReportTests {
  private static let record = {
    let points = gaussianPoints(count: 30, dimension: 4, classes: 3, seed: 1)
    return studyConstructions(
      DatasetSplit(train: points, test: points.prefix(0)).corrupted(by: .none, seed: 0),
      configuration: ConstructionStudyConfiguration(targets: .classIndex))
  }()

  @Test("The report names every construction, its size, its source and its refusal")
  func terminal() throws {
    let text = terminalReport(Self.record)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 100 && $0.last != " " } && text.last != "\n")
    for method in ConstructionMethod.allCases {
      let row = try #require(
        lines.first { $0.hasPrefix("  \(method.rawValue)  ") && $0.contains("  ") })
      let measures = Self.record.rows.first { $0.method == method }?.measures
      if let measures {
        #expect(row.contains("yes") && row.contains(" \(measures.nonZeroWeights) "))
      } else {
        #expect(row.contains("refused"))
      }
    }
    let facts = [
      "n = 30 training", "d = 4", "class index, one output", "Bubeck", "Left out",
      "smallest distance to a hyperplane", "outside [-1, 1]",
    ]
    for fact in facts { #expect(text.contains(fact), "\(fact)") }
  }

  @Test("What was left out of the sample is told")
  func partOfSample() {
    var record = Self.record
    #expect(terminalReport(record).contains("fitted      targets are the"))
    record.n = 20
    #expect(terminalReport(record).contains("fitted      the first 20; targets are the"))
  }

  @Test("A run writes the table, empty where a construction is refused")
  func files() async throws {
    let place = try TestFolder()
    let remarks = try await write(
      RunResult(Self.record, seed: 1), configuration: ConstructionStudyConfiguration(),
      to: RunFolder(creating: place.path))
    #expect(remarks.isEmpty)
    #expect(
      try place.contents() == [
        "config.json", "constructions.csv", "events.out.tfevents.0000000000.record", "record.json",
      ])
    let lines = try place.text("constructions.csv").split(separator: "\n")
    #expect(lines.count == 1 + ConstructionMethod.allCases.count)
    let columns = lines[0].split(separator: ",").count
    #expect(columns == 20)
    let refused = try #require(lines.first { $0.hasPrefix("clipped sums") })
    #expect(refused.hasSuffix(String(repeating: ",", count: 15)))
  }
}
