import Experiments
private import Foundation

/// A page on a run, made of what its folder holds.
public struct RunPage: Sendable, Equatable {
  /// The document, which needs no other file.
  public let html: String
  /// The names of the pictures that it shows.
  public let figures: [String]
  /// The names of the files whose tables it shows.
  public let tables: [String]

  /// Makes the page of a folder.
  ///
  /// That of a reproduction is its report, drawn anew; any other shows the numbers of its record,
  /// its pictures, its tables and how it was set up.
  ///
  /// - Parameters:
  ///   - path: the folder that a run left by `--out`, or one of a sweep.
  ///   - gnuplot: the program that draws.
  /// - Throws: ``ReportError/noRun(path:reason:)`` where there is none,
  ///   ``ReportError/damaged(reason:)`` for a record or a configuration that is no JSON.
  public init(of path: String, gnuplot: Gnuplot = Gnuplot()) async throws(ReportError) {
    let contents = try RunContents(of: path)
    tables = contents.tables.map(\.file)
    if let record = contents.reproduction {
      figures = record.figures.map(\.name)
      html = await page(of: record, command: contents.command, gnuplot: gnuplot)
    } else {
      figures = contents.pictures.filter { $0.content != nil }.map(\.name)
      html = contents.page
    }
  }
}

/// The rows of a table that are shown; the rest are counted.
private let shownRows = 40
/// The values of a list that are shown.
private let shownValues = 12

extension RunContents {
  fileprivate var page: String {
    let introduction =
      [command.map { element("pre", $0) }, stateRemark.map { element("p", $0, class: "remark") }]
      .compactMap(\.self) + remarks.map { element("p", $0, class: "remark") }
      + caveats.map { element("p", $0, class: "quiet") }
    return Reports.page(
      title: command.map(Self.title) ?? "Run \(path)", introduction: introduction,
      sections: resultSections + pictureSections + tableSections + [setUp, fileList])
  }

  /// The program with its subcommand.
  private static func title(_ command: String) -> String {
    command.split(separator: " ").prefix { !$0.hasPrefix("-") }.prefix(3).joined(separator: " ")
  }

  private var stateRemark: String? {
    record == nil
      ? "There is no record.json: the run has not finished, or this is a folder of several runs, "
        + "which `rethink runs` lists." : nil
  }

  /// What limits comparison of the sample with the paper's.
  private var caveats: [String] {
    guard case .list(let texts)? = record?.value(at: "sample.caveats") else { return [] }
    return texts.map(\.text)
  }

  // MARK: Sections

  private var resultSections: [PageSection] {
    guard case .object(let members)? = record else { return [] }
    let results = members.filter { !recordSetUpKeys.contains($0.key) }
    return [
      PageSection(
        name: "result", title: "Result",
        body: elements(.object(results)) + [
          element("p", "Numbers in three digits; all of them are in record.json.", class: "quiet")
        ])
    ]
  }

  private var pictureSections: [PageSection] {
    pictures.enumerated().map { index, picture in
      let drawing: String
      if let (type, bytes) = picture.content {
        let data = Data(bytes).base64EncodedString()
        drawing =
          "<figure><div class=\"drawing\"><img alt=\"\(escaped(picture.name))\" "
          + "src=\"data:\(type);base64,\(data)\"/></div></figure>"
      } else {
        drawing = element(
          "p", "Not drawn; the data are in figures/\(picture.name).csv.", class: "remark")
      }
      return PageSection(
        name: "figure-\(index + 1)", title: "Figure: \(picture.name)",
        body: [drawing] + (picture.hasData ? [drawnFrom(picture.name)] : []))
    }
  }

  private var tableSections: [PageSection] {
    tables.enumerated().map { index, entry in
      let (file, table) = entry
      return PageSection(
        name: "table-\(index + 1)", title: "Table: \(file)",
        body: [html(table.header, table.rows, caption: nil)])
    }
  }

  private var setUp: PageSection {
    var members: [String: RecordValue] = [:]
    for case .object(let own)? in [record, configuration] {
      for (key, value) in own where recordSetUpKeys.contains(key) { members[key] = value }
    }
    return PageSection(name: "set-up", title: "Set-up", body: elements(.object(members)))
  }

  private var fileList: PageSection {
    var table = TextTable([.init("file"), .init("bytes", .right)])
    for file in files { table.append([file.name, grouped(file.bytes)]) }
    return PageSection(name: "files", title: "Files", body: [table.html()])
  }

  // MARK: Values

  /// A value as a list of its single values, by their paths, and a table for each list of objects.
  private func elements(_ value: RecordValue) -> [String] {
    var entries: [(term: String, html: String)] = []
    var tables: [String] = []
    collect(value, at: "", into: &entries, &tables)
    return (entries.isEmpty ? [] : [definitionList(entries)]) + tables
  }

  private func collect(
    _ value: RecordValue, at path: String, into entries: inout [(term: String, html: String)],
    _ tables: inout [String]
  ) {
    switch value {
    case .object(let members):
      // Errors and accuracies first: they are what a run is for.
      let keys = members.keys.sorted { (isShare($0) ? 0 : 1, $0) < (isShare($1) ? 0 : 1, $1) }
      for (key, member) in keys.compactMap({ key in members[key].map { (key, $0) } }) {
        collect(member, at: path.isEmpty ? key : "\(path).\(key)", into: &entries, &tables)
      }
    case .list(let values) where !values.isEmpty && values.allSatisfy(\.isObject):
      let rows = values.map(\.singleValues)
      let header = Set(rows.flatMap(\.keys)).sorted()
      tables.append(
        html(header, rows.map { row in header.map { row[$0] ?? "" } }, caption: path))
    case .null: break
    default: entries.append((path, escaped(shown(value, at: path))))
    }
  }

  /// A table whose columns of numbers stand to the right, texts before numbers.
  private func html(_ header: [String], _ rows: [[String]], caption: String?) -> String {
    let isNumeric = header.indices.map { column in
      rows.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
    }
    let order =
      header.indices.filter { !isNumeric[$0] } + header.indices.filter { isNumeric[$0] }
    var table = TextTable(order.map { .init(header[$0], isNumeric[$0] ? .right : .left) })
    for row in rows.prefix(shownRows) {
      table.append(
        order.map { isNumeric[$0] ? shortNumber(row[$0]) : row[$0] })
    }
    let left = rows.count - shownRows
    let rest = left > 0 ? "The first \(shownRows) of \(grouped(rows.count)) rows" : nil
    let text = [caption, rest].compactMap(\.self).joined(separator: ". ")
    return table.html(caption: text.isEmpty ? nil : text)
  }
}

/// Whether a key names a share of answers.
private func isShare(_ key: String) -> Bool {
  key.contains(/(^t|T)(est|rain|raining)(Error|Accuracy)$/) || key == "heldOutError"
}

/// A number of a table in three digits, a whole one in all of them.
private func shortNumber(_ text: String) -> String {
  if let whole = Int(text) { return grouped(whole) }
  return Double(text).map(brief) ?? absent
}

/// A single value, with the unit that its key names.
private func shown(_ value: RecordValue, at path: String) -> String {
  let key = path.split(separator: ".").last.map(String.init) ?? path
  switch value {
  case .flag(let flag): return flag ? "yes" : "no"
  case .null: return absent
  case .text(let text): return text
  case .whole(let whole) where key.hasSuffix("ytes"):
    let (unit, name) = whole >= 1 << 30 ? (1 << 30, "GiB") : (1 << 20, "MiB")
    return "\(brief(Double(whole) / Double(unit))) \(name)"
  case .whole(let whole) where isShare(key): return percent(Double(whole))
  case .whole(let whole): return key == "seed" ? "\(whole)" : grouped(whole)
  case .number(let number):
    if isShare(key) { return percent(number) }
    return key.lowercased().hasSuffix("seconds") ? "\(inSeconds(number)) s" : brief(number)
  case .list(let values):
    let texts = values.prefix(shownValues).map { shown($0, at: path) }.joined(separator: ", ")
    return values.count <= shownValues ? texts : "\(texts), … (\(grouped(values.count)) values)"
  case .object(let members): return "\(grouped(members.count)) values"
  }
}

extension RecordValue {
  fileprivate var isObject: Bool { if case .object = self { true } else { false } }

  /// Texts of an object's single values and short lists by their paths, without its set-up.
  fileprivate var singleValues: [String: String] {
    guard case .object(let members) = self else { return [:] }
    var values: [String: String] = [:]
    for (key, member) in members where !recordSetUpKeys.contains(key) {
      switch member {
      case .object:
        for (inner, text) in member.singleValues { values["\(key).\(inner)"] = text }
      case .list(let list):
        if list.count <= 4 && !list.contains(where: \.isObject) {
          values[key] = list.map(\.text).joined(separator: ", ")
        }
      case .null: values[key] = ""
      default: values[key] = member.text
      }
    }
    return values
  }
}
