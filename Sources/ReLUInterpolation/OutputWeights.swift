public import ExactArithmetic
public import LinearAlgebra

/// A way of solving Lemma 1's system A w = y.
public enum OutputWeightSolver: String, Sendable, Codable, CaseIterable {
  /// The O(n) recurrence, each step correcting the rounding of the ones before.
  case recurrence
  /// LAPACK's triangular solve of the n × n matrix.
  case lapack

  /// The largest sample size for LAPACK's dense matrix, 3.2 GB.
  public static let denseLimit = 20_000
}

extension InterleavingMatrix<Double> {
  /// The w with A w = y by the recurrence, with the value and the slope kept in twice the digits.
  ///
  /// Step i computes what the weights already rounded give at x_i, and chooses w_i to make up the
  /// difference to y_i: no rounding is carried on, and the residual at x_i is that of w_i alone,
  /// about ε |y_i - c_{i-1}(x_i)|. ``solveByRecurrence(_:)`` is the plain form.
  ///
  /// - Parameter targets: y, one for each point, finite.
  /// - Returns: w.
  /// - Complexity: O(n).
  public func solve(_ targets: [Double]) -> [Double] {
    precondition(targets.count == size, "a target for each point")
    var weights: [Double] = []
    weights.reserveCapacity(size)
    var value = DoubleDouble(0)
    var slope = DoubleDouble(0)
    var previous = points.first ?? 0
    for (index, point) in points.enumerated() {
      value = value + slope * .difference(point, previous)
      let run = DoubleDouble.difference(point, thresholds[index])
      let weight = value.subtracted(from: targets[index]) / run.rounded
      value = value + run * weight
      slope = slope + weight
      weights.append(weight)
      previous = point
    }
    return weights
  }

  /// The W with A W = Y, one column a target.
  ///
  /// - Parameters:
  ///   - targets: Y, n × C, finite.
  ///   - solver: how to solve.
  /// - Returns: W, n × C.
  /// - Throws: ``InterpolationError/denseSolveTooLarge(samples:limit:)`` for LAPACK's solve beyond
  ///   ``OutputWeightSolver/denseLimit``, ``InterpolationError/notFinite(argument:row:column:)``.
  /// - Complexity: O(n C) for the recurrence, O(n² C) for LAPACK.
  public func solve(
    _ targets: Matrix<Double>, solver: OutputWeightSolver
  ) throws(InterpolationError) -> Matrix<Double> {
    switch solver {
    case .recurrence:
      return Matrix(
        rows: size, columns: targets.columns,
        columnMajor: (0..<targets.columns).flatMap { solve(targets.column($0)) })
    case .lapack:
      if size > OutputWeightSolver.denseLimit {
        throw .denseSolveTooLarge(samples: size, limit: OutputWeightSolver.denseLimit)
      }
      do {
        return try dense().solve(targets).values
      } catch .notFinite(let argument, let row, let column) {
        throw .notFinite(argument: argument, row: row, column: column)
      } catch {
        preconditionFailure("an interleaving matrix has no zero on its diagonal")
      }
    }
  }
}
