import Foundation
import Testing

@Suite("rethink kernel --factor", .serialized)
struct KernelFactorTests {
  /// Two panels.
  private static let command = [
    "kernel", "--samples", "1100", "--test-samples", "20", "--crop", "8", "--ridge", "0.5",
    "--precision", "single", "--json",
  ]

  /// A record without what differs from run to run.
  private func facts(_ outcome: Outcome) throws -> NSDictionary {
    var object = try outcome.json()
    for key in object.keys where key.hasSuffix("econds") || key == "peakBytes" {
      object[key] = nil
    }
    return object as NSDictionary
  }

  private func panels(_ path: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path)
      .filter { $0.hasPrefix("panel-") }.sorted()
  }

  @Test("a factor goes on after its last whole panel, and serves other labels")
  func resumed() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path + "/factor"
      let kept = Self.command + ["--factor", path]
      let plain = try await rethink(Self.command)
      let first = try await rethink(kept)
      #expect(plain.status == 0 && first.status == 0, "\(first.errors)")
      #expect(try facts(first) == facts(plain))
      #expect(!first.errors.contains("resumed"))
      let names = try panels(path)
      #expect(names.count == 2)

      // As an interruption leaves it, then as a bad disk does.
      try FileManager.default.removeItem(atPath: path + "/" + names[1])
      let remade = try await rethink(kept)
      #expect(remade.errors.contains("resumed at panel 1 of 2"))
      #expect(try facts(remade) == facts(plain))
      #expect(try panels(path) == names)
      let cut = URL(fileURLWithPath: path + "/" + names[1])
      try Data(contentsOf: cut).dropLast(4).write(to: cut)
      let again = try await rethink(kept)
      #expect(again.status == 0 && again.errors.contains("resumed at panel 1 of 2"))
      #expect(again.errors.contains("\(names[1]): panel 1 is damaged"))
      #expect(again.errors.contains("it is made again"))
      #expect(try facts(again) == facts(plain))

      let labels = ["--corrupt", "random-labels", "--quiet"]
      let plainLabels = try await rethink(Self.command + labels)
      let others = try await rethink(kept + labels)
      #expect(others.status == 0 && others.errors.isEmpty, "\(others.errors)")
      #expect(try facts(others) == facts(plainLabels))
      #expect(try others.json()["factorSeconds"] as? Double == 0)
    }
  }

  @Test("a factor of another problem, or with a hole, is refused by name")
  func refused() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path + "/factor"
      let kept = Self.command + ["--factor", path, "--quiet"]
      #expect(try await rethink(kept).status == 0)
      let others: [([String], String)] = [
        (["--ridge", "2"], "ridge 0.5 found, 2.0 expected"),
        (["--gamma", "0.5"], "kernel Gaussian, gamma "),
        (["--samples", "1050"], "number of samples 1100 found, 1050 expected"),
        (["--corrupt", "random-pixels"], "samples' SHA-256 "),
      ]
      for (options, message) in others {
        let outcome = try await rethink(kept + options)
        #expect(outcome.status == 65 && outcome.output.isEmpty, "\(outcome.errors)")
        #expect(
          outcome.errors.hasPrefix("rethink: \(path)/factor.json: ")
            && outcome.errors.contains(message), "\(outcome.errors)")
      }
      let double = Self.command.map { $0 == "single" ? "double" : $0 }
      let precision = try await rethink(double + ["--factor", path, "--quiet"])
      #expect(precision.errors.contains("precision single found, double expected"))

      let name = try panels(path)[0]
      try FileManager.default.removeItem(atPath: path + "/" + name)
      let hole = try await rethink(kept)
      #expect(hole.status == 65)
      #expect(
        hole.errors
          == "rethink: \(path)/panel 0: the file of panel 0 is missing, and later panels are "
          + "there; remove them and this one, and they are made again\n")
    }
  }

  @Test("killed in the middle, it goes on to the same record", arguments: [SIGKILL, SIGTERM])
  func killed(signal: Int32) async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path + "/factor"
      let kept = Self.command + ["--factor", path]
      let outcome = try await rethink(
        kept, signalled: signal, when: "[ -e \(path)/factor.json ]")
      // A signal that comes before it is watched for, or after, ends otherwise.
      #expect([0, 75, -signal].contains(outcome.status), "\(outcome.errors)")
      if outcome.status == 75 {
        #expect(outcome.errors.contains("the same command goes on from there"))
      }
      let plain = try await rethink(Self.command)
      #expect(try await facts(rethink(kept)) == facts(plain))
    }
  }
}
