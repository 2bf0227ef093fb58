import Foundation
import Testing

@Suite("Images of one's own")
struct OwnDataTests {
  @Test("a sample that was saved is the same sample where it is named as data")
  func saved() async throws {
    try await withTemporaryFolder { folder in
      let path = folder.path
      let first = try await rethink(
        "interpolate", "--samples", "30", "--test-samples", "20", "--save-sample", "--out", path,
        "--json", "--quiet")
      #expect(first.status == 0, "\(first.errors)")
      let second = try await rethink(
        "interpolate", "--data", "npy", "--data-dir", path, "--json", "--quiet")
      #expect(second.status == 0, "\(second.errors)")
      let (a, b) = (try first.json(), try second.json())
      let samples = (a["sample"] as? [String: Any], b["sample"] as? [String: Any])
      #expect(try #require(samples.0?["sha256"] as? String) == samples.1?["sha256"] as? String)
      #expect(samples.1?["data"] as? String == "NumPy arrays")
      for key in ["weights", "certified", "maxAbsoluteResidual"] {
        #expect("\(a[key] ?? "none")" == "\(b[key] ?? "nil")", "\(key)")
      }
      let beyond = try await rethink(
        "kernel", "--data", "npy", "--data-dir", path, "--samples", "31")
      #expect(beyond.status == 64)
      #expect(beyond.errors == "rethink: --samples 31: npy has 30 images; take fewer\n")
    }
  }

  @Test(
    "a set smaller than a subcommand takes by itself is taken whole, or refused by its number",
    arguments: [
      ("kernel", 1), ("linear", 1), ("interpolate", 1), ("compare", 1), ("study corruption", 1),
      ("study spectrum", 1), ("study norms", 2), ("study linearised", 2),
      ("study implicit-bias", 4), ("capacity", 8), ("study capacity", 8),
    ])
  func small(command: String, least: Int) async throws {
    try await withTemporaryFolder { folder in
      for count in Set([least - 1, least]) where count > 0 {
        let path = folder.path + "/\(count)"
        let saved = try await rethink(
          "linear", "--samples", "\(count)", "--test-samples", "8", "--save-sample", "--out", path,
          "--quiet")
        #expect(saved.status == 0, "\(saved.errors)")
        let words = command.split(separator: " ").map(String.init)
        let outcome = try await rethink(
          words + ["--data", "npy", "--data-dir", path, "--quiet", "--threads", "1"])
        if count < least {
          #expect(outcome.status == 64)
          #expect(outcome.errors.contains("\(count)") && outcome.errors.contains("\(least)"))
        } else {
          #expect(outcome.status == 0, "\(outcome.errors)")
        }
      }
    }
  }

  @Test("vectors have no place for a filter")
  func vectors() async throws {
    try await withTemporaryFolder { folder in
      let saved = try await rethink(
        "linear", "--samples", "4", "--test-samples", "4", "--crop", "1", "--save-sample", "--out",
        folder.path, "--quiet")
      #expect(saved.status == 0, "\(saved.errors)")
      let outcome = try await rethink(
        "study", "convolution", "--data", "npy", "--data-dir", folder.path, "--side", "1")
      #expect(outcome.status == 64)
      #expect(
        outcome.errors
          == "rethink: images of 1x1x3 are no larger than a filter; take larger ones\n")
    }
  }

  @Test("a folder without the files says which are expected")
  func missing() async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink("kernel", "--data", "npy", "--data-dir", folder.path)
      #expect(outcome.status == 66)
      #expect(
        outcome.errors
          == "rethink: \(folder.path)/images.npy: not found; expected a folder with images.npy, "
          + "labels.npy, test-images.npy, test-labels.npy, as numpy.save writes them\n")
      let none = try await rethink("kernel", "--data", "npy")
      #expect(none.status == 64 && none.errors.contains("--data-dir"))
    }
  }
}
