import ArgumentParser
import Foundation
import Rethinking

struct CertifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Check a saved network against its data in exact arithmetic.",
    discussion: """
      Projects the images anew and evaluates the stored weights at every sample without rounding, by \
      code that shares nothing with the code that built the network. What is found is compared with \
      the certificate.json beside the network, if there is one. Give the data options that the \
      network was built with. The exit status is 1 unless every target is recovered and nothing \
      differs.
      """)

  @Argument(help: "A network.json, or the folder that holds one.")
  var network: String

  @OptionGroup var data: DataOptions

  @Option(
    help: ArgumentHelp(
      "The certificate to compare with (default: certificate.json beside the network, if any).",
      valueName: "file"))
  var certificate: String?

  @Option(
    help: ArgumentHelp(
      "A text file with one real target a line, in place of the labels.", valueName: "file"))
  var targets: String?

  func run() async throws {
    let (network, path) = try NetworkFile.read(at: network)
    let recorded = try recordedCertificate(beside: path)
    let sample = try data.sample()
    let session = try Session(data.run)
    let targets =
      if let targets {
        try column(of: targets, count: sample.train.count)
      } else {
        try InterpolationTargets(outputs: network.outputs, classes: sample.train.classCount)
          .matrix(of: sample.train)
      }
    let check = CertificationCheck(
      try Certification(of: network, on: sample.train, targets: targets), network: path,
      recorded: recorded, sample: SampleRecord(sample))
    let result = RunResult(check, seed: data.run.seed)
    try session.save(sample)
    try await session.write(
      result, configuration: ["network": path, "certificate": recorded?.path ?? ""])
    try session.print(json: jsonText(result), text: terminalReport(check))
    try session.require(
      check.differences.isEmpty,
      "\(check.comparedWith ?? ""): differs from what was found in "
        + check.differences.joined(separator: ", ")
        + "; give the options that the network was built with")
    try session.require(
      check.record.certified, "\(path): not certified: " + reason(check.record.certificate))
  }

  /// The certificate that is named, or that lies beside the network.
  private func recordedCertificate(
    beside network: String
  ) throws -> (record: CertificationRecord, path: String)? {
    let path =
      certificate
      ?? URL(fileURLWithPath: network).deletingLastPathComponent()
      .appendingPathComponent(certificateFileName).path
    if certificate == nil && !FileManager.default.fileExists(atPath: path) { return nil }
    return (try JSONFile.value(of: CertificationRecord.self, at: path), path)
  }

  private func reason(_ certificate: InterpolationCertificate) -> String {
    if certificate.exactResidual == nil { return "a number is not finite" }
    if !certificate.recoversTargets {
      return "the residual \(brief(certificate.maxAbsoluteResidual)) is too large to recover every "
        + "target by rounding"
    }
    return "the thresholds do not interleave the projections"
  }
}
