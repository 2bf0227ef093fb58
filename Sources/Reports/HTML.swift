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

/// Terms and what belongs to each, which is HTML already.
func definitionList(_ entries: [(term: String, html: String)]) -> String {
  let items = entries.map { "\(element("dt", $0.term))<dd>\($0.html)</dd>" }
  return "<dl>\n\(items.joined(separator: "\n"))\n</dl>"
}

/// What a picture was drawn from, and how to draw it again.
func drawnFrom(_ name: String) -> String {
  element(
    "p", "Drawn from figures/\(name).csv; again by: python3 figures/\(name).py", class: "quiet")
}

/// A part of a page with a heading, which the table of contents names.
struct PageSection {
  /// The name that links have for it, of letters, digits and hyphens.
  var name: String
  /// The heading.
  var title: String
  /// What follows it: elements.
  var body: [String]

  /// The section as an element.
  fileprivate var html: String {
    "<section id=\"\(name)\">\n" + ([element("h2", title)] + body).joined(separator: "\n")
      + "\n</section>"
  }
}

/// A page that needs no other file.
///
/// - Parameters:
///   - title: for the window and the top of the page.
///   - introduction: elements above the table of contents.
///   - sections: what the table of contents names, each under a name of its own.
/// - Returns: the document.
func page(title: String, introduction: [String], sections: [PageSection]) -> String {
  let contents = sections.map { section in
    "<li><a href=\"#\(section.name)\">\(escaped(section.title))</a></li>"
  }
  return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <meta name="color-scheme" content="light dark"/>
    <meta http-equiv="Content-Security-Policy" content="\(loadsNothing)"/>
    \(element("title", title))
    <style>
    \(styleSheet)
    \(Palette.darkStyle)
    </style>
    </head>
    <body>
    \(element("h1", title))
    \(introduction.joined(separator: "\n"))
    <nav aria-label="Contents"><ul>
    \(contents.joined(separator: "\n"))
    </ul></nav>
    \(sections.map(\.html).joined(separator: "\n"))
    </body>
    </html>

    """
}

/// What keeps a browser from loading anything and from running scripts, whatever the texts hold.
private let loadsNothing = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"

private let styleSheet = """
  :root { color-scheme: light; --ground: #fff; --text: #1a1a1a; --quiet: #444; --link: #00507d;
    --rule: #e2e2e2; --panel: #f5f5f5; }
  body { margin: 3rem auto 5rem; padding: 0 1.25rem; max-width: 47rem; background: var(--ground);
    color: var(--text);
    font: 1.0625rem/1.5 Charter, "Bitstream Charter", Cambria, Georgia, serif;
    font-variant-numeric: lining-nums; overflow-wrap: break-word; }
  h1 { font-size: 1.7rem; line-height: 1.25; font-weight: 600; margin: 0 0 1.2rem; }
  h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 600; margin: 2.6rem 0 0.7rem; }
  p { margin: 0.7rem 0; }
  a { color: var(--link); text-decoration: none; }
  a:hover { text-decoration: underline; }
  nav { margin: 1.4rem 0; border-top: 0.75px solid var(--rule);
    border-bottom: 0.75px solid var(--rule); }
  nav ul { list-style: none; margin: 0.6rem 0; padding: 0; font-size: 0.92rem; columns: 2 18rem;
    column-gap: 1.6rem; }
  nav li { break-inside: avoid; padding: 0.1rem 0; }
  .remark { border-left: 3px solid #d55e00; padding-left: 0.8rem; }
  .quiet, figcaption, caption { color: var(--quiet); font-size: 0.92rem; line-height: 1.4; }
  .table, .drawing { overflow-x: auto; }
  .table { margin: 1rem 0; }
  table { border-collapse: collapse; width: 100%; font-size: 0.86rem; line-height: 1.35;
    font-variant-numeric: tabular-nums lining-nums; border-top: 1.5px solid var(--text);
    border-bottom: 1.5px solid var(--text); }
  caption { text-align: left; padding-bottom: 0.4rem; }
  th { text-align: left; vertical-align: bottom; font-weight: 600;
    border-bottom: 0.75px solid var(--text); }
  th, td { padding: 0.28rem 0.9rem 0.28rem 0; }
  th:last-child, td:last-child { padding-right: 0; }
  td { vertical-align: top; }
  tbody tr + tr td { border-top: 0.5px solid var(--rule); }
  .number { text-align: right; }
  td.number, td.short { white-space: nowrap; }
  .differs { font-weight: 600; }
  figure { margin: 1.6rem 0; break-inside: avoid; }
  figure svg, figure img { display: block; width: 100%; height: auto; }
  figcaption { margin-top: 0.4rem; }
  figcaption b { color: var(--text); }
  dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 0.3rem 1.2rem;
    margin: 1rem 0; font-size: 0.92rem; }
  dt { color: var(--quiet); }
  dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums lining-nums; }
  ol { padding-left: 1.6rem; font-size: 0.92rem; }
  dd ol { margin: 0; padding-left: 1.2rem; font-size: 1em; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); margin: 0;
    padding: 0.5rem 0.7rem; font-size: 0.85rem; }
  @media screen and (max-width: 40rem) {
    body { margin-top: 1.5rem; padding: 0 1rem; }
    h1 { font-size: 1.4rem; }
    .drawing svg, .drawing img { min-width: 35rem; }
    .table table { min-width: 30rem; }
    dl { display: block; }
    dd { margin-bottom: 0.5rem; }
  }
  @media screen and (prefers-color-scheme: dark) {
    :root { color-scheme: dark; --ground: \(Palette.darkGround); --text: #e8e8e8; --quiet: #b9bcc0;
      --link: #7cc0f0; --rule: #3a3e44; --panel: #23262a; }
  }
  @media print {
    @page { margin: 18mm; }
    :root { font-size: 11.5px; }
    body { margin: 0; max-width: none; }
    figure svg, figure img { max-width: 34rem; }
    h2, caption { break-after: avoid; }
    tr { break-inside: avoid; }
    thead { display: table-header-group; }
    .table, .drawing { overflow: visible; }
    a { color: inherit; }
  }
  """
