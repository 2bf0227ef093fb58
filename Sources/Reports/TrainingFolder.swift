public import Datasets
public import Experiments
private import Foundation
public import LinearAlgebra
public import NetworkFiles
public import Networks

/// The folder of a training: what is written on the way, and where it is taken up again.
///
///     architecture.yaml      the layers
///     config.json            what was asked for, see ``writeConfiguration(_:environment:seed:sample:to:command:)``
///     metrics.jsonl          a line of JSON for each epoch, an `EpochRecord`
///     events.out.tfevents.*  the same for TensorBoard, with histograms of the parameters
///     checkpoint/            the last two checkpoints
///     network.safetensors    the trained network; network.onnx where asked for
///     record.json            what was measured; where it stands, all else does
///
/// No time of a clock is in `metrics.jsonl` and `network.safetensors`: a training that was killed
/// and resumed leaves the same bytes there as one that was not.
public struct TrainingFolder: Sendable {
  /// The folder.
  public let folder: RunFolder
  /// The network.
  public let graph: NetworkGraph

  private let sample: SampleRecord
  private let checkpoints: CheckpointFolder
  private let identity: Identity
  private let histogramPeriod: Int
  private var events: TensorBoardFile?

  /// The name of the file of metrics.
  public static let metricsName = "metrics.jsonl"
  /// The name of the file of layers.
  public static let architectureName = "architecture.yaml"
  /// The name of the file of the trained network.
  public static let networkName = "network.safetensors"
  /// The name of what was measured.
  public static let recordName = "record.json"

  /// Names the folder of a training; nothing is read or written yet.
  ///
  /// - Parameters:
  ///   - folder: the folder.
  ///   - plan: the network and how it is trained.
  ///   - sample: the sample; its images are hashed.
  /// - Throws: ``ExperimentError`` when the network does not fit the sample.
  public init(
    _ folder: RunFolder, plan: TrainingPlan, sample: CorruptedSample
  ) throws(ExperimentError) {
    self.folder = folder
    graph = try plan.graph(for: sample)
    checkpoints = CheckpointFolder(folder.pathOf("checkpoint"))
    self.sample = SampleRecord(sample)
    identity = Identity(plan, sampleSHA256: self.sample.sha256)
    // About a hundred histograms of a parameter show how it moved.
    histogramPeriod = max(1, (plan.configuration.epochs + 99) / 100)
  }

  /// Refuses a folder that holds a training already, before any work is done for another.
  ///
  /// - Parameter path: the folder, which need not exist.
  /// - Throws: ``TrainingFolderError/holdsTraining(path:)``.
  public static func requireNone(in path: String) throws(TrainingFolderError) {
    if access(join(path, metricsName), F_OK) == 0 { throw .holdsTraining(path: path) }
  }

  /// Begins a training in a folder that holds none.
  ///
  /// - Parameters:
  ///   - configuration: what was asked for, for `config.json`.
  ///   - command: how to run this again.
  /// - Throws: what could not be written.
  public mutating func begin(
    configuration: some Encodable, command: String?
  ) throws(TrainingFolderError) {
    let layers = try converting(TrainingFolderError.architecture) {
      () throws(ArchitectureFileError) in try ArchitectureFile.yaml(of: graph.architecture)
    }
    try converting(TrainingFolderError.report) { () throws(ReportError) in
      try folder.write(layers, to: Self.architectureName)
      try writeConfiguration(
        configuration, seed: identity.configuration.seed, sample: sample, to: folder,
        command: command)
      try folder.write("", to: Self.metricsName)
    }
    try createEvents()
  }

  /// Reads the latest checkpoint that is whole.
  ///
  /// - Returns: the checkpoint, and which later ones are damaged; nil where none was written yet.
  /// - Throws: ``TrainingFolderError/checkpoint(_:)`` also where sample, network or configuration
  ///   are not those of the checkpoint.
  public func restored() throws(TrainingFolderError) -> RestoredCheckpoint<Float>? {
    do throws(CheckpointError) {
      return try checkpoints.read(graph: graph, configuration: identity, scalar: Float.self)
    } catch {
      if case .none = error { return nil }
      throw .checkpoint(error)
    }
  }

  /// Cuts metrics and events back to a checkpoint, so that what follows is not there twice.
  ///
  /// - Parameter progress: how far the checkpoint is; the start where there is none.
  /// - Returns: remarks for the user, such as that a new file of events was begun.
  /// - Throws: what could not be written.
  public mutating func cutBack(
    to progress: TrainingProgress
  ) throws(TrainingFolderError) -> [String] {
    try converting(TrainingFolderError.report) { () throws(ReportError) in
      var metrics = ""
      for record in progress.history { metrics += try line(record) }
      try folder.write(metrics, to: Self.metricsName)
    }
    guard let path = latestEvents() else {
      try createEvents()
      return []
    }
    do throws(TensorBoardFileError) {
      events = try TensorBoardFile(
        continuing: path, throughStep: progress.history.last?.steps ?? 0)
      return []
    } catch {
      try createEvents()
      return ["\(error)"]
    }
  }

  /// Writes a checkpoint; the last two are kept.
  ///
  /// - Parameter snapshot: the training between two steps.
  /// - Throws: ``TrainingFolderError/checkpoint(_:)``.
  public func write(_ snapshot: TrainingSnapshot<Float>) throws(TrainingFolderError) {
    try converting(TrainingFolderError.checkpoint) { () throws(CheckpointError) in
      _ = try checkpoints.write(snapshot, graph: graph, configuration: identity)
    }
  }

  /// Appends an epoch to the metrics and to the events.
  ///
  /// - Parameters:
  ///   - record: the epoch.
  ///   - parameters: the network at its end; asked for only where histograms are due, once in a
  ///     hundredth of all epochs.
  /// - Throws: what could not be written.
  public mutating func append(
    _ record: EpochRecord, parameters: () -> NetworkParameters<Float>
  ) throws(TrainingFolderError) {
    try converting(TrainingFolderError.report) { () throws(ReportError) in
      try folder.append(try line(record), to: Self.metricsName)
    }
    let time = Date().timeIntervalSince1970
    var new = record.scalars.map { tag, value in
      TensorBoardEvent(
        wallTime: time, step: record.steps, .scalar(tag: tag, value: Float(value)))
    }
    if record.epoch % histogramPeriod == 0 {
      for (parameter, values) in zip(graph.parameters, parameters().values) {
        // An epoch is recorded only where all parameters are finite.
        guard let histogram = try? TensorBoardHistogram(of: values) else { continue }
        new.append(
          TensorBoardEvent(
            wallTime: time, step: record.steps,
            .histogram(tag: "parameters/\(parameter.name)", histogram)))
      }
    }
    guard var file = events else { return }
    do throws(TensorBoardFileError) {
      try file.append(new)
    } catch {
      throw .events(error)
    }
    events = file
  }

  /// Writes the trained network.
  ///
  /// - Parameters:
  ///   - parameters: its numbers.
  ///   - onnx: whether `network.onnx` is written beside `network.safetensors`.
  /// - Throws: what could not be written.
  public func write(
    _ parameters: NetworkParameters<Float>, onnx: Bool
  ) throws(TrainingFolderError) {
    let weights = try converting(TrainingFolderError.architecture) {
      () throws(ArchitectureFileError) in
      try SafetensorsFile.bytes(of: parameters, graph: graph)
    }
    let model = try converting(TrainingFolderError.onnx) { () throws(ONNXFileError) in
      onnx ? try ONNXFile.bytes(of: parameters, graph: graph) : nil
    }
    try converting(TrainingFolderError.report) { () throws(ReportError) in
      try folder.write(bytes: weights, to: Self.networkName)
      if let model { try folder.write(bytes: model, to: "network.onnx") }
    }
  }

  private mutating func createEvents() throws(TrainingFolderError) {
    let now = Date().timeIntervalSince1970
    var seconds = Int(now)
    while folder.holds(TensorBoardFile.name(seconds: seconds)) { seconds += 1 }
    do throws(TensorBoardFileError) {
      events = try TensorBoardFile(
        creating: folder.pathOf(TensorBoardFile.name(seconds: seconds)), wallTime: now)
    } catch {
      throw .events(error)
    }
  }

  private func latestEvents() -> String? {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    return names.filter { $0.hasPrefix("events.out.tfevents.") }.max().map(folder.pathOf)
  }
}

/// What a training must have kept when it is taken up again.
private struct Identity: Encodable {
  var sampleSHA256: String
  var initialization: Initialization
  var augmentation: Augmentation
  var preprocessing: Preprocessing
  var engine: EngineChoice
  var configuration: TrainingConfiguration

  init(_ plan: TrainingPlan, sampleSHA256: String) {
    self.sampleSHA256 = sampleSHA256
    initialization = plan.initialization
    augmentation = plan.augmentation
    preprocessing = plan.preprocessing
    engine = plan.engine
    configuration = plan.configuration
  }
}

/// An epoch as one line of JSON, its keys sorted.
private func line(_ record: EpochRecord) throws(ReportError) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  do {
    return String(decoding: try encoder.encode(record), as: UTF8.self) + "\n"
  } catch {
    throw .cannotEncode(reason: "\(error)")
  }
}

extension EpochRecord {
  /// What TensorBoard draws over the steps.
  fileprivate var scalars: [(tag: String, value: Double)] {
    var scalars = [
      ("train/loss", loss), ("train/running_accuracy", runningAccuracy),
      ("sgd/learning_rate", learningRate), ("sgd/norm", norm),
      ("sgd/distance_to_start", distanceToStart),
    ]
    if let train {
      scalars += [("train/loss_at_end", train.loss), ("train/accuracy", train.accuracy)]
    }
    if let test { scalars += [("test/loss", test.loss), ("test/accuracy", test.accuracy)] }
    return scalars
  }
}

private func converting<Failure: Error, Result>(
  _ error: (Failure) -> TrainingFolderError, _ body: () throws(Failure) -> Result
) throws(TrainingFolderError) -> Result {
  let failure: Failure
  do throws(Failure) {
    return try body()
  } catch let caught {
    failure = caught
  }
  throw error(failure)
}
