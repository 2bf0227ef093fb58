/// Where title, key, axes and notes of a figure stand, in shares of the picture from its bottom.
///
/// The key is laid out here and not by gnuplot, whose key covers curves when its names are long.
struct FigureLayout {
  /// Pixels of every figure, from left to right.
  static let width = 760

  /// Pixels from top to bottom.
  let height: Int
  /// The notes in lines.
  let notes: [String]
  private let titleRows: Int
  /// Entries of the key in a row.
  let keyColumns: Int
  private let keyRows: Int

  private static let leftMargin = 92
  private static let rightMargin = 30
  private static let keyRowHeight = 20
  private static let keySampleWidth = 38
  private static let noteRowHeight = 16
  private static let plotToNotes = 64

  /// The layout of a figure.
  ///
  /// - Parameter figure: its texts count, not its data.
  init(_ figure: Figure) {
    let inner = Self.width - Self.leftMargin - Self.rightMargin
    notes = figure.notes.flatMap { printable($0).wrapped(at: inner / 5 - 8) }
    titleRows = figure.title.isEmpty ? 0 : 1
    let longest = figure.series.map { printable($0.name).count }.max() ?? 0
    keyColumns = min(3, max(1, inner / (longest * 7 + Self.keySampleWidth + 24)))
    keyRows = (figure.series.count + keyColumns - 1) / keyColumns
    height =
      10 + titleRows * 26 + keyRows * Self.keyRowHeight + 340 + Self.plotToNotes
      + notes.count * Self.noteRowHeight + 8
  }

  /// The left end of the plot and of all texts.
  var left: Double { Double(Self.leftMargin) / Double(Self.width) }
  /// The right end of the plot.
  var right: Double { 1 - Double(Self.rightMargin) / Double(Self.width) }
  /// The middle of the title.
  var titleHeight: Double { fromTop(18) }
  /// The upper end of the plot.
  var top: Double { fromTop(10 + titleRows * 26 + keyRows * Self.keyRowHeight) }
  /// The lower end of the plot.
  var bottom: Double { fromTop(height - Self.plotToNotes - notes.count * Self.noteRowHeight - 8) }

  /// The middle of a line of notes.
  func noteHeight(_ index: Int) -> Double {
    fromTop(height - 8 - (notes.count - index) * Self.noteRowHeight + 8)
  }

  /// The commands that draw an entry of the key: line, marker, name.
  ///
  /// - Parameters:
  ///   - index: counts the entries, row after row.
  ///   - name: the name of the series, in quotes.
  ///   - look: its appearance.
  /// - Returns: commands of gnuplot.
  func keyCommands(_ index: Int, name: String, _ look: Appearance) -> [String] {
    let inner = Self.width - Self.leftMargin - Self.rightMargin
    let x = Self.leftMargin + index % keyColumns * (inner / keyColumns)
    let y = fromTop(
      6 + titleRows * 26 + index / keyColumns * Self.keyRowHeight + Self.keyRowHeight / 2)
    func at(_ offset: Int) -> String { "screen \(Double(x + offset) / Double(Self.width)),\(y)" }
    let paint = "linecolor rgb '\(look.color)'"
    let line = look.line.map {
      "set arrow from \(at(0)) to \(at(Self.keySampleWidth)) nohead \($0.command) \(paint)"
    }
    let marker = look.marker.map {
      "set label '' at \(at(Self.keySampleWidth / 2)) point \($0.command) \(paint) "
        + "textcolor rgb '\(Palette.text)'"
    }
    let label =
      "set label \(name) at \(at(Self.keySampleWidth + 8)) left textcolor rgb '\(Palette.text)'"
    return [line, marker, label].compactMap { $0 }
  }

  private func fromTop(_ pixels: Int) -> Double { 1 - Double(pixels) / Double(height) }
}
