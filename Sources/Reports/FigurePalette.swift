private import Foundation

/// The colours of figures, on a light ground and on a dark one.
enum Palette {
  /// The ground.
  static let ground = "#ffffff"
  /// The title, labels and numbers.
  static let text = "#202020"
  /// Notes.
  static let note = "#505050"
  /// The axes.
  static let axis = "#404040"
  /// Lines behind the curves.
  static let grid = "#e4e4e4"
  /// What the other series are held against.
  static let reference = "#7a7a7a"
  /// The colours of Okabe and Ito for the series.
  static let series = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000",
  ]
  /// The ground in the dark.
  static let darkGround = "#17191c"

  /// For each colour, the one that takes its place on a dark ground.
  private static let dark =
    [
      (ground, darkGround), (text, "#e8e8e8"), (note, "#b9bcc0"), (axis, "#9a9fa5"),
      (grid, "#33373c"), (reference, "#9d9d9d"),
    ]
    + zip(
      series, ["#4ea3e6", "#f5853f", "#2cc79c", "#e6a3c8", "#f4b93a", "#a3dcff", "#f2f2f2"])

  /// Rules of CSS that paint a figure for a reader who prefers dark pages; never in print.
  ///
  /// They name the colours themselves, so a program that knows no CSS shows the light ones.
  static let darkStyle =
    "@media screen and (prefers-color-scheme: dark) {\n"
    + dark.flatMap { light, dark in
      ["fill", "stroke", "color"].map { "  svg [\($0)=\"\(light)\"] { \($0): \(dark) }\n" }
    }.joined() + "}"

  /// A drawing of gnuplot with every colour written alike, as `#rrggbb`.
  static func normalized(_ svg: String) -> String {
    svg.replacing(/rgb\( *([0-9]+), *([0-9]+), *([0-9]+)\)/) { match in
      let channels = [match.1, match.2, match.3].map { min(255, Int($0) ?? 0) }
      return "#" + channels.map { String(format: "%02x", $0) }.joined()
    }
  }
}
