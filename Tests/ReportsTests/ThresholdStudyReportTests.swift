import Datasets
import Experiments
import ReLUInterpolation
import Reports
import Testing

@Suite("The thresholds study as text, CSV and figures")
struct ThresholdStudyReportTests {
  private static let record = Result { () throws -> ThresholdStudyRecord in
    let sample = ProceduralImages.split(trainCount: 20, testCount: 5, seed: 1)
      .corrupted(by: .randomLabels, seed: 1)
    var record = try studyThresholds(
      sample,
      configuration: ThresholdStudyConfiguration(
        sizes: [10, 20], placements: [0.01, 0.5, 0.9].map { ThresholdPlacement(fraction: $0) }))
    record.rows[5].recurrenceResidual = nil
    record.rows[5].conditionNumber = nil
    record.rows[3].fraction = 0
    return record
  }

  @Test("The text has every number in 100 columns, and a dash for one that is missing")
  func text() throws {
    let record = try Self.record.get()
    let text = terminalReport(record)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 100 && $0.last != " " })
    let (first, second) = (
      try #require(text.firstRange(of: "Largest residual")),
      try #require(text.firstRange(of: "Conditioning of the system"))
    )
    let notes = try #require(text.firstRange(of: "Notes\n"))
    let residuals = text[first.lowerBound..<second.lowerBound]
    let conditioning = text[second.lowerBound..<notes.lowerBound]
    func tableRow(_ part: Substring, _ row: ThresholdStudyRow) -> [Substring] {
      let place = row.fraction == 0 ? "previous" : brief(row.fraction)
      return part.split(separator: "\n").map { $0.split(separator: " ") }
        .first { $0.count > 6 && $0[0] == "\(row.n)" && $0[1] == place } ?? []
    }
    func shown(_ value: Double?) -> Substring { Substring(value.map(brief) ?? "–") }
    for row in record.rows {
      #expect(
        tableRow(residuals, row).dropFirst(2) == [
          shown(row.recurrenceResidual), shown(row.plainResidual), shown(row.lapackResidual),
          shown(row.roundedExactResidual), shown(row.maxAbsoluteWeight),
        ])
      #expect(
        tableRow(conditioning, row).dropFirst(2) == [
          shown(row.smallestEigenvalue), shown(row.smallestSingularValue),
          shown(row.conditionNumber), shown(row.testRatio), shown(row.recurrenceSeconds),
          shown(row.lapackSeconds),
        ])
    }
    #expect(text.contains("procedural shapes") && text.contains("random-labels"))
  }

  @Test("The run folder has the CSV in full precision, and a figure for each size and two more")
  func files() async throws {
    let record = try Self.record.get()
    let folder = try TestFolder()
    let remarks = try await write(
      RunResult(record, seed: 0), configuration: ThresholdStudyConfiguration(),
      to: RunFolder(creating: folder.path("run")))
    #expect(remarks.isEmpty)
    let lines = try folder.text("run/thresholds.csv").split(separator: "\n")
    #expect(lines.count == 7)
    #expect(lines[0].hasPrefix("n,fraction,recurrence_residual,plain_residual,lapack_residual,"))
    for (line, row) in zip(lines.dropFirst(), record.rows) {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false)
        .map { Double($0) }
      #expect(
        fields == [
          Double(row.n), row.fraction, row.recurrenceResidual, row.plainResidual,
          row.lapackResidual, row.roundedExactResidual, row.maxAbsoluteWeight,
          row.smallestEigenvalue, row.smallestSingularValue, row.conditionNumber, row.testRatio,
          row.recurrenceSeconds, row.lapackSeconds,
        ])
    }
    let names = [
      "thresholds-residual-n10", "thresholds-residual-n20", "thresholds-singular-values",
      "thresholds-condition",
    ]
    for name in names {
      #expect(try folder.text("run/figures/\(name).svg").hasPrefix("<?xml"))
    }
    #expect(try folder.contents().count { $0.hasSuffix(".svg") } == names.count)
    let residuals = try folder.text("run/figures/thresholds-residual-n20.csv")
    let row = record.rows[4]
    let residual = try #require(row.recurrenceResidual)
    #expect(
      residuals.contains("\"recurrence, compensated sums\",0.5,\(CSVTable.number(residual))\n"))
    // The previous point stands a decade before the least fraction of the study.
    #expect(residuals.contains("LAPACK's dtrtrs,0.001,"))
    let condition = try folder.text("run/figures/thresholds-condition.csv")
    let number = try #require(record.rows[0].conditionNumber)
    #expect(condition.contains("threshold at 0.01 of the gap,10,\(CSVTable.number(number))\n"))
    #expect(condition.contains("threshold at 0.9 of the gap,20,nan\n"))
    let values = try folder.text("run/figures/thresholds-singular-values.csv")
    let eigenvalue = CSVTable.number(record.rows[1].smallestEigenvalue)
    #expect(
      values.contains("\"eigenvalue, at 0.5 of the gap\",10,\(eigenvalue)\n"))
  }

  @Test("A study of no size has no figure")
  func empty() async throws {
    var record = try Self.record.get()
    record.rows = []
    let folder = try TestFolder()
    _ = try await write(
      RunResult(record, seed: 0), configuration: ThresholdStudyConfiguration(),
      to: RunFolder(creating: folder.path("run")))
    #expect(try folder.contents().allSatisfy { !$0.hasSuffix(".svg") })
    #expect(terminalReport(record).contains("Notes"))
  }
}
