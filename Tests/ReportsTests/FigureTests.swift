import Foundation
import FoundationXML
import RandomStreams
import Reports
import Testing

/// The texts of an XML document, and whether it is well-formed.
final class XMLReader: NSObject, XMLParserDelegate {
  private(set) var texts: [String] = []
  private(set) var elements: [String] = []
  private(set) var isWellFormed = false
  private var text = ""

  init(_ document: String) {
    super.init()
    let parser = XMLParser(data: Data(document.utf8))
    parser.delegate = self
    isWellFormed = parser.parse()
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements.append(name)
    text = ""
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    if name == "text" { texts.append(HostileText.core(text)) }
    text = ""
  }
}

@Suite("Figures")
struct FigureTests {
  private func figure(_ series: [Figure.Series]) -> Figure {
    Figure(title: "title", x: .init("x, m"), y: .init("y, s"), series: series)
  }

  private func line(_ values: [Double]) -> [Figure.Point] {
    values.enumerated().map { Figure.Point(Double($0.offset), $0.element) }
  }

  @Test("Every text is drawn as it is, whatever it holds", arguments: 0..<200 as Range<UInt64>)
  func hostileTexts(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, purpose: "hostile figures")
    func text() -> String { HostileText.make(from: &stream, pieces: size(of: seed)) }
    let name = text()
    let note = text()
    let (xLabel, yLabel) = (text(), text())
    let figure = Figure(
      title: text(), x: .init(xLabel), y: .init(yLabel),
      series: [.init(name, points: line([1, 3, 2])), .init(text(), .reference, points: [])],
      notes: [note])
    let reader = XMLReader(try await renderSVG(figure))
    #expect(reader.isWellFormed)
    let all = reader.texts.joined()
    for text in [name, note, xLabel, yLabel] {
      let core = HostileText.core(text)
      #expect(core.isEmpty || all.contains(core))
    }
  }

  @Test(
    "Values that have no place are left out, whatever the axes", arguments: 0..<200 as Range<UInt64>
  )
  func hostileValues(seed: UInt64) async throws {
    var stream = RandomStream(seed: seed, purpose: "hostile values")
    let special = [
      .nan, .infinity, -.infinity, 0, -0.0, 1, -1, 1e-300, 1e300, .greatestFiniteMagnitude,
      .leastNonzeroMagnitude, 5, 5,
    ]
    func value() -> Double {
      stream.uniform() < 0.5 ? special[stream.integer(below: special.count)] : stream.normal()
    }
    let styles: [Figure.Style] = [.line, .points, .linesAndPoints, .companion, .reference]
    let series = (0..<stream.integer(below: 9)).map { index in
      Figure.Series(
        "s\(index)", styles[stream.integer(below: styles.count)],
        points: (0..<size(of: seed)).map { _ in
          let y = value()
          let band = y.isFinite && stream.uniform() < 0.3 ? y - 1...y + 1 : nil
          return Figure.Point(value(), y, band: band)
        })
    }
    func axis() -> Figure.Axis {
      Figure.Axis(
        "a", isLogarithmic: stream.uniform() < 0.5, range: stream.uniform() < 0.2 ? -1...3 : nil)
    }
    let svg = try await renderSVG(
      Figure(title: "t", x: axis(), y: axis(), series: series, notes: []))
    #expect(XMLReader(svg).isWellFormed)
  }

  @Test("Points are marked where they belong, others not at all")
  func markers() async throws {
    func markers(_ values: [Double], logarithmic: Bool = false) async throws -> Int {
      var figure = figure([.init("", .points, points: line(values))])
      figure.y.isLogarithmic = logarithmic
      let svg = try await renderSVG(figure)
      return svg.components(separatedBy: "<use xlink:href='#gpPt6'").count - 1
    }
    // One marker more, or one fewer, than points would show: the key has one as well, and the
    // definitions use the marker once.
    let none = try await markers([])
    #expect(try await markers([1, 2, 3]) == none + 3)
    #expect(try await markers([1, .nan, 3, .infinity]) == none + 2)
    #expect(try await markers([1, 0, -1, 10], logarithmic: true) == none + 2)
  }

  @Test("A curve is broken where a value is missing, not led over the gap")
  func gaps() async throws {
    func strokes(_ values: [Double]) async throws -> Int {
      var figure = figure([.init("a", .line, points: line(values))])
      // The same tics for all.
      (figure.x.range, figure.y.range) = (0...8, 0...6)
      let svg = try await renderSVG(figure)
      return svg.components(separatedBy: "M").count
    }
    let whole = try await strokes([1, 2, 3, 4, 5])
    #expect(try await strokes([1, 2, .nan, 4, 5]) == whole + 1)
    #expect(try await strokes([.nan, 1, 2, .infinity, .nan, 4, 5, .nan]) == whole + 1)
  }

  @Test("Both ends of a logarithmic axis have their number", arguments: -12..<12)
  func logarithmicEnds(exponent: Int) async throws {
    let ends = [exponent, exponent + 2].map { pow(10, Double($0)) }
    var figure = figure([.init("a", points: ends.map { .init($0, $0) })])
    (figure.x.isLogarithmic, figure.y.isLogarithmic) = (true, true)
    let texts = XMLReader(try await renderSVG(figure)).texts.compactMap { Double($0) }
    for end in ends {
      #expect(texts.count { abs($0 / end - 1) < 1e-3 } == 2, "\(end) is told on both axes")
    }
  }

  @Test("A series without points says so in the key")
  func emptySeries() async throws {
    let reader = XMLReader(
      try await renderSVG(figure([.init("bare", points: []), .init("full", points: line([1]))])))
    #expect(reader.texts.contains("bare(nodata)"))
    #expect(reader.texts.contains("full"))
    #expect(XMLReader(try await renderSVG(figure([]))).isWellFormed)
  }

  @Test("The same figure gives the same bytes")
  func reproducible() async throws {
    let figure = figure([.init("a", points: line([1, 2, 4]))])
    #expect(try await renderSVG(figure) == renderSVG(figure))
  }

  @Test("The CSV holds the data of all points, also of those that are not drawn")
  func csv() {
    var figure = figure([
      .init("a, b", points: [.init(0, 0.1), .init(1, .nan)]), .init("c", .line, points: []),
    ])
    #expect(figure.csv == "series,\"x, m\",\"y, s\"\n\"a, b\",0,0.1\n\"a, b\",1,nan\n")
    figure.series[0].points[0].band = 0...0.25
    #expect(
      figure.csv
        == "series,\"x, m\",\"y, s\",low,high\n\"a, b\",0,0.1,0,0.25\n\"a, b\",1,nan,,\n")
  }

  @Test("A missing program is named with what to install")
  func missing() async {
    let gnuplot = Gnuplot(executable: "no-such-gnuplot")
    await #expect(throws: ReportError.gnuplotMissing(executable: "no-such-gnuplot")) {
      try await renderSVG(figure([]), gnuplot: gnuplot)
    }
  }

  @Test("A program that does not draw is an error", arguments: ["false", "true"])
  func failing(program: String) async {
    let error = await #expect(throws: ReportError.self) {
      try await renderSVG(figure([]), gnuplot: Gnuplot(executable: program))
    }
    guard case .gnuplotFailed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
