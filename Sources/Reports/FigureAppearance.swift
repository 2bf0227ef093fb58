/// The line and marker of a series.
///
/// Colours are those of Okabe and Ito, told apart by every kind of colour vision; dashes or
/// markers differ as well, for print in black and white.
struct Appearance {
  /// A line: its width and its dashes, in pixels.
  struct Line {
    let width: Double
    /// Lengths of dashes and gaps in turn; none for a solid line.
    let dashes: [Int]
  }

  /// The shape of a marker.
  enum Shape: CaseIterable {
    case circle, square, triangle, invertedTriangle, diamond, cross
  }

  /// A marker.
  struct Marker {
    let shape: Shape
    /// Whether it is an outline; an open cross stands upright.
    let isOpen: Bool
    /// In the units of gnuplot: its radius is so many times five pixels.
    let size: Double
  }

  /// The colour as gnuplot and SVG write it.
  let color: String
  /// How the line is drawn; nil for none.
  let line: Line?
  /// How markers are drawn; nil for none.
  let marker: Marker?
  /// Every how many points a curve has a marker.
  let markerInterval: Int

  private static let dashes = [
    [], [16, 5], [7, 4], [16, 4, 3, 4], [10, 3, 3, 3, 3, 3], [4, 3],
  ]

  /// The appearance of a series.
  ///
  /// - Parameters:
  ///   - tone: counts the series, companions and references left out.
  ///   - style: how it is drawn.
  ///   - points: the number of its points.
  init(tone: Int, style: Figure.Style, points: Int) {
    let shapes = Shape.allCases
    let shape = shapes[tone % shapes.count]
    // From the seventh series on, what tells series apart without colours begins anew.
    let round = tone / shapes.count
    color = style == .reference ? Palette.reference : Palette.series[tone % Palette.series.count]
    // Some twelve markers on a curve tell it from the others.
    markerInterval = max(1, points / 12)
    switch style {
    case .line:
      let dashes = Self.dashes[tone % Self.dashes.count]
      (line, marker) = (Line(width: 2 / Double(1 + round), dashes: dashes), nil)
    case .points:
      (line, marker) = (nil, Marker(shape: shape, isOpen: round % 2 == 1, size: 0.7))
    case .linesAndPoints:
      let dashes = Self.dashes[round % Self.dashes.count]
      (line, marker) = (
        Line(width: 2, dashes: dashes), Marker(shape: shape, isOpen: false, size: 0.7)
      )
    case .companion:
      (line, marker) = (
        Line(width: 1.2, dashes: [2, 4]), Marker(shape: shape, isOpen: true, size: 0.6)
      )
    case .reference: (line, marker) = (Line(width: 2, dashes: [9, 5]), nil)
    }
  }

  /// What follows the data in a `plot` command.
  var plotStyle: String {
    let paint = "linecolor rgb '\(color)'"
    switch (line, marker) {
    case (let line?, let marker?):
      return "with linespoints \(line.command) \(marker.command) pointinterval \(markerInterval) "
        + paint
    case (nil, let marker?): return "with points \(marker.command) \(paint)"
    case (let line?, nil): return "with lines \(line.command) \(paint)"
    case (nil, nil): return "with lines \(paint)"
    }
  }
}

extension Appearance.Line {
  /// The line in the words of gnuplot.
  var command: String {
    let type = dashes.isEmpty ? "1" : "(\(dashes.map { "\($0)" }.joined(separator: ",")))"
    return "linewidth \(width) dashtype \(type)"
  }
}

extension Appearance.Marker {
  /// The marker in the words of gnuplot.
  var command: String {
    let (filled, open) =
      switch shape {
      case .circle: (7, 6)
      case .square: (5, 4)
      case .triangle: (9, 8)
      case .invertedTriangle: (11, 10)
      case .diamond: (13, 12)
      case .cross: (2, 1)
      }
    return "pointtype \(isOpen ? open : filled) pointsize \(size)"
  }

  /// The marker in the words of matplotlib.
  var symbol: String {
    switch shape {
    case .circle: "o"
    case .square: "s"
    case .triangle: "^"
    case .invertedTriangle: "v"
    case .diamond: "D"
    case .cross: isOpen ? "+" : "x"
    }
  }
}
