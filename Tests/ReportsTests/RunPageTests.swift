import Datasets
import Experiments
import Foundation
import RandomStreams
import Reports
import TestSupport
import Testing

@Suite("The page of a run")
struct RunPageTests {
  /// Writes what a kernel regression leaves in its folder.
  private func kernelRun(_ place: TestFolder, command: String) async throws {
    let sample = ProceduralImages.split(trainCount: 60, testCount: 40, seed: 1)
      .corrupted(by: .none, seed: 1)
    let configuration = KernelConfiguration(ridge: 1e-3, seed: 1)
    _ = try await write(
      RunResult(try fitKernel([sample], configuration: configuration)[0], seed: 1),
      configuration: configuration, to: RunFolder(creating: place.path), command: command)
  }

  @Test("It shows the command, the numbers with their units, and the set-up with hashes")
  func kernel() async throws {
    let place = try TestFolder()
    try await kernelRun(place, command: "rethink kernel --samples 20")
    let page = try await RunPage(of: place.path)
    let record = try JSONDecoder().decode(
      [String: RecordValue].self, from: Data(place.text("record.json").utf8))
    // A fraction, so that its percent are told from the number itself.
    let error = try #require(record["testError"]?.number)
    try #require(error > 0 && error < 1)
    let percent = String(format: "%.2f", 100 * error)
    #expect(page.html.contains("<h1>rethink kernel</h1>"))
    #expect(page.html.contains("<pre>rethink kernel --samples 20</pre>"))
    #expect(page.html.contains("<dt>testError</dt><dd>\(percent) %</dd>"))
    #expect(page.html.contains(/<dt>seconds<\/dt><dd>[^<]* s<\/dd>/))
    let bytes = try #require(record["peakBytes"]?.number)
    let size =
      bytes < 0x1p30 ? brief(bytes / 0x1p20) + " MiB" : brief(bytes / 0x1p30) + " GiB"
    #expect(page.html.contains("<dt>peakBytes</dt><dd>\(size)</dd>"))
    let hash = try #require(record["sample"]?.value(at: "sha256")?.text)
    #expect(page.html.contains("<dt>sample.sha256</dt><dd>\(hash)</dd>"))
    #expect(page.html.contains("<dt>configuration.ridge</dt><dd>0.001</dd>"))
    #expect(!page.html.contains("There is no record.json"))
    // What limits comparison with the paper stands at the top.
    let caveat = try #require(page.html.firstRange(of: "the paper used CIFAR-10"))
    let contents = try #require(page.html.firstRange(of: "<nav"))
    #expect(caveat.lowerBound < contents.lowerBound)
  }

  @Test("It shows pictures and tables, cut to their first rows, and names all files")
  func illustrated() async throws {
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path)
    var table = CSVTable(["name", "value"])
    for row in 0..<45 { table.append(["row <\(row)>", "\(Double(row) / 7)"]) }
    try folder.write(table.text, to: "values.csv")
    try folder.write("a,b\n1\n", to: "broken.csv")
    try folder.write("<svg xmlns='http://www.w3.org/2000/svg'/>", to: "figures/one.svg")
    try folder.write("series,x,y\n", to: "figures/one.csv")
    try folder.write(bytes: [0x89, 0x50, 0x4E, 0x47], to: "figures/two.png")
    try folder.write("series,x,y\n", to: "figures/three.csv")
    for name in ["large.csv", "figures/four.png"] {
      try folder.write(bytes: [UInt8](repeating: 0x61, count: 1 << 24 + 1), to: name)
    }
    let page = try await RunPage(of: place.path)
    for name in ["large.csv", "figures/four.png"] {
      #expect(page.html.contains("\(name) is not shown: it cannot be read, or has more than "))
    }
    #expect(page.figures == ["one", "two"] && page.tables == ["values.csv"])
    let images = page.html.matches(of: /src="data:([a-z\/+]*);base64,([A-Za-z0-9+\/=]*)"/)
    #expect(images.map { String($0.1) } == ["image/svg+xml", "image/png"])
    #expect(Data(base64Encoded: String(images[1].2)) == Data([0x89, 0x50, 0x4E, 0x47]))
    #expect(page.html.contains("Not drawn; the data are in figures/three.csv."))
    #expect(page.html.contains("again by: python3 figures/one.py"))
    #expect(page.html.contains("broken.csv is not shown: line 2 has 1 field, 2 expected."))
    #expect(page.html.contains("The first 40 of 45 rows"))
    #expect(page.html.contains("row &lt;39&gt;") && !page.html.contains("row &lt;40&gt;"))
    #expect(page.html.contains("There is no record.json"))
    for name in try place.contents() where name != "figures" {
      #expect(page.html.contains(">\(name)</td>"), "\(name)")
    }
  }

  @Test("Each link has one target, and the table of contents names every section in its order")
  func links() async throws {
    let place = try TestFolder()
    try await kernelRun(place, command: "rethink kernel")
    try RunFolder(creating: place.path).write("a\n1\n", to: "a b.csv")
    let page = try await RunPage(of: place.path).html
    let targets = page.matches(of: /id="([^"]*)"/).map { String($0.1) }
    let links = page.matches(of: /href="#([^"]*)"/).map { String($0.1) }
    #expect(Set(targets).count == targets.count && links == targets)
    #expect(targets == ["result", "table-1", "set-up", "files"])
  }

  @Test("That of a reproduction is its report")
  func reproduction() async throws {
    let place = try TestFolder()
    _ = try await write(
      SmallReproduction.record.get(), to: RunFolder(creating: place.path),
      command: "rethink reproduce <here>")
    let page = try await RunPage(of: place.path)
    #expect(try page.html == place.text("report.html"))
    #expect(page.figures == ["figure1a", "figure1b", "figure1c", "figure2b"])
    #expect(page.tables == ["cells.csv", "comparison.csv"])
  }

  @Test("What a record says is text, whatever it is", arguments: 0..<200 as Range<UInt64>)
  func hostile(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, purpose: "records for pages")
    func text() -> String { HostileText.make(from: &stream, pieces: size(of: seed)) }
    func value(_ depth: Int) -> RecordValue {
      switch stream.integer(below: depth > 0 ? 8 : 5) {
      case 0: .text(text())
      case 1: .number(stream.normal() * 1e9)
      case 2: .whole(stream.integer(below: 1000) - 500)
      case 3: .flag(stream.integer(below: 2) == 0)
      case 4: .null
      case 5: .list((0..<stream.integer(below: 50)).map { _ in value(depth - 1) })
      default: object(depth - 1)
      }
    }
    func object(_ depth: Int) -> RecordValue {
      .object(
        Dictionary(
          (0..<stream.integer(below: 8)).map { ("\($0)" + text(), value(depth)) },
          uniquingKeysWith: { $1 }))
    }
    let place = try TestFolder()
    let folder = try RunFolder(creating: place.path)
    try folder.write(try jsonText(object(4)), to: "record.json")
    try folder.write(try jsonText(object(4)), to: "config.json")
    let page = try await RunPage(of: place.path).html
    let document = page.replacing("<!DOCTYPE html>", with: "")
    #expect(XMLReader(document).isWellFormed)
    let elements = Set(document.matches(of: /<([a-z0-9]+)/).map { String($0.1) })
    #expect(
      elements.isSubset(of: [
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "pre", "nav", "ul", "li",
        "a", "section", "dl", "dt", "dd", "div", "table", "caption", "thead", "tbody", "tr", "th",
        "td",
      ]), "\(elements)")
  }

  @Test("A folder that no run left, and files that are no JSON, are refused by name")
  func refused() async throws {
    let place = try TestFolder()
    await #expect(throws: ReportError.noRun(path: place.path("no"), reason: "no such folder")) {
      try await RunPage(of: place.path("no"))
    }
    let empty = ReportError.noRun(path: place.path, reason: "it holds no record, table or figure")
    await #expect(throws: empty) { try await RunPage(of: place.path) }
    for name in ["record.json", "config.json"] {
      for text in ["", "{", "[1", "\u{0}"] {
        try RunFolder(creating: place.path).write(text, to: name)
        let error = await #expect(throws: ReportError.self) { try await RunPage(of: place.path) }
        guard case .damaged(let reason) = error else {
          Issue.record("\(String(describing: error))")
          continue
        }
        #expect(reason.hasPrefix(place.path(name)))
      }
      try FileManager.default.removeItem(atPath: place.path(name))
    }
  }
}
