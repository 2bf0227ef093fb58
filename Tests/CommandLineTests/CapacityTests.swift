import Foundation
import Testing

@Suite("rethink capacity")
struct CapacityTests {
  @Test("Without --run it measures classes on the sample")
  func classes() async throws {
    let outcome = try await rethink(
      "capacity", "--samples", "12", "--test-samples", "10", "--draws", "50",
      "--network-draws", "0", "--threads", "1", "--json", "--quiet")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let measures = try #require(try outcome.json()["measures"] as? [[String: Any]])
    for measure in measures {
      #expect(Set(["name", "value", "bound", "vacuous"]).isSubset(of: measure.keys))
    }
    let networks = try #require(
      measures.first { ($0["name"] as? String)?.contains("2n + d networks") == true })
    #expect(networks["value"] as? Double == 1 && networks["vacuous"] as? Bool == true)
    // 12 samples: all 4,096 labellings.
    #expect((networks["note"] as? String)?.contains("4096 of 4096 labellings") == true)
  }

  @Test("With --run it measures a trained network, the same each time")
  func trained() async throws {
    try await withTemporaryFolder { folder in
      let run = folder.appendingPathComponent("fit").path
      let fit = try await rethink(
        "train", "--samples", "30", "--test-samples", "20", "--epochs", "2", "--out", run,
        "--corrupt", "random-labels", "--threads", "1", "--quiet")
      #expect(fit.status == 0)
      let command = [
        "capacity", "--run", run, "--perturbations", "1", "--json", "--quiet",
      ]
      let first = try await rethink(command).json()
      let second = try await rethink(command).json()
      let measures = try #require(first["measures"] as? [[String: Any]])
      #expect(first["parameters"] as? Int == 1_209_866)
      let ratio = try #require(measures[0]["value"] as? Double)
      #expect(measures[0]["name"] as? String == "parameters / samples")
      #expect(abs(ratio - 1_209_866 / 30.0) < 1e-9)
      let again = try #require(second["measures"] as? [[String: Any]])
      #expect(measures as NSArray == again as NSArray)
      let sample = try #require(first["sample"] as? [String: Any])
      #expect(sample["corruption"] as? String == "random-labels")

      // What the folder says is not said again.
      let twice = try await rethink("capacity", "--run", run, "--samples", "5")
      #expect(twice.status == 64 && twice.errors.contains("--samples: --run"))
      // A network that was cut short is named.
      let network = run + "/network.safetensors"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: network))
      try bytes.prefix(1000).write(to: URL(fileURLWithPath: network))
      let damaged = try await rethink("capacity", "--run", run)
      #expect(damaged.status == 65 && damaged.errors.contains("network.safetensors"))
      try FileManager.default.removeItem(atPath: network)
      let missing = try await rethink("capacity", "--run", run)
      #expect(missing.status == 66 && missing.errors.contains("network.safetensors: not found"))
    }
  }

  @Test("Options out of range, and folders without a training, are refused")
  func refused() async throws {
    for (arguments, status, text) in [
      (["--confidence", "1"], 64, "--confidence 1: a number above 0 and below 1 expected"),
      (["--draws", "1"], 64, "--draws 1: at least 2 expected"),
      (["--network-draws", "-1"], 64, "--network-draws -1: at least 0 expected"),
      (["--perturbations", "0"], 64, "--perturbations 0: at least 1 expected"),
      (["--samples", "5001"], 64, "--samples 5001: the Gram matrix has a row for each image"),
      (["--samples", "3"], 64, "8"),
      (["--run", "/nowhere"], 66, "--run /nowhere: no config.json can be read there"),
    ] {
      let outcome = try await rethink(["capacity"] + arguments)
      #expect(outcome.status == Int32(status), "\(arguments)")
      #expect(outcome.errors.contains(text), "\(outcome.errors)")
      #expect(outcome.output.isEmpty)
    }
  }

  @Test("The study writes its tables and figures")
  func study() async throws {
    try await withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("study").path
      let outcome = try await rethink(
        "study", "capacity", "--samples", "40", "--test-samples", "20", "--widths", "4,8",
        "--redrawn", "0,1", "--epochs", "3", "--perturbations", "1", "--threads", "1", "--out", out,
        "--json", "--quiet")
      #expect(outcome.status == 0)
      let json = try outcome.json()
      #expect((json["rows"] as? [Any])?.count == 4)
      let table = try String(contentsOfFile: out + "/capacity.csv", encoding: .utf8)
      let measures = try #require(json["measures"] as? [Any])
      #expect(table.split(separator: "\n").count == 1 + 4 * measures.count)
      for name in [
        "capacity-order.csv", "figures/capacity-growth.csv", "figures/capacity-stability.csv",
        "stability.csv", "record.json",
      ] {
        #expect(FileManager.default.fileExists(atPath: out + "/" + name), "\(name)")
      }
    }
    for (option, value) in [("--redrawn", "0,2"), ("--widths", "0"), ("--loss", "0")] {
      let outcome = try await rethink("study", "capacity", option, value)
      #expect(outcome.status == 64 && outcome.errors.contains("\(option) \(value):"))
    }
  }
}
