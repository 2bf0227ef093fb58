import Foundation
import NetworkFiles
import ReLUNetworks
import Testing

@Suite("rethink interpolate")
struct InterpolateTests {
  private let data = ["--samples", "60", "--test-samples", "5", "--quiet"]

  @Test(
    "The ledger adds up to the weights of the exported file, within Corollary 1's bounds",
    arguments: [3, 8, 64])
  func depth(_ depth: Int) async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("deep.safetensors")
      let outcome = try await rethink(
        ["interpolate", "--depth", "\(depth)", "--export", file.path, "--json"] + data)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let object = try outcome.json()
      #expect(object["certified"] as? Bool == true && object["depth"] as? Int == depth)
      let costs = try #require(object["depthCosts"] as? [String: Any])
      let ledger = try #require(costs["ledger"] as? [String: Any])
      let entries = try #require(ledger["entries"] as? [[String: Any]])
      let sum = entries.reduce(0) { $0 + ($1["nonZeroWeights"] as? Int ?? 0) }
      let written = try SafetensorsFile(reading: [UInt8](Data(contentsOf: file)))
      guard case .feedForward(let network) = try written.network() else {
        Issue.record("no feed-forward network was written")
        return
      }
      #expect(network.depth == depth && network.nonZeroWeights == sum)
      #expect(object["weights"] as? Int == sum)
      let bounds = try #require(costs["bounds"] as? [String: Int])
      #expect(network.width <= bounds["width"] ?? 0 && sum <= bounds["nonZeroWeights"] ?? 0)
      #expect(bounds["width"] == 60 / (depth - 2) + 5)
    }
  }

  @Test("Fractions leave no residual, and are certified again from their file")
  func exact() async throws {
    for more in [[], ["--threshold-fraction", "0.01"], ["--outputs", "one-hot"]] {
      try await withTemporaryFolder { folder in
        let outcome = try await rethink(
          ["interpolate", "--exact", "--json", "--out", folder.path] + data + more)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try outcome.json()
        #expect(object["certified"] as? Bool == true)
        #expect(object["maxAbsoluteResidual"] as? Double == 0)
        #expect(object["interleavesStrictly"] as? Bool == (more.first == "--threshold-fraction"))
        let again = try await rethink(["certify", folder.path, "--json"] + data)
        #expect(again.status == 0, "\(again.errors)")
        let certificate = try again.json()
        #expect(certificate["exactResidual"] as? String == "0")
        #expect(certificate["kind"] as? String == "rational")
      }
    }
  }

  @Test("Of several directions the one with the largest smallest gap is taken")
  func directions() async throws {
    var gaps: [Double] = []
    for draws in [1, 20] {
      let outcome = try await rethink(
        ["interpolate", "--direction", "normal", "--direction-draws", "\(draws)", "--json"] + data)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let object = try outcome.json()
      #expect(object["direction"] as? String == "normal")
      #expect(object["directionDraws"] as? Int == draws)
      gaps.append(try #require(object["smallestRelativeGap"] as? Double))
    }
    #expect(gaps[1] >= gaps[0])
  }

  @Test(
    "A study prints its table, or its record as JSON with all tables in the folder",
    arguments: [
      ("thresholds", "rows"), ("constructions", "rows"), ("scale", "measurements"),
    ])
  func studies(_ name: String, _ key: String) async throws {
    try await withTemporaryFolder { folder in
      let text = try await rethink(["interpolate", "--study", name] + data)
      #expect(text.status == 0, "\(text.errors)")
      for line in text.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
      let outcome = try await rethink(
        ["interpolate", "--study", name, "--json", "--out", folder.path] + data)
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect((try outcome.json()[key] as? [Any])?.isEmpty == false)
      let table = folder.appendingPathComponent("\(name).csv")
      #expect(FileManager.default.fileExists(atPath: table.path))
    }
  }
}
