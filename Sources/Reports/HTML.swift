private import Experiments

/// A text as content or quoted attribute of HTML and XML.
///
/// Characters that neither may hold become spaces.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\n", "\t": result.unicodeScalars.append(scalar)
    case _ where !scalar.isPrintable: result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

extension Unicode.Scalar {
  /// Whether XML and HTML may hold it, and it is no control character.
  var isPrintable: Bool {
    properties.generalCategory != .control && !properties.isNoncharacterCodePoint
  }
}

/// An element with escaped text.
func element(_ name: String, _ text: String, class kind: String? = nil) -> String {
  let attribute = kind.map { " class=\"\($0)\"" } ?? ""
  return "<\(name)\(attribute)>\(escaped(text))</\(name)>"
}

extension TextTable {
  /// The name of the column that holds numbers of remarks.
  static let notesTitle = "notes"
  /// The name of the column that holds verdicts.
  static let verdictTitle = "verdict"

  /// The table as an HTML element; numbers of remarks are links to them.
  ///
  /// - Parameter caption: stands above; nil for none.
  /// - Returns: the element.
  func html(caption: String? = nil) -> String {
    let header = columns.map { column in
      let kind = column.alignment == .right ? " class=\"number\"" : ""
      return "<th\(kind)>\(keepingTogether(escaped(column.title)))</th>"
    }
    let body = rows.map { row in
      "<tr>" + zip(row, columns).map(cell).joined() + "</tr>"
    }
    let title = caption.map { element("caption", $0) } ?? ""
    return
      "<div class=\"table\"><table>\(title)<thead><tr>\(header.joined())</tr></thead>\n<tbody>\n"
      + body.joined(separator: "\n") + "\n</tbody></table></div>"
  }

  private func cell(_ text: String, _ column: Column) -> String {
    if column.title == Self.notesTitle { return "<td>\(noteLinks(text))</td>" }
    if column.alignment == .right { return element("td", text, class: "number") }
    if column.title == Self.verdictTitle && text == Verdict.differs.rawValue {
      return element("td", text, class: "short differs")
    }
    return element("td", text, class: text.count <= 14 ? "short" : nil)
  }
}

/// A header in which units and values do not begin a line.
private func keepingTogether(_ text: String) -> String {
  text.replacing(", %", with: ",&#160;%").replacing(" = ", with: "&#160;=&#160;")
}

/// Numbers of remarks such as `1, 3` as links to them.
func noteLinks(_ marks: String) -> String {
  marks.split(separator: ", ").map { "<a href=\"#note-\($0)\">\($0)</a>" }.joined(separator: ", ")
}

/// A page that needs no other file.
///
/// - Parameters:
///   - title: for the window and the top of the page.
///   - body: elements.
/// - Returns: the document.
func page(title: String, body: [String]) -> String {
  """
  <!DOCTYPE html>
  <html lang="en">
  <head>
  <meta charset="utf-8"/>
  <meta name="viewport" content="width=device-width, initial-scale=1"/>
  \(element("title", title))
  <style>
  \(styleSheet)
  </style>
  </head>
  <body>
  \(element("h1", title))
  \(body.joined(separator: "\n"))
  </body>
  </html>

  """
}

private let styleSheet = """
  :root { color-scheme: light; }
  body { margin: 3rem auto 5rem; padding: 0 1.25rem; max-width: 47rem; background: #fff;
    color: #1a1a1a; font: 1.0625rem/1.5 Charter, "Bitstream Charter", Cambria, Georgia, serif;
    font-variant-numeric: lining-nums; }
  h1 { font-size: 1.7rem; line-height: 1.25; font-weight: 600; margin: 0 0 1.2rem; }
  h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 600; margin: 2.6rem 0 0.7rem; }
  p { margin: 0.7rem 0; }
  a { color: #00507d; text-decoration: none; }
  a:hover { text-decoration: underline; }
  .remark { border-left: 3px solid #d55e00; padding-left: 0.8rem; }
  .quiet, figcaption, caption { color: #444; font-size: 0.92rem; line-height: 1.4; }
  .table { overflow-x: auto; margin: 1rem 0; }
  table { border-collapse: collapse; width: 100%; font-size: 0.86rem; line-height: 1.35;
    font-variant-numeric: tabular-nums lining-nums; border-top: 1.5px solid #1a1a1a;
    border-bottom: 1.5px solid #1a1a1a; }
  caption { text-align: left; padding-bottom: 0.4rem; }
  th { text-align: left; vertical-align: bottom; font-weight: 600;
    border-bottom: 0.75px solid #1a1a1a; }
  th, td { padding: 0.28rem 0.9rem 0.28rem 0; }
  th:last-child, td:last-child { padding-right: 0; }
  td { vertical-align: top; }
  tbody tr + tr td { border-top: 0.5px solid #e2e2e2; }
  .number { text-align: right; }
  td.number, td.short { white-space: nowrap; }
  .differs { font-weight: 600; }
  figure { margin: 1.6rem 0; break-inside: avoid; }
  figure svg, figure img { display: block; width: 100%; height: auto; }
  figcaption { margin-top: 0.4rem; }
  figcaption b { color: #1a1a1a; }
  dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.3rem 1.2rem; margin: 1rem 0;
    font-size: 0.92rem; }
  dt { color: #444; }
  dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums lining-nums; }
  ol { padding-left: 1.6rem; font-size: 0.92rem; }
  dd ol { margin: 0; padding-left: 1.2rem; font-size: 1em; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f5f5f5; margin: 0;
    padding: 0.5rem 0.7rem; font-size: 0.85rem; }
  @media print {
    @page { margin: 18mm; }
    :root { font-size: 11.5px; }
    body { margin: 0; max-width: none; }
    figure svg, figure img { max-width: 34rem; }
    h2, caption { break-after: avoid; }
    tr { break-inside: avoid; }
    thead { display: table-header-group; }
    .table { overflow: visible; }
    a { color: inherit; }
  }
  """
