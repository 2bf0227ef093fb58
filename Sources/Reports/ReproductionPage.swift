import Experiments
private import Foundation

/// A picture of a page: a figure with its drawing, or with why there is none.
struct DrawnFigure {
  /// What was drawn.
  var named: NamedFigure
  /// The drawing without title and notes; nil where it could not be made.
  var svg: String?
}

extension ReproductionRecord {
  /// The report of a reproduction as one page that needs no other file.
  ///
  /// - Parameters:
  ///   - figures: the figures, drawn.
  ///   - images: a picture of training images as PNG; nil where it could not be made.
  ///   - command: how to run this again; nil to leave it out.
  ///   - remarks: what did not work, shown at the top.
  /// - Returns: the document.
  func page(
    figures: [DrawnFigure], images: [UInt8]?, command: String?, remarks: [String]
  ) -> String {
    var footnotes = Footnotes()
    let introduction = [element("p", summary)] + remarks.map { element("p", $0, class: "remark") }
    var sections =
      differences(&footnotes) + learnerTables() + drawings(figures, &footnotes) + pictures(images)
      + allValues(&footnotes)
    if !footnotes.notes.isEmpty {
      let items = footnotes.notes.enumerated().map { index, note in
        "<li id=\"note-\(index + 1)\">\(escaped(note))</li>"
      }
      sections.append(
        PageSection(
          name: "notes", title: "Notes", body: ["<ol>", items.joined(separator: "\n"), "</ol>"]))
    }
    return Reports.page(
      title: title, introduction: introduction, sections: sections + [provenance(command)])
  }

  // MARK: Sections

  private func differences(_ footnotes: inout Footnotes) -> [PageSection] {
    let cells = self.cells(.differs)
    let body =
      cells.isEmpty
      ? [element("p", "No value that can be compared with the paper's differs from it.")]
      : cells.wordsFirst.map { cellTable($0, footnotes: &footnotes).html() }
    return [PageSection(name: "differences", title: "What differs from the paper", body: body)]
  }

  private func learnerTables() -> [PageSection] {
    guard let first = comparisons.first else { return [] }
    let tables = comparisons.map { comparison in
      fitTable(comparison).html(
        caption: "Fitted to \(labelsTitle(comparison)); sample " + short(comparison.sampleSHA256))
    }
    let introduction = element(
      "p",
      "All four are given the same images and labels. Training errors count against the "
        + "labels that were fitted, test errors against true labels.")
    return [
      PageSection(
        name: "learners", title: "Four learners, one sample",
        body: [introduction] + tables
          + [element("p", normSentence(first) + " " + marginSentence, class: "quiet")])
    ]
  }

  private func drawings(
    _ figures: [DrawnFigure], _ footnotes: inout Footnotes
  ) -> [PageSection] {
    var sections: [PageSection] = []
    for drawn in figures {
      let named = drawn.named
      let picture =
        drawn.svg.map { svg in
          "<div class=\"drawing\">"
            + inlined(svg, name: named.name, label: named.figure.title) + "</div>"
        }
        ?? element(
          "p",
          "Not drawn; the data are in figures/\(named.name).csv, and figures/\(named.name).py "
            + "draws them by matplotlib.", class: "remark")
      let marks = footnotes.marks(of: caveats(of: [named.name]))
      let notes = ([named.caption] + named.figure.notes).map(escaped).joined(separator: " ")
      let links = marks.isEmpty ? "" : " Notes \(noteLinks(marks))."
      var body = ["<figure>\n\(picture)\n<figcaption>\(notes)\(links)</figcaption>\n</figure>"]
      if named.name == "figure1a" { body.append(fitTimeTable.html()) }
      if named.name == "figure1c" {
        body.append(
          corruptionTable.html(
            caption: "Figures 1b and 1c in numbers; errors against test labels corrupted alike."))
      }
      sections.append(PageSection(name: named.name, title: named.figure.title, body: body))
    }
    return sections
  }

  private func pictures(_ images: [UInt8]?) -> [PageSection] {
    guard let images else { return [] }
    let source = "data:image/png;base64," + Data(images).base64EncodedString()
    let text = "Training images of \(sample.data), the first of each class with their true labels."
    let caveats = sample.caveats.map { $0.asSentence }.joined(separator: " ")
    let figure =
      "<figure>\n<img src=\"\(source)\" alt=\"\(escaped(text))\"/>\n<figcaption>"
      + "\(escaped(text + (caveats.isEmpty ? "" : " " + caveats)))</figcaption>\n</figure>"
    return [PageSection(name: "images", title: "The images", body: [figure])]
  }

  private func allValues(_ footnotes: inout Footnotes) -> [PageSection] {
    let tables = cells.wordsFirst.map {
      cellTable($0, detail: .full, footnotes: &footnotes).html()
    }
    return [PageSection(name: "values", title: "All values", body: tables)]
  }

  private func provenance(_ command: String?) -> PageSection {
    var entries = identity.filter { $0.name != "SHA-256" }.map { ($0.name, escaped($0.value)) }
    let steps = sample.steps.map { element("li", $0) }.joined()
    entries += [
      ("preparation", "<ol>\(steps)</ol>"),
      ("SHA-256", "\(escaped(sample.sha256)), of the training images and true labels"),
    ]
    entries += comparisons.dropFirst().map {
      ("", "\(escaped($0.sampleSHA256)), with \(escaped(labelsTitle($0)))")
    }
    entries += [
      ("version", "rethink \(escaped(environment.rethink))"),
      ("system", escaped(environment.system)),
    ]
    if let command { entries.append(("command", element("pre", command))) }
    let items = entries.map { "<dt>\($0.0)</dt><dd>\($0.1)</dd>" }.joined(separator: "\n")
    return PageSection(
      name: "provenance", title: "Provenance", body: ["<dl>\n\(items)\n</dl>"])
  }
}

extension String {
  /// The text with a capital at its start and a full stop at its end.
  fileprivate var asSentence: String {
    prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".")
  }
}
