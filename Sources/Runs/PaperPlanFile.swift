public import Experiments
public import NetworkFiles

/// Tables and figures of the paper as YAML that people read, copy and change.
///
///     name: table1                      # the names of cells begin with it
///     title: Accuracy with and without regularisers
///     source: Table 1
///     data: CIFAR-10                    # the paper's set and sample size; left out for any
///     samples: 50000
///     command: train                    # the subcommand of all cells, and its options
///     options: {data: cifar10, epochs: 100}
///     quantities:                       # what is measured of each run
///       test-accuracy:
///         title: test accuracy
///         measure: testAccuracy         # where record.json has it, keys with dots between them
///         divisor: "*/p=0"              # a cell to divide by, * for the first part of one's own name
///         unit: "%"
///         tolerance: 2
///         reason: one run of the paper's
///     scales:                           # what quick, standard and full change
///       quick:
///         only: [mlp1x512]              # the cells that run, * for any part of a name
///         options: {data: synthetic}
///     cells:
///       - name: mlp1x512/random-labels
///         title: MLP 1x512, random labels
///         options: {model: mlp1x512, corrupt: random-labels}
///         paper: {test-accuracy: 10.61}
///         tolerances: {test-accuracy: 1}
///         caveats: [a remark]
///
/// A cell may have its own `command`, `data` and `samples`, and `unavailable`, which says why it
/// cannot be run.
public enum PaperPlanFile {
  /// The longest text that is read, in bytes.
  public static let largestBytes = 1 << 20

  /// Reads a plan from a file.
  ///
  /// - Parameter path: a regular file of at most ``largestBytes``.
  /// - Returns: the plan.
  /// - Throws: `YAMLFileError`, which names the file, the line and the key.
  public static func read(at path: String) throws(YAMLFileError) -> PaperPlan {
    try plan(YAMLValue.read(at: path, largestBytes: largestBytes))
  }

  /// Reads a plan from a text.
  ///
  /// - Parameters:
  ///   - text: YAML.
  ///   - path: what errors call the text.
  /// - Returns: the plan.
  /// - Throws: `YAMLFileError`, which names the line and the key.
  public static func plan(
    parsing text: String, path: String
  ) throws(YAMLFileError) -> PaperPlan {
    try plan(YAMLValue(text, path: path, largestBytes: largestBytes))
  }

  private static func plan(_ value: YAMLValue) throws(YAMLFileError) -> PaperPlan {
    let entries = try YAMLEntries(
      value, of: "the plan", key: "the plan",
      known: [
        "name", "title", "source", "data", "samples", "command", "options", "quantities", "scales",
        "cells",
      ])
    let name = try requiredText("name", entries)
    guard !name.contains("/") else {
      throw try entries.required("name").wrong("name", expected: "a name without /")
    }
    let quantities = try entries["quantities"].map(quantities(_:)) ?? []
    let shared = Shared(
      command: try entries.text("command"), options: try options(entries),
      quantities: quantities.map(\.name))
    var cells: [PaperCell] = []
    for entry in try entries.list("cells") ?? [] {
      let cell = try self.cell(entry, shared)
      guard !cells.contains(where: { $0.name == cell.name }) else {
        throw entry.wrong("name", expected: "names that differ, \(cell.name) stands above too")
      }
      cells.append(cell)
    }
    guard !cells.isEmpty else {
      throw try entries.required("cells").wrong("cells", expected: "at least one cell")
    }
    return PaperPlan(
      name: name, title: try requiredText("title", entries),
      source: try requiredText("source", entries), data: try entries.text("data"),
      samples: try entries.whole("samples", in: 1...Int(Int32.max)), quantities: quantities,
      scales: try entries["scales"].map { value throws(YAMLFileError) in try scales(value, cells) }
        ?? [:],
      cells: cells)
  }

  /// What all cells take from their plan.
  private struct Shared {
    var command: String?
    var options: [String: String]
    var quantities: [String]
  }

  private static func quantities(_ value: YAMLValue) throws(YAMLFileError) -> [PaperQuantity] {
    guard let pairs = value.pairs else {
      throw value.wrong("quantities", expected: "names with what is measured")
    }
    var quantities: [PaperQuantity] = []
    for (key, value) in pairs {
      guard let name = key.text else { throw key.wrong("quantities", expected: "a name") }
      let entries = try YAMLEntries(
        value, of: "the quantity \(name)", key: name,
        known: ["title", "measure", "divisor", "unit", "tolerance", "reason"])
      guard let tolerance = try entries.number("tolerance"), tolerance >= 0 else {
        throw try entries.required("tolerance").wrong(
          "tolerance", expected: "zero or a positive number")
      }
      quantities.append(
        PaperQuantity(
          name: name, title: try requiredText("title", entries),
          measure: try requiredText("measure", entries), divisor: try entries.text("divisor"),
          unit: try entries.text("unit") ?? "", tolerance: tolerance,
          reason: try requiredText("reason", entries)))
    }
    return quantities
  }

  private static func scales(
    _ value: YAMLValue, _ cells: [PaperCell]
  ) throws(YAMLFileError) -> [PlanScale: PlanScaling] {
    guard let pairs = value.pairs else {
      throw value.wrong("scales", expected: "scales with what they change")
    }
    var scales: [PlanScale: PlanScaling] = [:]
    for (key, value) in pairs {
      guard let scale = key.text.flatMap(PlanScale.init(rawValue:)) else {
        throw YAMLEntries.unknown(key, of: "scales", known: PlanScale.allCases.map(\.rawValue))
      }
      let entries = try YAMLEntries(
        value, of: "the scale \(scale.rawValue)", key: scale.rawValue, known: ["only", "options"])
      var only: [String]?
      for pattern in try entries.list("only") ?? [] {
        guard let text = pattern.text else { throw pattern.wrong("only", expected: "a name") }
        guard cells.contains(where: { CellPattern(text).matches($0.name) }) else {
          throw pattern.wrong("only", expected: "the name of a cell below")
        }
        only = (only ?? []) + [text]
      }
      scales[scale] = PlanScaling(
        options: try options(entries), only: only ?? (entries["only"] == nil ? nil : []))
    }
    return scales
  }

  private static func cell(
    _ value: YAMLValue, _ shared: Shared
  ) throws(YAMLFileError) -> PaperCell {
    let entries = try YAMLEntries(
      value, of: "a cell", key: "a cell",
      known: [
        "name", "title", "data", "samples", "command", "options", "paper", "tolerances", "caveats",
        "unavailable",
      ])
    let name = try requiredText("name", entries)
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !["", ".", "..", "*"].contains($0) }) else {
      throw try entries.required("name").wrong("name", expected: "names with / between them")
    }
    var command = shared.command
    if command == nil { command = try requiredText("command", entries) }
    var caveats: [String] = []
    for caveat in try entries.list("caveats") ?? [] {
      guard let text = caveat.text else { throw caveat.wrong("caveats", expected: "a text") }
      caveats.append(text)
    }
    let tolerances = try numbers("tolerances", entries, known: shared.quantities)
    if let wrong = tolerances.first(where: { $0.value < 0 }), let place = entries["tolerances"] {
      throw place.wrong("tolerances", expected: "zero or a positive number for \(wrong.key)")
    }
    return PaperCell(
      name: name, title: try requiredText("title", entries), data: try entries.text("data"),
      samples: try entries.whole("samples", in: 1...Int(Int32.max)),
      command: try entries.text("command") ?? command ?? "",
      options: shared.options.merging(try options(entries)) { $1 },
      paper: try numbers("paper", entries, known: shared.quantities), tolerances: tolerances,
      caveats: caveats, unavailable: try entries.text("unavailable"))
  }

  private static func numbers(
    _ key: String, _ entries: YAMLEntries, known: [String]
  ) throws(YAMLFileError) -> [String: Double] {
    guard let value = entries[key] else { return [:] }
    let own = try YAMLEntries(value, of: key, key: key, known: known)
    var numbers: [String: Double] = [:]
    for name in known {
      if let number = try own.number(name) { numbers[name] = number }
    }
    return numbers
  }

  /// Options as they are typed.
  private static func options(_ entries: YAMLEntries) throws(YAMLFileError) -> [String: String] {
    guard let value = entries["options"] else { return [:] }
    guard let pairs = value.pairs else {
      throw value.wrong("options", expected: "options with their values")
    }
    var options: [String: String] = [:]
    for (key, value) in pairs {
      guard let name = key.text else {
        throw key.wrong("options", expected: "the name of an option")
      }
      guard let text = value.text, !value.isNull else {
        throw value.wrong(name, expected: "one value")
      }
      options[name] = text
    }
    return options
  }

  private static func requiredText(
    _ key: String, _ entries: YAMLEntries
  ) throws(YAMLFileError) -> String {
    // Asked for first, so that what is missing is said with its line.
    _ = try entries.required(key)
    return try entries.text(key) ?? ""
  }
}
