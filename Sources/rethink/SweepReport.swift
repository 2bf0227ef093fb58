import Foundation
import Rethinking

/// What a sweep leaves in its folder, and what it tells.
struct SweepReport {
  private let checked: CheckedPlan
  private let store: RunStore
  private let outcomes: [RunOutcome]
  private let table: RunTable

  /// Describes a sweep as its folder shows it.
  init(_ checked: CheckedPlan, store: RunStore) {
    self.init(checked, store: store, known: [:])
  }

  private init(_ checked: CheckedPlan, store: RunStore, known: [Int: RunOutcome]) {
    (self.checked, self.store) = (checked, store)
    outcomes = checked.runs.enumerated().map { index, run in
      known[index]
        ?? store.outcome(of: run, RunIdentity(run, dataDigest: checked.dataDigest(of: run)))
    }
    table = RunTable(
      outcomes.map { ($0.run, $0.folder, $0.state) }, options: checked.plan.varying)
  }

  /// The path of a file in the sweep's folder.
  func path(_ name: String) -> String { join(store.root, name) }

  /// The runs with their commands.
  var planText: String {
    planLines(
      of: outcomes.map { outcome in
        (outcome.run.name, StoredRun.command(of: outcome.run, in: outcome.folder))
      })
  }

  /// Writes what is known before the first run.
  func writePlan(_ scripts: SweepScripts) throws {
    let folder = try RunFolder(creating: store.root)
    try folder.write(planText, to: "plan.txt")
    try folder.write(scripts.sbatch, to: "sweep.sbatch")
    try folder.write(scripts.parallel, to: "parallel.sh")
  }

  /// Reads all records and writes the tables.
  ///
  /// Several processes may gather at once: under a lock, so that the last one writes what all have
  /// done.
  ///
  /// - Parameter known: what became of this process's runs.
  /// - Returns: the sweep as it now is.
  /// - Throws: `RunStoreError`, `ReportError`.
  func gathered(_ known: [Int: RunOutcome]) async throws -> SweepReport {
    var lock: RunLock?
    for _ in 0..<200 where lock == nil {
      lock = try RunLock.acquire(in: store.root)
      if lock == nil { try await Task.sleep(for: .milliseconds(100)) }
    }
    defer { lock?.release() }
    let report = SweepReport(checked, store: store, known: known)
    let folder = try RunFolder(creating: store.root)
    try folder.write(report.table.results.text, to: "results.csv")
    try folder.write(report.table.times.text, to: "times.csv")
    try folder.write(report.json + "\n", to: "sweep.json")
    return report
  }

  /// The sweep as one JSON object.
  var json: String {
    get throws {
      let states = outcomes.map(\.state)
      return try jsonText(
        SweepRecord(
          name: checked.plan.name, command: checked.plan.command.value, planned: states.count,
          finished: states.count { $0 == .finished }, failed: states.count { $0 == .failed },
          runs: zip(outcomes, table.rows).enumerated().map { index, pair in
            SweepRecord.Run(
              index: index, name: pair.0.run.name, folder: pair.0.folder, state: pair.0.state,
              message: pair.0.message, options: pair.0.run.options, results: pair.1.values)
          }))
    }
  }

  /// The sweep as plain text: a row a run, with the numbers that most runs are about.
  var text: String {
    let keys = Self.shownKeys.filter { key in table.rows.contains { $0.values[key] != nil } }
      .prefix(5)
    var text = TextTable(
      [TextTable.Column("run"), TextTable.Column("state")]
        + (keys + ["seconds"]).map { TextTable.Column($0, .right) })
    for row in table.rows {
      text.append(
        [row.name, row.state.rawValue]
          + (keys + ["seconds"]).map { key in
            row.values[key]?.shortText ?? ""
          })
    }
    let counts = RunState.allCases.reversed().compactMap { state -> String? in
      let count = outcomes.count { $0.state == state }
      return count == 0 ? nil : "\(count) \(state.rawValue)"
    }
    return "\(checked.plan.name): \(counts.joined(separator: ", "))\n\n"
      + text.rendered(indent: 2) + "\n\nResults: \(path("results.csv"))"
  }

  static let shownKeys = [
    "trainError", "testError", "trainAccuracy", "testAccuracy", "stepsToFit", "norm", "rkhsNorm",
    "maxAbsoluteResidual", "residual", "rank",
  ]
}

/// What `sweep.json` says.
private struct SweepRecord: Encodable {
  struct Run: Encodable {
    var index: Int
    var name: String
    var folder: String
    var state: RunState
    var message: String?
    var options: [String: String]
    var results: [String: RecordValue]
  }

  var name: String
  var command: String
  var planned: Int
  var finished: Int
  var failed: Int
  var runs: [Run]
}
