import Experiments
import Foundation
import Reports
import Testing

@Suite("JSON of records")
struct JSONTextTests {
  private struct Numbers: Encodable {
    var zebra = Double.nan
    var apple = [1.5, .infinity, -.infinity, 0]
    var path = "a/b \"c\" not finite"
    var float = Float.nan
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("Numbers that JSON does not have become null, texts stay as they are")
  func notFinite() throws {
    let read = try object(jsonText(Numbers()))
    #expect(read["zebra"] is NSNull)
    #expect(read["float"] is NSNull)
    let apple = try #require(read["apple"] as? [Any])
    #expect(apple[0] as? Double == 1.5)
    #expect(apple[1] is NSNull && apple[2] is NSNull)
    #expect(apple[3] as? Double == 0)
    #expect(read["path"] as? String == "a/b \"c\" not finite")
  }

  @Test("Keys are sorted, slashes are not escaped, and nothing follows the object")
  func form() throws {
    let text = try jsonText(Numbers())
    let keys = ["apple", "float", "path", "zebra"].compactMap { text.range(of: "\"\($0)\"") }
    #expect(keys.count == 4)
    #expect(zip(keys, keys.dropFirst()).allSatisfy { $0.lowerBound < $1.lowerBound })
    #expect(text.contains("a/b"))
    #expect(text.hasPrefix("{") && text.hasSuffix("}"))
  }

  @Test("A cell names every field of the contract, null where there is no value")
  func cell() throws {
    let claim = Cell(
      name: "n", title: "t", source: "s", paper: "p", measured: "m", holds: true)
    let number = Cell(
      name: "n", title: "t", source: "s", unit: "%", paper: nil, measured: [], tolerance: 3)
    for cell in [claim, number] {
      let read = try object(jsonText(cell))
      #expect(
        Set(read.keys).isSuperset(of: [
          "name", "paper", "measured", "tolerance", "verdict", "caveats",
        ]))
    }
    #expect(try object(jsonText(claim))["tolerance"] is NSNull)
    #expect(try object(jsonText(number))["paper"] is NSNull)
    #expect(try object(jsonText(number))["tolerance"] as? Double == 3)
  }

  @Test("A reproduction comes back from its JSON as it was, unfitted steps as null")
  func reproduction() throws {
    let record = try SmallReproduction.record.get()
    let text = try jsonText(record)
    let back = try JSONDecoder().decode(ReproductionRecord.self, from: Data(text.utf8))
    #expect(back == record)
    var training = try #require(record.lossCurves.first).training
    training.stepsToFit = nil
    let read = try object(jsonText(training))
    #expect(read.keys.contains("stepsToFit"))
    #expect(read["stepsToFit"] is NSNull)
    training.stepsToFit = 7
    #expect(try object(jsonText(training))["stepsToFit"] as? Int == 7)
  }

  @Test("What does not encode is told as an error")
  func failure() {
    struct Broken: Encodable {
      func encode(to encoder: any Encoder) throws {
        throw EncodingError.invalidValue(
          1, .init(codingPath: [], debugDescription: "no such value"))
      }
    }
    let error = #expect(throws: ReportError.self) { try jsonText(Broken()) }
    #expect(error?.description.contains("no such value") == true)
  }
}
