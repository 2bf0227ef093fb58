import Experiments
import Testing

@Suite("Plans of the paper's tables and figures")
struct PaperPlanTests {
  private let plan = PaperPlan(
    name: "table1", title: "t", source: "Table 1",
    quantities: [],
    scales: [
      .quick: PlanScaling(options: ["data": "synthetic", "epochs": "2"], only: ["mlp", "*/b"])
    ],
    cells: [
      PaperCell(
        name: "mlp/a", title: "a", command: "train", options: ["data": "cifar10", "model": "mlp"]),
      PaperCell(name: "big/b", title: "b", command: "train", options: ["data": "cifar10"]),
      PaperCell(name: "big/c", title: "c", command: "train", options: [:]),
      PaperCell(
        name: "mlp/d", title: "d", command: "train", options: [:], unavailable: "no such set"),
    ])

  @Test(
    "a pattern matches the names that begin with its parts, * any part",
    arguments: [
      ("table1", true), ("table1/mlp", true), ("table1/mlp/a", true), ("*/mlp", true),
      ("*/*/a", true), ("table1/*/a", true), ("table1/", true), ("*", true), ("table", false),
      ("table1/ml", false), ("table1/mlp/a/x", false), ("mlp", false), ("", false), ("/", false),
      ("table1/*/b", false),
    ])
  func patterns(text: String, matches: Bool) {
    #expect(CellPattern(text).matches("table1/mlp/a") == matches)
    #expect(CellPattern(text).description == text)
  }

  @Test("a scale chooses cells; one that cannot be run never runs")
  func scales() {
    let names = { (scale: PlanScale) in
      plan.cells.filter { plan.runs($0, at: scale) }.map(\.name)
    }
    #expect(names(.quick) == ["mlp/a", "big/b"])
    #expect(names(.standard) == ["mlp/a", "big/b", "big/c"])
    #expect(names(.full) == ["mlp/a", "big/b", "big/c"])
  }

  @Test("a scale's options replace a cell's, and the seed is one of them")
  func options() {
    #expect(
      plan.options(of: plan.cells[0], at: .quick, seed: 7)
        == ["data": "synthetic", "model": "mlp", "epochs": "2", "seed": "7"])
    #expect(
      plan.options(of: plan.cells[0], at: .full, seed: 0)
        == ["data": "cifar10", "model": "mlp", "seed": "0"])
    #expect(plan.fullName(of: plan.cells[1]) == "table1/big/b")
  }
}
