public import LinearAlgebra
private import RealModule

/// How a ridge path decomposes X.
public enum RidgeDecomposition: String, Sendable, Hashable, Codable {
  /// X = U diag(σ) Vᵀ.
  case singularValues
  /// XᵀX = V diag(σ²) Vᵀ and U = X V diag(1/σ), for n far above d.
  ///
  /// It squares X: singular values below √(max(n, d) ε) σ₁ are lost in rounding, and others have a
  /// relative error of about ε (σ₁/σ)².
  case gramEigenvalues

  /// The decomposition taken unless another is asked for.
  ///
  /// - Parameters:
  ///   - rows: n.
  ///   - columns: d.
  /// - Returns: eigenvalues where n ≥ 4 d and n d ≥ 2²², singular values elsewhere.
  public static func preferred(rows: Int, columns: Int) -> RidgeDecomposition {
    rows / 4 >= columns && rows * columns >= 1 << 22 ? .gramEigenvalues : .singularValues
  }
}

/// The ridge solution of one λ, measured.
///
/// Lists have one entry a target.
public struct RidgePoint: Sendable, Codable, Equatable {
  /// λ, on the scale of squared features; 0 for the solution of least norm.
  public var ridge: Double
  /// Σ σ²/(σ² + λ), from rank X at λ = 0 to 0.
  public var effectiveDegreesOfFreedom: Double
  /// ‖W‖.
  public var norm: Double
  /// ‖y - X w‖².
  public var squaredResiduals: [Double]
  /// The mean of (yᵢ - xᵢ w₋ᵢ)², w₋ᵢ fitted without sample i; at λ = 0 the limit from above.
  public var leaveOneOutErrors: [Double]
  /// n ‖y - X w‖² / (n - Σ σ²/(σ² + λ))²; at λ = 0 the limit from above.
  public var generalizedCrossValidationErrors: [Double]
}

/// The ridge solutions of many λ from one decomposition of X.
///
/// W(λ) = V diag(σ/(σ² + λ)) UᵀY minimises ‖X W - Y‖² + λ‖W‖².
/// Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition,
/// Sections 3.4.1 and 7.10; Golub, Heath and Wahba, "Generalized cross-validation as a method for
/// choosing a good ridge parameter", Technometrics 21 (1979), 215–223.
public struct RidgePath<Scalar: LinearAlgebraScalar>: Sendable {
  /// A point for each λ, in the order asked for.
  public let points: [RidgePoint]
  /// How X was decomposed.
  public let decomposition: RidgeDecomposition
  /// The singular values that count, from the largest; as many as the numerical rank of X.
  public let singularValues: [Scalar]
  /// Singular values at or below this fraction of the largest count as zero, for every λ.
  public let relativeCutOff: Double
  /// LAPACK's test ratio of the decomposition: at most 50 for singular values, 60 for eigenvalues.
  public let testRatio: Double

  /// V, d × r.
  private let right: Matrix<Scalar>
  /// UᵀY, r × k.
  private let projected: Matrix<Scalar>

  /// The numerical rank r of X.
  public var rank: Int { singularValues.count }

  /// Decomposes X and measures each λ.
  ///
  /// - Parameters:
  ///   - features: X, n × d, finite, of rank 1 at least.
  ///   - targets: Y, n × k, finite.
  ///   - ridges: λ, each finite and 0 or larger; 0 gives the solution of least norm.
  ///   - decomposition: how to decompose X; nil for the one of
  ///     ``RidgeDecomposition/preferred(rows:columns:)``.
  ///   - relativeCutOff: from 0 to below 1; singular values at or below this fraction of the
  ///     largest count as zero. By default max(n, d) u with u the distance from 1 to the next
  ///     number, and the root of that for eigenvalues.
  /// - Throws: ``LinearModelError``: sizes of 0 or that disagree, an entry that is no number, a
  ///   ridge or cut-off out of range, ``LinearModelError/rankZero``; no convergence.
  /// - Complexity: O(n d min(n, d)) once, or O(n d²) for eigenvalues, then O(n r k) for each λ.
  public init(
    _ features: Matrix<Scalar>, targets: Matrix<Scalar>, ridges: [Double],
    decomposition: RidgeDecomposition? = nil, relativeCutOff: Double? = nil
  ) throws(LinearModelError) {
    try Self.check(ridges)
    try self.init(
      features, targets: targets, decomposition: decomposition, relativeCutOff: relativeCutOff
    ) { _ in ridges }
  }

  /// Decomposes X and measures each λ, chosen by the singular values.
  ///
  /// - Parameters:
  ///   - features: X, n × d, finite, of rank 1 at least.
  ///   - targets: Y, n × k, finite.
  ///   - decomposition: as in ``init(_:targets:ridges:decomposition:relativeCutOff:)``.
  ///   - relativeCutOff: as there.
  ///   - choosing: gives the λ for the singular values that count, from the largest; such as
  ///     ``logarithmicRidges(_:count:)``.
  /// - Throws: as there.
  /// - Complexity: as there.
  public init(
    _ features: Matrix<Scalar>, targets: Matrix<Scalar>,
    decomposition: RidgeDecomposition? = nil, relativeCutOff: Double? = nil,
    choosing: (_ singularValues: [Scalar]) -> [Double]
  ) throws(LinearModelError) {
    try checkSample(features, targets)
    try checkFraction(relativeCutOff, as: "the relative cut-off")
    let chosen =
      decomposition ?? .preferred(rows: features.rows, columns: features.columns)
    let parts: DecomposedFeatures<Scalar>
    switch chosen {
    case .singularValues:
      parts = try DecomposedFeatures(singularValuesOf: features, relativeCutOff: relativeCutOff)
    case .gramEigenvalues:
      parts = try DecomposedFeatures(gramEigenvaluesOf: features, relativeCutOff: relativeCutOff)
    }
    if parts.values.isEmpty { throw .rankZero }
    self.decomposition = chosen
    singularValues = parts.values
    self.relativeCutOff = parts.relativeCutOff
    testRatio = parts.testRatio
    right = parts.right
    let ridges = choosing(parts.values)
    try Self.check(ridges)
    projected = parts.project(targets)
    let errors = RidgeErrors(parts, targets: targets, projected: projected, ridges: ridges)
    var points: [RidgePoint] = []
    for (index, ridge) in ridges.enumerated() {
      points.append(
        RidgePoint(
          ridge: ridge, effectiveDegreesOfFreedom: parts.sum { $0 / ($0 + ridge) },
          norm: Self.filtered(projected, parts.values, ridge).frobeniusNorm.asDouble,
          squaredResiduals: errors.squaredResiduals[index],
          leaveOneOutErrors: errors.leaveOneOut[index],
          generalizedCrossValidationErrors: errors.crossValidation[index]))
    }
    self.points = points
  }

  private static func check(_ ridges: [Double]) throws(LinearModelError) {
    for (index, ridge) in ridges.enumerated() where !(ridge >= 0 && ridge.isFinite) {
      throw .ridgeOutOfRange(index: index, value: ridge)
    }
  }

  /// The weights of any λ.
  ///
  /// - Parameter ridge: λ, finite and 0 or larger; 0 gives X⁺Y.
  /// - Returns: W(λ), d × k.
  /// - Complexity: O(d r k).
  public func weights(ridge: Double) -> Matrix<Scalar> {
    precondition(ridge >= 0 && ridge.isFinite, "a ridge is finite and 0 or larger")
    return right * Self.filtered(projected, singularValues, ridge)
  }

  /// How far W(λ) may lie from the solution of least norm: ‖W(λ) - W(0)‖ ≤ λ/(σᵣ² + λ) ‖W(0)‖.
  ///
  /// - Parameter ridge: λ, finite and 0 or larger.
  /// - Returns: the bound, in exact arithmetic.
  public func distanceToMinimumNormBound(ridge: Double) -> Double {
    guard let least = singularValues.last else { return 0 }
    let norm = Self.filtered(projected, singularValues, 0).frobeniusNorm.asDouble
    let square = least.asDouble * least.asDouble
    return ridge / (square + ridge) * norm
  }

  /// diag(σ/(σ² + λ)) UᵀY.
  private static func filtered(
    _ projected: Matrix<Scalar>, _ values: [Scalar], _ ridge: Double
  ) -> Matrix<Scalar> {
    projected.scalingRows(
      by: values.map { value in
        let value = value.asDouble
        // Not σ/(σ² + λ): σ² may underflow.
        return 1 / (value + ridge / value)
      })
  }
}

/// Ridges from the square of the least singular value to that of the largest, at equal ratios.
///
/// - Parameters:
///   - singularValues: σ, positive, from the largest; at least one.
///   - count: how many, at least 1; one alone is the largest.
/// - Returns: λ, from the largest.
public func logarithmicRidges<Scalar: LinearAlgebraScalar>(
  _ singularValues: [Scalar], count: Int
) -> [Double] {
  precondition(count >= 1, "one ridge at least")
  guard let largest = singularValues.first?.asDouble, let least = singularValues.last?.asDouble
  else { return [] }
  return (0..<count).map { index in
    // Of the values, not their squares, which may overflow.
    let share = count == 1 ? 0 : Double(index) / Double(count - 1)
    let value = Double.exp((1 - share) * .log(largest) + share * .log(least))
    return min(value * value, .greatestFiniteMagnitude)
  }
}

extension LinearAlgebraScalar {
  var asDouble: Double { Double(self) }
}
