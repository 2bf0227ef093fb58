import ReLUInterpolation
import Testing

@Suite("An error of interpolation says where and what to try")
struct InterpolationErrorTests {
  @Test(
    "Each description is one line that names the place",
    arguments: [
      (
        InterpolationError.conflictingDuplicates(first: 17, second: 23),
        ["samples 17 and 23", "drop"]
      ),
      (.notSeparated(first: 17, second: 23, draws: 16), ["16", "samples 17 and 23", "rescale"]),
      (
        .noRoomForThreshold(first: 17, second: 23, draws: 16),
        ["16", "samples 17 and 23", "previous point"]
      ),
      (.projectionOverflow(sample: 17), ["sample 17", "rescale"]),
      (
        .notFinite(argument: "the targets", row: 17, column: 4),
        ["the targets", "row 17", "column 4"]
      ),
      (.denseSolveTooLarge(samples: 30_001, limit: 20_000), ["30001", "20000", "recurrence"]),
    ])
  func description(_ error: InterpolationError, _ parts: [String]) {
    for part in parts { #expect(error.description.contains(part)) }
    #expect(!error.description.contains("\n"))
  }
}
