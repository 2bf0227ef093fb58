/// One run of a subcommand, before it begins.
public struct PlannedRun: Sendable, Hashable, Codable {
  /// What the run is called, such as `corrupt=none,seed=0`; slashes make folders.
  public var name: String
  /// The subcommand, such as `train` or `study norms`; it must take `--out`.
  public var command: String
  /// The options by their names without `--`, as they are typed; a flag has the value `true`.
  public var options: [String: String]

  /// Plans a run.
  ///
  /// - Parameters:
  ///   - name: what the run is called; slashes make folders.
  ///   - command: the subcommand, which must take `--out`.
  ///   - options: the options by their names without `--`; a flag has the value `true`, and one
  ///     with the value `false` is left out.
  public init(name: String, command: String, options: [String: String]) {
    self.name = name
    self.command = command
    self.options = options
  }

  /// The words of the command line after the program's name: the subcommand, then the options in
  /// the order of their names.
  public var arguments: [String] {
    command.split(separator: " ").map(String.init) + optionArguments
  }

  private var optionArguments: [String] {
    options.sorted { $0.key < $1.key }.compactMap { name, value in
      switch value {
      case "true": "--\(name)"
      case "false": nil
      default: "--\(name)=\(value)"
      }
    }
  }

  /// The same run with other options beside its own.
  ///
  /// - Parameter others: options that this run may say otherwise.
  /// - Returns: a run whose own options stand.
  public func completed(by others: [String: String]) -> PlannedRun {
    var copy = self
    copy.options.merge(others) { own, _ in own }
    return copy
  }
}

/// Words as a line that a shell reads back as the same words.
///
/// - Parameter words: any texts.
/// - Returns: the words with spaces between them, quoted where they need it.
public func shellLine(_ words: [String]) -> String {
  words.map { word in
    let isPlain = word.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "-_=.,:/+@%".utf8.contains(byte)
      }
    }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
  }.joined(separator: " ")
}
