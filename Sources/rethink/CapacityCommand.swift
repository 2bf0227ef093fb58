import ArgumentParser
import Foundation
import Rethinking

struct CapacityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "capacity",
    abstract: "Complexity measures of a trained network, or of classes on a sample, with bounds.",
    discussion: """
      With --run DIR, the folder of a training that has ended: norms, margins, VC dimension, \
      PAC-Bayes, sharpness, each with the bound of the error that follows, all constants kept, and \
      whether that bound says anything. Data and training are those of the folder.

      Without it, classes of functions on a sample: Rademacher complexity of norm balls and kernels, \
      of the 2n+d networks and of trained networks, VC dimension of the paper's networks, stability \
      and a permutation test of kernel ridge regression. The Gram matrix is n x n: 200 images unless \
      --samples says otherwise.
      """)

  /// Training images where no option says.
  private static let defaultSamples = 200
  /// The largest Gram matrix, in rows.
  private static let mostSamples = 5000

  @OptionGroup var data: DataOptions

  @Option(
    name: .customLong("run"),
    help: ArgumentHelp(
      "The folder that 'rethink train --out' wrote; it says data and network.", valueName: "folder")
  )
  var trained: String?

  @Option(parsing: .unconditional, help: "The confidence 1 - delta of each bound and interval.")
  var confidence = 0.95

  @Option(
    parsing: .unconditional,
    help: "Draws of signs, where not all are tried (without --run).")
  var draws = 1000

  @Option(
    parsing: .unconditional,
    help: "Random signs to train a network on; 0 trains none (without --run).")
  var networkDraws = 20

  @Option(
    parsing: .unconditional,
    help: "Draws of the noise for each variance of PAC-Bayes (with --run).")
  var perturbations = 10

  func validate() throws {
    try check(
      "--confidence", confidence, "a number above 0 and below 1", confidence > 0 && confidence < 1)
    try check("--draws", Double(draws), "at least 2", draws >= 2)
    try check("--network-draws", Double(networkDraws), "at least 0", networkDraws >= 0)
    try check("--perturbations", Double(perturbations), "at least 1", perturbations >= 1)
    guard let trained else { return }
    let typed: [(String, Bool)] = [
      ("--data", data.data != .synthetic), ("--data-dir", data.dataDir != nil),
      ("--samples", data.samples != nil), ("--test-samples", data.testSamples != nil),
      ("--crop", data.crop != nil), ("--noise", data.noise != 0),
      ("--corrupt", data.corrupt != .none),
    ]
    if let (name, _) = typed.first(where: { $0.1 }) {
      throw ValidationError("\(name): --run \(trained) says it; leave it out")
    }
  }

  func run() async throws {
    if let trained {
      try await measureNetwork(of: trained)
    } else {
      try await measureClasses()
    }
  }

  private func measureNetwork(of folder: String) async throws {
    let command = try TrainCommand.begun(in: folder)
    let place = URL(fileURLWithPath: folder)
    let architecture = try ArchitectureFile.read(
      at: place.appendingPathComponent(TrainingFolder.architectureName).path)
    let (sample, plan) = try command.planned(architecture)
    let parameters = try TrainedNetworkFile.parameters(
      at: place.appendingPathComponent(TrainingFolder.networkName).path,
      of: try plan.graph(for: sample))
    let session = try Session(data.run)
    let options = NetworkCapacityOptions(
      confidence: confidence, perturbations: perturbations, seed: data.run.seed)
    let record = try measureCapacity(
      of: parameters, plan: plan, on: sample, options: options
    ) { session.progress.show($0) }
    let result = RunResult(record, seed: data.run.seed)
    try await session.write(result, configuration: options)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }

  private func measureClasses() async throws {
    let split = try data.split(defaultSamples: Self.defaultSamples)
    guard split.train.count <= Self.mostSamples else {
      throw Failure(
        status: .wrongUsage,
        message:
          "--samples \(split.train.count): the Gram matrix has a row for each image; take at "
          + "most \(Self.mostSamples)")
    }
    let sample = split.corrupted(by: data.corrupt, seed: data.run.seed)
    let session = try Session(data.run)
    let options = SampleCapacityOptions(
      confidence: confidence, draws: draws, seed: data.run.seed)
    let record = try measureCapacity(
      on: sample, options: options, networkDraws: networkDraws
    ) { session.progress.show($0) }
    let result = RunResult(record, seed: data.run.seed)
    try session.save(sample)
    try await session.write(result, configuration: options)
    try session.print(json: jsonText(result), text: terminalReport(record))
  }
}
