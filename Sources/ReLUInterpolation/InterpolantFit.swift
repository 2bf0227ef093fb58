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
  /// - Complexity: O(n d) with the recurrence, memory O(n) beside the samples; of m draws to
  ///   compare, m times that.
  public static func fit<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, targets: Matrix<Double>, direction: DirectionChoice = .normal,
    placement: ThresholdPlacement = .nearPreviousPoint, solver: OutputWeightSolver = .recurrence,
    seed: UInt64
  ) throws(InterpolationError) -> InterpolantFit {
    try fit(
      MatrixSamples(samples), targets: targets, direction: direction, placement: placement,
      solver: solver, seed: seed)
  }

  /// Builds the network that takes given values at samples that need not be in memory.
  ///
  /// The samples are projected once for each direction drawn; only samples with equal projections
  /// are looked at again.
  ///
  /// - Parameters:
  ///   - samples: n samples in d dimensions, finite, n < 2³².
  ///   - targets: Y, n × C, finite.
  ///   - direction: how the direction is chosen; integers make the projections of bytes exact.
  ///   - placement: where thresholds stand.
  ///   - solver: how the output weights are found.
  ///   - seed: names the draw of the direction.
  /// - Returns: the fit, with all that shows how it was built.
  /// - Throws: ``InterpolationError``.
  /// - Complexity: O(n d) time with the recurrence, O(n C) memory beside the samples; of m draws to
  ///   compare, m times that.
  public static func fit(
    _ samples: some SampleSource, targets: Matrix<Double>, direction: DirectionChoice = .normal,
    placement: ThresholdPlacement = .nearPreviousPoint, solver: OutputWeightSolver = .recurrence,
    seed: UInt64
  ) throws(InterpolationError) -> InterpolantFit {
    precondition(samples.count == targets.rows, "a target for each sample")
    try samples.checkFinite()
    try requireFinite(targets, "the targets")
    let sample = try separate(
      samples, targets, by: direction, placement: placement, seed: seed,
      arithmetic: .rounded(samples))
    let weights = try sample.matrix.solve(
      targets.gatheredRows(sample.representatives), solver: solver)
    try requireFinite(weights, "the output weights (targets or gaps of extreme size)")
    return InterpolantFit(
      network: ReLUInterpolant(
        direction: sample.direction.entries, thresholds: sample.matrix.thresholds,
        outputWeights: weights),
      matrix: sample.matrix, representatives: sample.representatives,
      projections: sample.projections,
      mergedDuplicates: samples.count - sample.representatives.count, solver: solver,
      direction: sample.direction)
  }
}

extension Matrix<Double> {
  /// Some rows in the order given, each column's entries shared out among the threads.
  fileprivate func gatheredRows(_ indices: [Int]) -> Matrix {
    let size = 1 << 14
    let chunks = (indices.count + size - 1) / size
    return Matrix(rows: indices.count, columns: columns) { target in
      nonisolated(unsafe) let target = target
      withUnsafeElements { source in
        nonisolated(unsafe) let source = source
        indices.withUnsafeBufferPointer { indices in
          nonisolated(unsafe) let indices = indices
          inParallel(count: columns * chunks) { piece in
            let (column, chunk) = piece.quotientAndRemainder(dividingBy: chunks)
            for i in chunk * size..<min((chunk + 1) * size, indices.count) {
              target[i + column * indices.count] = source[indices[i] + column * rows]
            }
          }
        }
      }
    }
  }
}
