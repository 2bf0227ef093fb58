import Foundation
import Subprocess
import SystemPackage
import Testing

@Suite("The article Theorem 1, by computer, is written by its script")
struct TheoremArticleTests {
  private static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static let catalogue = root.appending(
    path: "Sources/ReLUInterpolation/ReLUInterpolation.docc")

  private func script(_ action: String, catalogue: URL, studies: URL) async throws -> Outcome {
    let result = try await run(
      .name("python3"),
      arguments: [
        "-B", Self.root.appending(path: "scripts/theorem_article.py").path, action, "--catalogue",
        catalogue.path, "--studies", studies.path,
      ], output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
    guard case .exited(let status) = result.terminationStatus else {
      throw CancellationError()
    }
    return Outcome(status: status, output: result.standardOutput, errors: result.standardError)
  }

  /// A copy of the article and its figures.
  private func copy(to folder: URL) throws -> (catalogue: URL, article: URL) {
    let copy = folder.appending(path: "copy.docc")
    try FileManager.default.copyItem(at: Self.catalogue, to: copy)
    return (copy, copy.appending(path: "TheoremByComputer.md"))
  }

  private func edit(_ file: URL, _ change: (String) -> String) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = change(text)
    #expect(changed != text)
    try changed.write(to: file, atomically: true, encoding: .utf8)
  }

  @Test("Each figure and table of the article is there")
  func complete() async throws {
    let outcome = try await script("check", catalogue: Self.catalogue, studies: Self.root)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.isEmpty)
  }

  @Test(
    "What is missing, empty, unknown or not shown is named",
    arguments: [
      ("<!-- begin depth -->", "<!-- begin deep -->", "unknown table 'deep'"),
      ("<!-- begin depth -->", "<!-- begin deep -->", "no table 'depth'"),
      ("<!-- begin depth -->", "<!-- begin scale -->", "table 'scale' stands twice"),
      ("<!-- end depth -->", "<!-- end deep -->", "table 'depth' ends as 'deep'"),
      ("<!-- begin depth -->\n", "<!-- begin depth -->\n\n", "table 'depth' is empty"),
      ("(thresholds-condition)", "(no-such)", "no figure 'no-such'"),
      ("(thresholds-condition)", "(no-such)", "figure 'thresholds-condition' is not shown"),
    ])
  func faults(old: String, new: String, fault: String) async throws {
    try await withTemporaryFolder { folder in
      let (catalogue, article) = try copy(to: folder)
      try edit(article) { $0.replacing(old, with: new) }
      let outcome = try await script("check", catalogue: catalogue, studies: folder)
      #expect(outcome.status == 1)
      #expect(outcome.errors.split(separator: "\n").contains(Substring(fault)))
    }
  }

  @Test("Numbers come from the studies; what was not measured stays as it is")
  func write() async throws {
    try await withTemporaryFolder { folder in
      let (catalogue, article) = try copy(to: folder)
      let before = try String(contentsOf: article, encoding: .utf8)
      let unchanged = try await script("write", catalogue: catalogue, studies: folder)
      #expect(unchanged.status == 0, "\(unchanged.errors)")
      #expect(try String(contentsOf: article, encoding: .utf8) == before)

      let figures = folder.appending(path: "thresholds/figures")
      try FileManager.default.createDirectory(at: figures, withIntermediateDirectories: true)
      try """
      n,fraction,recurrence_residual,plain_residual,lapack_residual,rounded_exact_residual,\
      max_absolute_weight,smallest_eigenvalue,smallest_singular_value,condition_number,test_ratio
      1000,0,1.25e-13,0.5,2,0.0625,12345.6,3,0.001,1e+20,0.25
      1000,0.9,,,,,,2,,,
      """.write(
        to: folder.appending(path: "thresholds/thresholds.csv"), atomically: true, encoding: .utf8)
      try "a picture".write(
        to: figures.appending(path: "thresholds-condition.svg"), atomically: true, encoding: .utf8)
      let outcome = try await script("write", catalogue: catalogue, studies: folder)
      #expect(outcome.status == 0, "\(outcome.errors)")
      let text = try String(contentsOf: article, encoding: .utf8)
      #expect(
        text.contains("| 1,000 | previous point | 1.25e-13 | 0.5 | 2 | 0.0625 | 1.23e+04 |\n"))
      #expect(text.contains("| 1,000 | 0.9 | – | – | – | – | – |\n"))
      #expect(text.contains("| 1,000 | previous point | 3 | 0.001 | 1e+20 | 0.25 |\n"))
      let figure = catalogue.appending(path: "Resources/thresholds-condition.svg")
      #expect(try String(contentsOf: figure, encoding: .utf8) == "a picture")
    }
  }
}
