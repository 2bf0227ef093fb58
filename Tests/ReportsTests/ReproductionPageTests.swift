import Datasets
import Experiments
import Foundation
import Reports
import Subprocess
import TestSupport
import Testing

/// A report's page, written once.
private func writtenPage(_ place: TestFolder, gnuplot: Gnuplot = Gnuplot()) async throws -> String {
  _ = try await write(
    SmallReproduction.record.get(), to: RunFolder(creating: place.path),
    command: "rethink reproduce", gnuplot: gnuplot)
  return try place.text("report.html")
}

/// The names that links of the table of contents lead to, in order.
private func contents(_ page: String) throws -> [String] {
  let nav = try #require(page.firstMatch(of: /<nav[^>]*>(?s:(.*?))<\/nav>/)).1
  return nav.matches(of: /href="#([^"]*)"/).map { String($0.1) }
}

/// What is the value of an attribute of any element.
private func values(_ attribute: String, _ page: String) -> [String] {
  page.matches(of: /([a-z:-]+)=["']([^"']*)["']/)
    .filter { String($0.1) == attribute }.map { String($0.2) }
}

@Suite("The page of a reproduction")
struct ReproductionPageTests {
  @Test("Each link has one target, and the table of contents names every section in its order")
  func links() async throws {
    let page = try await writtenPage(try TestFolder())
    let targets = values("id", page)
    #expect(Set(targets).count == targets.count)
    for link in values("href", page) {
      #expect(link.hasPrefix("#") && targets.contains(String(link.dropFirst())), "\(link)")
    }
    let sections = page.matches(of: /<section id="([^"]*)">\n<h2>/).map { String($0.1) }
    #expect(try contents(page) == sections)
    #expect(
      sections == [
        "differences", "claims", "learners", "figure1a", "figure1b", "figure1c", "figure2b",
        "numbers-figure1a", "numbers-figure1c", "notes", "missing", "runs", "provenance",
      ])
    #expect(page.components(separatedBy: "<h2").count == sections.count + 1)
  }

  @Test("A page without pictures has the same contents but for them, and says what draws them")
  func withoutGnuplot() async throws {
    let page = try await writtenPage(
      try TestFolder(), gnuplot: Gnuplot(executable: "no-such-gnuplot"))
    #expect(try contents(page).contains("figure1b"))
    #expect(page.contains("figures/figure1b.py"))
  }

  @Test("The page is made for small screens, dark ones and paper, and forbids to load anything")
  func media() async throws {
    let page = try await writtenPage(try TestFolder())
    #expect(page.contains("content=\"width=device-width, initial-scale=1\""))
    #expect(page.contains("@media screen and (prefers-color-scheme: dark)"))
    #expect(page.contains("@media print"))
    #expect(
      page.contains("content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\""))
    // Drawings bring no rules of their own: those of the page are enough.
    #expect(page.components(separatedBy: "<style>").count == 2)
    #expect(page.contains("svg [stroke=\"#0072b2\"]"))
    // Everything wide scrolls by itself.
    let tables = page.components(separatedBy: "<table").count
    #expect(
      tables > 5 && page.components(separatedBy: "<div class=\"table\"><table").count == tables)
    #expect(page.components(separatedBy: "<div class=\"drawing\"><svg").count == 5)
  }
}

/// The browser, where one is installed.
private enum Chromium {
  static let name = "chromium"

  static var isInstalled: Bool {
    get async {
      let result = try? await Subprocess.run(
        .name(name), arguments: ["--version"], output: .discarded, error: .discarded)
      return result?.terminationStatus.isSuccess == true
    }
  }

  /// Opens a page and returns its elements after loading, and what the browser logged of it.
  static func open(
    _ path: String, profile: String, _ options: String...
  ) async throws -> (elements: String, console: [String]) {
    let result = try await Subprocess.run(
      .name(name),
      arguments: .init(
        [
          "--headless", "--disable-gpu", "--no-sandbox", "--enable-logging=stderr",
          "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=\(profile)", "--dump-dom",
        ] + options + ["file://\(path)"]),
      output: .string(limit: 1 << 26), error: .string(limit: 1 << 22))
    #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
    let log = result.standardError.split(separator: "\n").map(String.init)
    return (result.standardOutput, log.filter { $0.contains("CONSOLE") })
  }
}

@Suite(
  "The page in a browser",
  .enabled("install chromium to open the page in it") { await Chromium.isInstalled },
  .serialized)
struct BrowserTests {
  @Test("It opens without a complaint, with all figures, and loads nothing")
  func opens() async throws {
    let place = try TestFolder()
    let page = try await writtenPage(place)
    let profile = try TestFolder()
    let (elements, console) = try await Chromium.open(
      place.path("report.html"), profile: profile.path)
    #expect(console == [])
    #expect(elements.components(separatedBy: "<svg").count == 5)
    for (name, count) in [("path", 60), ("text", 60), ("table", 5)] {
      #expect(elements.components(separatedBy: "<\(name)").count > count, "\(name)")
    }
    let targets = values("id", elements)
    for link in try contents(page) { #expect(targets.contains(link)) }
  }

  @Test("The page of a folder opens without a complaint, with the pictures of its files")
  func opensRun() async throws {
    let place = try TestFolder()
    _ = try await writtenPage(place)
    // Without the record the pictures and tables of the folder are left to show.
    try FileManager.default.removeItem(atPath: place.path("record.json"))
    let page = try await RunPage(of: place.path)
    #expect(page.figures.count == 4)
    try page.html.write(toFile: place.path("page.html"), atomically: true, encoding: .utf8)
    let profile = try TestFolder()
    let (elements, console) = try await Chromium.open(
      place.path("page.html"), profile: profile.path)
    #expect(console == [])
    #expect(elements.components(separatedBy: "<img").count == 5)
  }

  @Test("A page that loads something is refused it, which the test above would see")
  func refuses() async throws {
    let place = try TestFolder()
    let page = try await writtenPage(place)
    let profile = try TestFolder()
    for addition in ["<img src=\"http://localhost:1/a.png\"/>", "<script>document.title</script>"] {
      try page.replacing("</body>", with: addition + "</body>")
        .write(toFile: place.path("changed.html"), atomically: true, encoding: .utf8)
      let console = try await Chromium.open(place.path("changed.html"), profile: profile.path)
        .console
      #expect(console.count == 1 && console[0].contains("Content Security Policy"))
    }
  }

  @Test(
    "No part of the page is wider than the screen, on a telephone or a desk",
    arguments: [360, 1200])
  func width(pixels: Int) async throws {
    let place = try TestFolder()
    // The page in a frame as wide as the screen measures itself; its own rules let no script run.
    let page = try await writtenPage(place).replacing(
      /<meta http-equiv[^>]*>/, with: ""
    ).replacing(
      "</body>",
      with: """
        <script>
        const wide = document.documentElement.scrollWidth
        document.body.setAttribute("data-overflow", wide - document.documentElement.clientWidth)
        </script></body>
        """)
    try page.write(toFile: place.path("changed.html"), atomically: true, encoding: .utf8)
    try """
    <!DOCTYPE html><iframe id="frame" style="width:\(pixels)px;height:900px;border:0" src="changed.html">
    </iframe><script>
    window.onload = () => { document.title = document.getElementById("frame").contentDocument
      .body.getAttribute("data-overflow") }
    </script>
    """.write(toFile: place.path("frame.html"), atomically: true, encoding: .utf8)
    let profile = try TestFolder()
    let elements = try await Chromium.open(
      place.path("frame.html"), profile: profile.path, "--allow-file-access-from-files",
      "--window-size=1400,1000"
    ).elements
    let overflow = try #require(elements.firstMatch(of: /<title>(-?[0-9]+)<\/title>/)).1
    #expect(Int(overflow) ?? 1 <= 0, "\(overflow) pixels stand out")
  }
}
