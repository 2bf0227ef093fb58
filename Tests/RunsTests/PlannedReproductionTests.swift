import Experiments
import Foundation
import Runs
import Testing

@Suite("Which runs the paper's cells need")
struct PlannedReproductionTests {
  private func cell(_ name: String, _ options: [String: String] = [:]) -> PaperCell {
    PaperCell(name: name, title: name, command: "train", options: options)
  }

  private var plans: [PaperPlan] {
    let options = ["model": "m", "corrupt": "partial:0.5"]
    return [
      PaperPlan(
        name: "a", title: "a", source: "A", quantities: [],
        scales: [.quick: PlanScaling(only: ["x"])], cells: [cell("x", options), cell("y")]),
      PaperPlan(
        name: "b", title: "b", source: "B", quantities: [],
        cells: [
          cell("x", options),
          PaperCell(
            name: "z", title: "z", command: "study norms", options: [:], unavailable: "no set"),
        ]),
    ]
  }

  @Test("cells with the same options share a run; each seed has one")
  func shared() throws {
    let planned = try PlannedReproduction(plans, scale: .full, seeds: [0, 5])
    #expect(planned.runs.count == 4)
    #expect(planned.runsOfCells == ["a/x": [0, 1], "a/y": [2, 3], "b/x": [0, 1]])
    #expect(
      planned.runs.map(\.name) == [
        "train-m-partial0.5", "train-m-partial0.5-seed5", "train", "train-seed5",
      ])
    #expect(planned.runs[1].options["seed"] == "5")
    #expect(planned.missing == [MissingRun(cell: "b/z", title: "z", reason: "no set")])
  }

  @Test("patterns choose cells, and a scale leaves some out with the reason")
  func chosen() throws {
    let planned = try PlannedReproduction(plans, patterns: ["a"], scale: .quick, seeds: [0])
    #expect(planned.plans.map(\.name) == ["a"])
    #expect(planned.runsOfCells.keys.sorted() == ["a/x"])
    #expect(
      planned.missing
        == [MissingRun(cell: "a/y", title: "y", reason: "left out at the quick scale")])
    let every = try PlannedReproduction(plans, patterns: ["*/x"], scale: .full, seeds: [0])
    #expect(every.runsOfCells.keys.sorted() == ["a/x", "b/x"])
    #expect(every.plans.map(\.cells.count) == [1, 1])
  }

  @Test("a name that no cell has is told with what there is")
  func unknown() {
    #expect(throws: UnknownCell(pattern: "c/x", plans: ["a", "b"])) {
      try PlannedReproduction(plans, patterns: ["a", "c/x"], scale: .full, seeds: [0])
    }
    #expect(
      UnknownCell(pattern: "c", plans: ["a", "b"]).description
        == "c: no table, figure or cell of this name; there are a, b, and --list shows their cells")
  }

  @Test("options that are given replace all others, and make other runs")
  func replaced() throws {
    let planned = try PlannedReproduction(
      plans, scale: .full, seeds: [0], options: ["corrupt": "none"])
    #expect(planned.runs.allSatisfy { $0.options["corrupt"] == "none" })
  }

  @Test("a cell has evidence where all its seeds have")
  func evidence() throws {
    let planned = try PlannedReproduction(plans, scale: .full, seeds: [0, 1])
    let run = RunEvidence(record: Data(), folder: "f", command: "c", identity: "i")
    let all = planned.evidence { _ in run }
    #expect(all.mapValues(\.count) == ["a/x": 2, "a/y": 2, "b/x": 2])
    let some = planned.evidence { $0 == 1 ? nil : run }
    #expect(some.mapValues(\.count) == ["a/y": 2])
  }

  @Test("a listing adds up the times of runs that are left, each once")
  func listing() throws {
    let planned = try PlannedReproduction(plans, scale: .full, seeds: [0])
    let speed = MachineSpeed(
      imagesPerSecond: ["m": 1000, "mlp1x512": 500], doubleGigaflops: 1, singleGigaflops: 1)
    let listing = ReproductionListing(planned, speed: speed) {
      $0.options["model"] == "m" ? .planned : .finished
    }
    // 100 epochs of 2,000 drawn images.
    #expect(listing.entries.map(\.seconds) == [200, 400, 200, nil])
    #expect(listing.entries.map(\.state) == ["planned", "finished", "planned", "no set"])
    #expect(listing.secondsLeft == 200)
  }
}
