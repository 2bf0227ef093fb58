public import Experiments
private import Foundation
private import NetworkFiles
public import Reports

/// What runs came to: a row a run.
///
/// What a clock or the machine's load gives stands in a table of its own, so that the results of a
/// sweep that was interrupted are those of one that was not, byte for byte.
public struct RunTable: Sendable, Equatable {
  /// A run and what its record says.
  public struct Row: Sendable, Equatable {
    /// The name of the run.
    public var name: String
    /// How far it has come.
    public var state: RunState
    /// The options by their names.
    public var options: [String: String]
    /// The numbers and texts at the record's top level, as texts.
    public var values: [String: RecordValue]
  }

  /// The rows, in the order of the plan.
  public let rows: [Row]
  /// The options that name the runs, in the order of their columns.
  public let options: [String]

  /// Gathers the records of runs.
  ///
  /// - Parameters:
  ///   - runs: each run with its folder and state.
  ///   - options: the options that get a column; nil for those in which the runs differ.
  /// - Complexity: reads the record of each finished run.
  public init(
    _ runs: [(run: PlannedRun, folder: String, state: RunState)], options: [String]? = nil
  ) {
    rows = runs.map { run, folder, state in
      Row(
        name: run.name, state: state, options: run.options,
        values: state == .finished ? Self.values(of: folder) : [:])
    }
    self.options = options ?? Self.varying(runs.map(\.run))
  }

  /// Whether a value of a record depends on a clock, or on the machine's load.
  ///
  /// - Parameter key: a key of a record's top level.
  /// - Returns: whether it stands in ``times`` rather than in ``results``.
  public static func isTime(_ key: String) -> Bool {
    key.lowercased().hasSuffix("seconds") || key.hasSuffix("PerSecond")
      || key == "peakBytes" || key == "resumedAtStep"
  }

  /// One row a run: name, state, the options that vary, and the record's numbers and texts.
  public var results: CSVTable {
    // What only says an option again gets no column; what says something else, one of its own.
    let keys = keys { !Self.isTime($0) }.filter { key in
      !options.contains(key)
        || rows.contains { $0.values[key].map(\.text) ?? $0.options[key] != $0.options[key] }
    }
    let own = ["run", "state"] + options
    var table = CSVTable(own + keys.map { own.contains($0) ? "record.\($0)" : $0 })
    for row in rows {
      table.append(
        [row.name, row.state.rawValue] + options.map { row.options[$0] ?? "" }
          + keys.map { row.values[$0]?.text ?? "" })
    }
    return table
  }

  /// One row a run: name and what depends on a clock.
  public var times: CSVTable {
    let keys = self.keys(where: Self.isTime)
    var table = CSVTable(["run"] + keys)
    for row in rows { table.append([row.name] + keys.map { row.values[$0]?.text ?? "" }) }
    return table
  }

  private func keys(where belongs: (String) -> Bool) -> [String] {
    Set(rows.flatMap(\.values.keys)).filter(belongs).sorted()
  }

  /// The options in which runs differ, in the order of their names.
  private static func varying(_ runs: [PlannedRun]) -> [String] {
    Set(runs.flatMap(\.options.keys)).filter { option in
      Set(runs.map { $0.options[option] }).count > 1
    }.sorted()
  }

  /// The numbers and texts at the top level of a folder's record.
  ///
  /// - Parameter folder: the folder of a run.
  /// - Returns: the values by their keys; none where the record cannot be read.
  public static func values(of folder: String) -> [String: RecordValue] {
    let path = join(folder, RunStore.recordName)
    let values = try? JSONFile.value(of: [String: RecordValue].self, at: path)
    return (values ?? [:]).filter { $0.value.isScalar }
  }
}

extension RecordValue {
  /// Whether a table has a field for it.
  fileprivate var isScalar: Bool {
    switch self {
    case .flag, .whole, .number, .text: true
    case .null, .list, .object: false
    }
  }
}
