import ArgumentParser
import Foundation
import Rethinking

struct TrainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train one of the paper's networks, or one of your own, by SGD.",
    discussion: """
      Appendix A of the paper: cross-entropy, momentum 0.9, learning rate 0.1 (Inception) or 0.01 \
      (the others) times 0.95 after each epoch. Inputs are pixels / 255, standardised for each \
      image. The paper does not print its batch size; 128 is read off its figures.

      With --out DIR the training can be left and taken up again. Ctrl-C, kill, even kill -9 or a \
      power cut lose at most what came after the last checkpoint, and with the same threads the \
      weights and metrics.jsonl of the end are the same, byte for byte:

        rethink train --model alexnet --corrupt random-labels --out fit
        rethink train --resume fit

      DIR also holds the layers, the trained weights, figures, and what TensorBoard shows. A \
      training that diverges is a result; the exit status is 0. It is 75 after Ctrl-C or kill.
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var training: TrainingOptions
  @OptionGroup var keeping: CheckpointOptions

  func validate() throws {
    guard let resume = keeping.resume else {
      if data.run.out == nil { try keeping.requireFolder() }
      return
    }
    if let out = data.run.out {
      throw ValidationError(
        "--out \(out): a resumed training stays in \(resume); leave --out out")
    }
  }

  func run() async throws {
    if let folder = keeping.resume {
      try await stored(in: folder).train(isResumed: true)
    } else {
      try await train(isResumed: false)
    }
  }

  private func train(isResumed: Bool) async throws {
    let watch = InterruptionWatch()
    if !isResumed, let out = data.run.out { try TrainingFolder.requireNone(in: out) }
    let session = try Session(data.run)
    if isResumed, let folder = session.folder, folder.holds(TrainingFolder.recordName) {
      try showFinished(folder, session)
      return
    }
    let (sample, plan) = try planned(
      isResumed ? try session.folder.map(storedArchitecture) : nil)
    var folder: TrainingFolder?
    if let place = session.folder {
      folder = try TrainingFolder(place, plan: plan, sample: sample)
    }
    let checkpoint = isResumed ? try folder?.restored() : nil
    checkpoint?.damaged.forEach { session.remark("\($0); the one before is used") }
    let run = try TrainingRun(plan, on: sample, from: checkpoint?.snapshot)
    if isResumed {
      try folder?.cutBack(to: run.progress).forEach(session.remark)
      session.remark("\(data.run.out ?? ""): goes on after \(run.steps) steps")
    } else {
      try folder?.begin(
        configuration: StoredTraining(self, plan), command: Session.commandLine)
      try session.save(sample)
    }
    try advance(run, folder: &folder, session, watch)
    watch.stop()
    let result = run.result()
    try folder?.write(result.parameters, onnx: keeping.export == .onnx)
    let record = RunResult(result.record, seed: data.run.seed)
    if let place = session.folder {
      try await write(record, to: place, formats: data.run.figureFormats)
        .forEach(session.remark)
    }
    try session.print(json: jsonText(record), text: terminalReport(result.record))
  }

  /// Goes on until the training ends, and keeps it on the way.
  ///
  /// - Throws: `Failure` of status 75 after Ctrl-C or kill.
  private func advance(
    _ run: TrainingRun, folder: inout TrainingFolder?, _ session: Session,
    _ watch: InterruptionWatch
  ) throws {
    let meter = TrainingMeter(run)
    var lastCheckpoint = Date()
    var isInterrupted = watch.isRequested
    while run.outcome == nil && !isInterrupted {
      var closed: Int?
      if case .epoch(let record) = run.advance() {
        closed = record.epoch
        try folder?.append(record) { run.snapshot.parameters }
      }
      session.progress.show(meter.progress(of: run))
      if folder != nil && run.outcome == nil
        && keeping.isDue(
          closing: closed, secondsSinceLast: Date().timeIntervalSince(lastCheckpoint))
      {
        try folder?.write(run.snapshot)
        lastCheckpoint = Date()
      }
      isInterrupted = watch.isRequested
    }
    try folder?.write(run.snapshot)
    guard run.outcome == nil else { return }
    session.progress.finish()
    throw Failure(
      status: .interrupted,
      message: "interrupted after \(run.steps) steps; "
        + (data.run.out.map { "go on with: rethink train --resume \($0)" }
          ?? "nothing was kept, --out DIR would have kept it"))
  }

  /// The sample, and how the network is trained on it.
  ///
  /// - Parameter stored: the layers of a training that has begun; nil for those of `--model`.
  /// - Returns: the corrupted images, and the plan.
  /// - Throws: what the options and the files of data and layers are refused for.
  func planned(_ stored: Architecture?) throws -> (sample: CorruptedSample, plan: TrainingPlan) {
    let augmentation = try training.augmentation()
    let sample = try data.sample(keepingUncropped: augmentation.randomCrop)
    let architecture =
      try stored
      ?? training.model.architecture(
        input: sample.train.shape.tensorShape, classes: sample.train.classCount)
    let plan = TrainingPlan(
      architecture, configuration: try training.configuration(seed: data.run.seed),
      initialization: training.initialization ?? training.model.initialization,
      augmentation: augmentation, engine: training.engine)
    return (sample, plan)
  }

  private func storedArchitecture(_ folder: RunFolder) throws -> Architecture {
    try ArchitectureFile.read(at: folder.pathOf(TrainingFolder.architectureName))
  }

  /// Says that there is nothing to go on with.
  private func showFinished(_ folder: RunFolder, _ session: Session) throws {
    let path = folder.pathOf(TrainingFolder.recordName)
    let record = try JSONFile.value(of: TrainingRecord.self, at: path)
    session.remark("\(folder.path): finished already: \(record.outcome.rawValue)")
    let text = try String(contentsOfFile: path, encoding: .utf8)
    session.print(
      json: text.trimmingCharacters(in: .newlines), text: terminalReport(record))
  }
}
