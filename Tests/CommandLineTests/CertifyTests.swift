import Foundation
import Testing

@Suite("rethink certify")
struct CertifyTests {
  private let data = ["--samples", "40", "--test-samples", "5", "--quiet"]

  /// Builds a network in a folder.
  private func interpolate(_ folder: URL, _ more: String...) async throws {
    let outcome = try await rethink(["interpolate", "--out", folder.path] + data + more)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  private func certify(_ folder: URL, _ more: String...) async throws -> Outcome {
    try await rethink(["certify", folder.path] + data + more)
  }

  private func edit(_ file: URL, _ change: (String) -> String) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    let changed = change(text)
    #expect(changed != text)
    try Data(changed.utf8).write(to: file)
  }

  @Test(
    "a network that interpolate kept is certified anew, with the same certificate",
    arguments: [
      [], ["--corrupt", "random-labels", "--seed", "3"], ["--corrupt", "gaussian"],
      ["--noise", "2"],
    ])
  func sound(options: [String]) async throws {
    try await withTemporaryFolder { folder in
      for outputs in ["class-index", "one-hot"] {
        let built = try await rethink(
          ["interpolate", "--outputs", outputs, "--out", folder.path] + data + options)
        #expect(built.status == 0, "\(built.errors)")
        let outcome = try await rethink(["certify", folder.path, "--json"] + data + options)
        #expect(outcome.status == 0, "\(outcome.errors)")
        let object = try outcome.json()
        #expect(object["certified"] as? Bool == true && object["exact"] as? Bool == true)
        #expect(object["maxAbsoluteResidual"] is Double)
        #expect(object["differences"] as? [String] == [])
        #expect(
          object["comparedWith"] as? String
            == folder.appendingPathComponent("certificate.json").path)
        for key in ["seed", "environment", "exactResidual", "networkSHA256", "sampleSHA256"] {
          #expect(object[key] != nil, "no \(key)")
        }
      }
    }
  }

  @Test("text, a network's own path, a certificate elsewhere, and none")
  func otherFiles() async throws {
    try await withTemporaryFolder { folder in
      try await interpolate(folder)
      let network = folder.appendingPathComponent("network.json")
      let text = try await rethink(["certify", network.path] + data)
      #expect(text.status == 0 && text.output.contains("nothing differs"))
      for line in text.output.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
      let elsewhere = folder.appendingPathComponent("elsewhere.json")
      try FileManager.default.moveItem(
        at: folder.appendingPathComponent("certificate.json"), to: elsewhere)
      let alone = try await certify(folder, "--json")
      #expect(alone.status == 0)
      #expect(try alone.json()["comparedWith"] is NSNull)
      let named = try await certify(folder, "--certificate", elsewhere.path, "--json")
      #expect(try named.json()["comparedWith"] as? String == elsewhere.path)
      let missing = try await certify(folder, "--certificate", "/no/such/file")
      #expect(missing.status == 66 && missing.errors.contains("/no/such/file"))
    }
  }

  @Test("other data, another network or another certificate is status 1, and what differs is named")
  func differences() async throws {
    try await withTemporaryFolder { folder in
      try await interpolate(folder)
      let seed = try await certify(folder, "--seed", "1")
      #expect(seed.status == 1)
      #expect(seed.errors.contains("sampleSHA256") && seed.errors.contains("certificate.json"))

      let labels = try await certify(folder, "--corrupt", "random-labels", "--json")
      #expect(labels.status == 1)
      let found = try #require(labels.json()["differences"] as? [String])
      #expect(Set(found).isSuperset(of: ["sampleSHA256", "targetsSHA256", "certified"]))

      let certificate = folder.appendingPathComponent("certificate.json")
      let original = try Data(contentsOf: certificate)
      try edit(certificate) { $0.replacingOccurrences(of: "strict", with: "weak") }
      let interleaving = try await certify(folder)
      #expect(interleaving.status == 1 && interleaving.errors.contains("interleaving"))
      try original.write(to: certificate)

      let network = folder.appendingPathComponent("network.json")
      try edit(network) { text in
        // The last digit of the last weight.
        let end = text.lastIndex { $0.isNumber } ?? text.startIndex
        let digit = text[end] == "1" ? "2" : "1"
        return text.replacingCharacters(in: end...end, with: digit)
      }
      let weight = try await certify(folder)
      #expect(weight.status == 1 && weight.errors.contains("networkSHA256"))
    }
  }

  @Test("a network that misses is not certified, with or without a certificate")
  func miss() async throws {
    try await withTemporaryFolder { folder in
      try await interpolate(folder)
      try FileManager.default.removeItem(at: folder.appendingPathComponent("certificate.json"))
      let outcome = try await certify(folder, "--corrupt", "random-labels")
      #expect(outcome.status == 1 && outcome.errors.contains("residual"))
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
  }

  @Test("real targets are read from their file")
  func targets() async throws {
    try await withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("targets.txt")
      let values = (0..<40).map { "\(Double($0 * $0 % 17) / 3)" }
      try Data(values.joined(separator: "\n").utf8).write(to: file)
      try await interpolate(folder, "--targets", file.path)
      let sound = try await certify(folder, "--targets", file.path)
      #expect(sound.status == 0, "\(sound.errors)")
      let without = try await certify(folder)
      #expect(without.status == 1 && without.errors.contains("targetsSHA256"))
    }
  }

  @Test("files that are no networks, and networks of other sizes, are refused by name")
  func refused() async throws {
    try await withTemporaryFolder { folder in
      try await interpolate(folder)
      let network = folder.appendingPathComponent("network.json")
      let text = try String(contentsOf: network, encoding: .utf8)
      for (content, names) in [
        (String(text.prefix(text.count / 2)), ["no JSON"]), ("", ["no JSON"]),
        (text.replacingOccurrences(of: "shared-direction", with: "dense"), ["kind", "dense"]),
        (text.replacingOccurrences(of: "thresholds", with: "Thresholds"), ["thresholds"]),
        (
          "{\"direction\": [1], \"thresholds\": [0], \"outputWeights\": [[1]]}",
          ["1 inputs", "2352"]
        ),
      ] {
        try Data(content.utf8).write(to: network)
        let outcome = try await certify(folder)
        #expect(outcome.status == 65, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.split(separator: "\n").count == 1)
        for name in names {
          #expect(outcome.errors.contains(name), "\(outcome.errors) does not name \(name)")
        }
      }
      let missing = try await rethink("certify", "/no/such/folder")
      #expect(missing.status == 66 && missing.errors.contains("/no/such/folder"))
      #expect(try await rethink("certify").status == 64)
    }
  }
}
