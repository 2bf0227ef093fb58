internal import NetworkFiles

/// Reads the plan of one file, and refuses what contradicts itself.
struct SweepPlanReader {
  let path: String

  /// Options that a sweep sets itself.
  private static let reserved: Set = ["out", "json", "quiet", "resume"]

  func plan(_ root: YAMLValue) throws(YAMLFileError) -> SweepPlan {
    let entries = try YAMLEntries(
      root, of: "the plan", key: "the plan",
      known: ["name", "command", "options", "grid", "list", "seeds"])
    let name = try entries.required("name")
    let command = try entries.required("command")
    var plan = SweepPlan(name: try text(name, "name"), command: try setting(command, "command"))
    if let options = entries["options"] { plan.options = try settings(options, of: "options") }
    if let grid = entries["grid"] { plan.grid = try axes(grid) }
    if let list = try entries.list("list") {
      guard !list.isEmpty else { throw nothing(entries["list"], "list", "an entry") }
      for group in list { plan.list.append(try settings(group, of: "list")) }
    }
    if let seeds = entries["seeds"] { plan.seeds = try self.seeds(seeds) }
    try requireConsistency(plan)
    guard let count = plan.count, count <= SweepPlan.mostRuns else {
      throw wrong(
        entries.line, "the number of runs", plan.count.map { "\($0)" } ?? "beyond 2^63",
        "at most \(SweepPlan.mostRuns)")
    }
    try requireDifferentGroups(plan)
    return plan
  }

  private func settings(
    _ value: YAMLValue, of place: String
  ) throws(YAMLFileError) -> [String: SweepPlan.Setting] {
    guard let pairs = value.pairs else {
      throw value.wrong(place, expected: "options with values")
    }
    var settings: [String: SweepPlan.Setting] = [:]
    for (key, value) in pairs {
      let option = try self.option(key, of: place)
      settings[option] = try setting(value, "\(place): \(option)")
    }
    return settings
  }

  private func axes(_ value: YAMLValue) throws(YAMLFileError) -> [SweepPlan.Axis] {
    guard let pairs = value.pairs else {
      throw value.wrong("grid", expected: "options with lists of values")
    }
    var axes: [SweepPlan.Axis] = []
    for (key, value) in pairs {
      let option = try self.option(key, of: "grid")
      guard let list = value.list else {
        throw value.wrong("grid: \(option)", expected: "a list of values, such as [a, b]")
      }
      guard !list.isEmpty else { throw nothing(value, "grid: \(option)", "a value") }
      var values: [SweepPlan.Setting] = []
      for entry in list { values.append(try setting(entry, "grid: \(option)")) }
      try requireDifferent(values, "grid: \(option)")
      axes.append(SweepPlan.Axis(option, values))
    }
    return axes
  }

  private func seeds(_ value: YAMLValue) throws(YAMLFileError) -> [SweepPlan.Setting] {
    if let text = value.text {
      guard let count = Int(text), (1...SweepPlan.mostRuns).contains(count) else {
        throw value.wrong(
          "seeds", expected: "a number of seeds from 1 to \(SweepPlan.mostRuns), or a list of seeds"
        )
      }
      return (0..<count).map { SweepPlan.Setting("\($0)", line: value.line) }
    }
    guard let list = value.list else {
      throw value.wrong("seeds", expected: "a number of seeds, or a list of seeds")
    }
    guard !list.isEmpty else { throw nothing(value, "seeds", "a seed") }
    var seeds: [SweepPlan.Setting] = []
    for entry in list {
      guard let seed = entry.text.flatMap({ UInt64($0) }) else {
        throw entry.wrong("seeds", expected: "a whole number from 0 to \(UInt64.max)")
      }
      seeds.append(SweepPlan.Setting("\(seed)", line: entry.line))
    }
    try requireDifferent(seeds, "seeds")
    return seeds
  }

  /// The name of an option.
  private func option(_ key: YAMLValue, of place: String) throws(YAMLFileError) -> String {
    let isName = key.text?.utf8.allSatisfy { byte in
      (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
        || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }
    guard let name = key.text, isName == true, let first = name.first, first.isLetter else {
      throw key.wrong("an option of \(place)", expected: "its name without --, such as epochs")
    }
    guard !Self.reserved.contains(name) else {
      throw wrong(key.line, "\(place): \(name)", "there", "no such option: a sweep sets it itself")
    }
    return name
  }

  private func setting(
    _ value: YAMLValue, _ key: String
  ) throws(YAMLFileError) -> SweepPlan.Setting {
    SweepPlan.Setting(try text(value, key), line: value.line)
  }

  private func text(_ value: YAMLValue, _ key: String) throws(YAMLFileError) -> String {
    guard let text = value.text, !value.isNull, !text.isEmpty else {
      throw value.wrong(key, expected: "a text or a number")
    }
    return text
  }

  /// Refuses an option that two places say.
  private func requireConsistency(_ plan: SweepPlan) throws(YAMLFileError) {
    for axis in plan.grid {
      let line = axis.values[0].line
      if let other = plan.options[axis.option] {
        throw twice(axis.option, "options", other.line, "grid", line)
      }
      for group in plan.list {
        if let other = group[axis.option] {
          throw twice(axis.option, "list", other.line, "grid", line)
        }
      }
    }
    guard let line = plan.seeds.first?.line else { return }
    for (place, settings) in [("options", plan.options)] + plan.list.map({ ("list", $0) }) {
      if let other = settings["seed"] { throw twice("seed", place, other.line, "seeds", line) }
    }
    if let axis = plan.grid.first(where: { $0.option == "seed" }) {
      throw twice("seed", "grid", axis.values[0].line, "seeds", line)
    }
  }

  /// Refuses two entries of the list that are the same run.
  private func requireDifferentGroups(_ plan: SweepPlan) throws(YAMLFileError) {
    var seen: Set<[String: String]> = []
    for (index, group) in plan.list.enumerated() {
      let options = plan.options.merging(group) { $1 }.mapValues(\.value)
      guard seen.insert(options).inserted else {
        throw wrong(
          group.values.map(\.line).min() ?? 0, "list: entry \(index)", "an earlier one again",
          "other options")
      }
    }
  }

  private func requireDifferent(
    _ values: [SweepPlan.Setting], _ key: String
  ) throws(YAMLFileError) {
    var seen: Set<String> = []
    for value in values where !seen.insert(value.value).inserted {
      throw wrong(
        value.line, key, "\(value.value.debugDescription) a second time", "each value once")
    }
  }

  private func twice(
    _ option: String, _ first: String, _ firstLine: Int, _ second: String, _ line: Int
  ) -> YAMLFileError {
    wrong(
      line, "\(second): \(option)", "also in \(first), line \(firstLine)", "it in one of them")
  }

  private func nothing(_ value: YAMLValue?, _ key: String, _ what: String) -> YAMLFileError {
    wrong(value?.line ?? 0, key, "empty", "at least \(what)")
  }

  private func wrong(
    _ line: Int, _ key: String, _ found: String, _ expected: String
  ) -> YAMLFileError {
    .wrongValue(path: path, line: line, key: key, found: found, expected: expected)
  }
}
