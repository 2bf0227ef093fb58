import Foundation
import Testing

@Suite("rethink report")
struct ReportTests {
  @Test("the page of a run stands in its folder, or where --out says; JSON names what it shows")
  func page() async throws {
    try await withTemporaryFolder { folder in
      let run = folder.path + "/run"
      let made = try await rethink(
        "study", "corruption", "--samples", "40", "--test-samples", "20", "--quiet", "--out", run)
      #expect(made.status == 0, "\(made.errors)")
      let outcome = try await rethink("report", run, "--json")
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let object = try outcome.json()
      #expect(object["page"] as? String == run + "/report.html")
      let figures = try #require(object["figures"] as? [String])
      let tables = try #require(object["tables"] as? [String])
      #expect(!figures.isEmpty && !tables.isEmpty)
      let page = try String(contentsOfFile: run + "/report.html", encoding: .utf8)
      for name in figures + tables { #expect(page.contains(name)) }
      #expect(page.contains("<h1>rethink study corruption</h1>"))
      let other = folder.path + "/pages/a.html"
      let elsewhere = try await rethink("report", run, "--out", other)
      #expect(elsewhere.status == 0)
      #expect(elsewhere.output.hasPrefix("\(other): figures \(figures[0])"))
      // The page itself is a file of the folder now.
      #expect(try String(contentsOfFile: other, encoding: .utf8).contains(">report.html</td>"))
    }
  }

  @Test("of a sweep it shows the results of all runs")
  func sweep() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder, epochs: 1, seeds: [0])
      #expect(try await rethink(sweep.command("all")).status == 0)
      let outcome = try await rethink("report", sweep.path("all"))
      #expect(outcome.status == 0, "\(outcome.errors)")
      let page = String(decoding: try sweep.bytes("all", "report.html"), as: UTF8.self)
      #expect(page.contains("Table: results.csv") && page.contains("corrupt=none,weight-decay=0"))
      #expect(page.contains("which `rethink runs` lists"))
    }
  }

  @Test("what is no run, damaged or cannot be written is told in one line")
  func refused() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path
      func outcome(_ arguments: String...) async throws -> Outcome {
        let outcome = try await rethink(["report"] + arguments)
        #expect(outcome.output.isEmpty && outcome.errors.split(separator: "\n").count == 1)
        return outcome
      }
      let missing = try await outcome(path + "/none")
      #expect(missing.status == 66)
      #expect(
        missing.errors
          == "rethink: \(path)/none: no such folder; name a folder that --out or sweep made\n")
      let empty = try await outcome(path)
      #expect(empty.status == 66 && empty.errors.contains("it holds no record, table or figure"))
      try Data("{".utf8).write(to: folder.appendingPathComponent("record.json"))
      let damaged = try await outcome(path)
      #expect(damaged.status == 65 && damaged.errors.hasPrefix("rethink: \(path)/record.json: "))
      #expect(!FileManager.default.fileExists(atPath: path + "/report.html"))
      try Data("{}".utf8).write(to: folder.appendingPathComponent("record.json"))
      #expect(try await outcome(path, "--out", "/proc/none/a.html").status == 73)
      #expect(try await outcome(path, "--out", path + "/").status == 64)
      #expect(try await outcome().status == 64)
    }
  }
}
