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
