import Foundation
import RandomStreams
import Reports
import TestSupport
import Testing

@Suite("Figures drawn again by matplotlib")
struct FigureMatplotlibTests {
  /// What matplotlib made of a figure.
  private struct Drawn: Decodable {
    struct Line: Decodable {
      var label: String
      var x: [Double?]
      var y: [Double?]
      var color: String
    }
    var title: String
    var note: String
    var labels: [String]
    var scales: [String]
    var limits: [Double]
    var lines: [Line]
    var bands: Int
    var legend: [String]
  }

  /// Runs all scripts of a folder and prints what is on their axes.
  private static let driver = """
    import json, math, pathlib, runpy, sys, warnings
    import matplotlib
    matplotlib.use("agg")
    warnings.simplefilter("ignore")
    folder, saves = pathlib.Path(sys.argv[1]), sys.argv[2] == "saving"
    from matplotlib.figure import Figure
    from matplotlib.collections import PolyCollection
    if not saves:
        Figure.savefig = lambda *arguments, **options: None
    def shown(text):
        assert not matplotlib.cbook.is_math_text(text), text
        return text.replace(r"\\$", "$")
    def numbers(values):
        return [float(value) if math.isfinite(value) else None for value in values]
    result = {}
    for script in sorted(folder.glob("*.py")):
        sys.argv = [str(script), str(script.with_suffix(".png")), str(script.with_suffix(".svg"))]
        made = runpy.run_path(str(script))
        axes, figure = made["axes"], made["figure"]
        result[script.stem] = {
            "title": shown(axes.get_legend().get_title().get_text()),
            "labels": [shown(axes.get_xlabel()), shown(axes.get_ylabel())],
            "note": shown(figure.get_supxlabel()),
            "scales": [axes.get_xscale(), axes.get_yscale()],
            "limits": [*axes.get_xlim(), *axes.get_ylim()],
            "lines": [
                {"label": shown(line.get_label()), "x": numbers(line.get_xdata()),
                 "y": numbers(line.get_ydata()), "color": line.get_color()}
                for line in axes.lines],
            "bands": sum(isinstance(child, PolyCollection) for child in axes.collections),
            "legend": [shown(text.get_text()) for text in axes.get_legend().get_texts()],
        }
        matplotlib.pyplot.close(figure)
    print(json.dumps(result))
    """

  private func draw(
    _ figures: [Figure], in place: TestFolder, saving: Bool
  ) async throws -> [Drawn] {
    for (index, figure) in figures.enumerated() {
      try figure.csv.write(toFile: place.path("f\(index).csv"), atomically: true, encoding: .utf8)
      try figure.matplotlibScript.write(
        toFile: place.path("f\(index).py"), atomically: true, encoding: .utf8)
    }
    let output = try await Python.run(Self.driver, place.path, saving ? "saving" : "measuring")
    let drawn = try JSONDecoder().decode([String: Drawn].self, from: Data(output.utf8))
    return try figures.indices.map { try #require(drawn["f\($0)"]) }
  }

  @Test("A script is literals, with a line for each series, and ten lines that draw them")
  func script() {
    let figure = Figure(
      title: "t", x: .init("x", isLogarithmic: true), y: .init("y", range: 0...1),
      series: [
        .init("a", points: [.init(1, 0.5)]), .init("b", .companion, points: [.init(1, 0.25)]),
        .init("c", .reference, points: []),
      ])
    let lines = figure.matplotlibScript.split(separator: "\n")
    let parts = figure.matplotlibScript.split(separator: "\n\n")
    #expect(parts.count == 2 && parts[1].split(separator: "\n").count == 10)
    #expect(lines.count == 24 && lines.allSatisfy { !$0.contains("/work") })
    #expect(lines.count { $0.hasPrefix("    (\"") } == 3)
    #expect(
      figure.matplotlibScript.contains("(\"c\", dict(label=\" c (no data)\", color=\"#7a7a7a\""))
    // Nothing of the figure is in what draws it.
    let other = Figure(
      title: "u", x: .init("n"), y: .init("m", isLogarithmic: true), series: [], notes: ["o"])
    #expect(other.matplotlibScript.hasSuffix(parts[1]))
    #expect(figure.matplotlibScript.contains("ylim=(0.0, 1.0)"))
  }

  @Test(
    "matplotlib shows the texts, scales, points and bands of the figure",
    .enabled("\(Python.advice("matplotlib"))") { try await Python.has("matplotlib") })
  func same() async throws {
    let styles: [Figure.Style] = [.line, .points, .linesAndPoints, .companion, .reference]
    var figures: [Figure] = []
    for seed in 0..<200 as Range<UInt64> {
      var stream = RandomStream(seed: seed, purpose: "figures for matplotlib")
      func text() -> String { HostileText.make(from: &stream, pieces: size(of: seed)) }
      func value() -> Double {
        let special = [.nan, .infinity, 0, -1, 1e-9, 1e9]
        return stream.uniform() < 0.2
          ? special[stream.integer(below: special.count)] : stream.normal() * 3
      }
      let hasBands = seed.isMultiple(of: 3)
      let series = (0..<1 + stream.integer(below: 4)).map { index in
        Figure.Series(
          "\(index)" + text(), styles[stream.integer(below: styles.count)],
          points: (0..<size(of: seed)).map { _ in
            let (x, y) = (value(), value())
            return .init(x, y, band: hasBands && y.isFinite ? y - 1...y + 1 : nil)
          })
      }
      figures.append(
        Figure(
          title: text(), x: .init(text(), isLogarithmic: seed.isMultiple(of: 2)),
          y: .init(text(), isLogarithmic: seed.isMultiple(of: 5)), series: series,
          notes: [text()]))
    }
    let place = try TestFolder()
    let drawn = try await draw(figures, in: place, saving: false)
    for (figure, drawn) in zip(figures, drawn) {
      #expect(HostileText.core(drawn.title) == HostileText.core(figure.title))
      #expect(
        drawn.labels.map(HostileText.core)
          == [figure.x, figure.y].map {
            HostileText.core($0.label)
          })
      #expect(HostileText.core(drawn.note) == HostileText.core(figure.notes.joined()))
      #expect(drawn.scales == [figure.x, figure.y].map { $0.isLogarithmic ? "log" : "linear" })
      #expect(drawn.limits.allSatisfy { $0.isFinite })
      try #require(drawn.lines.count == figure.series.count)
      #expect(drawn.legend.count == figure.series.count)
      for (series, line) in zip(figure.series, drawn.lines) {
        func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
        #expect(line.x == series.points.map { finite($0.x) })
        #expect(line.y == series.points.map { finite($0.y) })
        #expect(HostileText.core(line.label).hasPrefix(HostileText.core(series.name)))
        #expect(series.style != .reference || line.color == "#7a7a7a")
      }
      let banded = figure.series.contains { $0.points.contains { $0.band != nil } }
      #expect(drawn.bands == (banded ? figure.series.count { !$0.points.isEmpty } : 0))
    }
  }

  @Test(
    "The pictures that the arguments name are written",
    .enabled("\(Python.advice("matplotlib"))") { try await Python.has("matplotlib") })
  func pictures() async throws {
    let place = try TestFolder()
    let points = (1...30).map { Figure.Point(Double($0), 1 / Double($0), band: 0.01...1) }
    let figures = [
      Figure(
        title: "$x_1$ \"a\" \\b", x: .init("n", isLogarithmic: true),
        y: .init("error", isLogarithmic: true),
        series: [.init("_hidden", points: points), .init("none", .reference, points: [])],
        notes: ["note"]),
      Figure(title: "", x: .init(""), y: .init(""), series: []),
      Figure(
        title: "odd", x: .init("x"), y: .init("y"),
        series: [.init("s", points: [.init(0, .infinity), .init(1, .nan), .init(1e300, 2)])]),
    ]
    let drawn = try await draw(figures, in: place, saving: true)
    #expect(drawn[0].legend.map { HostileText.core($0) } == ["_hidden", "none(nodata)"])
    for index in figures.indices {
      let png = try Data(contentsOf: URL(filePath: place.path("f\(index).png")))
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      #expect(XMLReader(try place.text("f\(index).svg")).isWellFormed)
    }
  }
}
