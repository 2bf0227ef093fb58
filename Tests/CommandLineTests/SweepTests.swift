import Foundation
import Subprocess
import SystemPackage
import Testing

@Suite("rethink sweep", .serialized)
struct SweepTests {
  @Test("killed in the middle, twice, it ends with the results of a whole sweep and repeats no run")
  func killed() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder)
      let whole = try await rethink(sweep.command("whole", "--jobs", "2", "--json"))
      #expect(whole.status == 0, "\(whole.errors)")
      let object = try whole.json()
      #expect(object["planned"] as? Int == 12 && object["finished"] as? Int == 12)
      #expect(object["failed"] as? Int == 0)
      for count in [3, 7] {
        let outcome = try await rethink(
          sweep.command("killed", "--jobs", "2"), signalled: SIGKILL,
          when: sweep.condition(finished: count, "killed"))
        #expect(outcome.status == -SIGKILL, "\(outcome.errors)")
      }
      let marks = try sweep.recordMarks("killed")
      #expect(marks.count >= 7 && marks.count < 12)
      let last = try await rethink(sweep.command("killed", "--jobs", "2"))
      #expect(last.status == 0, "\(last.errors)")
      let marksAfter = try sweep.recordMarks("killed")
      #expect(marksAfter.count == 12)
      for (run, mark) in marks { #expect(marksAfter[run] == mark, "\(run) was done again") }
      #expect(try sweep.bytes("killed", "results.csv") == sweep.bytes("whole", "results.csv"))
      for run in sweep.runs("whole", holding: "record.json") {
        #expect(
          try sweep.bytes("killed", "\(run)/network.safetensors")
            == sweep.bytes("whole", "\(run)/network.safetensors"), "\(run)")
      }
      #expect(sweep.runs("killed", holding: "lock.json").isEmpty)
      // A third call has nothing to do.
      #expect(try await rethink(sweep.command("killed")).status == 0)
      #expect(try sweep.recordMarks("killed") == marksAfter)
      #expect(try sweep.bytes("killed", "results.csv") == sweep.bytes("whole", "results.csv"))
    }
  }

  @Test("when a sweep is killed its runs end by themselves, with a checkpoint")
  func orphans() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder, epochs: 3000, seeds: [0])
      let outcome = try await rethink(
        sweep.command("left", "--jobs", "2"), signalled: SIGKILL,
        when: sweep.condition(finished: 0, "left"))
      #expect(outcome.status == -SIGKILL)
      var states: Set<String> = ["running"]
      for _ in 0..<100 where states.contains("running") {
        try await Task.sleep(for: .milliseconds(50))
        let runs = try await rethink("runs", sweep.path("left"), "--json").json()["runs"]
        states = Set(try #require(runs as? [[String: Any]]).compactMap { $0["state"] as? String })
      }
      #expect(states == ["interrupted"])
      #expect(!sweep.runs("left", holding: "checkpoint").isEmpty)
    }
  }

  @Test("Ctrl-C and kill are passed on; the same command goes on", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder, epochs: 60, seeds: [0])
      let outcome = try await rethink(
        sweep.command("left", "--jobs", "2"), signalled: signal,
        when: sweep.condition(finished: 0, "left"))
      #expect(outcome.status == 75)
      #expect(
        outcome.errors.replacing(/with \d+ of/, with: "with N of")
          == "rethink: interrupted with N of 4 runs done; go on with the same command\n")
      #expect(sweep.runs("left", holding: "lock.json").isEmpty)
      #expect(!sweep.runs("left", holding: "checkpoint").isEmpty)
      let marks = try sweep.recordMarks("left")
      #expect(marks.count < 2, "the runs were asked to end")
      let last = try await rethink(sweep.command("left", "--jobs", "2"))
      #expect(last.status == 0, "\(last.errors)")
      let marksAfter = try sweep.recordMarks("left")
      #expect(marksAfter.count == 4)
      for (run, mark) in marks { #expect(marksAfter[run] == mark) }
    }
  }

  @Test("two sweeps at once on one folder share the runs")
  func two() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder, epochs: 4, seeds: [0, 1])
      async let first = rethink(sweep.command("both"))
      async let second = rethink(sweep.command("both"))
      let outcomes = try await (first, second)
      #expect(outcomes.0.status == 0, "\(outcomes.0.errors)")
      #expect(outcomes.1.status == 0, "\(outcomes.1.errors)")
      #expect(sweep.runs("both", holding: "record.json").count == 8)
      let results = String(decoding: try sweep.bytes("both", "results.csv"), as: UTF8.self)
      #expect(results.split(separator: "\n").dropFirst().allSatisfy { $0.contains("finished") })
      // A training that is begun twice is refused by its folder, with status 73.
      #expect(outcomes.0.errors.isEmpty && outcomes.1.errors.isEmpty)
    }
  }

  @Test("--index does one run; the commands of plan.txt do the same by themselves")
  func index() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder, epochs: 2)
      #expect(try await rethink(sweep.command("one", "--index", "5")).status == 0)
      let finished = sweep.runs("one", holding: "record.json")
      #expect(finished.count == 1)
      #expect(finished[0].hasPrefix("corrupt=none,weight-decay=5e-4,seed=11-"))
      let plan = String(decoding: try sweep.bytes("one", "plan.txt"), as: UTF8.self)
      let line = plan.split(separator: "\n")[5].split(separator: "\t")
      #expect(line[0] == "5" && line[1] == "corrupt=none,weight-decay=5e-4,seed=11")
      var words = line[2].split(separator: " ").map(String.init)
      #expect(words.removeFirst() == "rethink")
      words[words.count - 1] = "--out=" + sweep.path("typed")
      #expect(try await rethink(words + ["--threads", "1", "--quiet"]).status == 0)
      #expect(
        try sweep.bytes("typed", "network.safetensors")
          == sweep.bytes("one", "\(finished[0])/network.safetensors"))
      let script = String(decoding: try sweep.bytes("one", "sweep.sbatch"), as: UTF8.self)
      #expect(script.contains("#SBATCH --array=0-11\n"))
      let beyond = try await rethink(sweep.command("one", "--index", "12"))
      #expect(beyond.status == 64 && beyond.errors.contains("--index 12: "))
      #expect(beyond.errors.contains("has the runs 0 to 11"))
      let list = try await rethink(sweep.command("none", "--list"))
      #expect(list.status == 0)
      #expect(list.output == plan.replacing("/one/", with: "/none/"))
      #expect(!FileManager.default.fileExists(atPath: sweep.path("none")))
    }
  }

  @Test(
    "what is wrong in a plan is one line with the file, the line and the key, before any run",
    arguments: [
      ("gird: {epochs: [1]}", 65, [#"line 3: "gird" is not known in the plan, expected grid"#]),
      ("grid:\n  epohcs: [1]", 65, ["line 4: ", "--epohcs", "--epochs"]),
      ("grid:\n  seed: [1]\n  epochs: [5,\n    0]", 65, ["line 6: ", "--epochs 0", "at least 1"]),
      ("options: {corrupt: some}", 65, ["line 3: ", "'some' is invalid for '--corrupt"]),
      ("options: {samples: 0}", 65, ["line 3: ", #"samples is "0""#]),
      ("options: {help: true}", 65, ["line 2: ", "help and version are no options"]),
      ("options: {data: mnist}", 65, ["line 3: ", "mnist", "data-dir"]),
      (
        "options:\n  data: mnist\n  data-dir: /no/such/folder", 66, ["line 5: ", "/no/such/folder"]
      ),
      ("options:\n  model: none.yaml", 66, ["line 4: ", "none.yaml", "not found"]),
      (
        "options: {data: mnist, data-dir: ~/no/such/folder}", 66,
        [ProcessInfo.processInfo.environment["HOME"] ?? "", "/no/such/folder"]
      ),
      ("options: {resume: a}", 65, ["line 3: options: resume is there"]),
    ] as [(String, Int32, [String])])
  func plans(text: String, status: Int32, names: [String]) async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder)
      try sweep.write("name: a\ncommand: train\n" + text + "\n", to: "plan.yaml")
      let outcome = try await rethink(sweep.command("out"))
      #expect(outcome.status == status, "\(outcome.errors)")
      #expect(outcome.output.isEmpty && outcome.errors.split(separator: "\n").count == 1)
      #expect(outcome.errors.hasPrefix("rethink: \(sweep.path("plan.yaml")): "))
      for name in names {
        #expect(outcome.errors.contains(name), "\(outcome.errors) does not name \(name)")
      }
      #expect(!FileManager.default.fileExists(atPath: sweep.path("out")))
    }
  }

  @Test("subcommands that make no record, plans that are not there and bad folders are refused")
  func refused() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder)
      let bad = try await rethink(
        "sweep", sweep.path("plan.yaml"), "--out", "/proc/out", "--threads", "1")
      #expect(bad.status == 73 && bad.errors.hasPrefix("rethink: /proc/out: cannot be used"))
      let missing = try await rethink("sweep", sweep.path("none.yaml"))
      #expect(missing.status == 66 && missing.errors.contains("none.yaml: not found"))
      for (command, nearest) in [("trian", "train"), ("bench kernel", "kernel"), ("model", "")] {
        try sweep.write("name: a\ncommand: \(command)\n", to: "plan.yaml")
        let outcome = try await rethink(sweep.command("out"))
        #expect(outcome.status == 65)
        #expect(outcome.errors.contains("line 2: \"\(command)\" is not known in command, "))
        #expect(outcome.errors.contains("expected \(nearest)"))
      }
      for options in [["--jobs", "0"], ["--threads", "65"], ["--index", "-1"]] {
        let outcome = try await rethink(["sweep", "p.yaml"] + options)
        #expect(outcome.status == 64 && outcome.errors.contains(options[0]))
      }
    }
  }

  @Test("a run that fails is named with its reason and stops no other; --retry tries it again")
  func failed() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder)
      // The images have 28 pixels a side, which only the subcommand knows.
      try sweep.write(
        """
        name: a
        command: train
        options: {model: \(sweep.path("small.yaml")), samples: 40, test-samples: 20, epochs: 1}
        grid: {crop: [28, 40]}
        """, to: "plan.yaml")
      for others in [[], ["--retry"]] {
        let outcome = try await rethink(sweep.command("out", "--json") + others)
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("rethink: crop=40: failed: rethink: --crop 40: "))
        #expect(outcome.errors.contains("1 of 2 runs failed; "))
        let object = try outcome.json()
        #expect(object["finished"] as? Int == 1 && object["failed"] as? Int == 1)
      }
    }
  }

  @Test(
    "on a full disk the runs that fit are kept, and the rest is done when there is room",
    .enabled { await canMount() })
  func fullDisk() async throws {
    try await withTemporaryFolder { folder in
      let sweep = try Sweep(in: folder, epochs: 2, seeds: [0])
      let program = try #require(Bundle.main.executableURL).deletingLastPathComponent()
        .appendingPathComponent("rethink").path
      let disk = sweep.path("disk")
      let script = """
        set -e
        mkdir \(disk) && mount -t tmpfs -o size=600k none \(disk)
        set +e
        \(program) sweep \(sweep.path("plan.yaml")) --out \(disk)/out --threads 1 --quiet >/dev/null
        echo "first $?" >&2
        mount -o remount,size=100m \(disk)
        \(program) sweep \(sweep.path("plan.yaml")) --out \(disk)/out --threads 1 --quiet --retry
        echo "second $?" >&2
        cp -r \(disk)/out \(sweep.path("kept"))
        """
      let result = try await run(
        .path(FilePath("/usr/bin/unshare")), arguments: ["-rm", "/bin/sh", "-c", script],
        output: .discarded, error: .string(limit: 1 << 20))
      let errors = result.standardError
      #expect(errors.contains("No space left on device"), "\(errors)")
      #expect(errors.contains("\nfirst 1\n") || errors.contains("\nfirst 73\n"), "\(errors)")
      #expect(errors.hasSuffix("second 0\n"), "\(errors)")
      #expect(sweep.runs("kept", holding: "record.json").count == 4)
    }
  }
}

/// Whether a file system of a certain size can be made here.
private func canMount() async -> Bool {
  let result = try? await run(
    .path(FilePath("/usr/bin/unshare")),
    arguments: ["-rm", "/bin/sh", "-c", "mount -t tmpfs none /mnt"], output: .discarded,
    error: .discarded)
  return result?.terminationStatus.isSuccess ?? false
}
