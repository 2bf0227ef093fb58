/// Commands for gnuplot with a place holder for each text, and the texts.
///
/// gnuplot is never shown a text: it would stumble over some in quotes, and writes others into SVG
/// unescaped. Nothing is lost, as no width of a text enters the layout.
struct FigureScript {
  /// The commands.
  private(set) var commands: [String] = []
  private var texts: [String] = []

  /// Adds commands.
  mutating func add(_ commands: [String]) { self.commands += commands }

  /// A place holder, in quotes, for a text.
  mutating func slot(_ text: String) -> String {
    texts.append(printable(text))
    return "'text-\(texts.count - 1)-end'"
  }

  /// An SVG document with its place holders filled.
  func filled(_ svg: String) -> String {
    svg.replacing(/text-([0-9]+)-end/) { match in
      Int(match.1).flatMap { texts.indices.contains($0) ? escaped(texts[$0]) : nil } ?? ""
    }
  }
}

extension Figure {
  /// What makes gnuplot draw this figure as SVG on its standard output.
  var script: FigureScript {
    let layout = FigureLayout(self)
    let drawn = series.map { drawable($0) }
    let looks = appearances(drawn)
    var script = FigureScript()
    script.add([
      "set encoding utf8",
      "set terminal svg size \(FigureLayout.width),\(layout.height) noenhanced rounded "
        + "font '\(fontName),13' background '#ffffff'",
      "set lmargin at screen \(layout.left)",
      "set rmargin at screen \(layout.right)",
      "set tmargin at screen \(layout.top)",
      "set bmargin at screen \(layout.bottom)",
      "set border 3 linecolor rgb '#404040' linewidth 0.8",
      "set tics nomirror out scale 0.5 textcolor rgb '#202020'",
      "set grid back linetype 1 linecolor rgb '#e4e4e4' linewidth 0.7",
      "set style fill solid 0.13 noborder",
      "set bars 0",
      "unset key",
      "set label \(script.slot(title)) at screen \(layout.left),\(layout.titleHeight) left "
        + "font '\(fontName),16'",
      "set xlabel \(script.slot(x.label)) offset 0,0.4 textcolor rgb '#202020'",
      "set ylabel \(script.slot(y.label)) offset 0.8,0 textcolor rgb '#202020'",
      scale(of: x, "x", drawn.joined().map(\.x)),
      scale(of: y, "y", drawn.joined().flatMap { [$0.y] + $0.ends }),
    ])
    for index in series.indices {
      let name = drawn[index].isEmpty ? series[index].name + " (no data)" : series[index].name
      script.add(layout.keyCommands(index, name: script.slot(name), looks[index]))
      script.add([dataBlock(index, series[index].points)])
    }
    for (index, line) in layout.notes.enumerated() {
      script.add([
        "set label \(script.slot(line)) at screen \(layout.left),\(layout.noteHeight(index)) left "
          + "font '\(fontName),11' textcolor rgb '#505050'"
      ])
    }
    script.add([plotCommand(drawn, looks)])
    return script
  }

  // MARK: Data

  /// The points that have a place in the figure.
  private func drawable(_ series: Series) -> [Point] { series.points.filter(isDrawable) }

  private func isDrawable(_ point: Point) -> Bool { x.canShow(point.x) && y.canShow(point.y) }

  /// The drawable points, one a line; an empty line breaks the curve where one is left out.
  private func dataBlock(_ index: Int, _ points: [Point]) -> String {
    let lines = points.map { point in
      guard isDrawable(point) else { return "" }
      let ends = point.ends
      let band = ends.count == 2 && ends.allSatisfy(y.canShow) ? ends : [point.y, point.y]
      return "\(point.x) \(point.y) \(band[0]) \(band[1])"
    }
    return (["$series\(index) << END"] + lines + ["END"]).joined(separator: "\n")
  }

  private func appearances(_ drawn: [[Point]]) -> [Appearance] {
    var tone = -1
    return zip(series, drawn).map { series, points in
      if series.style != .companion && series.style != .reference { tone += 1 }
      return Appearance(tone: max(0, tone), style: series.style, points: points.count)
    }
  }

  private func plotCommand(_ drawn: [[Point]], _ looks: [Appearance]) -> String {
    let bands = zip(drawn, looks).enumerated().compactMap { index, entry in
      entry.0.contains { $0.band != nil }
        ? "$series\(index) using 1:3:4 with filledcurves linecolor rgb '\(entry.1.color)'" : nil
    }
    let curves = zip(drawn, looks).enumerated().compactMap { index, entry in
      entry.0.isEmpty ? nil : "$series\(index) using 1:2 \(entry.1.plotStyle)"
    }
    return "plot " + (curves.isEmpty ? ["NaN"] : bands + curves).joined(separator: ", ")
  }

  // MARK: Axes

  private func scale(of axis: Axis, _ name: String, _ values: [Double]) -> String {
    let shown = values.filter(axis.canShow)
    let given = axis.range.flatMap { range in
      [range.lowerBound, range.upperBound].allSatisfy(axis.canShow)
        && range.lowerBound < range.upperBound ? range : nil
    }
    let range = given ?? axis.rangeAround(shown, isTight: name == "x")
    let scale = "set \(name)range [\(range.lowerBound):\(range.upperBound)]"
    guard axis.isLogarithmic else { return scale }
    let tics = logarithmicTics(range).map { "\($0)" }.joined(separator: ", ")
    // Over many decades all numbers are powers of ten, written alike and short.
    let format = range.upperBound / range.lowerBound > 1e6 ? "%.0e" : "%g"
    return
      "set logscale \(name)\nset format \(name) '\(format)'\nset \(name)tics (\(tics))\n\(scale)"
  }
}

extension Figure.Point {
  fileprivate var ends: [Double] { band.map { [$0.lowerBound, $0.upperBound] } ?? [] }
}

extension Figure.Axis {
  /// A range that holds all values and is never empty, which gnuplot would refuse.
  fileprivate func rangeAround(_ values: [Double], isTight: Bool) -> ClosedRange<Double> {
    guard let low = values.min(), let high = values.max() else {
      return isLogarithmic ? 1...10 : 0...1
    }
    if isLogarithmic { return logarithmicRange(from: low, to: high) }
    if low == high { return low - max(1, abs(low)) / 2...high + max(1, abs(high)) / 2 }
    let margin = (high - low) * (isTight ? 0.02 : 0.06)
    // An axis that starts near zero starts at zero.
    let start = low >= 0 && low < (high - low) / 2 ? 0 : low - margin
    return start...high + margin
  }
}

/// The font that gnuplot measures texts with; pages name fallbacks for it.
let fontName = "Helvetica"

/// The text with a space for each character that XML cannot hold or that breaks a line.
func printable(_ text: String) -> String {
  let scalars = text.unicodeScalars.map { scalar in
    scalar.isPrintable && !scalar.properties.isWhitespace ? scalar : " "
  }
  return String(String.UnicodeScalarView(scalars))
}
