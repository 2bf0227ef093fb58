private import Certificates
private import LinearAlgebra
public import ReLUInterpolation
private import ReLUNetworks

/// Lemma 1's system solved by the recurrence and by LAPACK's substitution.
public struct TriangularSolveRecord: Sendable, Codable, Equatable {
  /// The size n of the system.
  public var size: Int
  /// The fraction of a gap at which the threshold stands.
  public var thresholdFraction: Double
  /// The memory of LAPACK's matrix, in bytes.
  public var matrixBytes: Int
  /// Seconds to write that matrix down.
  public var matrixSeconds: Double
  /// Seconds of `dtrtrs` alone, the least of some repetitions.
  public var substitutionSeconds: Double
  /// Seconds of the recurrence, the least of some repetitions.
  public var recurrenceSeconds: Double
  /// The largest |c(z_i) - y_i| of the weights by `dtrtrs`, exact and rounded up.
  public var substitutionResidual: Double
  /// The largest |c(z_i) - y_i| of the weights by the recurrence, exact and rounded up.
  public var recurrenceResidual: Double

  /// How many times faster the recurrence is than `dtrtrs` alone.
  public var speedup: Double { substitutionSeconds / recurrenceSeconds }
}

/// Solves one system of Lemma 1 by the recurrence and by LAPACK's `dtrtrs`, in one run.
///
/// The points are standard normal numbers, the targets random labels of ten classes.
///
/// - Parameters:
///   - size: n, from 1 to `OutputWeightSolver.denseLimit`; the matrix takes 8 n² bytes.
///   - placement: where thresholds stand.
///   - repetitions: how often each solver runs, at least once.
///   - seed: names every draw.
/// - Returns: the record.
/// - Throws: ``ExperimentError/interpolation(_:)`` where the points do not separate,
///   ``ExperimentError/linearAlgebra(learner:_:)``.
/// - Complexity: O(n²) time and memory.
public func compareTriangularSolves(
  size: Int, placement: ThresholdPlacement = .nearPreviousPoint, repetitions: Int = 3,
  seed: UInt64 = 0
) throws(ExperimentError) -> TriangularSolveRecord {
  precondition(
    (1...OutputWeightSolver.denseLimit).contains(size), "a matrix of a size that memory holds")
  let samples = normalMatrix(rows: size, columns: 1, seed: seed, index: -1)
  let targets = randomLabels(size, classes: 10, seed: seed, index: -1)
  let fit: InterpolantFit
  do throws(InterpolationError) {
    fit = try ReLUInterpolant.fit(samples, targets: targets, placement: placement, seed: seed)
  } catch {
    throw .interpolation(error)
  }
  let ordered = targets.rows(fit.representatives)
  let values = ordered.column(0)
  let (recurrenceSeconds, recurrence) = leastSeconds(of: repetitions) { fit.matrix.solve(values) }
  let (matrixSeconds, dense) = leastSeconds(of: 1) { fit.matrix.dense() }
  let (substitutionSeconds, substitution) = try leastSeconds(of: repetitions) {
    () throws(ExperimentError) in
    try solving(for: "dtrtrs") { () throws(LinearAlgebraError) in try dense.substitution(ordered) }
  }
  let residual = { (weights: Matrix<Double>) in
    InterpolationCertificate(
      checking: ReLUInterpolant(
        direction: fit.network.direction, thresholds: fit.network.thresholds,
        outputWeights: weights), projections: ExactProjections(fit.projections),
      targets: targets
    ).maxAbsoluteResidual
  }
  return TriangularSolveRecord(
    size: fit.matrix.size, thresholdFraction: placement.fraction,
    matrixBytes: 8 * fit.matrix.size * fit.matrix.size, matrixSeconds: matrixSeconds,
    substitutionSeconds: substitutionSeconds, recurrenceSeconds: recurrenceSeconds,
    substitutionResidual: residual(substitution),
    recurrenceResidual: residual(
      Matrix(rows: fit.matrix.size, columns: 1, columnMajor: recurrence)))
}
