import Foundation
import Reports
import Testing

@Suite("Appearance of figures")
struct FigureAppearanceTests {
  private func svg(_ series: [Figure.Series]) async throws -> String {
    try await renderSVG(Figure(title: "t", x: .init("x"), y: .init("y"), series: series))
  }

  private func points(_ values: [Double]) -> [Figure.Point] {
    values.enumerated().map { .init(Double($0.offset), $0.element) }
  }

  /// The parts of a drawing, one a plotted series, without its place.
  private func plots(_ svg: String) -> [String] {
    svg.components(separatedBy: "<g id=\"gnuplot_plot_").dropFirst().map {
      $0.components(separatedBy: "\n\t</g>")[0]
    }
  }

  @Test(
    "A dozen series are told apart without their colours",
    arguments: [Figure.Style.line, .points, .linesAndPoints])
  func withoutColors(style: Figure.Style) async throws {
    let series = (0..<12).map { Figure.Series("s\($0)", style, points: points([1, 2, 1])) }
    let looks = plots(try await svg(series)).map { plot in
      // Line, dashes and markers are all that is left.
      [/stroke-width="([0-9.]+)"/, /stroke-dasharray='([0-9.,]+)'/, /href='#(gpPt[0-9]+)'/]
        .map { pattern in Set(plot.matches(of: pattern).map { String($0.1) }).sorted() }
    }
    #expect(looks.count == 12)
    #expect(Set(looks).count == 12)
  }

  @Test("What others are held against is grey and dashed, and stands behind them")
  func reference() async throws {
    let svg = try await svg([
      .init("paper", .reference, points: points([3, 2, 1])),
      .init("ours", points: points([1, 2, 3])),
    ])
    let plots = plots(svg)
    try #require(plots.count == 2)
    #expect(plots[0].contains("<title>paper</title>") && plots[1].contains("<title>ours</title>"))
    #expect(plots[0].contains("<path stroke='#7a7a7a' stroke-dasharray='9.0,5.0'"))
    #expect(!plots[0].contains("<use") && plots[1].contains("<use"))
    #expect(!plots[1].contains("#7a7a7a"))
  }

  @Test("A band is a light shade of its curve, behind all curves, with the ends as its border")
  func band() async throws {
    let bare = points([1, 2, 1])
    let banded = [2.0, 3, 2].enumerated().map { x, y in
      Figure.Point(Double(x), y, band: y - 0.5...y + 0.25)
    }
    let plots = plots(try await svg([.init("bare", points: bare), .init("seeds", points: banded)]))
    try #require(plots.count == 3)
    let polygon = try #require(
      plots[0].firstMatch(
        of: /<polygon fill = '(#[0-9a-f]+)' fill-opacity = '([0-9.]+)' points = '([^']*)'/))
    let opacity = try #require(Double(polygon.2))
    #expect(opacity > 0.05 && opacity < 0.3)
    #expect(plots[2].contains("<path stroke='\(polygon.1)'"))
    #expect(!plots[1].contains("polygon") && !plots[2].contains("polygon"))
    // Three upper and three lower ends, of which each side is as the values are.
    let corners = polygon.3.split(separator: " ").map { corner in
      corner.split(separator: ",").compactMap { Double($0) }
    }
    let places = Set(corners.map { $0[0] }).sorted()
    #expect(places.count == 3)
    for place in places {
      let heights = corners.filter { $0[0] == place }.map { $0[1] }
      #expect(Set(heights).count == 2)
    }
    let spread = places.map { place in
      let heights = corners.filter { $0[0] == place }.map { $0[1] }
      return heights.max()! - heights.min()!
    }
    #expect(spread.allSatisfy { abs($0 - spread[0]) <= 0.02 }, "the band is 0.75 high everywhere")
  }

  @Test("Every colour has another in the dark, on screen alone")
  func dark() async throws {
    let styles: [Figure.Style] = [.line, .points, .linesAndPoints, .companion, .reference]
    let series = (0..<20).map { index in
      Figure.Series(
        "s\(index)", styles[index % 5],
        points: [.init(0, 1, band: 0...2), .init(1, 2, band: 1...3)])
    }
    let svg = try await svg(series)
    let style = try #require(svg.firstMatch(of: /<style>([^<]*)<\/style>/)).1
    #expect(style.hasPrefix("\n@media screen and (prefers-color-scheme: dark) {"))
    let rules = style.matches(of: /svg \[([a-z]+)="(#[0-9a-f]{6})"\] { ([a-z]+): (#[0-9a-f]{6}) }/)
    #expect(rules.allSatisfy { $0.1 == $0.3 && $0.2 != $0.4 })
    let styled = Set(rules.map { "\($0.1) \($0.2)" })
    // What is drawn: shapes with a colour of their own, and texts.
    let drawn = svg.components(separatedBy: "</defs>")[1]
    var found = 0
    for tag in drawn.matches(of: /<(?:path|polygon|use|g transform)[^>]*>/) {
      for color in tag.0.matches(of: /(fill|stroke|color) ?= ?["']([^"']*)["']/)
      where !["none", "currentColor"].contains(color.2) {
        #expect(styled.contains("\(color.1) \(color.2)"), "\(tag.0)")
        found += 1
      }
    }
    #expect(found > 100)
    #expect(svg.contains("fill=\"#ffffff\"") && styled.contains("fill #ffffff"))
  }

  @Test("Dark colours are bright enough on their ground, light ones dark enough on theirs")
  func contrast() async throws {
    let svg = try await svg([.init("a", points: points([1]))])
    let rules = svg.matches(of: /svg \[stroke="(#[0-9a-f]{6})"\] { stroke: (#[0-9a-f]{6}) }/)
    let pairs = Dictionary(uniqueKeysWithValues: rules.map { (String($0.1), String($0.2)) })
    let ground = try #require(pairs["#ffffff"])
    #expect(pairs.count == 13)
    for (light, dark) in pairs where light != "#ffffff" && light != "#e4e4e4" {
      // WCAG 2.2 asks for 3 of graphical objects; the yellow and the blue of Okabe and Ito have
      // less on white, and are told apart by their markers.
      let least = ["#e69f00", "#56b4e9", "#cc79a7"].contains(light) ? 2.0 : 3
      #expect(contrastRatio(light, "#ffffff") >= least, "\(light)")
      #expect(contrastRatio(dark, ground) >= 4.5, "\(dark)")
    }
  }

  /// (L₁ + 0.05) / (L₂ + 0.05) of relative luminances.
  private func contrastRatio(_ first: String, _ second: String) -> Double {
    let both = [luminance(first), luminance(second)].sorted()
    return (both[1] + 0.05) / (both[0] + 0.05)
  }

  private func luminance(_ color: String) -> Double {
    let number = Int(color.dropFirst(), radix: 16) ?? 0
    let channels = [16, 8, 0].map { Double(number >> $0 & 255) / 255 }
      .map { $0 <= 0.03928 ? $0 / 12.92 : pow(($0 + 0.055) / 1.055, 2.4) }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }
}
