import Datasets
import Experiments
import Foundation
import Reports
import Testing

@Suite("Trained networks beside their linearisation, as text, CSV and figures")
struct LinearisationReportTests {
  private static let record = Result {
    try studyLinearisation(
      ProceduralImages.split(trainCount: 10, testCount: 20, seed: 1)
        .map { $0.centerCropped(height: 6, width: 6) },
      configuration: LinearisationConfiguration(
        samples: 10, testSamples: 20, widths: [32, 64, 512], draws: 2, tolerance: 0.05, seed: 1))
  }

  @Test("The text has each width and exponent, and its last sentence is computed")
  func text() throws {
    let record = try Self.record.get()
    let text = terminalReport(record)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
    #expect(text.contains("exponent") && text.contains("last two"))
    let law = try #require(record.powerLaw(\.predictionDifference, .given))
    let answer = text.components(separatedBy: "\n\n").last?.replacing("\n", with: " ") ?? ""
    let start = brief(record.rows[0].spread(\.predictionDifference).mean)
    let end = brief(record.rows[2].spread(\.predictionDifference).mean)
    #expect(answer.contains("goes from \(start) to \(end),"), "\(answer)")
    let falls = law.exponent + 2 * law.exponentError < 0
    #expect(answer.contains(falls ? "SGD approaches" : "SGD does not clearly approach"))
    // Widths the other way round: what fell now grows, and the sentence must say so.
    var turned = record
    for index in turned.rows.indices {
      turned.rows[index].width = record.rows[2 - index].width
    }
    turned.rows.reverse()
    #expect(
      terminalReport(turned).replacing("\n", with: " ").contains("SGD does not clearly approach"))
    var single = record
    single.rows = [record.rows[0]]
    #expect(terminalReport(single).contains("there are not two widths to compare"))
  }

  @Test("The folder has a line for each draw, point and measure, and the guide's slope is -1/2")
  func files() async throws {
    let record = try Self.record.get()
    let folder = try TestFolder()
    _ = try await write(
      RunResult(record, seed: 1), configuration: record.configuration,
      to: RunFolder(creating: folder.path("run")))
    func lines(_ name: String) throws -> [Substring] {
      try folder.text("run/\(name)").split(whereSeparator: \.isNewline)
    }
    #expect(try lines("linearised.csv").count == 1 + 6)
    #expect(try lines("linearised-exponents.csv").count == 1 + 6)
    let points = record.rows.reduce(0) { $0 + $1.path.count }
    #expect(try lines("linearised-path.csv").count == 1 + points)
    let guide = try lines("figures/linearised-distance.csv").filter {
      $0.hasPrefix("width^-1/2")
    }.map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(guide.map { $0[0] } == [32, 512])
    #expect(abs(guide[0][1] / guide[1][1] - 4) < 1e-9)
  }
}
