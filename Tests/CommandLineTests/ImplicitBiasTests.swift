import Foundation
import Testing

@Suite("rethink study implicit-bias")
struct ImplicitBiasTests {
  private let data = ["--samples", "20", "--test-samples", "40", "--quiet"]

  @Test("One JSON object carries paths, interpolants and margins, and the folder the figures")
  func json() async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        ["study", "implicit-bias", "--json", "--out", folder.path, "--margin-steps", "16"] + data)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let object = try outcome.json()
      let paths = try #require(object["paths"] as? [[String: Any]])
      #expect(paths.count == 12)
      for path in paths where path["name"] as? String == "SGD without replacement" {
        let points = try #require(path["points"] as? [[String: Any]])
        #expect((points.last?["distanceToLimit"] as? Double ?? 1) < 1e-6)
      }
      #expect((object["interpolants"] as? [Any])?.count == 13)
      #expect((object["margins"] as? [String: Any])?["dualityGap"] is Double)
      for name in ["paths.csv", "figures/implicit-bias-norms.csv", "record.json"] {
        let path = folder.appendingPathComponent(name).path
        #expect(FileManager.default.fileExists(atPath: path))
      }
    }
  }

  @Test(
    "Options out of range end with status 64 and name the option",
    arguments: [
      ("--epochs", "0"), ("--batch-size", "0"), ("--momentum", "1"), ("--step-fraction", "0"),
      ("--margin-steps", "0"), ("--input", "raw"), ("--corrupt", "random-labels"),
      ("--samples", "3"),
    ])
  func wrongUsage(option: String, value: String) async throws {
    let outcome = try await rethink(["study", "implicit-bias", option, value, "--quiet"])
    #expect(outcome.status == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(option) && outcome.errors.count(where: \.isNewline) == 1)
  }
}
