import LinearAlgebra
import Testing

@Suite("An error says where and what to try")
struct LinearAlgebraErrorTests {
  @Test(
    "Each description is one line that names the place",
    arguments: [
      (LinearAlgebraError.notPositiveDefinite(pivot: 17), ["pivot 17", "sample 17", "ridge"]),
      (.singular(pivot: 17), ["diagonal entry 17"]),
      (
        .notFinite(argument: "the sample", row: 17, column: 4),
        ["the sample", "row 17", "column 4"]
      ),
      (.didNotConverge(routine: "gesdd", count: 17), ["gesdd", "17", "divide"]),
      (
        .tooLarge(routine: "pftrf", size: 65_536, largest: 17),
        ["pftrf", "17 at most", "65536 found", "panels"]
      ),
    ])
  func description(_ error: LinearAlgebraError, _ parts: [String]) {
    for part in parts { #expect(error.description.contains(part)) }
    #expect(!error.description.contains("\n"))
  }
}
