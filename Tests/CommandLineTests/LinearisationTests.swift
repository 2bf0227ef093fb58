import Foundation
import Testing

@Suite("rethink study linearised")
struct LinearisationTests {
  private let small = [
    "study", "linearised", "--samples", "12", "--test-samples", "20", "--crop", "8", "--draws",
    "2", "--tolerance", "0.05", "--threads", "1", "--quiet",
  ]

  @Test("It prints its tables in 100 columns and ends with the answer")
  func text() async throws {
    let outcome = try await rethink(small + ["--widths", "32,256"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    for line in outcome.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
    let last = outcome.output.components(separatedBy: "\n\n").last ?? ""
    #expect(last.hasPrefix("On given labels SGD "))
    #expect(last.hasSuffix(".\n"))
  }

  @Test("Its record is one JSON object, with tables and figures in the folder")
  func record() async throws {
    try await withTemporaryFolder { folder in
      let outcome = try await rethink(
        small + [
          "--widths", "64,128", "--labels", "given,random", "--json", "--out", folder.path,
        ])
      #expect(outcome.status == 0, "\(outcome.errors)")
      let rows = try #require(try outcome.json()["rows"] as? [[String: Any]])
      #expect(rows.map { $0["labels"] as? String } == ["given", "given", "random", "random"])
      #expect(rows.map { $0["width"] as? Int } == [64, 128, 64, 128])
      #expect(rows.allSatisfy { ($0["draws"] as? [Any])?.count == 2 })
      for name in [
        "linearised.csv", "linearised-exponents.csv", "linearised-path.csv", "record.json",
        "figures/linearised-distance.csv", "figures/linearised-moved-random.csv",
      ] {
        let path = folder.appendingPathComponent(name).path
        #expect(FileManager.default.fileExists(atPath: path), "\(name)")
      }
    }
  }

  /// Options and what the one line says of them.
  private static let bad: [(options: String, message: String)] = [
    (
      "--widths 64,16",
      "--widths 64,16: increasing whole numbers from 1 to 65536 expected, separated by commas"
    ),
    (
      "--widths 16,,64",
      "--widths 16,,64: increasing whole numbers from 1 to 65536 expected, separated by commas"
    ),
    (
      "--widths 0",
      "--widths 0: increasing whole numbers from 1 to 65536 expected, separated by commas"
    ),
    ("--labels given,given", "--labels given,given: given, random, or given,random expected"),
    ("--labels shuffled", "--labels shuffled: given, random, or given,random expected"),
    ("--draws 0", "--draws 0: at least 1 expected"),
    ("--layers 17", "--layers 17: 1 to 16 expected"),
    ("--batch 0", "--batch 0: at least 1 expected"),
    ("--step 1.5", "--step 1.5: above 0 and at most 1 expected"),
    ("--step nan", "--step nan: above 0 and at most 1 expected"),
    ("--momentum 1", "--momentum 1: from 0 to below 1 expected"),
    ("--tolerance 0", "--tolerance 0: at least 1e-6 and below 1 expected"),
  ]

  @Test("A bad option is one line that says what was expected", arguments: 0..<12)
  func badOptions(index: Int) async throws {
    let (options, message) = Self.bad[index]
    let outcome = try await rethink(
      ["study", "linearised"] + options.split(separator: " ").map(String.init))
    #expect(outcome.status == 64)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errors == "rethink: \(message) (see 'rethink --help')\n", "\(outcome.errors)")
  }

  @Test("Samples too many for a kernel, too few, or too many for the network are told")
  func badSamples() async throws {
    let many = try await rethink("study", "linearised", "--samples", "10001", "--quiet")
    #expect(many.status == 64)
    #expect(
      many.errors.hasPrefix(
        "rethink: --samples 10001: the kernel would have 20002 rows, one for each image and output; "
          + "take at most 10000 images"), "\(many.errors)")
    let one = try await rethink("study", "linearised", "--samples", "1", "--quiet")
    #expect(one.status == 64)
    #expect(one.errors.hasPrefix("rethink: --samples 1: at least 2 expected"), "\(one.errors)")
    let narrow = try await rethink(
      small + ["--widths", "1", "--targets", "classes"])
    #expect(narrow.status == 64)
    #expect(
      narrow.errors.hasPrefix(
        "rethink: Kernel of width 1, draw 1: singular, so the linearised network cannot fit any 120 "
          + "values. Take wider networks or fewer samples."), "\(narrow.errors)")
  }
}
