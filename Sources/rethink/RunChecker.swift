import ArgumentParser
import Foundation
import Rethinking

/// Proves, before any run, that subcommands take their options and that their data are there.
struct RunChecker {
  private var sets: [SetName: LoadedSet] = [:]

  /// Where an error is said to be: of an option, or of the run where no option is named.
  typealias Place = (_ option: String?) -> String

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

  /// Has a run's options parsed, its data and its files read.
  ///
  /// - Parameters:
  ///   - run: the run, of one of ``plannableCommands``.
  ///   - place: where an option is written.
  /// - Returns: what names the content of all files that the run reads.
  /// - Throws: `Failure` that begins with the place.
  mutating func dataDigest(of run: PlannedRun, at place: Place) throws -> String {
    let command = try parsed(run, place)
    let options = command.data
    let set = try loaded(SetName(data: options.data, folder: options.dataDir), place)
    for (option, wanted, held) in [
      ("samples", options.samples, set.train), ("test-samples", options.testSamples, set.test),
    ] {
      guard let wanted else { continue }
      guard (1...held).contains(wanted) else {
        throw failure(
          place(option),
          "\(option) is \"\(wanted)\", expected 1 to \(held): \(options.data.rawValue) has no more")
      }
    }
    let files = command.inputFiles.sorted { $0.key < $1.key }
    return try
      ([set.digest]
      + files.map { option, file in
        try "\(option) \(contentDigest(of: file, place(option)))"
      }).joined(separator: "\n")
  }

  /// The subcommand with the options of a run.
  private func parsed(_ run: PlannedRun, _ place: Place) throws -> any DataCommand {
    let command: any ParsableCommand
    do {
      command = try Rethink.parseAsRoot(run.arguments + ["--out=folder", "--quiet"])
    } catch {
      let message = parserSentence(of: error)
      throw failure(place(option(in: message, of: run)), "\(run.command): \(message)")
    }
    guard let command = command as? any DataCommand else {
      throw failure(place(nil), "\(run.command): help and version are no options of a run")
    }
    return command
  }

  /// The option of a run that a parser's message names.
  private func option(in message: String, of run: PlannedRun) -> String? {
    let words = message.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") }
    let options = words.filter { $0.hasPrefix("--") }.map { String($0.dropFirst(2)) }
    return options.first { run.options[$0] != nil }
  }

  /// Reads a set of images once.
  private mutating func loaded(_ name: SetName, _ place: Place) throws -> LoadedSet {
    if let set = sets[name] { return set }
    var set = LoadedSet(digest: "synthetic", train: .max, test: .max)
    if name.data != .synthetic {
      guard let folder = name.folder else {
        throw failure(
          place("data"),
          "data is \(name.data.rawValue), but data-dir, the folder with its files, is missing")
      }
      do {
        let split = try name.data.load(from: folder)
        set = LoadedSet(
          digest: "\(name.data.rawValue) \(split.train.sha256) \(split.test.sha256)",
          train: split.train.count, test: split.test.count)
      } catch {
        throw failure(
          place("data-dir"), "\(error)", error.isMissingInput ? .noInput : .badData)
      }
    } else if name.folder != nil {
      throw failure(
        place("data-dir"), "data-dir: synthetic images need none; name a set with data")
    }
    sets[name] = set
    return set
  }

  private func contentDigest(of file: String, _ place: String) throws -> String {
    if NetworkChoice.isFile(file) {
      do throws(ArchitectureFileError) {
        _ = try ArchitectureFile.read(at: file)
      } catch {
        throw failure(place, "\(error)", error.isMissingInput ? .noInput : .badData)
      }
    }
    do {
      let hash = SHA256()
      try Data(contentsOf: URL(fileURLWithPath: file)).withUnsafeBytes { hash.update($0) }
      return hash.hexadecimal()
    } catch {
      throw failure(place, "\(file): cannot be read: check the path", .noInput)
    }
  }

  private func failure(
    _ place: String, _ message: String, _ status: ExitStatus = .badData
  ) -> Failure {
    Failure(status: status, message: "\(place): \(message)")
  }
}
