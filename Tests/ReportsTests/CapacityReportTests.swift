import Capacity
import Datasets
import Experiments
import Foundation
import Reports
import Testing

@Suite("Reports of capacity")
struct CapacityReportTests {
  private let measures = [
    CapacityMeasure(
      "Rademacher complexity", 0.25,
      interval: ConfidenceInterval(lower: 0.2, upper: 0.3, confidence: 0.95, method: .student),
      bound: 0.5, meaning: "the complexity itself", reference: "A theorem"),
    CapacityMeasure(
      "spectral, \"complexity\"", 1e30, bound: 2, meaning: "error", trivial: 0.9,
      reference: "Another theorem", note: "a note"),
    CapacityMeasure("path norm", 3, reference: "A definition"),
    CapacityMeasure("hopeless", 1, bound: .infinity, meaning: "error", reference: "A limit"),
  ]

  private func record() -> SampleCapacityRecord {
    let split = ProceduralImages.split(trainCount: 4, testCount: 2, seed: 1)
    return SampleCapacityRecord(
      sample: SampleRecord(split.corrupted(by: .none, seed: 1)), options: SampleCapacityOptions(),
      measures: measures, seconds: 1)
  }

  @Test("A table says of each bound whether it says anything")
  func table() {
    let text = terminalReport(record())
    let lines = text.split(separator: "\n").map { $0.split(separator: " ") }
    func line(_ first: String) -> [Substring] { lines.first { $0.first == Substring(first) } ?? [] }
    #expect(
      line("Rademacher") == [
        "Rademacher", "complexity", "0.25", "[0.2,", "0.3]", "0.5", "something", "1",
      ])
    #expect(line("spectral,") == ["spectral,", "\"complexity\"", "1e+30", "2", "nothing", "2"])
    #expect(line("path") == ["path", "norm", "3", "–", "3"])
    #expect(line("hopeless") == ["hopeless", "1", "inf", "nothing", "4"])
    #expect(text.contains("2 of 3 bounds are vacuous"))
    #expect(text.contains("Another theorem; bound: error; a note"))
    #expect(text.contains("A theorem; bound: the complexity itself; interval: Student's t, 0.95"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }

  @Test("JSON names every key and comes back; what is infinite is null")
  func json() throws {
    let text = try jsonText(record())
    let object = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    let found = try #require(object["measures"] as? [[String: Any]])
    #expect(found[2].keys.sorted() == found[0].keys.sorted())
    #expect(found[3]["bound"] is NSNull && found[3]["vacuous"] as? Bool == true)
    #expect(found[2]["vacuous"] is NSNull)
    let again = try JSONDecoder().decode(SampleCapacityRecord.self, from: Data(text.utf8))
    #expect(again == record())
  }

  @Test("The folder holds the measures as a table")
  func files() async throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("capacity-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let folder = try RunFolder(creating: path)
    _ = try await write(RunResult(record(), seed: 1), to: folder)
    let table = try String(contentsOfFile: path + "/measures.csv", encoding: .utf8)
    let lines = table.split(separator: "\n")
    #expect(lines[0] == "name,value,lower,upper,bound,vacuous,bound_meaning,reference,note")
    #expect(
      lines[1] == "Rademacher complexity,0.25,0.2,0.3,0.5,false,the complexity itself,A theorem,")
    #expect(lines[2].hasPrefix("\"spectral, \"\"complexity\"\"\",1e+30,,,2,true,error,"))
    #expect(lines[3] == "path norm,3,,,,,,A definition,")
  }
}
