public import Experiments
private import Foundation
private import NetworkFiles

/// A run that lies in a folder.
public struct FoundRun: Sendable, Equatable {
  /// The run; its name is the folder's path from where the search began.
  public var run: PlannedRun
  /// Its folder.
  public var folder: String
  /// How far it has come.
  public var state: RunState
  /// The numbers and texts at the top level of its record.
  public var values: [String: RecordValue]
  /// Whether a plan made the folder.
  public var isPlanned: Bool
  /// Seconds since one of its files was changed.
  public var age: Double

  /// Describes a run.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - folder: its folder.
  ///   - state: how far it has come.
  ///   - values: the numbers and texts at the top level of its record.
  ///   - isPlanned: whether a plan made the folder.
  ///   - age: seconds since one of its files was changed.
  public init(
    run: PlannedRun, folder: String, state: RunState, values: [String: RecordValue],
    isPlanned: Bool, age: Double
  ) {
    (self.run, self.folder, self.state) = (run, folder, state)
    (self.values, self.isPlanned, self.age) = (values, isPlanned, age)
  }
}

extension RunStore {
  /// All runs below the root, in the order of their paths.
  ///
  /// A run that no plan made is described by the command in its `config.json`.
  ///
  /// - Returns: the runs.
  /// - Complexity: reads each run's record.
  public func runs() -> [FoundRun] {
    folders().map { folder in
      let stored = try? stored(in: folder)
      var run = stored?.run ?? Self.typedRun(in: folder)
      run.name = String(folder.dropFirst(root.hasSuffix("/") ? root.count : root.count + 1))
      if run.name.isEmpty { run.name = "." }
      return FoundRun(
        run: run, folder: folder, state: state(of: folder), values: RunTable.values(of: folder),
        isPlanned: stored != nil, age: Self.age(of: folder))
    }
  }

  /// The run that the command of a folder's `config.json` describes.
  private static func typedRun(in folder: String) -> PlannedRun {
    struct Configuration: Decodable { var command: String? }
    let path = join(folder, "config.json")
    let command = (try? JSONFile.value(of: Configuration.self, at: path))?.command ?? ""
    var words = command.split(separator: " ").dropFirst()[...]
    let subcommand = words.prefix { !$0.hasPrefix("--") }
    words = words.dropFirst(subcommand.count)
    var options: [String: String] = [:]
    while let word = words.popFirst() {
      guard word.hasPrefix("--") else { continue }
      let parts = word.dropFirst(2).split(separator: "=", maxSplits: 1)
      guard let name = parts.first else { continue }
      if parts.count == 2 {
        options[String(name)] = String(parts[1])
      } else if let value = words.first, !value.hasPrefix("--") {
        options[String(name)] = String(words.removeFirst())
      } else {
        options[String(name)] = "true"
      }
    }
    return PlannedRun(
      name: "", command: subcommand.joined(separator: " "),
      options: options.filter { !RunIdentity.independentOptions.contains($0.key) })
  }

  private static func age(of folder: String) -> Double {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let newest = (names.map { join(folder, $0) } + [folder]).compactMap { path -> Double? in
      var info = stat()
      return stat(path, &info) == 0 ? Double(info.st_mtim.tv_sec) : nil
    }.max()
    return max(0, Date().timeIntervalSince1970 - (newest ?? 0))
  }
}
