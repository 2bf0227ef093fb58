import Datasets
import Foundation
import RandomStreams
import TestSupport
import Testing

@Suite("A corruption has a name that is read back")
struct CorruptionTests {
  @Test("Names by hand")
  func names() {
    #expect(
      Corruption.paperSettings.map(\.description) == [
        "none", "partial:0.5", "random-labels", "shuffled-pixels", "random-pixels", "gaussian",
      ])
    #expect(Corruption("partial:0") == .partialLabels(probability: 0))
    #expect(Corruption("partial:1") == .partialLabels(probability: 1))
    #expect(Corruption("partial:1e-3") == .partialLabels(probability: 0.001))
  }

  @Test("Names are read back, and so are their JSON strings", arguments: PropertyCase.all)
  func roundTrip(_ property: PropertyCase) throws {
    var stream = property.stream("probabilities")
    let partial = Corruption.partialLabels(probability: stream.uniform())
    for corruption in Corruption.paperSettings + [partial] {
      #expect(Corruption(corruption.description) == corruption)
      let data = try JSONEncoder().encode([corruption])
      #expect(try JSONDecoder().decode([Corruption].self, from: data) == [corruption])
      #expect(String(decoding: data, as: UTF8.self) == "[\"\(corruption.description)\"]")
    }
  }

  @Test(
    "Hostile names are none",
    arguments: [
      "", " ", "none ", " none", "None", "Random-labels", "random_labels", "random-labels\n",
      "partial", "partial:", "partial: 0.5", "partial:0.5 ", "partial:2", "partial:1.0000001",
      "partial:-0.1", "partial:-1e-300", "partial:nan", "partial:inf", "partial:-inf",
      "partial:0,5", "partial:0.5:0.5", "partial:half", "Partial:0.5", "gaussian\0", "ｎone",
      "none,gaussian", "partial:0.5%", "partial:--0.5", "partial:.", "partial:5e-1e",
    ])
  func hostileNames(_ name: String) throws {
    #expect(Corruption(name) == nil)
    let data = try JSONEncoder().encode([name])
    #expect(throws: DecodingError.self) { try JSONDecoder().decode([Corruption].self, from: data) }
  }

  @Test("Each setting has a title of its own, and the probability of its labels")
  func titles() {
    #expect(Set(Corruption.paperSettings.map(\.title)).count == 6)
    #expect(Corruption.paperSettings.map(\.labelProbability) == [0, 0.5, 1, 0, 0, 0])
    #expect(Corruption.partialLabels(probability: 0.25).title.contains("0.25"))
  }
}
