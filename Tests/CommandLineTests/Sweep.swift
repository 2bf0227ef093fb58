import Foundation
import Testing

/// A sweep of small trainings: four settings, each with some seeds.
struct Sweep {
  /// Holds the plan, the layers and the folders of runs.
  let folder: URL
  private let training: Training

  init(in folder: URL, epochs: Int = 12, seeds: [Int] = [0, 7, 11]) throws {
    self.folder = folder
    training = try Training(in: folder, epochs: epochs)
    try write(
      """
      name: small
      command: train
      options:
        model: \(training.path("small.yaml"))
        samples: 200
        test-samples: 40
        batch: 16
        epochs: \(epochs)
        checkpoint-seconds: 0.03
      grid:
        corrupt: [none, random-labels]
        weight-decay: [0, 5e-4]
      seeds: \(seeds)
      """, to: "plan.yaml")
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  /// The command that does the sweep in a folder.
  func command(_ name: String, _ others: String...) -> [String] {
    ["sweep", path("plan.yaml"), "--out", path(name), "--threads", "1", "--quiet"] + others
  }

  /// The path of a sweep's folder, or of a file in it.
  func path(_ name: String, _ file: String = "") -> String { training.path(name, file) }

  func bytes(_ name: String, _ file: String) throws -> Data { try training.bytes(name, file) }

  /// The folders of a sweep's runs that hold a file.
  func runs(_ name: String, holding file: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? []).sorted()
      .filter { FileManager.default.fileExists(atPath: path("\(name)/\($0)", file)) }
  }

  /// What tells a file from one that was written later, for each finished run.
  func recordMarks(_ name: String) throws -> [String: [Int]] {
    var marks: [String: [Int]] = [:]
    for run in runs(name, holding: "record.json") {
      var info = stat()
      try #require(stat(path("\(name)/\(run)", "record.json"), &info) == 0)
      marks[run] = [Int(info.st_ino), info.st_mtim.tv_sec, info.st_mtim.tv_nsec]
    }
    return marks
  }

  /// A condition of the shell: so many runs are finished and another one has a checkpoint.
  func condition(finished count: Int, _ name: String) -> String {
    """
    finished=0 begun=0
    for run in \(path(name))/*/; do
      if [ -e $run/record.json ]; then finished=$((finished + 1))
      elif [ -e $run/checkpoint ]; then begun=1
      fi
    done
    [ $finished -ge \(count) ] && [ $begun = 1 ]
    """
  }
}
