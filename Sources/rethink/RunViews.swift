import Rethinking

/// What `rethink runs` shows, in three forms.
protocol RunView: Encodable {
  var table: CSVTable { get }
  var text: String { get }
}

/// A list of runs.
struct RunList: RunView {
  private struct Entry: Encodable {
    var run: String
    var command: String
    var state: RunState
    var options: [String: String]
    var results: [String: RecordValue]
  }

  private let title: String?
  private let runs: [Entry]

  private enum CodingKeys: CodingKey { case runs }

  init(_ runs: [FoundRun], title: String? = nil) {
    self.title = title
    self.runs = runs.map {
      Entry(
        run: $0.run.name, command: $0.run.command, state: $0.state, options: $0.run.options,
        results: $0.values)
    }
  }

  /// The options in which the runs differ.
  private var options: [String] {
    Set(runs.flatMap(\.options.keys)).filter { option in
      Set(runs.map { $0.options[option] }).count > 1
    }.sorted()
  }

  var table: CSVTable {
    let options = options
    let keys = Set(runs.flatMap(\.results.keys)).sorted()
    var table = CSVTable(
      ["run", "command", "state"] + options
        + keys.map {
          ["run", "command", "state"].contains($0) || options.contains($0) ? "record.\($0)" : $0
        })
    for run in runs {
      table.append(
        [run.run, run.command, run.state.rawValue] + options.map { run.options[$0] ?? "" }
          + keys.map { run.results[$0]?.text ?? "" })
    }
    return table
  }

  var text: String {
    guard !runs.isEmpty else { return title.map { "\($0): no run" } ?? "no run" }
    let keys = SweepReport.shownKeys.filter { key in runs.contains { $0.results[key] != nil } }
      .prefix(4)
    var table = TextTable(
      ["run", "command", "state"].map { TextTable.Column($0) }
        + (keys + ["seconds"]).map { TextTable.Column($0, .right) })
    for run in runs {
      table.append(
        [run.run, run.command, run.state.rawValue]
          + (keys + ["seconds"]).map { run.results[$0]?.shortText ?? "" })
    }
    return (title.map { "\($0): \(runs.count)\n\n" } ?? "") + table.rendered(indent: 2)
  }
}

/// The options and numbers in which two runs differ.
struct RunComparison: RunView {
  private struct Difference: Encodable {
    var name: String
    var values: [String?]
  }

  private let runs: [String]
  private let options: [Difference]
  private let results: [Difference]

  init(_ first: FoundRun, _ second: FoundRun) {
    runs = [first.run.name, second.run.name]
    options = Self.differences(
      first.run.options.merging(["command": first.run.command]) { own, _ in own },
      second.run.options.merging(["command": second.run.command]) { own, _ in own })
    results = Self.differences(
      first.values.mapValues(\.text).merging(["state": first.state.rawValue]) { $1 },
      second.values.mapValues(\.text).merging(["state": second.state.rawValue]) { $1 })
  }

  private static func differences(
    _ first: [String: String], _ second: [String: String]
  ) -> [Difference] {
    Set(first.keys).union(second.keys).sorted().compactMap { key in
      first[key] == second[key] ? nil : Difference(name: key, values: [first[key], second[key]])
    }
  }

  var table: CSVTable {
    var table = CSVTable(["kind", "name"] + runs)
    for (kind, differences) in [("option", options), ("result", results)] {
      for difference in differences {
        table.append([kind, difference.name] + difference.values.map { $0 ?? "" })
      }
    }
    return table
  }

  var text: String {
    var table = TextTable(
      [TextTable.Column("")] + ["first", "second"].map { TextTable.Column($0, limit: 40) })
    for (mark, differences) in [("--", options), ("", results)] {
      for difference in differences {
        table.append([mark + difference.name] + difference.values.map { $0 ?? "" })
      }
    }
    let title = "first   \(runs[0])\nsecond  \(runs[1])\n\n"
    return title + (table.rows.isEmpty ? "  nothing differs" : table.rendered(indent: 2))
  }
}

extension RecordValue {
  /// A number in three digits, a text as it is.
  var shortText: String {
    switch self {
    case .whole(let whole): "\(whole)"
    case .number(let number): brief(number)
    default: text
    }
  }
}
