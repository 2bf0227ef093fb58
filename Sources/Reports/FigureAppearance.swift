/// The line and marker of a series.
///
/// Colours are those of Okabe and Ito, told apart by every kind of colour vision; dashes or
/// markers differ as well, for print in black and white.
struct Appearance {
  /// The colour as gnuplot and SVG write it.
  let color: String
  /// How the line is drawn; nil for none.
  let line: String?
  /// How markers are drawn; nil for none.
  let marker: String?
  private let markerInterval: Int

  private static let colors = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
  ]
  /// Filled and open markers: circle, square, triangle, inverted triangle, diamond, cross.
  private static let markers = [(7, 6), (5, 4), (9, 8), (11, 10), (13, 12), (2, 1)]
  private static let dashes = ["1", "(16,5)", "(7,4)", "(16,4,3,4)", "(10,3,3,3,3,3)", "(4,3)"]

  /// The appearance of a series.
  ///
  /// - Parameters:
  ///   - tone: counts the series, companions and references left out.
  ///   - style: how it is drawn.
  ///   - points: the number of its points.
  init(tone: Int, style: Figure.Style, points: Int) {
    let (filled, open) = Self.markers[tone % Self.markers.count]
    let dash = Self.dashes[tone % Self.dashes.count]
    color = style == .reference ? "#7a7a7a" : Self.colors[tone % Self.colors.count]
    // Some twelve markers on a curve tell it from the others.
    markerInterval = max(1, points / 12)
    switch style {
    case .line: (line, marker) = ("linewidth 2 dashtype \(dash)", nil)
    case .points: (line, marker) = (nil, "pointtype \(filled) pointsize 0.7")
    case .linesAndPoints:
      (line, marker) = ("linewidth 2 dashtype 1", "pointtype \(filled) pointsize 0.7")
    case .companion:
      (line, marker) = ("linewidth 1.2 dashtype (2,4)", "pointtype \(open) pointsize 0.6")
    case .reference: (line, marker) = ("linewidth 2 dashtype (9,5)", nil)
    }
  }

  /// What follows the data in a `plot` command.
  var plotStyle: String {
    let paint = "linecolor rgb '\(color)'"
    switch (line, marker) {
    case (let line?, let marker?):
      return "with linespoints \(line) \(marker) pointinterval \(markerInterval) \(paint)"
    case (nil, let marker?): return "with points \(marker) \(paint)"
    case (let line?, nil): return "with lines \(line) \(paint)"
    case (nil, nil): return "with lines \(paint)"
    }
  }
}
