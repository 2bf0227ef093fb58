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
  ///   - command: how to run this again; nil to leave it out.
  ///   - remarks: what did not work, shown at the top.
  /// - Returns: the document.
  func page(figures: [DrawnFigure], command: String?, remarks: [String]) -> String {
    var footnotes = Footnotes()
    let introduction = [element("p", summary)] + remarks.map { element("p", $0, class: "remark") }
    var sections =
      differences(&footnotes) + claims(&footnotes) + learnersSection
      + drawings(figures, &footnotes) + numbers(&footnotes)
    if !footnotes.notes.isEmpty {
      let items = footnotes.notes.enumerated().map { index, note in
        "<li id=\"note-\(index + 1)\">\(escaped(note))</li>"
      }
      sections.append(
        PageSection(
          name: "notes", title: "Notes", body: ["<ol>", items.joined(separator: "\n"), "</ol>"]))
    }
    if !missing.isEmpty {
      sections.append(
        PageSection(name: "missing", title: "Without a run", body: [missingTable.html()]))
    }
    return Reports.page(
      title: title, introduction: introduction,
      sections: sections + [runsSection, provenance(command)])
  }

  // MARK: Sections

  private func differences(_ footnotes: inout Footnotes) -> [PageSection] {
    let cells = self.cells(.differs)
    let body =
      cells.isEmpty
      ? [element("p", "Nothing that can be compared with the paper differs from it.")]
      : cells.wordsFirst.map { cellTable($0, footnotes: &footnotes).html() }
    return [PageSection(name: "differences", title: "What differs from the paper", body: body)]
  }

  private func claims(_ footnotes: inout Footnotes) -> [PageSection] {
    let claims = cells.filter(\.isInWords)
    if claims.isEmpty { return [] }
    return [
      PageSection(
        name: "claims", title: "Claims of the paper",
        body: [cellTable(claims, detail: .full, footnotes: &footnotes).html()])
    ]
  }

  private var learnersSection: [PageSection] {
    guard let first = comparisons.first else { return [] }
    let tables = comparisons.map { comparison in
      fitTable(comparison).html(
        caption: "Fitted to \(comparison.sample.data), n = \(grouped(comparison.sample.samples)), "
          + "\(labelsTitle(comparison)); sample " + short(comparison.sampleSHA256))
    }
    let introduction = element(
      "p",
      "All four are given the same images and labels. Training errors count against the "
        + "labels that were fitted, test errors against true labels.")
    return [
      PageSection(
        name: "learners", title: "Four learners, one sample",
        body: [introduction] + tables + [element("p", normSentence(first), class: "quiet")])
    ]
  }

  private func drawings(
    _ figures: [DrawnFigure], _ footnotes: inout Footnotes
  ) -> [PageSection] {
    figures.map { drawn in
      let named = drawn.named
      let picture =
        drawn.svg.map { svg in
          "<div class=\"drawing\">"
            + inlined(svg, name: named.name, label: named.figure.title) + "</div>"
        }
        ?? element(
          "p", "Not drawn; the data are in figures/\(named.name).csv.", class: "remark")
      let marks = footnotes.marks(of: caveats(of: [named.name]))
      let notes = ([named.caption] + named.figure.notes).map(escaped).joined(separator: " ")
      let links = marks.isEmpty ? "" : " Notes \(noteLinks(marks))."
      var body = [
        "<figure>\n\(picture)\n<figcaption>\(notes)\(links)</figcaption>\n</figure>",
        drawnFrom(named.name),
      ]
      if named.name == "figure1a" { body.append(fitTimeTable.html()) }
      if named.name == "figure1c" {
        body += corruptionTables.map { learner, table in
          table.html(caption: "\(learner) in numbers, also of Figure 1b.")
        }
      }
      return PageSection(name: named.name, title: named.figure.title, body: body)
    }
  }

  /// The numbers of each table and figure beside the paper's.
  private func numbers(_ footnotes: inout Footnotes) -> [PageSection] {
    var groups: [(name: String, cells: [Cell])] = []
    for cell in cells where !cell.isInWords {
      let name = String(cell.name.prefix { $0 != "/" })
      if groups.last?.name == name {
        groups[groups.count - 1].cells.append(cell)
      } else {
        groups.append((name, [cell]))
      }
    }
    return groups.map { name, cells in
      PageSection(
        name: "numbers-\(name)",
        title: [cells.first?.source, titles[name] ?? name].compactMap(\.self)
          .joined(separator: " in numbers: "),
        body: [cellTable(cells, detail: .full, footnotes: &footnotes).html()])
    }
  }

  private var runsSection: PageSection {
    var table = TextTable([
      .init("run"), .init("cells"), .init("time, s", .right), .init("sample"), .init("identity"),
    ])
    for run in runs {
      table.append([
        run.command, run.cells.joined(separator: ", "), run.seconds.map(inSeconds) ?? absent,
        run.sampleSHA256.map(short) ?? absent, short(run.identity),
      ])
    }
    return PageSection(
      name: "runs", title: "The runs",
      body: [
        element(
          "p",
          "Each command does its run again; sample and identity are the first digits of the "
            + "SHA-256 of the training images with their labels, and of all that the result "
            + "depends on."), table.html(),
      ])
  }

  private func provenance(_ command: String?) -> PageSection {
    var entries = identity.map { (term: $0.name, html: escaped($0.value)) }
    entries += dataCaveats.sorted { $0.key < $1.key }.flatMap { set, caveats in
      caveats.map { (term: "", html: "\(escaped(set)): \(escaped($0))") }
    }
    entries += [
      (term: "version", html: "rethink \(escaped(environment.rethink))"),
      (term: "system", html: escaped(environment.system)),
    ]
    if let command { entries.append((term: "command", html: element("pre", command))) }
    return PageSection(
      name: "provenance", title: "Provenance", body: [definitionList(entries)])
  }
}
