/// Many runs of one subcommand: every combination of a grid, of listed options and of seeds.
public struct SweepPlan: Sendable, Equatable {
  /// A value of an option and the line of the file that says it.
  public struct Setting: Sendable, Equatable {
    /// The value as it was typed.
    public var value: String
    /// The line, from 1; 0 where there is no file.
    public var line: Int

    /// Sets an option.
    ///
    /// - Parameters:
    ///   - value: the value as it is typed.
    ///   - line: the line that says it; 0 where there is no file.
    public init(_ value: String, line: Int = 0) {
      self.value = value
      self.line = line
    }
  }

  /// An option of the grid with all its values.
  public struct Axis: Sendable, Equatable {
    /// The option's name without `--`.
    public var option: String
    /// Its values, at least one.
    public var values: [Setting]

    /// Lists the values of an option.
    ///
    /// - Parameters:
    ///   - option: the option's name without `--`.
    ///   - values: its values, at least one.
    public init(_ option: String, _ values: [Setting]) {
      precondition(!values.isEmpty, "an option of a grid has at least one value")
      self.option = option
      self.values = values
    }
  }

  /// One run of a plan with the lines that its options stand on.
  public struct Entry: Sendable, Equatable {
    /// The run.
    public var run: PlannedRun
    /// The line of each option.
    public var lines: [String: Int]
  }

  /// The most runs of a plan.
  public static let mostRuns = 10_000

  /// What the sweep is called.
  public var name: String
  /// The subcommand of all runs.
  public var command: Setting
  /// Options of all runs; what `grid`, `list` and `seeds` say counts before them.
  public var options: [String: Setting] = [:]
  /// Options whose values are combined, the last one changing fastest.
  public var grid: [Axis] = []
  /// Options that belong together, each combined with the whole grid; empty for one without options.
  public var list: [[String: Setting]] = []
  /// Values of `--seed`, changing fastest; empty for none.
  public var seeds: [Setting] = []

  /// Plans a sweep of one run.
  ///
  /// - Parameters:
  ///   - name: what the sweep is called.
  ///   - command: the subcommand of all runs.
  public init(name: String, command: Setting) {
    self.name = name
    self.command = command
  }

  /// The number of runs; nil where it is too large for a whole number.
  public var count: Int? {
    ([list.count, seeds.count].map { max(1, $0) } + grid.map(\.values.count)).reduce(1) {
      product, factor in
      guard let (result, overflow) = product?.multipliedReportingOverflow(by: factor) else {
        return nil
      }
      return overflow ? nil : result
    }
  }

  /// The options that `grid`, `list` and `seeds` say, in the order in which they name runs.
  public var varying: [String] {
    Set(list.flatMap(\.keys)).sorted() + grid.map(\.option) + (seeds.isEmpty ? [] : ["seed"])
  }

  /// All runs, the list changing slowest and the seeds fastest.
  ///
  /// A run is called after its varying options, such as `model=alexnet,corrupt=none,seed=0`; a plan
  /// of one run gives it its own name.
  ///
  /// - Complexity: O(runs).
  public var entries: [Entry] {
    precondition(count.map { $0 <= Self.mostRuns } ?? false, "no more runs than the limit")
    var combinations: [[String: Setting]] = list.isEmpty ? [options] : []
    for group in list { combinations.append(options.merging(group) { $1 }) }
    let axes = grid + (seeds.isEmpty ? [] : [Axis("seed", seeds)])
    for axis in axes {
      combinations = combinations.flatMap { combination in
        axis.values.map { value in combination.merging([axis.option: value]) { $1 } }
      }
    }
    return combinations.map { settings in
      Entry(
        run: PlannedRun(
          name: name(of: settings), command: command.value,
          options: settings.mapValues(\.value)),
        lines: settings.mapValues(\.line))
    }
  }

  private func name(of settings: [String: Setting]) -> String {
    let parts = varying.compactMap { option in
      settings[option].map { "\(option)=\($0.value)" }
    }
    return parts.isEmpty ? folderName : Self.folderName(parts.joined(separator: ","))
  }

  /// The sweep's name as that of a folder.
  public var folderName: String { Self.folderName(name) }

  /// A text as the name of a folder: what a path, a shell or a table might take otherwise becomes
  /// `_`, and a long name is cut; the identity tells runs apart whose names then are the same.
  private static func folderName(_ text: String) -> String {
    let safe = text.unicodeScalars.map { scalar in
      scalar.properties.isAlphabetic || "0123456789-_=.,:+@".unicodeScalars.contains(scalar)
        ? Character(scalar) : "_"
    }
    var name = ""
    for character in safe.drop(while: { $0 == "." }) {
      guard name.utf8.count + character.utf8.count <= 160 else { break }
      name.append(character)
    }
    return name.isEmpty ? "run" : name
  }
}
