import Foundation
import Testing

/// A small training with batch normalisation, dropout, augmentation and random labels.
struct Training {
  /// Holds the layers and the folders of runs.
  let folder: URL
  private let epochs: Int

  init(in folder: URL, epochs: Int) throws {
    self.folder = folder
    self.epochs = epochs
    let layers = """
      name: small
      input: 28x28x3
      layers:
        - convolution: {filters: 6, size: 5, stride: 2, padding: same}
        - batch-normalisation
        - relu
        - max-pooling: {size: 3, stride: 2}
        - flatten
        - dropout: 0.25
        - dense: 10
      """
    try Data(layers.utf8).write(to: folder.appendingPathComponent("small.yaml"))
  }

  /// The command without a folder.
  var command: [String] {
    [
      "train", "--model", folder.appendingPathComponent("small.yaml").path, "--samples", "200",
      "--test-samples", "40", "--epochs", "\(epochs)", "--batch", "16", "--augment",
      "flip,rotation:25", "--corrupt", "random-labels", "--threads", "1", "--quiet",
    ]
  }

  /// The command that begins a run, with checkpoints as often as one can be written.
  func begin(_ name: String) -> [String] {
    command + ["--out", path(name), "--checkpoint-seconds", "0.03"]
  }

  /// The command that goes on with a run.
  func resume(_ name: String) -> [String] {
    ["train", "--resume", path(name), "--quiet"]
  }

  /// The path of a run's folder, or of a file in it.
  func path(_ name: String, _ file: String = "") -> String {
    folder.appendingPathComponent(name).appendingPathComponent(file).path
  }

  /// The bytes of a file of a run.
  func bytes(_ name: String, _ file: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(name, file)))
  }

  /// A run's checkpoints, the oldest first.
  func checkpoints(_ name: String) -> [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path(name, "checkpoint")))
    return (files ?? []).filter { $0.hasSuffix(".safetensors") }.sorted()
  }

  /// A condition of the shell: a run has written a checkpoint after those that it had.
  func condition(checkpointOf name: String, after former: [String]) -> String {
    let last = former.last.map { path(name, "checkpoint/\($0)") } ?? ""
    return """
      last=$(ls \(path(name, "checkpoint"))/*.safetensors | tail -n 1)
      [ -n "$last" ] && [ "$last" != "\(last)" ]
      """
  }

  /// The names of a run's files of events.
  func events(_ name: String) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path(name))
      .filter { $0.hasPrefix("events.out.tfevents.") }
  }

  /// Expects two runs to have left the same numbers.
  func expectSame(_ a: String, _ b: String) throws {
    for file in ["network.safetensors", "metrics.jsonl", "metrics.csv", "architecture.yaml"] {
      #expect(try bytes(a, file) == bytes(b, file), "\(file) of \(a) and \(b)")
    }
    #expect(
      try bytes(a, "metrics.jsonl").split(separator: UInt8(ascii: "\n")).count == epochs)
    #expect(try record(a) == record(b))
    // Events differ in their times alone, which all have the same length.
    let events = try (events(a), events(b))
    try #require(events.0.count == 1 && events.1.count == 1)
    #expect(try bytes(a, events.0[0]).count == bytes(b, events.1[0]).count)
  }

  /// A run's record without what a clock or the machine gave.
  private func record(_ name: String) throws -> String {
    let object = try JSONSerialization.jsonObject(with: bytes(name, "record.json"))
    var record = try #require(object as? [String: Any])
    for key in ["seconds", "imagesPerSecond", "peakBytes", "resumedAtStep"] { record[key] = nil }
    let data = try JSONSerialization.data(withJSONObject: record, options: .sortedKeys)
    return String(decoding: data, as: UTF8.self)
  }
}
