import Foundation
import RandomStreams
import Runs
import TestSupport
import Testing

@Suite("Planned runs")
struct PlannedRunTests {
  @Test("arguments are the subcommand's words and the options in order, flags without a value")
  func arguments() {
    let run = PlannedRun(
      name: "a", command: "study norms",
      options: ["seed": "3", "no-keep-gram": "true", "evaluate-training": "false", "noise": "-1"])
    #expect(run.arguments == ["study", "norms", "--no-keep-gram", "--noise=-1", "--seed=3"])
  }

  @Test("its own options stand before others")
  func completed() {
    let run = PlannedRun(name: "a", command: "train", options: ["threads": "2"])
    #expect(
      run.completed(by: ["threads": "4", "data-dir": "d"]).options
        == ["threads": "2", "data-dir": "d"])
  }

  @Test("a shell reads a line back as the same words", arguments: PropertyCase.all.prefix(40))
  func shell(property: PropertyCase) async throws {
    var stream = property.stream("words")
    let characters = Array("ab '\"$`\\*?;&|<>()#~!\n\t{}=,")
    let words = (0..<(1 + property.first)).map { _ in
      String((0..<property.second).map { _ in characters[stream.integer(below: characters.count)] })
    }
    let data = try await outputOf("/bin/sh", "-c", "printf '%s\\0' " + shellLine(words))
    let read = data.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
    #expect(read == words)
  }
}
