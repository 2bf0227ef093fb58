/// At which size the paper's runs are done.
public enum PlanScale: String, Sendable, Codable, CaseIterable {
  /// Minutes, on images that are drawn or on few real ones; nothing is comparable with the paper.
  case quick
  /// The paper's sets, cut to a part.
  case standard
  /// The paper's sizes.
  case full
}

/// A table or a figure of the paper: the runs that fill it, and the paper's numbers for them.
public struct PaperPlan: Sendable, Equatable {
  /// The name, such as `table1`; the names of cells begin with it.
  public var name: String
  /// What the table or figure shows.
  public var title: String
  /// Where the paper has it, such as `Table 1`.
  public var source: String
  /// The set that the paper used, as records name it, such as `CIFAR-10`; nil for any.
  public var data: String?
  /// The paper's sample size n; nil for any.
  public var samples: Int?
  /// What is measured of a run.
  public var quantities: [PaperQuantity]
  /// What a scale changes.
  public var scales: [PlanScale: PlanScaling]
  /// The runs.
  public var cells: [PaperCell]

  /// Creates a plan.
  ///
  /// - Parameters:
  ///   - name: the name, such as `table1`.
  ///   - title: what it shows.
  ///   - source: where the paper has it.
  ///   - data: the set that the paper used; nil for any.
  ///   - samples: the paper's sample size; nil for any.
  ///   - quantities: what is measured of a run.
  ///   - scales: what a scale changes.
  ///   - cells: the runs.
  public init(
    name: String, title: String, source: String, data: String? = nil, samples: Int? = nil,
    quantities: [PaperQuantity], scales: [PlanScale: PlanScaling] = [:], cells: [PaperCell]
  ) {
    self.name = name
    self.title = title
    self.source = source
    self.data = data
    self.samples = samples
    self.quantities = quantities
    self.scales = scales
    self.cells = cells
  }
}

/// What is measured of each run of a plan.
public struct PaperQuantity: Sendable, Equatable {
  /// The name, the last part of a cell's name, such as `test-accuracy`.
  public var name: String
  /// In words.
  public var title: String
  /// Where a run's record has it: keys with dots between them, such as `score.testError`.
  public var measure: String
  /// The cell of the plan whose number it is divided by, `*` for the first part of its own name;
  /// nil for the number itself.
  public var divisor: String?
  /// The unit; with `%` the record's number is a share.
  public var unit: String
  /// The largest difference from the paper's number that counts as agreement, in the unit.
  public var tolerance: Double
  /// Why that much.
  public var reason: String

  /// Creates a quantity.
  ///
  /// - Parameters:
  ///   - name: the last part of a cell's name.
  ///   - title: in words.
  ///   - measure: where a run's record has it.
  ///   - divisor: the cell of the plan that it is divided by.
  ///   - unit: the unit.
  ///   - tolerance: the largest difference that counts as agreement, 0 or larger.
  ///   - reason: why that much.
  public init(
    name: String, title: String, measure: String, divisor: String? = nil, unit: String,
    tolerance: Double, reason: String
  ) {
    self.name = name
    self.title = title
    self.measure = measure
    self.divisor = divisor
    self.unit = unit
    self.tolerance = tolerance
    self.reason = reason
  }
}

/// What a scale changes of a plan.
public struct PlanScaling: Sendable, Equatable {
  /// Options that replace the plan's and the cells'.
  public var options: [String: String]
  /// The cells that run at this scale, as ``CellPattern``s of names within the plan; nil for all.
  public var only: [String]?

  /// Creates a change.
  ///
  /// - Parameters:
  ///   - options: options that replace the plan's and the cells'.
  ///   - only: the cells that run at this scale; nil for all.
  public init(options: [String: String] = [:], only: [String]? = nil) {
    self.options = options
    self.only = only
  }
}

/// A run of a plan, beside the paper's numbers for it.
public struct PaperCell: Sendable, Equatable {
  /// The name within the plan, such as `mlp1x512/random-labels`.
  public var name: String
  /// What is run, in words.
  public var title: String
  /// The set that the paper used for it; nil for the plan's.
  public var data: String?
  /// The paper's sample size for it; nil for the plan's.
  public var samples: Int?
  /// The subcommand of `rethink` that runs it, such as `train` or `study norms`.
  public var command: String
  /// Its options at full scale, names without hyphens in front; a flag has the value `true`.
  public var options: [String: String]
  /// The paper's numbers, by the names of quantities.
  public var paper: [String: Double]
  /// Tolerances that replace the quantities', by their names.
  public var tolerances: [String: Double]
  /// What a reader must know before comparing.
  public var caveats: [String]
  /// Why it cannot be run at all; nil where it can.
  public var unavailable: String?

  /// Creates a cell.
  ///
  /// - Parameters:
  ///   - name: the name within the plan.
  ///   - title: what is run, in words.
  ///   - data: the set that the paper used for it; nil for the plan's.
  ///   - samples: the paper's sample size for it; nil for the plan's.
  ///   - command: the subcommand of `rethink`.
  ///   - options: its options at full scale.
  ///   - paper: the paper's numbers, by the names of quantities.
  ///   - tolerances: tolerances that replace the quantities'.
  ///   - caveats: what a reader must know before comparing.
  ///   - unavailable: why it cannot be run at all.
  public init(
    name: String, title: String, data: String? = nil, samples: Int? = nil, command: String,
    options: [String: String],
    paper: [String: Double] = [:], tolerances: [String: Double] = [:], caveats: [String] = [],
    unavailable: String? = nil
  ) {
    self.name = name
    self.title = title
    self.data = data
    self.samples = samples
    self.command = command
    self.options = options
    self.paper = paper
    self.tolerances = tolerances
    self.caveats = caveats
    self.unavailable = unavailable
  }
}

extension PaperPlan {
  /// The whole name of one of its cells.
  ///
  /// - Parameter cell: a cell.
  /// - Returns: such as `table1/mlp1x512/random-labels`.
  public func fullName(of cell: PaperCell) -> String { "\(name)/\(cell.name)" }

  /// Whether a cell is run at a scale.
  ///
  /// - Parameters:
  ///   - cell: a cell of this plan.
  ///   - scale: the scale.
  /// - Returns: no where it cannot be run at all, or the scale leaves it out.
  public func runs(_ cell: PaperCell, at scale: PlanScale) -> Bool {
    guard cell.unavailable == nil else { return false }
    guard let only = scales[scale]?.only else { return true }
    return only.contains { CellPattern($0).matches(cell.name) }
  }

  /// The options of a cell's run.
  ///
  /// - Parameters:
  ///   - cell: a cell of this plan.
  ///   - scale: the scale.
  ///   - seed: names every draw.
  /// - Returns: the cell's options with the scale's and the seed.
  public func options(
    of cell: PaperCell, at scale: PlanScale, seed: UInt64
  ) -> [String: String] {
    var options = cell.options.merging(scales[scale]?.options ?? [:]) { $1 }
    options["seed"] = "\(seed)"
    return options
  }
}

/// A name of cells: all whose name begins with its parts, where `*` stands for any part.
public struct CellPattern: Sendable, Equatable, CustomStringConvertible {
  private let parts: [Substring]
  /// The pattern as it was typed.
  public let description: String

  /// Reads a pattern.
  ///
  /// - Parameter text: such as `table1`, `table1/mlp1x512/*` or `*/mlp1x512`.
  public init(_ text: String) {
    description = text
    parts = text.split(separator: "/")
  }

  /// Whether a name begins with the pattern's parts.
  ///
  /// - Parameter name: such as `table1/mlp1x512/random-labels`.
  /// - Returns: whether each part is the name's, or `*`.
  public func matches(_ name: String) -> Bool {
    let own = name.split(separator: "/")
    return !parts.isEmpty && parts.count <= own.count
      && zip(parts, own).allSatisfy { $0 == "*" || $0 == $1 }
  }
}
