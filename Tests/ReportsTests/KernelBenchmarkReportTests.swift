import Experiments
import Kernels
import Reports
import Testing

@Suite("The report of the speed of kernel regression")
struct KernelBenchmarkReportTests {
  private func record() throws -> KernelBenchmarkRecord {
    var record = try measureKernelSpeed(
      KernelBenchmarkConfiguration(
        sizes: [1200, 7], dimension: 4, targets: 1, precision: .single, productSize: 32))
    record.sizes[0].shareOfProduct = 0.8125
    record.sizes[0].plannedBytes = 1_234_000_000
    record.sizes[1].relativeResidual = 1.5e-5
    return record
  }

  @Test("The text has a row for each size in both tables and fits the terminal")
  func text() throws {
    let text = terminalReport(try record())
    let lines = text.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 && $0.last != " " } && text.last != "\n")
    let rows = lines.filter { $0.contains("1,200 ") }
    #expect(rows.count == 2)
    #expect(rows[0].contains("81.25 %") && rows[1].contains("1.234"))
    #expect(lines.contains { $0.hasPrefix("      7 ") && $0.contains("1.5e-05") })
    #expect(text.contains("sgemm of size 32"))
  }

  @Test("A run folder holds the table and the figure with its data")
  func files() async throws {
    let folder = try TestFolder()
    let record = try record()
    _ = try await write(
      RunResult(record, seed: 1), configuration: record.configuration,
      to: RunFolder(creating: folder.path("run")))
    let table = try folder.text("run/kernel-speed.csv").split(separator: "\n")
    #expect(table.count == 3)
    #expect(table[0].hasPrefix("n,d,targets,precision,gamma,gram_seconds,"))
    #expect(table[1].hasPrefix("1200,4,1,single,"))
    #expect(try folder.text("run/figures/kernel-speed.csv").contains("Gram matrix"))
  }
}
