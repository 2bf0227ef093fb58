public import ExactArithmetic
public import LinearAlgebra
public import ReLUNetworks

/// The network of fractions through a sample and how it was built.
public struct RationalInterpolantFit: Sendable {
  /// The network.
  public let network: RationalInterpolant
  /// Lemma 1's matrix of the distinct samples.
  public let matrix: InterleavingMatrix<Rational>
  /// Which sample each row of ``matrix`` is; of equal samples the first one.
  public let representatives: [Int]
  /// The exact projections of all n samples, in their own order.
  public let projections: [Rational]
  /// The number of samples that were merged with an equal one.
  public let mergedDuplicates: Int
  /// The direction, how it was found and how well it separates the samples.
  public let direction: SeparatingDirection
}

extension RationalInterpolant {
  /// Builds the network of fractions that takes given values at given samples, exactly.
  ///
  /// The same steps as `ReLUInterpolant.fit`, by the same code, over the rationals: the residual is
  /// 0 and nothing else. Thresholds on the previous point keep fractions as short as two gaps;
  /// thresholds inside the gap let the i-th weight grow to the length of all gaps before it.
  ///
  /// - Parameters:
  ///   - samples: Z, n × d, finite, one row a sample.
  ///   - targets: Y, n × C, finite; each double is the fraction that it is.
  ///   - direction: how the direction is chosen; small integers keep fractions short.
  ///   - placement: where thresholds stand.
  ///   - seed: names the draw of the direction.
  /// - Returns: the fit, with all that shows how it was built.
  /// - Throws: ``InterpolationError``.
  /// - Complexity: O(n d + n log n + n C) operations, on short fractions where thresholds stand on
  ///   the previous point, else on fractions of O(n) words, O(n² C) in all.
  public static func fit<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, targets: Matrix<Double>, direction: DirectionChoice = .integer,
    placement: ThresholdPlacement = .previousPoint, seed: UInt64
  ) throws(InterpolationError) -> RationalInterpolantFit {
    precondition(samples.rows == targets.rows, "a target for each sample")
    try requireFinite(samples, "the samples")
    try requireFinite(targets, "the targets")
    let sample = try separate(
      MatrixSamples(samples), targets, by: direction, placement: placement, seed: seed,
      arithmetic: .exact(samples))
    let columns = (0..<targets.columns).map { output in
      sample.matrix.solveByRecurrence(
        sample.representatives.map { Rational(targets[$0, output]) })
    }
    return RationalInterpolantFit(
      network: RationalInterpolant(
        direction: sample.direction.entries, thresholds: sample.matrix.thresholds,
        outputWeights: sample.matrix.points.indices.map { i in columns.map { $0[i] } }),
      matrix: sample.matrix, representatives: sample.representatives,
      projections: sample.projections,
      mergedDuplicates: samples.rows - sample.representatives.count, direction: sample.direction)
  }
}
