import Foundation
import RandomStreams
import Reports
import Testing

@Suite("Formats of figures")
struct FigureFormatTests {
  private func figure(_ text: String) -> Figure {
    Figure(
      title: text, x: .init(text), y: .init(text),
      series: [
        .init(text, points: [.init(0, 1, band: 0...2), .init(1, 3, band: 2...4)]),
        .init(text, .reference, points: []),
      ], notes: [text])
  }

  private func isWhole(_ bytes: [UInt8], _ format: FigureFormat) -> Bool {
    let data = Data(bytes)
    return switch format {
    case .svg: XMLReader(String(decoding: bytes, as: UTF8.self)).isWellFormed
    case .png:
      data.starts(with: [0x89, 0x50, 0x4E, 0x47]) && data.suffix(8).starts(with: Data("IEND".utf8))
    case .pdf: data.starts(with: Data("%PDF-".utf8)) && data.suffix(8).contains(Data("%%EOF".utf8))
    }
  }

  @Test("A list names formats once each, whatever their order")
  func lists() {
    #expect(FigureFormat.list("svg") == [.svg])
    #expect(FigureFormat.list("pdf,svg,png,pdf") == [.svg, .png, .pdf])
    for bad in ["", "gif", "svg,", ",svg", "PNG", "png;pdf", " png", "png, pdf", "svg,,pdf"] {
      #expect(FigureFormat.list(bad) == nil, "\(bad)")
    }
  }

  @Test("Any text can be drawn in any format", arguments: 0..<200 as Range<UInt64>)
  func hostileTexts(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, purpose: "hostile figures in other formats")
    let text = HostileText.make(from: &stream, pieces: size(of: seed))
    let format: FigureFormat = seed.isMultiple(of: 4) ? .png : .pdf
    #expect(isWhole(try await render(figure(text), as: format), format))
  }

  @Test(
    "Texts are drawn as they are: what gnuplot would make of them is another picture",
    arguments: [
      (#"\141"#, "a"), ("x_{1}", "x1"), ("{/Symbol a}", "α"), ("a''b", "a'b"), (#"a\\b"#, #"a\b"#),
      ("`echo a`", "a"), ("%%", "%"), ("&lt;", "<"), ("<b>a</b>", "a"), ("@a", "a"),
      ("a\\nb", "a b"),
    ], [FigureFormat.png, .pdf])
  func literal(texts: (String, String), format: FigureFormat) async throws {
    #expect(
      try await render(figure(texts.0), as: format) != render(figure(texts.1), as: format))
  }

  @Test("No text is run as a command", arguments: FigureFormat.allCases)
  func commands(format: FigureFormat) async throws {
    let place = try TestFolder()
    let file = place.path("made")
    for text in [
      "`touch \(file)`", "'`touch \(file)`'", "\"`touch \(file)`\"", "'; !touch \(file)",
    ] {
      _ = try await render(figure(text), as: format)
    }
    #expect(try place.contents() == [])
  }

  @Test("The same figure gives the same bytes, at any time", arguments: FigureFormat.allCases)
  func reproducible(format: FigureFormat) async throws {
    let first = try await render(figure("a"), as: format)
    try await Task.sleep(for: .seconds(1.1))
    #expect(try await render(figure("a"), as: format) == first)
    #expect(isWhole(first, format))
  }

  @Test("A PNG has twice the pixels of the SVG")
  func pixels() async throws {
    let svg = try await renderSVG(figure("a"))
    let png = try await render(figure("a"), as: .png)
    func number(_ bytes: ArraySlice<UInt8>) -> Int { bytes.reduce(0) { $0 * 256 + Int($1) } }
    let size = try #require(svg.firstMatch(of: /width="([0-9]+)" height="([0-9]+)"/))
    #expect(number(png[16..<20]) == 2 * Int(size.1)!)
    #expect(number(png[20..<24]) == 2 * Int(size.2)!)
  }

  @Test("A format that gnuplot cannot write is named; the others are drawn")
  func lacking() async throws {
    let place = try TestFolder()
    let gnuplot = try place.gnuplot(without: "pdf")
    await #expect(throws: ReportError.gnuplotLacksTerminal(name: "pdfcairo")) {
      try await render(figure("a"), as: .pdf, gnuplot: gnuplot)
    }
    #expect(isWhole(try await render(figure("a"), as: .png, gnuplot: gnuplot), .png))
  }
}
