import Foundation
import LinearAlgebra
import Testing

@Suite("Evidence is a plain record")
struct SolveEvidenceTests {
  let evidence = SolveEvidence(
    maxAbsoluteResidual: 0.5, testRatio: 2, reciprocalCondition: 0.25, rank: 3)

  @Test("The condition estimate inverts the reciprocal condition, infinite at 0")
  func condition() {
    #expect(evidence.conditionEstimate == 4)
    var singular = evidence
    singular.reciprocalCondition = 0
    #expect(singular.conditionEstimate == .infinity)
  }

  @Test("It survives JSON")
  func coding() throws {
    let data = try JSONEncoder().encode(evidence)
    #expect(try JSONDecoder().decode(SolveEvidence.self, from: data) == evidence)
    let text = String(decoding: data, as: UTF8.self)
    for key in ["maxAbsoluteResidual", "testRatio", "reciprocalCondition", "rank"] {
      #expect(text.contains("\"\(key)\""))
    }
  }
}
