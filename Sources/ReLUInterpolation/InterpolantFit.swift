public import ExactArithmetic
public import LinearAlgebra
public import ReLUNetworks

/// The interpolating network of a sample and how it was built.
public struct InterpolantFit: Sendable {
  /// The network.
  public let network: ReLUInterpolant
  /// Lemma 1's matrix of the distinct samples.
  public let matrix: InterleavingMatrix<Double>
  /// Which sample each row of ``matrix`` is; of equal samples the first one.
  public let representatives: [Int]
  /// The projections of all n samples, in their own order, each rounded once.
  public let projections: [Double]
  /// The number of samples that were merged with an equal one.
  public let mergedDuplicates: Int
  /// How the output weights were found.
  public let solver: OutputWeightSolver
  /// The direction, how it was found and how well it separates the samples.
  public let direction: SeparatingDirection
}

extension ReLUInterpolant {
  /// Builds the network that takes given values at given samples.
  ///
  /// Project on a direction, sort, place thresholds between the projections, and solve Lemma 1's
  /// triangular system. Equal samples with equal targets share a hidden unit. Direction and
  /// thresholds do not depend on the targets.
  ///
  /// - Parameters:
  ///   - samples: Z, n × d, finite, one row a sample.
  ///   - targets: Y, n × C, finite.
  ///   - direction: how the direction is chosen; integers make the projections of bytes exact.
  ///   - placement: where thresholds stand; the previous point serves also where projections are
  ///     neighbouring doubles.
  ///   - solver: how the output weights are found.
  ///   - seed: names the draw of the direction.
  /// - Returns: the fit, with all that shows how it was built.
  /// - Throws: ``InterpolationError``.
  /// - Complexity: O(n d + n log n) with the recurrence, memory O(n) beside the samples; of m draws
  ///   to compare, m times that.
  public static func fit<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, targets: Matrix<Double>, direction: DirectionChoice = .normal,
    placement: ThresholdPlacement = .nearPreviousPoint, solver: OutputWeightSolver = .recurrence,
    seed: UInt64
  ) throws(InterpolationError) -> InterpolantFit {
    precondition(samples.rows == targets.rows, "a target for each sample")
    try checkFinite(samples, "the samples")
    try checkFinite(targets, "the targets")
    let sample: SeparatedSample<Double> = try separate(
      samples, targets, by: direction, placement: placement, seed: seed
    ) { projections(of: samples, along: $0) }
    let weights = try sample.matrix.solve(targets.rows(sample.representatives), solver: solver)
    try checkFinite(weights, "the output weights (targets or gaps of extreme size)")
    return InterpolantFit(
      network: ReLUInterpolant(
        direction: sample.direction.entries, thresholds: sample.matrix.thresholds,
        outputWeights: weights),
      matrix: sample.matrix, representatives: sample.representatives,
      projections: sample.projections,
      mergedDuplicates: samples.rows - sample.representatives.count, solver: solver,
      direction: sample.direction)
  }
}
