import Datasets
import Experiments
import Foundation
import Networks
import Testing

@Suite("The paper's numbers beside ours")
struct ReproductionTests {
  /// What a run would leave whose record is these keys.
  private func evidence(_ record: String, identity: String = "id") -> RunEvidence {
    RunEvidence(
      record: Data(record.utf8), folder: "runs/x", command: "rethink x", identity: identity)
  }

  private func plan(
    _ quantities: [PaperQuantity], cells: [PaperCell], data: String? = "CIFAR-10",
    samples: Int? = 50_000
  ) -> PaperPlan {
    PaperPlan(
      name: "p", title: "t", source: "Table 9", data: data, samples: samples,
      quantities: quantities, cells: cells)
  }

  private let accuracy = PaperQuantity(
    name: "acc", title: "accuracy", measure: "trainAccuracy", unit: "%", tolerance: 1,
    reason: "because")

  private let same = #""sample": {"data": "CIFAR-10", "samples": 50000, "caveats": ["a copy"]}"#

  // MARK: Evidence

  @Test("numbers and texts are found by their paths, nothing else is")
  func paths() {
    let run = evidence(
      #"{"a": {"b": [1, {"c": 2.5}], "t": "x", "f": true, "n": null}, "z": 0, "l": ["p", "q"]}"#)
    #expect(run.number(at: "a.b.0") == 1)
    #expect(run.number(at: "a.b.1.c") == 2.5)
    #expect(run.number(at: "z") == 0)
    #expect(run.text(at: "a.t") == "x")
    #expect(run.texts(at: "l") == ["p", "q"])
    for path in ["a", "a.b", "a.b.2", "a.b.-1", "a.f", "a.n", "a.t", "q", "", "a.b.x"] {
      #expect(run.number(at: path) == nil, "\(path)")
    }
    #expect(run.text(at: "z") == nil)
    #expect(evidence("no JSON").number(at: "z") == nil)
  }

  // MARK: Cells

  @Test("a share is told in per cent, the paper's number beside it")
  func share() throws {
    let plan = plan(
      [accuracy],
      cells: [
        PaperCell(
          name: "c", title: "MLP", command: "train", options: [:], paper: ["acc": 99.5],
          caveats: ["know this"])
      ])
    let run = evidence("{\"trainAccuracy\": 0.9901, \(same)}")
    let record = ReproductionRecord([plan], scale: .full, seeds: 1, evidence: ["p/c": [run]])
    let cell = try #require(record.cells.first)
    #expect(record.cells.count == 1)
    #expect(cell.name == "p/c/acc")
    #expect(cell.title == "MLP: accuracy")
    #expect(cell.measured == .number(99.01))
    #expect(cell.verdict == .agrees)
    #expect(cell.caveats == ["know this", "tolerance: because"])
    #expect(cell.commands == ["rethink x"])
    #expect(record.dataCaveats == ["CIFAR-10": ["a copy"]])
  }

  @Test("another set, size or network is an obstacle; a tolerance of the cell's own counts")
  func obstacles() throws {
    let cell = PaperCell(
      name: "c", title: "MLP", command: "train", options: ["model": "inception"],
      paper: ["acc": 99], tolerances: ["acc": 0.5])
    let other = evidence(
      #"{"trainAccuracy": 0.99, "model": "mlp1x512", "sample": {"data": "drawn", "samples": 20}}"#)
    let record = ReproductionRecord(
      [plan([accuracy], cells: [cell])], scale: .quick, seeds: 1, evidence: ["p/c": [other]])
    let found = try #require(record.cells.first)
    #expect(found.verdict == .notComparable)
    #expect(
      Array(found.caveats.prefix(3)) == [
        "drawn, the paper used CIFAR-10", "n = 20, the paper used 50000",
        "MLP 1x512, the paper used Inception (small)",
      ])
    let same = evidence("{\"trainAccuracy\": 0.9951, \"model\": \"inception\", \(self.same)}")
    let equal = ReproductionRecord(
      [plan([accuracy], cells: [cell])], scale: .full, seeds: 1, evidence: ["p/c": [same]])
    #expect(equal.cells.first?.verdict == .differs)
    #expect(equal.cells.first?.tolerance == 0.5)
  }

  @Test("a quotient is of the same seed's numbers; without a divisor there is none")
  func quotients() throws {
    let steps = PaperQuantity(
      name: "time", title: "time", measure: "stepsToFit", divisor: "*/p=0", unit: "",
      tolerance: 0.1, reason: "r")
    func cell(_ name: String) -> PaperCell {
      PaperCell(
        name: name, title: name, command: "train", options: [:], paper: ["time": 2])
    }
    let plan = plan([steps], cells: ["m/p=0", "m/p=1", "n/p=1"].map(cell))
    func run(_ steps: Int?) -> RunEvidence {
      evidence("{\"stepsToFit\": \(steps.map { "\($0)" } ?? "null"), \(same)}")
    }
    let record = ReproductionRecord(
      [plan], scale: .full, seeds: 2,
      evidence: [
        "p/m/p=0": [run(10), run(20)], "p/m/p=1": [run(21), run(40)], "p/n/p=1": [run(1), run(1)],
      ])
    func measured(_ name: String) -> CellValue? {
      record.cells.first { $0.name == "p/\(name)/time" }?.measured
    }
    #expect(measured("m/p=0") == .number(1))
    let expected: Double = (2.1 + 2) / 2
    #expect(measured("m/p=1") == .number(expected))
    #expect(measured("n/p=1") == CellValue.none)
    let unfitted = ReproductionRecord(
      [plan], scale: .full, seeds: 2,
      evidence: ["p/m/p=0": [run(10), run(20)], "p/m/p=1": [run(21), run(nil)]])
    #expect(
      unfitted.cells.first { $0.name == "p/m/p=1/time" }?.measured == CellValue.none)
  }

  @Test("a quantity that neither the paper nor the run has is no cell")
  func absent() {
    let plan = plan(
      [accuracy], cells: [PaperCell(name: "c", title: "c", command: "x", options: [:])])
    let record = ReproductionRecord(
      [plan], scale: .full, seeds: 1, evidence: ["p/c": [evidence("{\(same)}")]])
    #expect(record.cells.isEmpty)
    let only = ReproductionRecord(
      [plan], scale: .full, seeds: 1,
      evidence: ["p/c": [evidence("{\"trainAccuracy\": 1, \(same)}")]])
    #expect(only.cells.map(\.verdict) == [.notComparable])
    #expect(only.cells.first?.caveats == ["the paper prints no such number"])
  }

  @Test("cells that share a run list it once")
  func sharedRuns() {
    let cells = ["a", "b"].map {
      PaperCell(name: $0, title: $0, command: "train", options: [:], paper: ["acc": 1])
    }
    let run = evidence("{\"trainAccuracy\": 1, \"seconds\": 3, \(same)}")
    let record = ReproductionRecord(
      [plan([accuracy], cells: cells)], scale: .full, seeds: 1,
      evidence: ["p/a": [run], "p/b": [run]])
    #expect(record.runs.map(\.cells) == [["p/a", "p/b"]])
    #expect(record.runs.first?.seconds == 3)
  }

  @Test("a record survives coding")
  func coding() throws {
    let cells = [PaperCell(name: "a", title: "a", command: "x", options: [:], paper: ["acc": 1])]
    let record = ReproductionRecord(
      [plan([accuracy], cells: cells)], scale: .standard, seeds: 1,
      evidence: ["p/a": [evidence("{\"trainAccuracy\": 1, \(same)}")]],
      missing: [MissingRun(cell: "p/b", title: "b", reason: "r")])
    let data = try JSONEncoder().encode(record)
    #expect(try JSONDecoder().decode(ReproductionRecord.self, from: data) == record)
  }
}
