import LinearAlgebra
import LinearModels
import Testing

/// Checks that a fit names sizes of 0 or that disagree, and entries that are no numbers.
func expectSampleErrors(
  _ fit: (_ features: Matrix<Double>, _ targets: Matrix<Double>) throws -> Matrix<Double>
) {
  func matrix(_ rows: Int, _ columns: Int) -> Matrix<Double> {
    Matrix(rows: rows, columns: columns, repeating: 1)
  }
  let cases: [(Matrix<Double>, Matrix<Double>, LinearModelError)] = [
    (matrix(0, 3), matrix(0, 1), .noSamples),
    (matrix(2, 0), matrix(2, 1), .noFeatures),
    (matrix(2, 3), matrix(2, 0), .noTargets),
    (matrix(2, 3), matrix(4, 1), .rowsDisagree(features: 2, targets: 4)),
  ]
  for (features, targets, error) in cases {
    #expect(throws: error) { try fit(features, targets) }
  }
  for value in [Double.nan, .infinity, -.infinity] {
    var bad = matrix(3, 2)
    bad[2, 1] = value
    #expect(
      throws: LinearModelError.linearAlgebra(
        .notFinite(argument: "the features", row: 2, column: 1))
    ) { try fit(bad, matrix(3, 1)) }
    #expect(
      throws: LinearModelError.linearAlgebra(
        .notFinite(argument: "the targets", row: 2, column: 1))
    ) { try fit(matrix(3, 2), bad) }
  }
}

@Suite("An error of a linear model says what was found and what to try")
struct LinearModelErrorTests {
  @Test(
    "Each case has its line",
    arguments: [
      (LinearModelError.noSamples, "there are no samples (0 rows): give at least one"),
      (.noFeatures, "the samples have no features (0 columns): give at least one"),
      (.noTargets, "there are no targets (0 columns): give at least one"),
      (
        .rowsDisagree(features: 2, targets: 4),
        "the features have 2 rows, the targets 4: give one row of each a sample"
      ),
      (
        .rankZero,
        "the features have rank 0: every entry is zero or below the cut-off; "
          + "look at the data or lower the cut-off"
      ),
      (
        .ridgeOutOfRange(index: 3, value: -0.5),
        "ridge 3 is -0.5: give finite numbers, 0 or larger"
      ),
      (
        .fractionOutOfRange(name: "the relative cut-off", value: 1.5),
        "the relative cut-off is 1.5: give a number from 0 to below 1"
      ),
      (
        .blockShape(firstRow: 20, found: "9 x 3 for the features", expected: "10 x 3"),
        "the block from row 20 on is 9 x 3 for the features, expected 10 x 3"
      ),
      (
        .linearAlgebra(.notFinite(argument: "the features", row: 2, column: 1)),
        "the features holds NaN or infinity at row 2, column 1"
      ),
    ])
  func descriptions(_ error: LinearModelError, _ line: String) {
    #expect(error.description == line)
  }
}
