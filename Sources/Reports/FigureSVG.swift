/// Draws a figure as SVG.
///
/// Colours are light, or dark where the reader's program prefers dark pages and knows CSS; a print
/// is always light.
///
/// - Parameters:
///   - figure: what to draw.
///   - gnuplot: the program that draws.
/// - Returns: an SVG document, 760 pixels wide.
/// - Throws: ``ReportError/gnuplotMissing(executable:)``, ``ReportError/gnuplotFailed(reason:)``.
public func renderSVG(
  _ figure: Figure, gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> String {
  let script = figure.script(for: .svg)
  let svg = Palette.normalized(String(decoding: try await gnuplot.run(script.bytes), as: UTF8.self))
    .replacing(
      "font-family=\"\(fontName)\"", with: "font-family=\"\(fontName), Arial, sans-serif\""
    )
    .replacing(
      "<title>Gnuplot</title>", with: "<title>text-0-end</title>\n\(darkStyleElement)",
      maxReplacements: 1)
  return script.filled(svg)
}

/// Draws a figure in a format.
///
/// PNG and PDF are always light.
///
/// - Parameters:
///   - figure: what to draw.
///   - format: the format.
///   - gnuplot: the program that draws.
/// - Returns: the bytes of the file.
/// - Throws: ``ReportError/gnuplotMissing(executable:)``,
///   ``ReportError/gnuplotLacksTerminal(name:)``, ``ReportError/gnuplotFailed(reason:)``.
public func render(
  _ figure: Figure, as format: FigureFormat, gnuplot: Gnuplot = Gnuplot()
) async throws(ReportError) -> [UInt8] {
  if format == .svg { return Array(try await renderSVG(figure, gnuplot: gnuplot).utf8) }
  let bytes = try await gnuplot.run(figure.script(for: format).bytes)
  return format == .pdf ? undated(bytes) : bytes
}

/// A PDF as if it had been made at the beginning of 1970: the same figure gives the same bytes.
///
/// The date keeps its length, so all other places in the file are as they were.
private func undated(_ pdf: [UInt8]) -> [UInt8] {
  let opening = Array("/CreationDate (D:".utf8)
  guard let start = pdf.firstRange(of: opening)?.upperBound,
    let end = pdf[start...].firstIndex(where: { !(48...57).contains($0) })
  else { return pdf }
  var pdf = pdf
  for (place, digit) in zip(start..<end, "19700101000000".utf8) { pdf[place] = digit }
  return pdf
}

private let darkStyleElement = "<style>\n\(Palette.darkStyle)\n</style>"

/// An SVG document as a part of a page.
///
/// Without the declarations that only a file of its own needs, with names that no other picture of
/// the page has, and without its dark colours, which the page brings once for all.
///
/// - Parameters:
///   - svg: the document.
///   - name: the picture's name, of letters and digits.
///   - label: what is to be seen, for readers who do not see it.
/// - Returns: the `svg` element.
func inlined(_ svg: String, name: String, label: String) -> String {
  let svg = svg.replacing(darkStyleElement, with: "", maxReplacements: 1)
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
