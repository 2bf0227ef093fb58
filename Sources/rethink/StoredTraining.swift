import ArgumentParser
import Foundation
import Rethinking

/// What `config.json` says of a training.
struct StoredTraining: Codable {
  /// The options, with what stands for those that were left out.
  var options: [String: String]
  /// What they mean for SGD; for readers.
  var training: TrainingConfiguration?

  /// Describes a training that begins.
  init(_ command: TrainCommand, _ plan: TrainingPlan) {
    options = command.resolved
    training = plan.configuration
  }

  /// The options in a form that the parser reads.
  var arguments: [String] {
    options.sorted { $0.key < $1.key }.map { name, value in
      TrainCommand.flags.contains(name) ? "--\(name)" : "--\(name)=\(value)"
    }
  }
}

extension TrainCommand {
  /// The options that have no value.
  static let flags: Set = ["evaluate-training"]

  /// The options that may differ when a training goes on.
  private static let free: Set = ["resume", "json", "quiet", "threads", "figures"]

  /// All options that a training depends on, as they are typed.
  var resolved: [String: String] {
    data.resolved
      .merging(training.resolved) { $1 }
      .merging(keeping.resolved) { $1 }
      .merging(data.run.figures.map { ["figures": $0] } ?? [:]) { $1 }
  }

  /// The command that began the training of a folder, to go on with it.
  ///
  /// - Throws: `Failure` where the folder holds no training, or where an option that was typed
  ///   says something else than the training's.
  func stored(in folder: String) throws -> TrainCommand {
    let stored = try Self.configuration(of: folder)
    let typed = resolved
    for name in Self.typedOptions where !Self.free.contains(name) {
      guard typed[name] != stored.options[name] || typed[name] == nil else { continue }
      let found = typed[name].map { Self.flags.contains(name) ? "" : " \($0)" } ?? ""
      let expected =
        stored.options[name].map { "has \($0)" } ?? "has no such option"
      throw Failure(
        status: .wrongUsage,
        message: "--\(name)\(found): the training of \(folder) \(expected); leave it out, or begin "
          + "a new training with --out")
    }
    var command = try Self.parsed(stored, in: folder)
    if let threads = data.run.threads, threads != command.data.run.threads {
      Session.remark(
        "--threads \(threads): the training began with \(command.data.run.threads ?? threads); "
          + "other threads may change the last digits")
      command.data.run.threads = threads
    }
    if let figures = data.run.figures { command.data.run.figures = figures }
    (command.data.run.json, command.data.run.quiet) = (data.run.json, data.run.quiet)
    return command
  }

  /// The command that began the training of a folder, as it was typed.
  ///
  /// - Throws: `Failure` where the folder holds no training.
  static func begun(in folder: String) throws -> TrainCommand {
    try parsed(try configuration(of: folder, option: "run"), in: folder)
  }

  private static func parsed(_ stored: StoredTraining, in folder: String) throws -> TrainCommand {
    do {
      return try TrainCommand.parse(stored.arguments + ["--out=\(folder)"])
    } catch {
      throw Failure(
        status: .badData,
        message: "\(configurationPath(folder)): \(TrainCommand.message(for: error)); write "
          + "the option as it was")
    }
  }

  private static func configurationPath(_ folder: String) -> String {
    folder.hasSuffix("/") ? folder + "config.json" : folder + "/config.json"
  }

  private static func configuration(
    of folder: String, option: String = "resume"
  ) throws -> StoredTraining {
    struct File: Decodable { var configuration: StoredTraining }
    let path = configurationPath(folder)
    do {
      return try JSONFile.value(of: File.self, at: path).configuration
    } catch let error where error.isMissingInput {
      throw Failure(
        status: .noInput,
        message: "--\(option) \(folder): no config.json can be read there; name the folder that a "
          + "training was begun with by --out")
    } catch {
      throw Failure(
        status: .badData,
        message: "\(path): not the configuration of a training; name the folder that a training "
          + "was begun with by --out")
    }
  }

  /// The names of the options that stand on the command line.
  private static var typedOptions: [String] {
    CommandLine.arguments.dropFirst().filter { $0.hasPrefix("--") }
      .map { String($0.dropFirst(2).prefix { $0 != "=" }) }
  }
}
