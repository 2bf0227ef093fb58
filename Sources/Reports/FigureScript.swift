extension Figure {
  /// The commands that make gnuplot draw this figure as SVG on its standard output.
  ///
  /// Texts are in single quotes, where gnuplot expands nothing, and its markup is off.
  var script: String {
    let layout = Layout(self)
    let drawn = series.map { drawable($0) }
    let blocks = series.enumerated().map { index, series in dataBlock(index, series.points) }
    let commands = [
      "set encoding utf8",
      "set terminal svg size \(Layout.width),\(layout.height) noenhanced rounded "
        + "font \(quoted("\(fontName),13")) background '#ffffff'",
      "set lmargin at screen \(layout.left)",
      "set rmargin at screen \(layout.right)",
      "set tmargin at screen \(layout.top)",
      "set bmargin at screen \(layout.bottom)",
      "set border 3 linecolor rgb '#404040' linewidth 0.8",
      "set tics nomirror out scale 0.5 textcolor rgb '#202020'",
      "set grid back linetype 1 linecolor rgb '#e4e4e4' linewidth 0.7",
      "set style fill solid 0.13 noborder",
      "set bars 0",
      "set label 1 \(quoted(title)) at screen \(layout.left),\(layout.titleHeight) left "
        + "font \(quoted("\(fontName),16"))",
      "set xlabel \(quoted(x.label)) offset 0,0.7 textcolor rgb '#202020'",
      "set ylabel \(quoted(y.label)) offset 0.8,0 textcolor rgb '#202020'",
      "set key at screen \(layout.left),\(layout.keyHeight) left top Left reverse horizontal "
        + "maxcols \(Layout.keyColumns) samplen 3 spacing 1.15 width 1",
      scale(of: x, "x", drawn.joined().map(\.x)),
      scale(of: y, "y", drawn.joined().flatMap { [$0.y] + $0.ends }),
    ]
    let notes = layout.notes.enumerated().map { index, line in
      "set label \(index + 2) \(quoted(line)) at screen \(layout.left),"
        + "\(layout.noteHeight(index)) left font \(quoted("\(fontName),11")) "
        + "textcolor rgb '#505050'"
    }
    return (commands + notes + blocks + [plotCommand(drawn)]).joined(separator: "\n") + "\n"
  }

  // MARK: Data

  /// The points that have a place in the figure.
  private func drawable(_ series: Series) -> [Point] { series.points.filter(isDrawable) }

  private func isDrawable(_ point: Point) -> Bool { x.canShow(point.x) && y.canShow(point.y) }

  /// The drawable points, one a line; an empty line breaks the curve where others are left out.
  private func dataBlock(_ index: Int, _ points: [Point]) -> String {
    var lines: [String] = []
    for point in points {
      if isDrawable(point) {
        let ends = point.ends
        let band = ends.count == 2 && ends.allSatisfy(y.canShow) ? ends : [point.y, point.y]
        lines.append("\(point.x) \(point.y) \(band[0]) \(band[1])")
      } else if lines.last?.isEmpty == false {
        // Two empty lines would begin another data set.
        lines.append("")
      }
    }
    return (["$series\(index) << END"] + lines + ["END"]).joined(separator: "\n")
  }

  private func plotCommand(_ drawn: [[Point]]) -> String {
    var bands: [String] = []
    var curves: [String] = []
    var tone = -1
    for (index, series) in series.enumerated() {
      if series.style != .companion && series.style != .reference { tone += 1 }
      let appearance = Appearance(tone: max(0, tone), style: series.style, points: drawn[index])
      if drawn[index].contains(where: { $0.band != nil }) {
        bands.append(
          "$series\(index) using 1:3:4 with filledcurves linecolor rgb '\(appearance.color)' "
            + "notitle")
      }
      let data = drawn[index].isEmpty ? "NaN" : "$series\(index) using 1:2"
      let name = drawn[index].isEmpty ? series.name + " (no data)" : series.name
      curves.append("\(data) \(appearance.command) title \(quoted(name))")
    }
    return "plot " + (series.isEmpty ? ["NaN notitle"] : bands + curves).joined(separator: ", ")
  }

  // MARK: Axes

  private func scale(of axis: Axis, _ name: String, _ values: [Double]) -> String {
    let shown = values.filter(axis.canShow)
    let given = axis.range.flatMap { range in
      [range.lowerBound, range.upperBound].allSatisfy(axis.canShow)
        && range.lowerBound < range.upperBound ? range : nil
    }
    let range = given ?? axis.rangeAround(shown, isTight: name == "x")
    let scale =
      axis.isLogarithmic
      ? "set logscale \(name)\nset format \(name) '%g'" : "unset logscale \(name)"
    return "\(scale)\nset \(name)range [\(range.lowerBound):\(range.upperBound)]"
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
    if isLogarithmic { return low / 1.5...high * 1.5 }
    if low == high { return low - max(1, abs(low)) / 2...high + max(1, abs(high)) / 2 }
    let margin = (high - low) * (isTight ? 0.02 : 0.06)
    // An axis that starts near zero starts at zero.
    let start = low >= 0 && low < (high - low) / 2 ? 0 : low - margin
    return start...high + margin
  }
}

/// The line and marker of a series.
///
/// Colours are those of Okabe and Ito, told apart by every kind of colour vision; dashes of lines and
/// markers differ as well, for print in black and white.
private struct Appearance {
  var color: String
  var command: String

  private static let colors = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
  ]
  /// Filled and open markers: circle, square, triangle, inverted triangle, diamond, cross.
  private static let markers = [(7, 6), (5, 4), (9, 8), (11, 10), (13, 12), (2, 1)]
  private static let dashes = ["1", "(16,5)", "(7,4)", "(16,4,3,4)", "(10,3,3,3,3,3)", "(4,3)"]

  init(tone: Int, style: Figure.Style, points: [Figure.Point]) {
    let (filled, open) = Self.markers[tone % Self.markers.count]
    let dash = Self.dashes[tone % Self.dashes.count]
    // Some twelve markers on a curve tell it from the others; each curve starts at another point.
    let interval = max(1, points.count / 12)
    color = style == .reference ? "#7a7a7a" : Self.colors[tone % Self.colors.count]
    let paint = "linecolor rgb '\(color)'"
    switch style {
    case .line:
      command = "with lines linewidth 2 dashtype \(dash) \(paint)"
    case .points:
      command = "with points pointtype \(filled) pointsize 0.7 \(paint)"
    case .linesAndPoints:
      command =
        "with linespoints linewidth 2 pointtype \(filled) pointsize 0.7 "
        + "pointinterval \(interval) \(paint)"
    case .companion:
      command =
        "with linespoints linewidth 1.2 dashtype (2,4) pointtype \(open) pointsize 0.6 "
        + "pointinterval \(interval) \(paint)"
    case .reference:
      command = "with lines linewidth 2 dashtype (9,5) \(paint)"
    }
  }
}

/// Where title, key, axes and notes stand, in shares of the picture, from its bottom.
private struct Layout {
  static let width = 760
  static let keyColumns = 2

  let height: Int
  let notes: [String]
  private let titleRows: Int
  private let keyRows: Int

  init(_ figure: Figure) {
    notes = figure.notes.flatMap { printable($0).wrapped(at: 108) }
    keyRows = (figure.series.count + Self.keyColumns - 1) / Self.keyColumns
    titleRows = figure.title.isEmpty ? 0 : 1
    height = 10 + titleRows * 26 + keyRows * 22 + 340 + 56 + notes.count * 16 + 8
  }

  var left: Double { 80 / Double(Self.width) }
  var right: Double { 1 - 18 / Double(Self.width) }
  var titleHeight: Double { fromTop(20) }
  var keyHeight: Double { fromTop(4 + titleRows * 26) }
  var top: Double { fromTop(10 + titleRows * 26 + keyRows * 22) }
  var bottom: Double { fromTop(height - 56 - notes.count * 16 - 8) }

  func noteHeight(_ index: Int) -> Double {
    (Double((notes.count - index) * 16) - 4) / Double(height)
  }

  private func fromTop(_ pixels: Int) -> Double { 1 - Double(pixels) / Double(height) }
}

/// The font that gnuplot measures texts with; pages name fallbacks for it.
let fontName = "Helvetica"

/// A text as gnuplot reads it in single quotes.
func quoted(_ text: String) -> String {
  "'" + printable(text).replacing("'", with: "''") + "'"
}

/// The text with a space for each character that XML cannot hold or that breaks a line.
private func printable(_ text: String) -> String {
  let scalars = text.unicodeScalars.map { scalar in
    scalar.isPrintable && !scalar.properties.isWhitespace ? scalar : " "
  }
  return String(String.UnicodeScalarView(scalars))
}
