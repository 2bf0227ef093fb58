package import LinearAlgebra

/// The solution of A X = B by an inexact factor of A, refined with products in `Double`.
///
/// The residual is solved for and subtracted while that gains a digit; then conjugate gradients go
/// on with the factor as their preconditioner, where its rounding exceeds the least eigenvalues.
package struct RefinedSolution {
  /// X, n × k.
  package private(set) var solution: Matrix<Double>
  /// B - A X, measured.
  package private(set) var residual: Matrix<Double>
  /// ‖B - A X‖ / ‖B‖ of the first solution and after each gain, each below the one before.
  ///
  /// The norms are Frobenius norms; 0 stands where B is 0.
  package private(set) var relativeResiduals: [Double]
  /// The steps taken, each a product and a solve.
  package private(set) var steps = 0
  /// ‖B - A X‖ / ‖B‖ of the solution.
  package var relativeResidual: Double { relativeResiduals.last ?? 0 }
  private let scale: Double
  private var size: Double

  /// Solves, and refines until the residual is at most `tolerance` of B, or no longer halved.
  ///
  /// - Parameters:
  ///   - rightHandSides: B, n × k, finite.
  ///   - tolerance: ‖B - A X‖ / ‖B‖ to refine to.
  ///   - maximalSteps: steps before giving up; with none the first solution stands.
  ///   - solve: about A⁻¹ times a matrix.
  ///   - product: A times a matrix, in `Double`.
  ///   - measure: B - A X for X, as exactly as it can be had; nil to form it by `product`.
  ///   - progress: called after each step with the relative residual, which conjugate gradients
  ///     carry along.
  /// - Complexity: a solve and a product for each step, and a product or measurement for each gain.
  package init(
    _ rightHandSides: Matrix<Double>, tolerance: Double, maximalSteps: Int = 50,
    solve: @escaping (Matrix<Double>) -> Matrix<Double>,
    product: @escaping (Matrix<Double>) -> Matrix<Double>,
    measure: ((Matrix<Double>) -> Matrix<Double>)? = nil, progress: (Double) -> Void = { _ in }
  ) {
    let measure = measure ?? { rightHandSides - product($0) }
    scale = rightHandSides.frobeniusNorm
    solution = solve(rightHandSides)
    residual = measure(solution)
    size = residual.frobeniusNorm
    relativeResiduals = [scale == 0 ? 0 : size / scale]
    let goal = tolerance * scale
    var left = 0.0
    while size > goal && left <= 0.1 && steps < maximalSteps {
      left = add(solve(residual), measure)
      steps += 1
      progress(size / scale)
    }
    left = 0
    while size > goal && left < 0.5 && steps < maximalSteps {
      var descent = BlockConjugateGradients(residual, product: product, preconditioner: solve)
      // Half of it, for what is carried along and what is measured differ in rounding; and no more
      // digits than are carried along.
      let enough = max(goal / 2, 1e-9 * size)
      while descent.residualNorm > enough && steps < maximalSteps && descent.advance() {
        steps += 1
        progress(descent.residualNorm / scale)
      }
      left = add(descent.solution, measure)
    }
  }

  /// Takes what is added to X where that leaves less; returns what share of the residual is left.
  private mutating func add(
    _ correction: Matrix<Double>, _ measure: (Matrix<Double>) -> Matrix<Double>
  ) -> Double {
    let next = solution + correction
    let nextResidual = measure(next)
    let left = nextResidual.frobeniusNorm / size
    // Written so that NaN is no gain either.
    guard left < 1 else { return 1 }
    (solution, residual, size) = (next, nextResidual, nextResidual.frobeniusNorm)
    relativeResiduals.append(size / scale)
    return left
  }
}
