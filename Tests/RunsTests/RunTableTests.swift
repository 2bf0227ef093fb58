import Foundation
import Reports
import Runs
import Testing

@Suite("Tables of runs")
struct RunTableTests {
  @Test("numbers keep their digits, times stand apart, and unfinished runs have empty fields")
  func table() async throws {
    try await withTemporaryFolder { root in
      let record = """
        {"seed": 1, "testError": 0.1, "big": 12345678901234567, "tiny": 1e-300, "certified": true,
         "kind": "a, b", "seconds": 2.5, "imagesPerSecond": 100, "peakBytes": 7, "none": null,
         "fitSeconds": 1, "environment": {"threads": 2}, "list": [1], "state": "fitted"}
        """
      try Data(record.utf8).write(to: root.appendingPathComponent("record.json"))
      let runs = ["1", "2"].map {
        PlannedRun(
          name: "r\($0)", command: "train", options: ["seed": $0, "kind": "a\($0)", "epochs": "5"])
      }
      let table = RunTable([
        (runs[0], root.path, .finished), (runs[1], root.path + "/none", .failed),
      ])
      #expect(table.options == ["kind", "seed"])
      #expect(
        table.results.text == """
          run,state,kind,seed,big,certified,record.kind,record.state,testError,tiny
          r1,finished,a1,1,12345678901234567,true,"a, b",fitted,0.1,1e-300
          r2,failed,a2,2,,,,,,

          """)
      #expect(
        table.times.text == """
          run,fitSeconds,imagesPerSecond,peakBytes,seconds
          r1,1,100,7,2.5
          r2,,,,

          """)
      #expect(
        RunTable([(runs[0], root.path, .finished)], options: ["epochs"]).results.header
          .starts(with: ["run", "state", "epochs", "big"]))
    }
  }

  @Test("a record that cannot be read gives no value", arguments: ["", "[1]", "{", "null"])
  func damaged(text: String) async throws {
    try await withTemporaryFolder { root in
      try Data(text.utf8).write(to: root.appendingPathComponent("record.json"))
      #expect(RunTable.values(of: root.path).isEmpty)
    }
  }
}
