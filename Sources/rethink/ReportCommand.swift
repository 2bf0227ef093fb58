import ArgumentParser
import Foundation
import Rethinking

struct ReportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make one page of what a run left in its folder.",
    discussion: """
      The page holds the numbers of record.json, the figures, the tables, the set-up with versions \
      and hashes, and the command that runs it again. It needs no other file. Of a reproduction it is \
      the report with the paper's numbers and the verdicts.

        rethink kernel --samples 500 --out run
        rethink report run
      """)

  /// What the page is, as JSON.
  private struct Written: Encodable {
    var page: String
    var figures: [String]
    var tables: [String]
  }

  @Argument(help: "The folder that --out or sweep made.")
  var folder: String

  @Option(
    help: ArgumentHelp(
      "Where to write the page (default: report.html in the folder).", valueName: "file"))
  var out: String?

  @Flag(help: "Print one JSON object on standard output and nothing else there.")
  var json = false

  func validate() throws {
    if out.map({ $0.isEmpty || $0.hasSuffix("/") }) ?? false {
      throw ValidationError("--out \(out ?? ""): the name of a file expected")
    }
  }

  func run() async throws {
    let page = try await RunPage(of: folder)
    let place = out.map { URL(filePath: $0) }
    let target = try RunFolder(
      creating: place?.deletingLastPathComponent().relativePath ?? folder)
    let name = place?.lastPathComponent ?? "report.html"
    try target.write(page.html, to: name)
    let written = Written(
      page: out ?? target.pathOf(name), figures: page.figures, tables: page.tables)
    if json {
      Swift.print(try jsonText(written))
    } else {
      Swift.print("\(written.page): figures \(list(page.figures)); tables \(list(page.tables))")
    }
  }

  private func list(_ names: [String]) -> String {
    names.isEmpty ? "none" : names.joined(separator: ", ")
  }
}
