import Datasets
import Experiments
import NetworkFiles
import Networks
import Runs
import Testing

@Suite("The paper's plans as YAML")
struct PaperPlanFileTests {
  private let minimal = """
    name: t
    title: T
    source: Table 9
    command: train
    cells:
      - {name: a/b, title: ab, options: {epochs: 5e1, evaluate-training: true}}

    """

  private func error(_ text: String) -> String? {
    do throws(YAMLFileError) {
      _ = try PaperPlanFile.plan(parsing: text, path: "p.yaml")
      return nil
    } catch {
      return error.description
    }
  }

  @Test("every plan that is built in is read, under its own name, each cell's name once")
  func builtIn() throws {
    for (name, text) in PaperPlans.texts {
      let plan = try PaperPlanFile.plan(parsing: text, path: name)
      #expect(plan.name == name)
      #expect(Set(plan.cells.map(\.name)).count == plan.cells.count)
      for cell in plan.cells {
        #expect(cell.paper.keys.allSatisfy { key in plan.quantities.contains { $0.name == key } })
      }
    }
    #expect(PaperPlans.all().map(\.name) == PaperPlans.texts.map(\.name))
  }

  @Test("Table 1 has 19 rows, Table 2 seven, Table 4 six, and each figure its levels")
  func counts() {
    let counts = Dictionary(
      uniqueKeysWithValues: PaperPlans.all().map { ($0.name, $0.cells.count) })
    #expect(counts["table1"] == 19)
    #expect(counts["table2"] == 7)
    #expect(counts["table3"] == 4)
    #expect(counts["table4"] == 6)
    #expect(counts["figure1a"] == 5)
    #expect(counts["figure1b"] == 33)
    #expect(counts["figure1c"] == 33)
    #expect(counts["figure2b"] == 2)
  }

  @Test("the numbers of figures are those that were read off them")
  func figures() throws {
    let plans = Dictionary(uniqueKeysWithValues: PaperPlans.all().map { ($0.name, $0) })
    for (name, quantity, scale, curves) in [
      ("figure1b", "time-to-fit", 1.0, PaperFigures.slowdowns),
      ("figure1c", "error", 100, PaperFigures.testErrors),
    ] {
      let plan = try #require(plans[name])
      for (model, numbers) in curves {
        for (level, number) in zip(PaperFigures.corruptionLevels, numbers) {
          let text = level == level.rounded() ? "\(Int(level))" : "\(level)"
          let cell = try #require(
            plan.cells.first { $0.name == "\(model.rawValue)/p=\(text)" }, "\(model) \(text)")
          let printed = try #require(cell.paper[quantity])
          #expect(abs(printed - scale * number) <= 1e-9 * scale, "\(cell.name)")
        }
      }
    }
    let figure1a = try #require(plans["figure1a"])
    let base = try #require(PaperFigures.inceptionEpochsToFit(.none))
    for cell in figure1a.cells {
      let corruption = try #require(Corruption(cell.name))
      let epochs = try #require(PaperFigures.inceptionEpochsToFit(corruption))
      // The plan has them in tenths.
      let difference = abs((cell.paper["time-to-fit"] ?? 0) - Double(epochs) / Double(base))
      #expect(difference <= 0.05 + 1e-9)
    }
  }

  @Test("options are kept as they are typed, a cell's before its plan's")
  func options() throws {
    let text = minimal.replacing(
      "command: train", with: "command: train\noptions: {epochs: 1, x: 2}")
    let plan = try PaperPlanFile.plan(parsing: text, path: "p.yaml")
    #expect(
      plan.cells[0].options == ["epochs": "5e1", "x": "2", "evaluate-training": "true"])
    #expect(plan.cells[0].command == "train")
    #expect(plan.quantities.isEmpty && plan.scales.isEmpty)
  }

  @Test("what a scale leaves empty runs nothing")
  func scales() throws {
    let text = minimal + "scales:\n  quick:\n    only: []\n  full: {options: {epochs: 7}}\n"
    let plan = try PaperPlanFile.plan(parsing: text, path: "p.yaml")
    #expect(
      plan.scales == [.quick: PlanScaling(only: []), .full: PlanScaling(options: ["epochs": "7"])])
    #expect(!plan.runs(plan.cells[0], at: .quick))
    #expect(plan.runs(plan.cells[0], at: .standard))
  }

  @Test(
    "an error names the file, the line and the key",
    arguments: [
      ("name: t", "nam: t", "p.yaml: line 1: \"nam\" is not known in the plan, expected name, "),
      ("title: T\n", "", "p.yaml: line 1: title is missing in the plan"),
      ("name: t", "name: t/u", "p.yaml: line 1: name is \"t/u\", expected a name without /"),
      (
        "cells:\n", "samples: few\ncells:\n",
        "p.yaml: line 5: samples is \"few\", expected a whole number"
      ),
      (
        "cells:\n", "samples: 0\ncells:\n",
        "p.yaml: line 5: samples is \"0\", expected a whole number"
      ),
      (
        "name: a/b", "name: a//b",
        "p.yaml: line 6: name is \"a//b\", expected names with / between them"
      ),
      (
        "name: a/b", "name: ../b",
        "p.yaml: line 6: name is \"../b\", expected names with / between them"
      ),
      (", title: ab", "", "p.yaml: line 6: title is missing in a cell"),
      ("{epochs: 5e1", "{epochs: [1]", "p.yaml: line 6: epochs is a list of 1, expected one value"),
      (
        "options: {", "option: {",
        "p.yaml: line 6: \"option\" is not known in a cell, expected options"
      ),
      ("command: train\n", "", "p.yaml: line 5: command is missing in a cell"),
      (
        "title: ab,", "title: ab, paper: {x: 1},",
        "p.yaml: line 6: \"x\" is not known in paper, expected no key"
      ),
      (
        "cells:\n", "scales: {tiny: {}}\ncells:\n",
        "p.yaml: line 5: \"tiny\" is not known in scales, expected quick, "
      ),
      (
        "cells:\n", "scales: {quick: {only: [z]}}\ncells:\n",
        "p.yaml: line 5: only is \"z\", expected the name of a cell below"
      ),
      (
        "cells:\n", "quantities: {q: {title: t, measure: m, tolerance: -1, reason: r}}\ncells:\n",
        "p.yaml: line 5: tolerance is \"-1\", expected zero or a positive number"
      ),
      (
        "cells:\n", "quantities: {q: {title: t, measure: m, tolerance: 1}}\ncells:\n",
        "p.yaml: line 5: reason is missing in the quantity q"
      ),
      (
        "name: t", "name: t\nname: u",
        "p.yaml: line 1: no YAML: name stands a second time, expected once"
      ),
    ])
  func hostile(old: String, new: String, expected: String) {
    let found = error(minimal.replacing(old, with: new, maxReplacements: 1))
    #expect(found?.hasPrefix(expected) == true, "\(found ?? "read")")
  }

  @Test("cells of one name, and no cells, are refused")
  func cells() {
    let twice = minimal + "  - {name: a/b, title: x}\n"
    #expect(
      error(twice)
        == "p.yaml: line 7: name is 2 keys with values, expected names that differ, a/b stands "
        + "above too")
    #expect(
      error("name: t\ntitle: T\nsource: S\ncells: []\n")
        == "p.yaml: line 4: cells is a list of 0, expected at least one cell")
    #expect(error("[]")?.hasPrefix("p.yaml: line 1: the plan is a list of 0") == true)
  }
}
