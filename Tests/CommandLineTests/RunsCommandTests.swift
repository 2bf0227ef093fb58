import Foundation
import Testing

@Suite("rethink runs")
struct RunsCommandTests {
  @Test("runs are listed, filtered, compared and, when they failed, removed")
  func runs() async throws {
    try await withTemporaryFolder { folder in
      let plan = folder.appendingPathComponent("plan.yaml")
      let out = folder.appendingPathComponent("out").path
      try Data(
        """
        name: a
        command: kernel
        options: {samples: 40, test-samples: 30}
        grid: {corrupt: [none, random-labels], crop: [28, 40]}
        """.utf8
      ).write(to: plan)
      #expect(try await rethink("sweep", plan.path, "--out", out, "--quiet").status == 1)

      let all = try await rethink("runs", out, "--json")
      #expect(all.status == 0)
      let list = try #require(all.json()["runs"] as? [[String: Any]])
      #expect(list.map { $0["state"] as? String } == ["finished", "failed", "finished", "failed"])
      let names = list.compactMap { $0["run"] as? String }
      let text = try await rethink("runs", out).output
      for name in names { #expect(text.contains(name)) }

      let table = try await rethink("runs", out, "--csv", "--filter", "testError<2").output
      let lines = table.split(separator: "\n")
      #expect(lines.count == 3 && lines[0].hasPrefix("run,command,state,corrupt,"))
      #expect(lines[1].hasPrefix("\"\(names[0])\",kernel,finished,none,"))
      #expect(
        try await rethink("runs", out, "--csv", "--filter", "corrupt=none", "--filter", "crop=28")
          .output.split(separator: "\n").count == 2)

      let compared = try await rethink(
        "runs", out, "--compare", "none,crop=28", names[2], "--csv")
      #expect(compared.status == 0, "\(compared.errors)")
      #expect(compared.output.contains("\noption,corrupt,none,random-labels\n"))
      #expect(compared.output.contains("\nresult,testError,"))
      #expect(!compared.output.contains("option,crop"))
      let unclear = try await rethink("runs", out, "--compare", "crop", "none")
      #expect(unclear.status == 66 && unclear.errors.contains("4 runs have this in their names"))

      let dry = try await rethink("runs", out, "--prune")
      #expect(dry.output.contains(names[1]) && dry.output.contains(names[3]))
      #expect(!dry.output.contains(names[0]))
      #expect(FileManager.default.fileExists(atPath: "\(out)/\(names[1])"))
      #expect(try await rethink("runs", out, "--prune", "--yes").status == 0)
      let kept = try FileManager.default.contentsOfDirectory(atPath: out).sorted()
      #expect(kept.filter { $0.hasPrefix("corrupt=") } == [names[0], names[2]])
      #expect(
        try await rethink("runs", out, "--prune", "--older", "1").output
          == "To be removed with --yes: no run\n")
    }
  }

  @Test(
    "wrong usage is one line",
    arguments: [
      (["runs", "/no/such"], 66, "/no/such: no such folder"),
      (["runs", ".", "--filter", "a"], 64, "--filter a: "),
      (["runs", ".", "--compare", "a"], 64, "--compare: two runs expected"),
      (["runs", ".", "--yes"], 64, "--yes: belongs to --prune"),
      (["runs", ".", "--older", "3"], 64, "--older: belongs to --prune"),
      (["runs", ".", "--prune", "--older", "-1"], 64, "--older -1"),
    ] as [([String], Int32, String)])
  func usage(arguments: [String], status: Int32, message: String) async throws {
    let outcome = try await rethink(arguments)
    #expect(outcome.status == status && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("rethink: \(message)"), "\(outcome.errors)")
  }
}
