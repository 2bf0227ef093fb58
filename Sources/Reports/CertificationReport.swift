private import Certificates
public import Experiments
private import NetworkFiles
private import ReLUNetworks

/// A certification as plain text of at most 100 columns: name, value.
///
/// - Parameter check: the certification and what it was compared with.
/// - Returns: the text, without a line break at its end.
public func terminalReport(_ check: CertificationCheck) -> String {
  let (record, certificate) = (check.record, check.record.certificate)
  var text = TerminalText("Certificate of \(check.network)")
  text.add(list(sampleIdentity(check.sample)))
  text.add(
    list([
      ("certified", record.certified ? "yes: every target is recovered" : "no"),
      (
        "largest residual",
        record.exact
          ? "\(brief(certificate.maxAbsoluteResidual)), exact and rounded up"
          : "unknown: a weight, a sample or a target is no finite number"
      ),
      ("exact residual", certificate.exactResidual.map { shortened("\($0)") } ?? absent),
      ("worst sample", worst(certificate)),
      ("recovery radius", recoveryRadius(certificate)),
      ("interleaving", interleaving(certificate)),
      ("network", "\(record.kind.rawValue), \(plural(certificate.outputs, "output"))"),
      ("weights", grouped(certificate.weightCount)),
      ("network SHA-256", record.networkSHA256),
      ("sample SHA-256", record.sampleSHA256),
      ("targets SHA-256", record.targetsSHA256),
      ("compared with", comparison(check)),
      ("time to certify", inSeconds(check.seconds) + " s"),
    ]))
  text.add(notes: [], others: check.sample.caveats)
  return text.text
}

private func worst(_ certificate: InterpolationCertificate) -> String {
  guard let sample = certificate.worstSample, let output = certificate.worstOutput else {
    return certificate.exactResidual == nil ? absent : "none: the residual is 0"
  }
  return "\(grouped(sample)), output \(output), both counted from 0"
}

private func recoveryRadius(_ certificate: InterpolationCertificate) -> String {
  certificate.recoveryRadius.isFinite
    ? "\(brief(certificate.recoveryRadius)): a smaller residual recovers every target"
    : "all targets of an output are equal"
}

private func interleaving(_ certificate: InterpolationCertificate) -> String {
  switch certificate.interleaving {
  case .strict: "strict: a threshold between any two projections"
  case .weak: "weak: a threshold on the projection before it, or between"
  case Interleaving.none?: "none: thresholds and projections do not alternate"
  case nil: absent + ", no shared direction"
  }
}

private func comparison(_ check: CertificationCheck) -> String {
  guard let file = check.comparedWith else { return "nothing: no certificate.json there" }
  return check.differences.isEmpty
    ? "\(file): nothing differs"
    : "\(file): differs in " + check.differences.joined(separator: ", ")
}

/// A long fraction by its beginning and its length.
private func shortened(_ text: String) -> String {
  text.count <= 60 ? text : "\(text.prefix(40))… (\(grouped(text.count)) characters)"
}

/// The name of the file with a network's certificate, beside the network.
public let certificateFileName = "certificate.json"

/// Writes a certified network: `network.json`, `certificate.json` and, where there is one, the
/// evidence for a proved checker, `evidence.txt`.
///
/// - Parameters:
///   - certification: the network with its certificate.
///   - folder: where to write.
/// - Throws: ``ReportError/cannotWrite(path:reason:)``, ``ReportError/cannotEncode(reason:)``.
public func write(
  _ certification: Certification, to folder: RunFolder
) throws(ReportError) {
  let network: String
  do throws(NetworkFileError) {
    network = try NetworkFile.text(of: certification.network)
  } catch {
    throw .cannotEncode(reason: "\(error)")
  }
  try folder.write(network, to: NetworkFile.name)
  try folder.write(jsonText(certification.record) + "\n", to: certificateFileName)
  if let evidence = certification.evidence { try folder.write(evidence, to: "evidence.txt") }
}
