import ArgumentParser
import Foundation
import Rethinking

/// A plan whose runs their subcommands take, and whose data are there.
struct CheckedPlan {
  let plan: SweepPlan
  /// The runs, with the folder of data where the plan does not say it.
  let runs: [PlannedRun]
  private let path: String
  private var digests: [[String: String]: String] = [:]
  private var sets: [SetName: LoadedSet] = [:]

  /// A set of images in a folder.
  private struct SetName: Hashable {
    var data: DataName
    var folder: String?
  }

  private struct LoadedSet {
    var digest: String
    var train: Int
    var test: Int
  }

  /// Reads a plan and has each run's options parsed, its data and its files read.
  ///
  /// - Parameters:
  ///   - path: the plan.
  ///   - dataFolder: the folder of data where the plan does not say it.
  /// - Throws: `YAMLFileError`; `Failure` that names the plan, the line and the key.
  init(at path: String, dataFolder: String?) throws {
    self.path = path
    plan = try SweepPlanFile.read(at: path)
    let entries = plan.entries
    runs = entries.map { entry in
      var run = entry.run
      if run.options["data", default: "synthetic"] != "synthetic" {
        // No shell has read the plan.
        run.options["data-dir"] = (run.options["data-dir"] ?? dataFolder)
          .map { NSString(string: $0).expandingTildeInPath }
      }
      return run
    }
    for (entry, run) in zip(entries, runs) {
      let command = try parsed(run, lines: entry.lines)
      digests[run.options] = try digest(of: command, lines: entry.lines)
    }
  }

  /// Names the content of all files that a run of this plan reads.
  func dataDigest(of run: PlannedRun) -> String { digests[run.options] ?? "" }

  /// The subcommand with the options of a run.
  private func parsed(_ run: PlannedRun, lines: [String: Int]) throws -> any DataCommand {
    let known = plannableCommands
    guard known.contains(run.command) else {
      throw YAMLFileError.unknownKey(
        path: path, line: plan.command.line, key: run.command, place: "command",
        known: nearest(to: run.command, among: known))
    }
    let command: any ParsableCommand
    do {
      command = try Rethink.parseAsRoot(run.arguments + ["--out=\(path)", "--quiet"])
    } catch {
      let message = parserSentence(of: error)
      throw failure(line(of: message, in: lines), "\(run.command): \(message)")
    }
    guard let command = command as? any DataCommand else {
      throw failure(
        plan.command.line, "\(run.command): help and version are no options of a run")
    }
    return command
  }

  /// The line of the option that a parser's message names.
  private func line(of message: String, in lines: [String: Int]) -> Int {
    let words = message.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    let options = words.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
    return options.lazy.compactMap { lines[$0] }.first ?? plan.command.line
  }

  /// Names the content of the files that a run reads.
  private mutating func digest(
    of command: any DataCommand, lines: [String: Int]
  ) throws -> String {
    let options = command.data
    let set = try loaded(SetName(data: options.data, folder: options.dataDir), lines)
    for (option, wanted, held) in [
      ("samples", options.samples, set.train), ("test-samples", options.testSamples, set.test),
    ] {
      guard let wanted else { continue }
      guard (1...held).contains(wanted) else {
        throw failure(
          lines[option] ?? 0,
          "\(option) is \"\(wanted)\", expected 1 to \(held): \(options.data.rawValue) has no more")
      }
    }
    let files = command.inputFiles.sorted { $0.key < $1.key }
    return try
      ([set.digest]
      + files.map { option, file in
        try "\(option) \(contentDigest(of: file, line: lines[option] ?? 0))"
      }).joined(separator: "\n")
  }

  /// Reads a set of images once.
  private mutating func loaded(_ name: SetName, _ lines: [String: Int]) throws -> LoadedSet {
    if let set = sets[name] { return set }
    let line = lines["data-dir"] ?? lines["data"] ?? 0
    var set = LoadedSet(digest: "synthetic", train: .max, test: .max)
    if let standard = name.data.standardDataset {
      guard let folder = name.folder else {
        throw failure(
          line, "data is \(name.data.rawValue), but data-dir, the folder with its files, is missing"
        )
      }
      do {
        let split = try standard.load(from: folder)
        set = LoadedSet(
          digest: "\(name.data.rawValue) \(split.train.sha256) \(split.test.sha256)",
          train: split.train.count, test: split.test.count)
      } catch {
        throw failure(line, "\(error)", error.isMissingInput ? .noInput : .badData)
      }
    } else if name.folder != nil {
      throw failure(line, "data-dir: synthetic images need none; name a set with data")
    }
    sets[name] = set
    return set
  }

  private func contentDigest(of file: String, line: Int) throws -> String {
    if NetworkChoice.isFile(file) {
      do throws(ArchitectureFileError) {
        _ = try ArchitectureFile.read(at: file)
      } catch {
        throw failure(line, "\(error)", error.isMissingInput ? .noInput : .badData)
      }
    }
    do {
      let hash = SHA256()
      try Data(contentsOf: URL(fileURLWithPath: file)).withUnsafeBytes { hash.update($0) }
      return hash.hexadecimal()
    } catch {
      throw failure(line, "\(file): cannot be read: check the path", .noInput)
    }
  }

  private func failure(
    _ line: Int, _ message: String, _ status: ExitStatus = .badData
  ) -> Failure {
    Failure(status: status, message: "\(lineOfFile(path, line)): \(message)")
  }
}
