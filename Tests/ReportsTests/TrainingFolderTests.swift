import Datasets
import Experiments
import Foundation
import NetworkFiles
import Networks
import Reports
import Testing

@Suite("The folder of a training")
struct TrainingFolderTests {
  private let sample = ProceduralImages.split(trainCount: 24, testCount: 8, seed: 1)
    .corrupted(by: .randomLabels, seed: 1)

  private func plan(epochs: Int = 4, seed: UInt64 = 1) -> TrainingPlan {
    TrainingPlan(
      Architecture("linear", input: sample.train.shape.tensorShape) {
        Flatten()
        Dense(10)
      },
      configuration: TrainingConfiguration(epochs: epochs, batchSize: 8, seed: seed))
  }

  private func begin(
    _ plan: TrainingPlan, in path: String
  ) throws -> (folder: TrainingFolder, run: TrainingRun) {
    var folder = try TrainingFolder(RunFolder(creating: path), plan: plan, sample: sample)
    let run = try TrainingRun(plan, on: sample)
    try folder.begin(configuration: ["a": 1], command: "rethink train")
    return (folder, run)
  }

  /// Advances to the end of an epoch.
  private func epoch(_ run: TrainingRun, _ folder: inout TrainingFolder) throws {
    while run.outcome == nil {
      if case .epoch(let record) = run.advance() {
        return try folder.append(record) { run.snapshot.parameters }
      }
    }
  }

  @Test("What follows a checkpoint is cut off, and comes again as it was")
  func cuttingBack() throws {
    let place = try TestFolder()
    let plan = plan()
    var (folder, run) = try begin(plan, in: place.path("run"))
    for _ in 0..<2 { try epoch(run, &folder) }
    run.advance()
    try folder.write(run.snapshot)
    for _ in 0..<2 { try epoch(run, &folder) }
    let metrics = try place.text("run/metrics.jsonl")
    #expect(metrics.split(separator: "\n").count == 4)
    let events = try #require(place.contents().first { $0.contains("tfevents") })
    let size = try Data(contentsOf: URL(filePath: place.path(events))).count
    // As a process leaves it that is killed within a line.
    try Data((metrics + "{\"distance").utf8)
      .write(to: URL(filePath: place.path("run/metrics.jsonl")))

    var later = try TrainingFolder(
      RunFolder(creating: place.path("run")), plan: plan, sample: sample)
    let checkpoint = try #require(try later.restored())
    #expect(checkpoint.snapshot.progress.epoch == 2 && checkpoint.snapshot.progress.step == 1)
    #expect(try later.cutBack(to: checkpoint.snapshot.progress).isEmpty)
    #expect(
      try place.text("run/metrics.jsonl").split(separator: "\n")
        == Array(metrics.split(separator: "\n").prefix(2)))
    let resumed = try TrainingRun(plan, on: sample, from: checkpoint.snapshot)
    for _ in 0..<2 { try epoch(resumed, &later) }
    #expect(try place.text("run/metrics.jsonl") == metrics)
    #expect(try Data(contentsOf: URL(filePath: place.path(events))).count == size)
    #expect(resumed.snapshot == run.snapshot)
    #expect(resumed.result().record.resumedAtStep == 7)
    #expect(run.result().record.resumedAtStep == nil)
  }

  @Test("Without a checkpoint there is nothing to restore, and the start is cut back to")
  func start() throws {
    let place = try TestFolder()
    let plan = plan()
    var (folder, run) = try begin(plan, in: place.path)
    try epoch(run, &folder)
    #expect(try folder.restored() == nil)
    let configuration = try place.text("config.json")
    #expect(configuration.contains(sample.train.sha256))
    #expect(configuration.contains(#""command" : "rethink train""#))
    #expect(try folder.cutBack(to: .start).isEmpty)
    #expect(try place.text("metrics.jsonl").isEmpty)
    #expect(throws: TrainingFolderError.holdsTraining(path: place.path)) {
      try TrainingFolder.requireNone(in: place.path)
    }
    try TrainingFolder.requireNone(in: place.path("other"))
  }

  @Test("A damaged file of events is told, and a new one is begun")
  func damagedEvents() throws {
    let place = try TestFolder()
    var (folder, run) = try begin(plan(), in: place.path)
    try epoch(run, &folder)
    let events = try #require(place.contents().first { $0.contains("tfevents") })
    try Data([1]).write(to: URL(filePath: place.path(events)))
    let remarks = try folder.cutBack(to: run.progress)
    #expect(remarks.count == 1 && remarks[0].contains("no whole record at byte 0"))
    try epoch(run, &folder)
    #expect(try place.contents().count { $0.contains("tfevents") } == 2)
  }

  @Test("A checkpoint of another configuration or sample is refused")
  func otherIdentity() throws {
    let place = try TestFolder()
    let (folder, run) = try begin(plan(), in: place.path)
    try folder.write(run.snapshot)
    let here = try RunFolder(creating: place.path)
    let longer = try TrainingFolder(here, plan: plan(epochs: 5), sample: sample)
    #expect(throws: TrainingFolderError.self) { try longer.restored() }
    let others = ProceduralImages.split(trainCount: 24, testCount: 8, seed: 2)
      .corrupted(by: .none, seed: 1)
    let moved = try TrainingFolder(here, plan: plan(), sample: others)
    do {
      _ = try moved.restored()
      Issue.record("other images")
    } catch {
      guard case .checkpoint(.otherConfiguration(_, let key, let found, let expected)) = error
      else { throw error }
      #expect(key == "sampleSHA256" && found == sample.train.sha256)
      #expect(expected == others.train.sha256)
    }
  }

  @Test("The trained network is written for other programs")
  func network() throws {
    let place = try TestFolder()
    let (folder, run) = try begin(plan(), in: place.path)
    let parameters = run.snapshot.parameters
    try folder.write(parameters, onnx: true)
    let file = try SafetensorsFile(
      reading: Array(Data(contentsOf: URL(filePath: place.path("network.safetensors")))))
    #expect(try file.parameters(of: folder.graph, as: Float.self) == parameters)
    let onnx = try Data(contentsOf: URL(filePath: place.path("network.onnx")))
    #expect(try Array(onnx) == ONNXFile.bytes(of: parameters, graph: folder.graph))
    #expect(
      try ArchitectureFile.read(at: place.path("architecture.yaml")) == folder.graph.architecture)
  }
}
