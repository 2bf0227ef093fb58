import Foundation
import Testing

@Suite("The studies of features")
struct FeatureStudyTests {
  private static let small = ["--samples", "60", "--test-samples", "20", "--quiet"]

  @Test("random labels are fitted exactly by random convolutional features, linear or in a kernel")
  func convolution() async throws {
    for arguments in [["--ridges", "1e-5"], ["--gammas", "1,2", "--ridges", "1e-4", "--mirror"]] {
      try await withTemporaryFolder { folder in
        let outcome = try await rethink(
          ["study", "convolution", "--filters", "10,20", "--corrupt", "random-labels"] + arguments
            + Self.small + ["--json", "--out", folder.path])
        #expect(outcome.status == 0, "\(outcome.errors)")
        let points = try #require(try outcome.json()["points"] as? [[String: Any]])
        #expect(points.count == 2)
        for point in points { #expect(point["trainError"] as? Double == 0) }
        for name in ["figures/filters.png", "figures/convolution-error.svg", "convolution.csv"] {
          #expect(
            FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path))
        }
      }
    }
  }

  @Test("equations that refinement does not meet end with status 1, the figures and what to try")
  func unmet() async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        ["study", "convolution", "--filters", "20", "--ridges", "1e-3", "--tolerance", "0"]
          + Self.small + ["--out", folder.path])
      #expect(outcome.status == 1)
      let message = outcome.errors.replacing(/of \S+ exceeds/, with: "of R exceeds")
      #expect(
        message == "rethink: a relative residual of R exceeds the tolerance 0: take larger "
          + "--ridges or a larger --tolerance\n")
      #expect(outcome.output.contains("residual"))
      #expect(
        FileManager.default.fileExists(atPath: folder.appendingPathComponent("record.json").path))
    }
    let wrong = try await rethink(["study", "convolution", "--tolerance", "1"] + Self.small)
    #expect(wrong.status == 64 && wrong.errors.contains("--tolerance"))
  }

  @Test("random labels are fitted exactly on pixels and on Gabor features, with a picture of them")
  func norms() async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        ["study", "norms", "--corrupt", "random-labels", "--tolerance", "1e-9"] + Self.small
          + ["--json", "--out", folder.path])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let record = try outcome.json()
      for key in ["pixels", "gabor"] {
        let fit = try #require(record[key] as? [String: Any])
        #expect(fit["trainError"] as? Double == 0)
        #expect(try #require(fit["rkhsNorm"] as? Double) > 0)
      }
      let picture = folder.appendingPathComponent("figures/wavelets.png")
      #expect(try Data(contentsOf: picture).prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    }
  }

  @Test("a matrix that single precision cannot factor is told with what to try")
  func singular() async throws {
    // So wide a kernel is a matrix of ones but for the last digits of single precision.
    let outcome = try await rethink(["study", "norms", "--gamma", "3e-9"] + Self.small)
    #expect(outcome.status == 65)
    #expect(outcome.errors.contains("not positive definite"))
    #expect(outcome.errors.contains("ridge"))
  }
}
