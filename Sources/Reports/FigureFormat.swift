/// A format that figures are drawn in.
public enum FigureFormat: String, Sendable, CaseIterable {
  /// Scalable, for pages; light or dark as its reader prefers.
  case svg
  /// Pixels, twice as many as the SVG has in either direction.
  case png
  /// Scalable, for print and LaTeX.
  case pdf

  /// Reads names of formats, separated by commas.
  ///
  /// - Parameter text: such as `svg,png`.
  /// - Returns: the formats, each once and in the order of their declaration; nil where a name is
  ///   none.
  public static func list(_ text: String) -> [FigureFormat]? {
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
    let formats = names.map { FigureFormat(rawValue: String($0)) }
    if formats.contains(nil) { return nil }
    return allCases.filter(formats.contains)
  }

  /// The terminal of gnuplot that draws it.
  var terminal: String { self == .svg ? "svg" : "\(rawValue)cairo" }
}
