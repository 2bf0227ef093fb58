import Foundation
import RandomStreams
import Runs
import TestSupport
import Testing

@Suite("Identity of runs")
struct RunIdentityTests {
  private let run = PlannedRun(
    name: "a", command: "train", options: ["epochs": "5", "corrupt": "none"])

  @Test("it is the SHA-256 of the canonical form")
  func canonicalForm() {
    // printf '13:rethink run 15:train1:27:corrupt4:none6:epochs1:53:abc' | sha256sum
    #expect(
      RunIdentity(run, dataDigest: "abc").sha256
        == "b59a39ff8272b8e3da3f58e891114090ac33cadb8fa257d48789232004c8be74")
    #expect(RunIdentity(run, dataDigest: "abc").prefix.count == 12)
  }

  @Test("names, places and what is told on the way are no part of it")
  func independent() {
    let identity = RunIdentity(run, dataDigest: "abc")
    var other = run
    other.name = "b"
    for option in RunIdentity.independentOptions { other.options[option] = "7" }
    other.options["evaluate-training"] = "false"
    #expect(RunIdentity(other, dataDigest: "abc") == identity)
  }

  @Test("any change of subcommand, option, value or data changes it", arguments: PropertyCase.all)
  func sensitive(property: PropertyCase) {
    var stream = property.stream("options")
    func text() -> String {
      String((0..<(1 + stream.integer(below: 4))).map { _ in "ab:1=".randomElement(&stream) })
    }
    var run = PlannedRun(name: "n", command: "kernel", options: [:])
    for _ in 0..<property.first { run.options[text()] = text() }
    let identity = RunIdentity(run, dataDigest: "d")
    var changed = [run]
    changed[0].command = "linear"
    for (option, value) in run.options {
      var other = run
      other.options[option] = value + "1"
      changed.append(other)
      other = run
      other.options[option] = nil
      other.options[option + "b"] = value
      changed.append(other)
      // The border between a name and its value moves.
      if let first = value.first, value.count > 1 {
        other = run
        other.options[option] = nil
        other.options[option + String(first)] = String(value.dropFirst())
        changed.append(other)
      }
    }
    for other in changed where other.options != run.options || other.command != run.command {
      #expect(RunIdentity(other, dataDigest: "d") != identity, "\(run.options) \(other.options)")
    }
    #expect(RunIdentity(run, dataDigest: "e") != identity)
  }

  @Test("it is one text in JSON")
  func json() throws {
    let identity = RunIdentity(run, dataDigest: "")
    let data = try JSONEncoder().encode([identity])
    #expect(String(decoding: data, as: UTF8.self) == "[\"\(identity.sha256)\"]")
    #expect(try JSONDecoder().decode([RunIdentity].self, from: data) == [identity])
  }
}

extension String {
  /// A character drawn from a stream.
  fileprivate func randomElement(_ stream: inout RandomStream) -> Character {
    self[index(startIndex, offsetBy: stream.integer(below: count))]
  }
}
