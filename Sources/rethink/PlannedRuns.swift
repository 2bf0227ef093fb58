import ArgumentParser
import Foundation
import Rethinking
import Synchronization

/// Proves that a run's options are ones that its subcommand takes.
///
/// - Throws: what the subcommand's parser throws.
func checkArguments(of run: PlannedRun) throws {
  _ = try Rethink.parseAsRoot(run.arguments + ["--out=folder"])
}

/// Digests of the sets that runs read, each read once.
final class DataDigests: Sendable {
  private let known = Mutex<[String: String]>([:])

  /// The SHA-256 of a set's images and labels; for images drawn from a seed the program's version.
  ///
  /// A set that cannot be read has none: its run says what is wrong.
  func digest(of run: PlannedRun) -> String {
    guard let name = run.options["data"].flatMap(StandardDataset.init(rawValue:)) else {
      return "drawn by rethink \(packageVersion)"
    }
    let folder = run.options["data-dir"] ?? ""
    return known.withLock { known in
      if let digest = known["\(name) \(folder)"] { return digest }
      let split = try? name.load(from: folder)
      let digest = split.map { "\($0.train.sha256) \($0.test.sha256)" } ?? "unreadable"
      known["\(name) \(folder)"] = digest
      return digest
    }
  }
}

/// Tells how many of some runs are done.
final class RunMeter: Sendable {
  private let names: [String]
  // A scheduler tells of one event at a time.
  nonisolated(unsafe) private let printer: ProgressPrinter
  private let done = Mutex(0)

  init(_ runs: [PlannedRun], _ printer: ProgressPrinter) {
    names = runs.map(\.name)
    self.printer = printer
  }

  /// Takes note of what happened to a run.
  func note(_ event: RunEvent) {
    let name = names[event.index]
    switch event.kind {
    case .began(let isResumed):
      show(isResumed ? "goes on: \(name)" : name)
    case .ended(let outcome):
      done.withLock { $0 += 1 }
      if outcome.state == .failed {
        printer.finish()
        Session.remark("\(name): failed: \(outcome.message ?? outcome.folder)")
      }
    case .waits(let holder): show("waits for \(holder): \(name)")
    }
  }

  private func show(_ activity: String) {
    let fraction = Double(done.withLock { $0 }) / Double(max(1, names.count))
    printer.show(ExperimentProgress(fraction: fraction, activity: activity))
  }
}
