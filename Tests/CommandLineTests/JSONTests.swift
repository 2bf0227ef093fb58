import Foundation
import Testing

@Suite("JSON of the subcommands")
struct JSONTests {
  private let small = ["--samples", "40", "--test-samples", "30", "--quiet", "--json"]

  /// The keys that a subcommand promises.
  private static let contract: [(arguments: [String], keys: [String])] = [
    (
      ["interpolate", "--corrupt", "random-labels"],
      [
        "n", "d", "outputs", "depth", "weights", "solver", "maxAbsoluteResidual", "certified",
        "smallestEigenvalue", "seconds",
      ]
    ),
    (
      ["linear"],
      ["norm", "residual", "rank", "distanceToMinimumNorm", "trainError", "testError"]
    ),
    (
      ["kernel"],
      [
        "trainError", "testError", "rkhsNorm", "testRatio", "conditionEstimate", "iterations",
        "peakBytes", "seconds",
      ]
    ),
    (
      ["train", "--epochs", "2"],
      [
        "model", "parameters", "epochs", "trainAccuracy", "testAccuracy", "stepsToFit",
        "imagesPerSecond",
      ]
    ),
    (["compare", "--epochs", "2"], ["sampleSHA256", "fits"]),
  ]

  @Test("each subcommand prints one object with the keys of its contract", arguments: 0..<5)
  func keys(index: Int) async throws {
    let (arguments, keys) = Self.contract[index]
    let outcome = try await rethink(arguments + small)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
    let object = try outcome.json()
    for key in keys + ["seed", "environment"] {
      #expect(object[key] != nil, "\(arguments[0]) prints no \(key)")
    }
    let environment = try #require(object["environment"] as? [String: Any])
    #expect(environment["threads"] as? Int != nil)
  }

  @Test("the same seed gives the same numbers, another seed others")
  func reproducible() async throws {
    func numbers(_ seed: String) async throws -> String {
      var object = try await rethink(
        ["train", "--epochs", "2", "--corrupt", "partial:0.5", "--seed", seed, "--threads", "1"]
          + small
      ).json()
      for key in ["seconds", "imagesPerSecond", "peakBytes"] { object[key] = nil }
      let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
      return String(decoding: data, as: UTF8.self)
    }
    let first = try await numbers("5")
    #expect(try await numbers("5") == first)
    #expect(try await numbers("6") != first)
  }

  @Test("a run folder keeps what was printed, its figures and, if asked, its sample")
  func runFolder() async throws {
    try await withTemporaryFolder { folder in
      let out = folder.appendingPathComponent("run")
      let outcome = try await rethink(
        ["interpolate", "--out", out.path, "--save-sample"] + small)
      let kept = try String(
        contentsOf: out.appendingPathComponent("record.json"), encoding: .utf8)
      #expect(
        kept.trimmingCharacters(in: .newlines) == outcome.output.trimmingCharacters(in: .newlines))
      let names = try FileManager.default.contentsOfDirectory(atPath: out.path).sorted()
      #expect(
        names == [
          "certificate.json", "config.json", "events.out.tfevents.0000000000.record",
          "evidence.txt", "images.npy", "labels.npy", "network.json", "record.json",
          "test-images.npy", "test-labels.npy",
        ])
    }
  }

  @Test("the network that interpolate keeps has 2n + d weights")
  func network() async throws {
    try await withTemporaryFolder { folder in
      _ = try await rethink(["interpolate", "--out", folder.path] + small)
      let data = try Data(contentsOf: folder.appendingPathComponent("network.json"))
      let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
      #expect(object["kind"] as? String == "shared-direction")
      #expect((object["direction"] as? [Any])?.count == 2352)
      #expect((object["thresholds"] as? [Any])?.count == 40)
      #expect((object["outputWeights"] as? [Any])?.count == 40)
    }
  }

  @Test("reproduce fills the cells and leaves a report that stands alone")
  func reproduce() async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        "reproduce", "--samples", "40", "--test-samples", "30", "--epochs", "3", "--out",
        folder.path, "--json", "--quiet")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let cells = try #require(outcome.json()["cells"] as? [[String: Any]])
      #expect(cells.count > 10)
      for cell in cells {
        for key in ["name", "paper", "measured", "tolerance", "verdict", "caveats"] {
          #expect(cell.keys.contains(key), "\(cell) has no \(key)")
        }
      }
      let page = try String(
        contentsOf: folder.appendingPathComponent("report.html"), encoding: .utf8)
      #expect(page.contains("<svg") && !page.contains("src=\"http"))
    }
  }
}
