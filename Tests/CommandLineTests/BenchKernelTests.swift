import Foundation
import Testing

@Suite("rethink bench kernel")
struct BenchKernelTests {
  private static let small = [
    "bench", "kernel", "--sizes", "30,60", "--dimension", "10", "--product", "64", "--quiet",
  ]

  @Test(
    "it prints the rates of each size and leaves a table", arguments: ["double", "mixed", "single"])
  func record(precision: String) async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        Self.small + ["--precision", precision, "--json", "--out", folder.path + "/run"])
      #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let object = try outcome.json()
      let sizes = try #require(object["sizes"] as? [[String: Any]])
      #expect(sizes.compactMap { $0["samples"] as? Int } == [30, 60])
      for key in [
        "gramSeconds", "gramGigaflops", "factorGigaflops", "solveGigaflops", "residualGigaflops",
        "shareOfProduct", "plannedBytes", "relativeResidual",
      ] {
        #expect(sizes.allSatisfy { $0[key] is NSNumber }, "no \(key)")
      }
      #expect(object["productGigaflopsAfter"] is Double)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run")
      #expect(files.contains("kernel-speed.csv") && files.contains("record.json"))
    }
  }

  @Test("a residual above its tolerance is status 1, with the record printed")
  func unsound() async throws {
    let outcome = try await rethink(Self.small + ["--tolerance", "1e-30"])
    #expect(outcome.status == 1)
    #expect(outcome.output.contains("share of"))
    #expect(outcome.errors.contains("exceeds its tolerance 1e-30"))
  }
}
