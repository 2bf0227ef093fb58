/// Commands for gnuplot and the texts that they place.
///
/// gnuplot is never shown a text: it would stumble over some in quotes, and writes others into SVG
/// unescaped. SVG gets place holders, other formats each byte in octal. Nothing is lost, as no width
/// of a text enters the layout.
struct FigureScript {
  /// What is drawn in the end.
  let format: FigureFormat
  /// The names of what the `plot` command draws, in its order.
  var plots: [String] = []
  private var commands: [String] = []
  private var texts: [String] = []

  /// Creates a script without commands.
  init(for format: FigureFormat) { self.format = format }

  /// The script as gnuplot reads it.
  var bytes: [UInt8] { Array((commands.joined(separator: "\n") + "\n").utf8) }

  /// Adds commands.
  mutating func add(_ commands: [String]) { self.commands += commands }

  /// What stands, in quotes, for a text.
  mutating func slot(_ text: String) -> String {
    if format != .svg { return inOctal(text) }
    texts.append(printable(text))
    return "'text-\(texts.count - 1)-end'"
  }

  /// An SVG document with its place holders filled, and the names of series where gnuplot counts
  /// them: a browser shows them beside the pointer.
  func filled(_ svg: String) -> String {
    let filled = svg.replacing(/text-([0-9]+)-end/) { match in
      Int(match.1).flatMap { texts.indices.contains($0) ? escaped(texts[$0]) : nil } ?? ""
    }
    return filled.replacing(/(<g id="gnuplot_plot_([0-9]+)" *><title>)[^<]*</) { match in
      let index = (Int(match.2) ?? 0) - 1
      return match.1 + (plots.indices.contains(index) ? escaped(printable(plots[index])) : "") + "<"
    }
  }
}

extension FigureFormat {
  /// The command that chooses format, size and font.
  ///
  /// The cairo terminals measure in units of their own: pixels that are twice as fine, or inches.
  /// They draw with whatever font stands for Helvetica, so texts are smaller there, notes above all,
  /// to leave room for wider ones.
  fileprivate func terminalCommand(height: Int) -> String {
    let width = FigureLayout.width
    let size =
      switch self {
      case .svg: "size \(width),\(height)"
      case .png:
        "size \(2 * width),\(2 * height) fontscale 1.7 linewidth 2 "
          + "pointscale 3 dashlength 3"
      case .pdf:
        "size \(Double(width) / 96)in,\(Double(height) / 96)in fontscale 0.64 linewidth 1.5 "
          + "dashlength 2"
      }
    return "set terminal \(terminal) \(size) noenhanced rounded font '\(fontName),13' "
      + "background '\(Palette.ground)'"
  }
}

extension Figure {
  /// What makes gnuplot draw this figure on its standard output.
  func script(for format: FigureFormat) -> FigureScript {
    let layout = FigureLayout(self)
    let drawn = series.map { drawable($0) }
    let looks = appearances
    var script = FigureScript(for: format)
    script.add([
      "set encoding utf8",
      format.terminalCommand(height: layout.height),
      "set lmargin at screen \(layout.left)",
      "set rmargin at screen \(layout.right)",
      "set tmargin at screen \(layout.top)",
      "set bmargin at screen \(layout.bottom)",
      "set border 3 linecolor rgb '\(Palette.axis)' linewidth 0.8",
      "set tics nomirror out scale 0.5 textcolor rgb '\(Palette.text)'",
      "set grid back linetype 1 linecolor rgb '\(Palette.grid)' linewidth 0.7",
      "set style fill solid 0.13 noborder",
      "set bars 0",
      "unset key",
      "set label \(script.slot(title)) at screen \(layout.left),\(layout.titleHeight) left "
        + "font '\(fontName),16' textcolor rgb '\(Palette.text)'",
      "set xlabel \(script.slot(x.label)) offset 0,0.4 textcolor rgb '\(Palette.text)'",
      "set ylabel \(script.slot(y.label)) offset 0.8,0 textcolor rgb '\(Palette.text)'",
      scale(of: x, "x", xRange),
      scale(of: y, "y", yRange),
    ])
    for index in series.indices {
      script.add(layout.keyCommands(index, name: script.slot(keyName(series[index])), looks[index]))
      script.add([dataBlock(index, series[index].points)])
    }
    for (index, line) in layout.notes.enumerated() {
      script.add([
        "set label \(script.slot(line)) at screen \(layout.left),\(layout.noteHeight(index)) left "
          + "font '\(fontName),\(format == .svg ? 11 : 9)' textcolor rgb '\(Palette.note)'"
      ])
    }
    let bands = series.indices.filter { index in drawn[index].contains { $0.band != nil } }
    let curves = series.indices.filter { !drawn[$0].isEmpty }
    script.plots = (bands + curves).map { series[$0].name }
    script.add([plotCommand(bands: bands, curves: curves, looks)])
    return script
  }

  // MARK: Data

  /// The name of a series in the key.
  func keyName(_ series: Series) -> String {
    drawable(series).isEmpty ? series.name + " (no data)" : series.name
  }

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

  /// How each series is drawn.
  var appearances: [Appearance] {
    var tone = -1
    return series.map { series in
      if series.style != .companion && series.style != .reference { tone += 1 }
      return Appearance(
        tone: max(0, tone), style: series.style, points: drawable(series).count)
    }
  }

  private func plotCommand(bands: [Int], curves: [Int], _ looks: [Appearance]) -> String {
    let parts =
      bands.map { "$series\($0) using 1:3:4 with filledcurves linecolor rgb '\(looks[$0].color)'" }
      + curves.map { "$series\($0) using 1:2 \(looks[$0].plotStyle)" }
    return "plot " + (parts.isEmpty ? ["NaN"] : parts).joined(separator: ", ")
  }

  // MARK: Axes

  /// What the horizontal axis shows.
  var xRange: ClosedRange<Double> { x.shownRange(series.flatMap(drawable).map(\.x), isTight: true) }

  /// What the vertical axis shows.
  var yRange: ClosedRange<Double> {
    y.shownRange(series.flatMap(drawable).flatMap { [$0.y] + $0.ends }, isTight: false)
  }

  private func scale(of axis: Axis, _ name: String, _ range: ClosedRange<Double>) -> String {
    guard axis.isLogarithmic else {
      return "set \(name)range [\(range.lowerBound):\(range.upperBound)]"
    }
    // gnuplot compares logarithms, and would lose a tic at an end by their rounding.
    let (low, high) = (range.lowerBound * (1 - 1e-9), range.upperBound * (1 + 1e-9))
    let scale = "set \(name)range [\(low):\(high)]"
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
  /// The range that was asked for, where it can be shown, or one around the data.
  fileprivate func shownRange(_ values: [Double], isTight: Bool) -> ClosedRange<Double> {
    if let range, canShow(range.lowerBound), canShow(range.upperBound),
      range.lowerBound < range.upperBound
    {
      return range
    }
    return rangeAround(values.filter(canShow), isTight: isTight)
  }

  /// A range that holds all values and is never empty, which gnuplot would refuse.
  private func rangeAround(_ values: [Double], isTight: Bool) -> ClosedRange<Double> {
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

/// A text in double quotes, each byte in octal: gnuplot expands nothing in it.
func inOctal(_ text: String) -> String {
  let bytes = printable(text).utf8.map { byte in
    let digits = String(byte, radix: 8)
    return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
  }
  return "\"" + bytes.joined() + "\""
}
