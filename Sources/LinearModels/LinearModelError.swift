public import LinearAlgebra

/// Why a linear model could not be fitted.
///
/// Indices count from 0.
public enum LinearModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// There are no rows: n = 0.
  case noSamples
  /// The rows have no entries: d = 0.
  case noFeatures
  /// There is nothing to fit: k = 0.
  case noTargets
  /// Features and targets have different numbers of rows.
  case rowsDisagree(features: Int, targets: Int)
  /// No singular value of the features lies above the cut-off: the only solution is zero.
  case rankZero
  /// A ridge is negative, NaN or infinite.
  case ridgeOutOfRange(index: Int, value: Double)
  /// A cut-off or a tolerance is not from 0 to below 1.
  case fractionOutOfRange(name: String, value: Double)
  /// A block of rows has another shape than the source promises.
  case blockShape(firstRow: Int, found: String, expected: String)
  /// A linear system was not solved.
  case linearAlgebra(LinearAlgebraError)

  /// What happened, the likely cause, and what to try.
  public var description: String {
    switch self {
    case .noSamples: "there are no samples (0 rows): give at least one"
    case .noFeatures: "the samples have no features (0 columns): give at least one"
    case .noTargets: "there are no targets (0 columns): give at least one"
    case .rowsDisagree(let features, let targets):
      "the features have \(features) rows, the targets \(targets): give one row of each a sample"
    case .rankZero:
      "the features have rank 0: every entry is zero or below the cut-off; "
        + "look at the data or lower the cut-off"
    case .ridgeOutOfRange(let index, let value):
      "ridge \(index) is \(value): give finite numbers, 0 or larger"
    case .fractionOutOfRange(let name, let value):
      "\(name) is \(value): give a number from 0 to below 1"
    case .blockShape(let firstRow, let found, let expected):
      "the block from row \(firstRow) on is \(found), expected \(expected)"
    case .linearAlgebra(let error): error.description
    }
  }
}

/// Throws what is wrong with a sample before anything is computed.
func checkSample<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, _ targets: Matrix<Scalar>
) throws(LinearModelError) {
  if features.rows != targets.rows {
    throw .rowsDisagree(features: features.rows, targets: targets.rows)
  }
  try checkSizes(rows: features.rows, columns: features.columns, targetCount: targets.columns)
  try solving { () throws(LinearAlgebraError) in
    try features.checkFinite(as: "the features")
    try targets.checkFinite(as: "the targets")
  }
}

/// Throws for a problem without samples, features or targets.
func checkSizes(rows: Int, columns: Int, targetCount: Int) throws(LinearModelError) {
  if rows == 0 { throw .noSamples }
  if columns == 0 { throw .noFeatures }
  if targetCount == 0 { throw .noTargets }
}

/// Throws unless 0 ≤ value < 1.
func checkFraction(_ value: Double?, as name: String) throws(LinearModelError) {
  if let value, !(value >= 0 && value < 1) {
    throw .fractionOutOfRange(name: name, value: value)
  }
}

/// Runs a computation of linear algebra and names its error as one of this module.
func solving<Result>(
  _ body: () throws(LinearAlgebraError) -> Result
) throws(LinearModelError) -> Result {
  do { return try body() } catch { throw .linearAlgebra(error) }
}
