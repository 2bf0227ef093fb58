import ArgumentParser
import Rethinking

/// What `interpolate --study` measures.
enum InterpolationStudy: String, CaseIterable, ExpressibleByArgument {
  case thresholds

  func run(_ data: DataOptions) async throws {
    let session = try Session(data.run)
    switch self {
    case .thresholds:
      let configuration = ThresholdStudyConfiguration(seed: data.run.seed)
      let record = try studyThresholds(try data.sample(), configuration: configuration) {
        session.progress.show($0)
      }
      try await finish(session, record, configuration, text: terminalReport(record))
    }
  }

  private func finish<Record: Codable & Sendable>(
    _ session: Session, _ record: Record, _ configuration: some Encodable, text: String
  ) async throws {
    let result = RunResult(record, seed: session.options.seed)
    try await session.write(result, configuration: configuration)
    try session.print(json: jsonText(result), text: text)
  }
}
