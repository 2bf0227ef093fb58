public import LinearAlgebra

/// Which of two equivalent systems a linear fit solved.
public enum LinearForm: String, Sendable, Hashable, Codable {
  /// For the weights, d × d.
  case primal
  /// For one coefficient a sample, n × n.
  case dual
}

/// A solution of least norm with the system that gave it.
public struct CheapestMinimumNormFit<Scalar: LinearAlgebraScalar>: Sendable {
  /// Why the cheaper system's solution was not taken.
  public enum Fallback: Sendable, Hashable {
    /// The system is singular, or rounding made it so.
    case notPositiveDefinite(pivot: Int)
    /// Rounding may move the solution by more than the accuracy asked for.
    case illConditioned(conditionEstimate: Double)
  }

  /// The fit; its method names how it was found.
  public let fit: LinearFit<Scalar>
  /// The cheaper form: dual for n ≤ d, else primal.
  public let form: LinearForm
  /// Why a complete orthogonal factorisation gave the fit; nil where the cheaper system did.
  public let fallback: Fallback?
}

/// The solution of least norm by the cheapest way that is accurate enough.
///
/// For n ≤ d the dual X Xᵀ α = Y and W = Xᵀ α, else the primal XᵀX W = XᵀY, by Cholesky. Both square
/// the condition of X; where max(n, d) ε κ exceeds `accuracy`, κ the condition estimate of the
/// system, or where the system is singular, a complete orthogonal factorisation takes its place.
///
/// - Parameters:
///   - features: X, n × d, finite, of rank 1 at least.
///   - targets: Y, n × k, finite.
///   - accuracy: the relative error of W that is allowed, from 0 to below 1; by default the root of
///     the distance from 1 to the next number.
/// - Returns: the fit, the form, and the fallback if any.
/// - Throws: ``LinearModelError``: sizes of 0 or that disagree, an entry that is no number, an
///   accuracy out of range, ``LinearModelError/rankZero``.
/// - Complexity: O(n d min(n, d)); the fallback costs about four times as much besides.
public func cheapestMinimumNormFit<Scalar: LinearAlgebraScalar>(
  _ features: Matrix<Scalar>, targets: Matrix<Scalar>, accuracy: Double? = nil
) throws(LinearModelError) -> CheapestMinimumNormFit<Scalar> {
  try checkSample(features, targets)
  try checkFraction(accuracy, as: "the accuracy")
  let form: LinearForm = features.rows <= features.columns ? .dual : .primal
  let allowed = accuracy ?? Double(Scalar.ulpOfOne).squareRoot()
  let fallback: CheapestMinimumNormFit<Scalar>.Fallback
  do throws(LinearAlgebraError) {
    let fit =
      form == .dual
      ? try gramFit(features, targets: targets)
      : try normalEquationsFit(features, targets: targets)
    let unit =
      Double(max(features.rows, features.columns)) * Double(Scalar.roundingUnit)
    if unit <= allowed * fit.evidence.reciprocalCondition {
      return CheapestMinimumNormFit(fit: fit, form: form, fallback: nil)
    }
    fallback = .illConditioned(conditionEstimate: fit.evidence.conditionEstimate)
  } catch {
    switch error {
    case .notPositiveDefinite(let pivot): fallback = .notPositiveDefinite(pivot: pivot)
    default: throw .linearAlgebra(error)
    }
  }
  return CheapestMinimumNormFit(
    fit: try completeOrthogonalFit(features, targets: targets), form: form, fallback: fallback)
}
