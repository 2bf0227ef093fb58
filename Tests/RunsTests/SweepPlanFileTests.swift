import Foundation
import NetworkFiles
import Runs
import Testing

@Suite("Files of plans")
struct SweepPlanFileTests {
  private static let head = "name: n\ncommand: train\n"

  @Test("the example of the documentation is read, its numbers as they are typed")
  func example() throws {
    let plan = try SweepPlanFile.plan(
      parsing: """
        name: corruption
        command: train
        options: {model: mlp1x512, data: synthetic, epochs: 20, evaluate-training: true}
        grid:                      # every combination
          corrupt: [none, "partial:0.5", random-labels]
          weight-decay: [0, 5e-4]
        list:                      # each entry's options, combined with the grid
          - {model: alexnet, learning-rate: 0.01}
          - {model: mlp1x512}
        seeds: 3                   # or [0, 7, 11]
        """, path: "p.yaml")
    #expect(plan.name == "corruption" && plan.command == .init("train", line: 2))
    let entries = plan.entries
    #expect(entries.count == 36)
    #expect(
      entries[11].run
        == PlannedRun(
          name: "learning-rate=0.01,model=alexnet,corrupt=partial:0.5,weight-decay=5e-4,seed=2",
          command: "train",
          options: [
            "model": "alexnet", "data": "synthetic", "epochs": "20", "evaluate-training": "true",
            "corrupt": "partial:0.5", "weight-decay": "5e-4", "learning-rate": "0.01", "seed": "2",
          ]))
    #expect(
      entries[11].lines == [
        "model": 8, "data": 3, "epochs": 3, "evaluate-training": 3, "corrupt": 5,
        "weight-decay": 6, "learning-rate": 8, "seed": 10,
      ])
    #expect(plan.varying == ["learning-rate", "model", "corrupt", "weight-decay", "seed"])
  }

  @Test(
    "the line, the key, what was found and what was expected are named exactly",
    arguments: [
      ("nam: a\n", #"line 1: "nam" is not known in the plan, expected name, "#),
      (
        head + "gird: {a: [1]}\n",
        #"line 3: "gird" is not known in the plan, expected grid, "#
      ),
      ("name: a\n", "line 1: command is missing in the plan"),
      ("command: a\n", "line 1: name is missing in the plan"),
      (head + "name: b\n", "name stands a second time, expected once"),
      (head + "grid: {a: [1], a: [2]}\n", "a stands a second time, expected once"),
      ("name: [a]\ncommand: b\n", "line 1: name is a list of 1, expected a text or a number"),
      ("name: a\ncommand:\n", #"line 2: command is "", expected a text or a number"#),
      (head + "grid: 5\n", #"line 3: grid is "5", expected options with lists of values"#),
      (head + "grid:\n", #"line 3: grid is "", expected options with lists"#),
      (head + "grid:\n  a: 5\n", #"line 4: grid: a is "5", expected a list of values"#),
      (head + "grid:\n  a: []\n", "line 4: grid: a is empty, expected at least a value"),
      (head + "grid:\n  a: [1, [2]]\n", "line 4: grid: a is a list of 1, expected a text or"),
      (
        head + "grid:\n  a: [1,\n   2, 1]\n",
        #"line 5: grid: a is "1" a second time, expected each"#
      ),
      (head + "options: [1]\n", "line 3: options is a list of 1, expected options with values"),
      (head + "options: {a: [1]}\n", "line 3: options: a is a list of 1, expected a text"),
      (
        head + "options: {--a: 1}\n",
        #"an option of options is "--a", expected its name without --"#
      ),
      (head + "options: {out: x}\n", "options: out is there, expected no such option"),
      (
        head + "options:\n  a: 1\ngrid:\n  a: [1, 2]\n",
        "line 6: grid: a is also in options, line 4, expected it in one of them"
      ),
      (
        head + "list:\n  - a: 1\ngrid:\n  a: [1, 2]\n",
        "line 6: grid: a is also in list, line 4, expected it in one of them"
      ),
      (
        head + "options: {seed: 1}\nseeds: 2\n",
        "line 4: seeds: seed is also in options, line 3, expected it in one of them"
      ),
      (
        head + "grid: {seed: [1]}\nseeds: 2\n", "line 4: seeds: seed is also in grid, line 3"
      ),
      (head + "list: []\n", "line 3: list is empty, expected at least an entry"),
      (head + "list: {a: 1}\n", "line 3: list is 1 keys with values, expected a list"),
      (head + "list: [a]\n", #"line 3: list is "a", expected options with values"#),
      (
        head + "options: {a: 1}\nlist:\n  - b: 2\n  - {a: 1, b: 2}\n",
        "line 6: list: entry 1 is an earlier one again, expected other options"
      ),
      (head + "seeds: 0\n", #"line 3: seeds is "0", expected a number of seeds from 1 to"#),
      (head + "seeds: []\n", "line 3: seeds is empty, expected at least a seed"),
      (head + "seeds: [1, -1]\n", #"line 3: seeds is "-1", expected a whole number from 0"#),
      (head + "seeds: [1, 1]\n", #"line 3: seeds is "1" a second time"#),
      (head + "seeds: {a: 1}\n", "line 3: seeds is 1 keys with values, expected a number of seeds"),
      (
        head + "seeds: 10000\ngrid: {a: [1, 2]}\n",
        "line 1: the number of runs is 20000, expected at most 10000"
      ),
      ("- a\n", "line 1: the plan is a list of 1, expected keys with values"),
      ("", "p.yaml: no YAML: the text is empty"),
      ("name: [", "p.yaml: line 2: no YAML: "),
      (head + "options: &a {b: 1}\nlist: [*a]\n", "no YAML: anchors (&) and aliases (*)"),
    ])
  func errors(text: String, message: String) {
    #expect(
      performing: { try SweepPlanFile.plan(parsing: text, path: "p.yaml") },
      throws: { error in
        let line = "\(error)"
        if !line.contains(message) { Issue.record("\(line)\nexpected: \(message)") }
        return line.contains(message) && !line.contains("\n") && line.hasPrefix("p.yaml: ")
      })
  }

  @Test("files that are not there, no files, too long or not in UTF-8 are refused")
  func files() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("p.yaml")
      #expect(throws: YAMLFileError.notFound(path: file.path)) {
        try SweepPlanFile.read(at: file.path)
      }
      #expect(
        throws: YAMLFileError.unreadable(path: folder.path, reason: "it is no regular file")
      ) { try SweepPlanFile.read(at: folder.path) }
      try Data([0x6E, 0xFF]).write(to: file)
      #expect(
        throws: YAMLFileError.notYAML(
          path: file.path, line: 0, reason: "the text is not in UTF-8")
      ) { try SweepPlanFile.read(at: file.path) }
      try Data(count: SweepPlanFile.largestBytes + 1).write(to: file)
      #expect(
        throws: YAMLFileError.tooLarge(
          path: file.path, bytes: SweepPlanFile.largestBytes + 1,
          largestBytes: SweepPlanFile.largestBytes)
      ) { try SweepPlanFile.read(at: file.path) }
      try Data((Self.head + "seeds: 2\n").utf8).write(to: file)
      #expect(try SweepPlanFile.read(at: file.path).entries.count == 2)
    }
  }

  @Test("a text with any part cut off is read or refused, never more")
  func cut() {
    let text = Array(
      (Self.head + "grid: {a: [1, 2]}\nlist:\n  - {b: 1}\nseeds: [0, 1]\n").utf8)
    for length in text.indices {
      _ = try? SweepPlanFile.plan(
        parsing: String(decoding: text[..<length], as: UTF8.self), path: "p")
    }
  }
}
