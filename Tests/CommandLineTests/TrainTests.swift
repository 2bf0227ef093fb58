import Foundation
import RandomStreams
import Testing

@Suite("rethink train", .serialized)
struct TrainTests {
  @Test("killed at twenty random moments and resumed, it ends with the bytes of a whole run")
  func killed() async throws {
    try await withTemporaryFolder { folder in
      let training = try Training(in: folder, epochs: 80)
      #expect(try await rethink(training.begin("whole")).status == 0)
      var stream = RandomStream(seed: 1, purpose: "moments to kill at")
      var resumed = 0
      for _ in 0..<20 {
        let begun = FileManager.default.fileExists(atPath: training.path("killed", "config.json"))
        let former = training.checkpoints("killed")
        let isInTraining = stream.integer(below: 5) > 0
        // Short beside the training: what counts is where in a step or a file it is.
        let pause = "sleep \(Double(stream.integer(below: 40_000)) / 1e6)"
        let condition = training.condition(checkpointOf: "killed", after: former)
        let outcome = try await rethink(
          begun ? training.resume("killed") : training.begin("killed"), signalled: SIGKILL,
          when: isInTraining ? "\(condition) && \(pause)" : pause)
        if outcome.errors.contains("goes on after") { resumed += 1 }
        if outcome.status == 0 {
          // It was faster than the whole run had been.
          try training.expectSame("whole", "killed")
          try FileManager.default.removeItem(atPath: training.path("killed"))
        } else {
          #expect(outcome.status == -SIGKILL, "\(outcome.errors)")
        }
      }
      #expect(resumed >= 5, "most of the moments lie in the training")
      let begun = FileManager.default.fileExists(atPath: training.path("killed", "config.json"))
      let last = try await rethink(
        begun ? training.resume("killed") : training.begin("killed"))
      #expect(last.status == 0, "\(last.errors)")
      try training.expectSame("whole", "killed")
    }
  }

  @Test("Ctrl-C and kill write a checkpoint and say how to go on", arguments: [SIGINT, SIGTERM])
  func interrupted(signal: Int32) async throws {
    try await withTemporaryFolder { folder in
      let training = try Training(in: folder, epochs: 30)
      let whole = training.command + ["--out", training.path("whole")]
      #expect(try await rethink(whole).status == 0)
      // Without --checkpoint-seconds only the signal writes a checkpoint.
      let outcome = try await rethink(
        training.command + ["--out", training.path("left")], signalled: signal,
        when: catchesSignals)
      #expect(outcome.status == 75)
      #expect(outcome.output.isEmpty)
      let message = outcome.errors.replacing(/after \d+ steps/, with: "after N steps")
      #expect(
        message == "rethink: interrupted after N steps; go on with: rethink train --resume "
          + "\(training.path("left"))\n")
      #expect(training.checkpoints("left").count == 1)
      #expect(!FileManager.default.fileExists(atPath: training.path("left", "record.json")))
      #expect(try await rethink(training.resume("left")).status == 0)
      try training.expectSame("whole", "left")
    }
  }

  @Test("without --out an interrupted training says that nothing was kept")
  func interruptedWithoutFolder() async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        try Training(in: folder, epochs: 100_000).command, signalled: SIGINT, when: catchesSignals)
      #expect(outcome.status == 75)
      #expect(
        outcome.errors.replacing(/after \d+ steps/, with: "after N steps")
          == "rethink: interrupted after N steps; nothing was kept, --out DIR would have kept it\n")
    }
  }

  @Test("a damaged checkpoint is told, and the one before is used; without one it is refused")
  func damaged() async throws {
    try await withTemporaryFolder { folder in
      let training = try Training(in: folder, epochs: 30)
      #expect(try await rethink(training.begin("whole")).status == 0)
      _ = try await rethink(
        training.begin("left"), signalled: SIGINT,
        when: "[ $(ls \(training.path("left", "checkpoint"))/*.safetensors | wc -l) -ge 2 ]")
      let files = training.checkpoints("left")
      try #require(files.count == 2)
      try damage(training.path("left", "checkpoint/\(files[1])"))
      let outcome = try await rethink(training.resume("left"))
      #expect(outcome.status == 0)
      let start = "rethink: \(training.path("left", "checkpoint/\(files[1])")): its SHA-256 is "
      #expect(outcome.errors.hasPrefix(start))
      #expect(outcome.errors.contains("it is damaged; the one before is used\n"))
      try training.expectSame("whole", "left")

      // A training that is whole but for its record, and whose checkpoints are all damaged.
      try FileManager.default.removeItem(atPath: training.path("left", "record.json"))
      for file in training.checkpoints("left") {
        try damage(training.path("left", "checkpoint/\(file)"))
      }
      let refused = try await rethink(training.resume("left"))
      #expect(refused.status == 65)
      #expect(refused.errors.hasPrefix("rethink: no checkpoint is whole: "))
      #expect(refused.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("a finished training says so, and its folder takes no other")
  func finished() async throws {
    try await withTemporaryFolder { folder in
      let training = try Training(in: folder, epochs: 2)
      let first = try await rethink(training.begin("a") + ["--json", "--export", "onnx"])
      #expect(first.status == 0)
      #expect(try first.json()["outcome"] as? String == "failed to converge")
      #expect(try !training.bytes("a", "network.onnx").isEmpty)
      let again = try await rethink(training.resume("a") + ["--json"])
      #expect(again.status == 0)
      #expect(again.output == first.output)
      #expect(
        again.errors == "rethink: \(training.path("a")): finished already: failed to converge\n")
      let other = try await rethink(training.begin("a"))
      #expect(other.status == 73)
      #expect(
        other.errors == "rethink: \(training.path("a")): holds a training already; resume that "
          + "one, or name another folder\n")
    }
  }

  @Test("a training that diverges is a result, with status 0")
  func diverges() async throws {
    try await withTemporaryFolder { folder in
      let training = try Training(in: folder, epochs: 5)
      let outcome = try await rethink(
        training.begin("a") + ["--learning-rate", "1e30", "--divergence", "2:1.25", "--json"])
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(try (outcome.json()["outcome"] as? String)?.hasPrefix("diverged: ") == true)
      #expect(try outcome.json()["stepsToFit"] is NSNull)
      let again = try await rethink(training.resume("a"))
      #expect(again.status == 0 && again.errors.contains("finished already: diverged: "))
    }
  }

  @Test("a resumed training takes all from its folder, and refuses what says something else")
  func contradictions() async throws {
    try await withTemporaryFolder { folder in
      let training = try Training(in: folder, epochs: 2)
      #expect(try await rethink(training.begin("a")).status == 0)
      let end = "; leave it out, or begin a new training with --out\n"
      let a = training.path("a")
      for (options, message) in [
        (["--epochs", "3"], "--epochs 3: the training of \(a) has 2"),
        (["--seed=1"], "--seed 1: the training of \(a) has 0"),
        (["--data", "mnist"], "--data mnist: the training of \(a) has synthetic"),
        (["--samples", "20"], "--samples 20: the training of \(a) has 200"),
        (["--corrupt", "none"], "--corrupt none: the training of \(a) has random-labels"),
        (["--augment", "none"], "--augment none: the training of \(a) has flip,rotation:25"),
        (["--crop", "8"], "--crop 8: the training of \(a) has no such option"),
        (["--stop-loss", "0.5"], "--stop-loss 0.5: the training of \(a) has no such option"),
        (["--evaluate-training"], "--evaluate-training: the training of \(a) has no such option"),
        (
          ["--model", "alexnet"],
          "--model alexnet: the training of \(a) has "
            + training.path("small.yaml")
        ),
      ] {
        let outcome = try await rethink(training.resume("a") + options)
        #expect(outcome.status == 64)
        #expect(outcome.errors == "rethink: " + message + end)
      }
      let same = try await rethink(training.resume("a") + ["--epochs", "2", "--batch", "16"])
      #expect(same.status == 0)
      let moved = try await rethink("train", "--resume", a, "--out", "b")
      #expect(moved.status == 64)
      #expect(
        moved.errors == "rethink: --out b: a resumed training stays in \(a); leave --out out "
          + "(see 'rethink --help')\n")
    }
  }

  @Test("a folder that holds no training is refused")
  func noTraining() async throws {
    try await withTemporaryFolder { folder in
      let empty = try await rethink("train", "--resume", folder.path)
      #expect(empty.status == 66)
      #expect(
        empty.errors == "rethink: --resume \(folder.path): no config.json can be read there; name "
          + "the folder that a training was begun with by --out\n")
      let file = folder.appendingPathComponent("config.json")
      for text in ["", "{}", "[1, 2]", #"{"configuration": {"options": {"epochs": 3}}}"#] {
        try Data(text.utf8).write(to: file)
        let outcome = try await rethink("train", "--resume", folder.path)
        #expect(outcome.status == 65)
        #expect(
          outcome.errors == "rethink: \(file.path): not the configuration of a training; name the "
            + "folder that a training was begun with by --out\n")
      }
      let options = #"{"configuration": {"options": {"epochs": "none"}}}"#
      try Data(options.utf8).write(to: file)
      let outcome = try await rethink("train", "--resume", folder.path)
      #expect(outcome.status == 65)
      #expect(outcome.errors.contains("The value 'none' is invalid for '--epochs"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  /// Changes one bit in the middle of a file.
  private func damage(_ path: String) throws {
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
  }
}

/// A condition of the shell: the program handles Ctrl-C and `kill` itself.
private let catchesSignals = """
  mask=0x$(sed -n 's/^SigCgt:.*\\(.\\{8\\}\\)$/\\1/p' /proc/$$/status)
  [ $((mask & 1 << \(SIGINT - 1))) != 0 ] && [ $((mask & 1 << \(SIGTERM - 1))) != 0 ]
  """
