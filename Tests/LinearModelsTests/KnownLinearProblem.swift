import LinearAlgebra
import RandomStreams
import TestSupport

/// A problem X W ≈ Y whose singular values, and with them all of its solutions, are known.
struct KnownLinearProblem {
  /// X = U diag(σ) Vᵀ, n × d.
  let features: KnownSingularValues
  /// Y, n × k, in general no combination of the features.
  let targets: Matrix<Double>
  /// The W that was multiplied to give Y, where Y was made so.
  private(set) var solution: Matrix<Double>?

  /// Draws a problem.
  ///
  /// - Parameters:
  ///   - rows: n.
  ///   - columns: d.
  ///   - rank: the rank of X, at most n and d.
  ///   - targetCount: k.
  ///   - stream: where the numbers come from.
  /// - Throws: what the QR factorisation throws; drawn numbers are finite and give no cause.
  init(
    rows: Int, columns: Int, rank: Int, targetCount: Int, from stream: inout RandomStream
  ) throws {
    let spectrum = geometricSpectrum(
      count: rank, largest: 1 + stream.uniform(), condition: 1 + 4 * stream.uniform())
    features = try KnownSingularValues(
      rows: rows, columns: columns, values: spectrum, from: &stream)
    targets = randomMatrix(rows: rows, columns: targetCount, from: &stream)
  }

  /// A problem with the shape of a case and any rank.
  init(_ property: PropertyCase, fullRank: Bool = false) throws {
    var stream = property.stream("linear problem")
    let (n, d) = (property.first, property.second)
    let full = min(n, d)
    try self.init(
      rows: n, columns: d, rank: fullRank ? full : stream.integer(below: full + 1),
      targetCount: min(property.third, 5), from: &stream)
  }

  /// A problem that some W of the row space solves exactly, of any condition.
  ///
  /// Y = X W with W = V C and C of standard normal entries, so X⁺Y = W.
  init(solvable property: PropertyCase, rank: Int, condition: Double) throws {
    var stream = property.stream("solvable problem")
    features = try KnownSingularValues(
      rows: property.first, columns: property.second,
      values: geometricSpectrum(count: rank, condition: condition), from: &stream)
    let coefficients: Matrix<Double> = randomMatrix(
      rows: rank, columns: min(property.third, 5), from: &stream)
    targets = scalingColumns(of: features.left, by: features.values) * coefficients
    solution = features.right * coefficients
  }

  /// max(n, d), the size in tolerances.
  var size: Int { max(features.left.rows, features.right.rows) }
  var largest: Double { features.values.first ?? 0 }
  /// The smallest positive singular value; 1 where there is none.
  var smallest: Double { features.values.last ?? 1 }

  /// X⁺ Y.
  var minimumNorm: Matrix<Double> { features.pseudoInverse * targets }

  /// V diag(f(σ)) Uᵀ Y: minimum norm for f(σ) = 1/σ.
  func filtered(_ filter: (Double) -> Double) -> Matrix<Double> {
    scalingColumns(of: features.right, by: features.values.map(filter))
      .times(features.left.times(targets, transposingSelf: true))
  }
}
