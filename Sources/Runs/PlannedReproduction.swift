public import Experiments

/// Which runs some cells of the paper need, and which cells have none.
public struct PlannedReproduction: Sendable, Equatable {
  /// The tables and figures with at least one of the cells asked for, and these cells alone.
  public var plans: [PaperPlan]
  /// At which size they are run.
  public var scale: PlanScale
  /// The runs, each once.
  public var runs: [PlannedRun]
  /// The positions in ``runs`` of a cell's runs, one a seed, by the cell's whole name.
  public var runsOfCells: [String: [Int]]
  /// The cells that have no run, and why.
  public var missing: [MissingRun]

  /// Plans the runs of some cells.
  ///
  /// Two cells with the same subcommand and options share a run.
  ///
  /// - Parameters:
  ///   - plans: tables and figures.
  ///   - patterns: names of cells as they are typed; none for all.
  ///   - scale: at which size.
  ///   - seeds: name every draw, one run of each cell a seed.
  ///   - options: options that all runs get in place of their own.
  ///   - replacements: options that runs get in place of their own where they have one.
  /// - Throws: ``UnknownCell`` for a pattern that no cell matches.
  public init(
    _ plans: [PaperPlan], patterns: [String] = [], scale: PlanScale, seeds: [UInt64],
    options: [String: String] = [:], replacements: [String: String] = [:]
  ) throws(UnknownCell) {
    let patterns = patterns.map { CellPattern($0) }
    let names = plans.flatMap { plan in plan.cells.map { plan.fullName(of: $0) } }
    for pattern in patterns where !names.contains(where: pattern.matches) {
      throw UnknownCell(pattern: pattern.description, plans: plans.map(\.name))
    }
    self.scale = scale
    (self.plans, runs, runsOfCells, missing) = ([], [], [:], [])
    for var plan in plans {
      plan.cells = plan.cells.filter { cell in
        patterns.isEmpty || patterns.contains { $0.matches(plan.fullName(of: cell)) }
      }
      guard !plan.cells.isEmpty else { continue }
      self.plans.append(plan)
      for cell in plan.cells {
        let name = plan.fullName(of: cell)
        guard plan.runs(cell, at: scale) else {
          missing.append(
            MissingRun(
              cell: name, title: cell.title,
              reason: cell.unavailable ?? "left out at the \(scale.rawValue) scale"))
          continue
        }
        for seed in seeds {
          let planned = plan.options(of: cell, at: scale, seed: seed)
          let own = planned.merging(options) { $1 }
            .merging(replacements.filter { planned[$0.key] != nil }) { $1 }
          let run = PlannedRun(
            name: Self.name(cell.command, own), command: cell.command, options: own)
          let index = runs.firstIndex(of: run) ?? runs.count
          if index == runs.count { runs.append(run) }
          runsOfCells[name, default: []].append(index)
        }
      }
    }
  }

  /// What a run's folder is called before its identity: the same for all cells that share it.
  private static func name(_ command: String, _ options: [String: String]) -> String {
    let parts =
      [command.replacing(" ", with: "-")]
      + ["model", "data", "corrupt", "augment"].compactMap { options[$0] }
      + (options["weight-decay"] == nil ? [] : ["weight-decay"])
      + (options["seed"].map { $0 == "0" ? [] : ["seed\($0)"] } ?? [])
    return parts.joined(separator: "-").replacing("/", with: "-").replacing(":", with: "")
  }

  /// The evidence of the runs that are there.
  ///
  /// - Parameter evidence: what a run left behind, by its position; nil where it is not finished.
  /// - Returns: by the cells' whole names; cells with an unfinished seed are left out.
  public func evidence(_ evidence: (Int) -> RunEvidence?) -> ReproductionEvidence {
    runsOfCells.compactMapValues { indices in
      let found = indices.compactMap(evidence)
      return found.count == indices.count ? found : nil
    }
  }
}

/// A name that no table, figure or cell has.
public struct UnknownCell: Error, Sendable, Equatable, CustomStringConvertible {
  /// The name as it was typed.
  public var pattern: String
  /// The names of all tables and figures.
  public var plans: [String]

  /// Names what was typed.
  ///
  /// - Parameters:
  ///   - pattern: the name as it was typed.
  ///   - plans: the names of all tables and figures.
  public init(pattern: String, plans: [String]) {
    self.pattern = pattern
    self.plans = plans
  }

  /// What was found, what was expected and what to try, on one line.
  public var description: String {
    "\(pattern): no table, figure or cell of this name; there are \(plans.joined(separator: ", ")), "
      + "and --list shows their cells"
  }
}

extension ReproductionListing {
  /// Lists the cells of a planned reproduction.
  ///
  /// - Parameters:
  ///   - planned: the cells with their runs.
  ///   - speed: the machine's rates.
  ///   - state: how far a run is.
  public init(
    _ planned: PlannedReproduction, speed: MachineSpeed, state: (PlannedRun) -> RunState
  ) {
    let states = planned.runs.map(state)
    let seconds = planned.runs.map { speed.seconds(of: $0.command, options: $0.options) }
    let order: [RunState] = [.failed, .interrupted, .running, .planned, .finished]
    let entries = planned.plans.flatMap { plan in
      plan.cells.map { cell in
        let name = plan.fullName(of: cell)
        let indices = planned.runsOfCells[name] ?? []
        let times = indices.compactMap { seconds[$0] }
        let least = order.first { state in indices.contains { states[$0] == state } }
        return Entry(
          cell: name, title: cell.title,
          seconds: indices.isEmpty || times.count < indices.count ? nil : times.reduce(0, +),
          state: least?.rawValue ?? planned.missing.first { $0.cell == name }?.reason ?? "")
      }
    }
    self.init(
      scale: planned.scale, speed: speed, entries: entries,
      secondsLeft: planned.runs.indices.reduce(0) { sum, index in
        states[index] == .finished ? sum : sum + (seconds[index] ?? 0)
      })
  }
}
