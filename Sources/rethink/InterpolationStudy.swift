import ArgumentParser
import Rethinking

/// What `interpolate --study` measures.
enum InterpolationStudy: String, CaseIterable, ExpressibleByArgument {
  case thresholds, constructions, scale

  func run(_ data: DataOptions) async throws {
    let session = try Session(data.run)
    switch self {
    case .thresholds:
      let configuration = ThresholdStudyConfiguration(seed: data.run.seed)
      let record = try studyThresholds(try data.sample(), configuration: configuration) {
        session.progress.show($0)
      }
      try await finish(session, record, configuration, text: terminalReport(record))
    case .constructions:
      let configuration = ConstructionStudyConfiguration(seed: data.run.seed)
      let record = studyConstructions(try data.sample(), configuration: configuration) {
        session.progress.show($0)
      }
      try await finish(session, record, configuration, text: terminalReport(record))
    case .scale:
      let configuration = try Self.scale(data)
      let record = try studyScale(configuration) { session.progress.show($0) }
      try await finish(session, record, configuration, text: terminalReport(record))
    }
  }

  /// The standard cases, or both kinds of samples at the size that `--samples` says.
  private static func scale(_ data: DataOptions) throws -> ScaleConfiguration {
    guard let n = try data.count(data.samples, option: "--samples") else {
      return ScaleConfiguration(seed: data.run.seed)
    }
    return ScaleConfiguration(
      cases: [ScaleCase(.drawnBytes, n: n, d: 3072), ScaleCase(.reals, n: n, d: 1)],
      triangularSize: min(n, OutputWeightSolver.denseLimit), seed: data.run.seed)
  }

  private func finish<Record: Codable & Sendable>(
    _ session: Session, _ record: Record, _ configuration: some Encodable, text: String
  ) async throws {
    let result = RunResult(record, seed: session.options.seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: text)
  }
}
