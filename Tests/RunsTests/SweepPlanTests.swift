import Runs
import TestSupport
import Testing

@Suite("Plans of sweeps")
struct SweepPlanTests {
  private func settings(_ values: [String]) -> [SweepPlan.Setting] {
    values.map { SweepPlan.Setting($0) }
  }

  @Test("the list changes slowest, the grid's last option fast, the seeds fastest")
  func order() {
    var plan = SweepPlan(name: "n", command: .init("train"))
    plan.options = ["epochs": .init("5"), "model": .init("mlp1x512")]
    plan.list = [["model": .init("alexnet")], [:]]
    plan.grid = [.init("a", settings(["0", "1"])), .init("b", settings(["x", "y"]))]
    plan.seeds = settings(["0", "7"])
    let runs = plan.entries.map(\.run)
    #expect(plan.count == 16 && runs.count == 16)
    #expect(runs.allSatisfy { $0.command == "train" && $0.options["epochs"] == "5" })
    #expect(
      runs.map(\.name)
        == ["alexnet", "mlp1x512"].flatMap { model in
          ["0", "1"].flatMap { a in
            ["x", "y"].flatMap { b in
              ["0", "7"].map { "model=\(model),a=\(a),b=\(b),seed=\($0)" }
            }
          }
        })
  }

  @Test("a plan of one run gives it its own name, made a folder's")
  func one() {
    var plan = SweepPlan(name: "../my plan/é\n", command: .init("kernel"))
    plan.options = ["gamma": .init("0.02")]
    #expect(plan.entries.map(\.run.name) == ["_my_plan_é_"])
    #expect(plan.entries.map(\.run.options) == [["gamma": "0.02"]])
    #expect(plan.folderName == "_my_plan_é_")
  }

  @Test("long values are cut in names")
  func long() {
    var plan = SweepPlan(name: "n", command: .init("train"))
    plan.grid = [.init("model", settings([String(repeating: "ä/", count: 400)]))]
    let name = plan.entries[0].run.name
    #expect(name.utf8.count <= 160 && name.hasPrefix("model=ä_ä_"))
  }

  @Test("every combination is there once", arguments: PropertyCase.all)
  func combinations(property: PropertyCase) {
    let sizes = [property.first, property.second, property.third].map { $0 % 6 }
    var plan = SweepPlan(name: "n", command: .init("train"))
    plan.list = (0..<sizes[0]).map { ["a": .init("\($0)")] }
    if sizes[1] > 0 {
      plan.grid = [.init("b", (0..<sizes[1]).map { SweepPlan.Setting("\($0)", line: $0) })]
    }
    plan.seeds = settings((0..<sizes[2]).map(String.init))
    let entries = plan.entries
    let expected = sizes.map { max(1, $0) }.reduce(1, *)
    #expect(entries.count == expected && plan.count == expected)
    #expect(Set(entries.map(\.run)).count == expected)
    #expect(Set(entries.map(\.run.name)).count == expected)
    #expect(entries.allSatisfy { $0.lines["b"].map(String.init) == $0.run.options["b"] })
  }

  @Test("a number of runs beyond 64 bits is none")
  func overflow() {
    var plan = SweepPlan(name: "n", command: .init("train"))
    let values = settings((0..<1024).map(String.init))
    plan.grid = (0..<7).map { SweepPlan.Axis("a\($0)", values) }
    #expect(plan.count == nil)
  }
}
