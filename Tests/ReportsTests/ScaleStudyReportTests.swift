import Experiments
import Reports
import Testing

@Suite("The report of the scale study")
struct ScaleStudyReportTests {
  private func record(triangularSize: Int?) throws -> ScaleRecord {
    try studyScale(
      ScaleConfiguration(
        cases: [ScaleCase(.drawnBytes, n: 1200, d: 30), ScaleCase(.reals, n: 50, d: 1)],
        repetitions: 1, triangularSize: triangularSize))
  }

  @Test("The text has a row for each case and fits the terminal")
  func text() throws {
    var record = try record(triangularSize: 20)
    record.measurements[0].readSeconds = 1
    record.measurements[0].sortSeconds = 0.25
    record.measurements[0].buildSeconds = 2
    record.measurements[0].peakBytes = 1_234_000_000
    record.measurements[0].plain.wrongLabels = 4321
    record.measurements[1].certified = false
    record.triangular?.recurrenceSeconds = 0.001
    record.triangular?.substitutionSeconds = 0.25
    let text = terminalReport(record)
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 && $0.last != " " } && text.last != "\n")
    let rows = lines.filter { $0.contains("1,200") }
    #expect(rows.count == 2)
    for fact in ["1.60", "1.23"] { #expect(rows[0].contains(fact), "\(fact)") }
    #expect(rows[1].contains("4,321") && rows[1].hasSuffix("yes"))
    #expect(lines.contains { $0.contains("reals") && $0.hasSuffix("no") })
    #expect(text.contains("250 times faster"))
  }

  @Test("Without a triangular solve the text and the tables do without it")
  func withoutTriangular() async throws {
    let folder = try TestFolder()
    let record = try record(triangularSize: nil)
    #expect(!terminalReport(record).contains("dtrtrs"))
    _ = try await write(
      RunResult(record, seed: 0), configuration: record.configuration,
      to: RunFolder(creating: folder.path("run")))
    #expect(try folder.contents().contains("run/scale.csv"))
    #expect(try !folder.contents().contains("run/triangular.csv"))
  }

  @Test("The tables hold every number in full")
  func tables() async throws {
    let folder = try TestFolder()
    let record = try record(triangularSize: 20)
    _ = try await write(
      RunResult(record, seed: 0), configuration: record.configuration,
      to: RunFolder(creating: folder.path("run")))
    let rows = try folder.text("run/scale.csv").split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(rows.count == 3 && rows.allSatisfy { $0.count == rows[0].count })
    let fields = Dictionary(uniqueKeysWithValues: zip(rows[0], rows[2]))
    let row = record.measurements[1]
    #expect(fields["n"] == "50" && fields["weights"] == "101" && fields["certified"] == "true")
    #expect(fields["direction_draws"] == "1")
    #expect(fields["build_seconds"].flatMap(Double.init) == row.buildSeconds)
    #expect(fields["exact_residual"].flatMap(Double.init) == row.exactResidual)
    #expect(fields["peak_bytes"].flatMap(Int.init) == row.peakBytes)
    let solvers = try folder.text("run/triangular.csv").split(separator: "\n")
    #expect(solvers.count == 3 && solvers[1].hasPrefix("recurrence,20,"))
  }
}
