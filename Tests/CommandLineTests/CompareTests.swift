import Foundation
import Testing

@Suite("rethink compare")
struct CompareTests {
  @Test("learning curves carry four fits a size, one table, one figure")
  func curves() async throws {
    try await withTemporaryFolder { folder in
      let out = folder.appending(path: "run").path
      let outcome = try await rethink(
        "compare", "--samples", "30", "--test-samples", "20", "--sizes", "4,10,30", "--epochs", "2",
        "--corrupt", "partial:0.5", "--quiet", "--json", "--out", out, "--figures", "pdf")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let object = try outcome.json()
      let curves = try #require(object["curves"] as? [[String: Any]])
      #expect(curves.map { ($0["sample"] as? [String: Any])?["samples"] as? Int } == [4, 10, 30])
      #expect(object["sampleSHA256"] as? String == curves[2]["sampleSHA256"] as? String)
      for curve in curves {
        let fits = try #require(curve["fits"] as? [[String: Any]])
        #expect(fits.count == 4)
        for fit in fits {
          for key in ["margin", "weights", "norm", "seconds"] {
            #expect(fit[key] is NSNumber, "\(key) of \(fit)")
          }
          #expect(fit["evidence"] is String)
        }
      }
      let table = try String(contentsOfFile: out + "/comparison.csv", encoding: .utf8)
      #expect(table.split(separator: "\n").count == 13)
      #expect(table.hasPrefix("corruption,samples,sample_sha256,learner,"))
      let figure = try String(
        contentsOfFile: out + "/figures/learning-curves.csv", encoding: .utf8)
      // A line of chance with two ends, four curves of three points.
      #expect(figure.split(separator: "\n").count == 15)
      for name in ["py", "svg", "pdf"] {
        #expect(FileManager.default.fileExists(atPath: out + "/figures/learning-curves.\(name)"))
      }
      #expect(!FileManager.default.fileExists(atPath: out + "/figures/learning-curves.png"))
      let alone = try await rethink(
        "compare", "--samples", "30", "--test-samples", "20", "--epochs", "2", "--corrupt",
        "partial:0.5", "--quiet", "--json"
      ).json()
      #expect(alone["sampleSHA256"] as? String == object["sampleSHA256"] as? String)
    }
  }

  @Test(
    "sizes that no curve has are refused by name",
    arguments: ["0,10", "-5", "10,5", "5,5", "5,", "", ",5", "1e3", "five", "5;6", "5, 6"])
  func badSizes(sizes: String) async throws {
    let outcome = try await rethink("compare", "--sizes", sizes, "--quiet")
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors
        == "rethink: --sizes \(sizes): increasing whole numbers from 1 expected, separated by "
        + "commas (see 'rethink --help')\n")
  }

  @Test("sizes beyond the sample are refused with its size")
  func tooLarge() async throws {
    let outcome = try await rethink(
      "compare", "--samples", "20", "--test-samples", "5", "--sizes", "10,21", "--quiet")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "rethink: --sizes 21: the sample has 20 images; take fewer, or more --samples\n")
  }

  @Test(
    "unknown formats of figures are refused with the known ones", arguments: ["gif", "svg,", "PNG"])
  func formats(list: String) async throws {
    let outcome = try await rethink("compare", "--figures", list, "--out", "/tmp/none")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors
        == "rethink: --figures \(list): some of svg, png, pdf expected, separated by commas "
        + "(see 'rethink --help')\n")
  }

  @Test("formats without a folder are refused")
  func noFolder() async throws {
    let outcome = try await rethink("compare", "--figures", "png", "--samples", "5", "--quiet")
    #expect(outcome.status == 64)
    #expect(
      outcome.errors == "rethink: --figures: needs --out, the folder that they are drawn in\n")
  }
}
