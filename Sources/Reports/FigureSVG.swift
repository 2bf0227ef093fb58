/// Draws a figure as SVG.
///
/// - Parameters:
///   - figure: what to draw.
///   - gnuplot: the program that draws.
/// - Returns: an SVG document, 760 pixels wide.
/// - Throws: ``ReportError/gnuplotMissing(executable:)``, ``ReportError/gnuplotFailed(reason:)``.
public func renderSVG(
  _ figure: Figure, gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> String {
  let script = figure.script
  let bytes = try await gnuplot.run(Array((script.commands.joined(separator: "\n") + "\n").utf8))
  let svg = String(decoding: bytes, as: UTF8.self)
    .replacing(
      "font-family=\"\(fontName)\"", with: "font-family=\"\(fontName), Arial, sans-serif\""
    )
    .replacing("<title>Gnuplot</title>", with: "<title>text-0-end</title>", maxReplacements: 1)
  return script.filled(svg)
}

/// An SVG document as a part of a page.
///
/// Without the declarations that only a file of its own needs, and with names that no other
/// picture of the page has.
///
/// - Parameters:
///   - svg: the document.
///   - name: the picture's name, of letters and digits.
///   - label: what is to be seen, for readers who do not see it.
/// - Returns: the `svg` element.
func inlined(_ svg: String, name: String, label: String) -> String {
  guard let start = svg.firstRange(of: "<svg") else { return "" }
  let pieces = svg[start.lowerBound...].split(separator: "<", omittingEmptySubsequences: true)
  let renamed = pieces.map { piece in
    guard let end = piece.firstIndex(of: ">") else { return "<" + piece }
    var tag = String(piece[..<end])
    for opening in ["id=\"", "id='", "href=\"#", "href='#", "url(#"] {
      tag = tag.replacing(opening, with: opening + name + "-")
    }
    return "<" + tag + piece[end...]
  }.joined()
  return
    renamed
    .replacing(" xmlns=\"http://www.w3.org/2000/svg\"", with: "", maxReplacements: 1)
    .replacing(" xmlns:xlink=\"http://www.w3.org/1999/xlink\"", with: "", maxReplacements: 1)
    .replacing(
      "<svg", with: "<svg role=\"img\" aria-label=\"\(escaped(label))\"", maxReplacements: 1)
}
