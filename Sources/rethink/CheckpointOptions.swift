import ArgumentParser
import Rethinking

/// What a training keeps on the way, and where it is taken up again.
struct CheckpointOptions: ParsableArguments {
  enum Export: String, CaseIterable, ExpressibleByArgument {
    case onnx
  }

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("With --out: write a checkpoint after every N epochs.", valueName: "n"))
  var checkpointEvery: Int?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With --out: write a checkpoint so many seconds after the last one (default: 60 unless "
        + "--checkpoint-every is given).", valueName: "seconds"))
  var checkpointSeconds: Double?

  @Option(
    help: ArgumentHelp(
      "Go on with the training that wrote this folder; its config.json says all options.",
      valueName: "folder"))
  var resume: String?

  @Option(help: "With --out: also write the trained network for other programs: onnx.")
  var export: Export?

  func validate() throws {
    if let checkpointEvery {
      try check(
        "--checkpoint-every", Double(checkpointEvery), "at least 1", checkpointEvery >= 1)
    }
    if let checkpointSeconds {
      try check(
        "--checkpoint-seconds", checkpointSeconds, "a positive number", checkpointSeconds > 0)
    }
  }

  /// Refuses what has no folder to go to.
  func requireFolder() throws {
    let given =
      checkpointEvery.map { "--checkpoint-every \($0)" }
      ?? checkpointSeconds.map { "--checkpoint-seconds \($0)" }
      ?? export.map { "--export \($0.rawValue)" }
    if let given { throw ValidationError("\(given): needs --out") }
  }

  /// The options as they are typed.
  var resolved: [String: String] {
    var options: [String: String] = [:]
    options["checkpoint-every"] = checkpointEvery.map { "\($0)" }
    options["checkpoint-seconds"] = seconds.map { "\($0)" }
    options["export"] = export?.rawValue
    return options
  }

  private var seconds: Double? { checkpointSeconds ?? (checkpointEvery == nil ? 60 : nil) }

  /// Whether a checkpoint is due.
  ///
  /// - Parameters:
  ///   - epoch: the epoch that was just closed; nil within an epoch.
  ///   - passed: seconds since the last checkpoint.
  /// - Returns: whether to write one now.
  func isDue(closing epoch: Int?, secondsSinceLast passed: Double) -> Bool {
    if let epoch, let checkpointEvery, epoch % checkpointEvery == 0 { return true }
    return seconds.map { passed >= $0 } ?? false
  }
}
