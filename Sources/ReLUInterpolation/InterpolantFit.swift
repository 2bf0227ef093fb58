public import LinearAlgebra
public import ReLUNetworks

/// The interpolating network of a sample and how it was built.
public struct InterpolantFit: Sendable {
  /// The network.
  public let network: ReLUInterpolant
  /// Lemma 1's matrix of the distinct samples.
  public let matrix: InterleavingMatrix
  /// Which sample each row of ``matrix`` is; of equal samples the first one.
  public let representatives: [Int]
  /// The projections of all n samples, in their own order.
  public let projections: [Double]
  /// The number of samples that were merged with an equal one.
  public let mergedDuplicates: Int
  /// How the output weights were found.
  public let solver: OutputWeightSolver
  /// How the direction was drawn.
  public let directionKind: DirectionKind
  /// How many directions were drawn before one separated the samples.
  public let draws: Int
}

extension ReLUInterpolant {
  /// Builds the network that takes given values at given samples.
  ///
  /// Project on a direction, sort, place thresholds between the projections, and solve Lemma 1's
  /// triangular system. Equal samples with equal targets share a hidden unit.
  ///
  /// - Parameters:
  ///   - samples: Z, n × d, finite, one row a sample.
  ///   - targets: Y, n × C, finite.
  ///   - directionKind: how the direction is drawn; integers make the projections of bytes exact.
  ///   - placement: where thresholds stand.
  ///   - solver: how the output weights are found.
  ///   - seed: names the draw of the direction.
  /// - Returns: the fit, with all that shows how it was built.
  /// - Throws: ``InterpolationError``.
  /// - Complexity: O(n d + n log n) with the recurrence, memory O(n) beside the samples.
  public static func fit<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, targets: Matrix<Double>, directionKind: DirectionKind = .normal,
    placement: ThresholdPlacement = .nearPreviousPoint, solver: OutputWeightSolver = .recurrence,
    seed: UInt64
  ) throws(InterpolationError) -> InterpolantFit {
    precondition(samples.rows == targets.rows, "a target for each sample")
    try checkFinite(samples, "the samples")
    try checkFinite(targets, "the targets")
    var lastClash = (first: 0, second: 0)
    for draw in 0..<maximalDraws {
      let direction = randomDirection(
        dimension: samples.columns, kind: directionKind, seed: seed, draw: draw)
      let projected = LinearProjection(samples, along: direction)
      switch try projected.representatives(samples, targets) {
      case .clash(let first, let second):
        lastClash = (first, second)
      case .distinct(let representatives):
        let points = representatives.map { projected.values[$0] }
        guard let thresholds = placement.thresholds(for: points),
          let matrix = InterleavingMatrix(points: points, thresholds: thresholds)
        else {
          lastClash = projected.closestNeighbours(among: representatives)
          continue
        }
        let weights = try matrix.solve(targets.rows(representatives), solver: solver)
        try checkFinite(weights, "the output weights (targets or gaps of extreme size)")
        return InterpolantFit(
          network: ReLUInterpolant(
            direction: direction, thresholds: thresholds, outputWeights: weights),
          matrix: matrix, representatives: representatives, projections: projected.values,
          mergedDuplicates: samples.rows - representatives.count, solver: solver,
          directionKind: directionKind, draws: draw + 1)
      }
    }
    throw .notSeparated(
      first: lastClash.first, second: lastClash.second, draws: maximalDraws)
  }
}

/// Two samples at distance δ clash along a random direction with a probability of about ε‖z‖/δ, so
/// samples that survive this many draws are not different in double precision.
private let maximalDraws = 16

private func checkFinite<Scalar: LinearAlgebraScalar>(
  _ matrix: Matrix<Scalar>, _ name: String
) throws(InterpolationError) {
  do {
    try matrix.checkFinite(as: name)
  } catch .notFinite(let argument, let row, let column) {
    throw .notFinite(argument: argument, row: row, column: column)
  } catch {
    preconditionFailure("a finite check throws nothing else")
  }
}

/// Projections with the samples in their order.
private struct LinearProjection {
  let values: [Double]
  let order: [Int]

  init<Scalar: LinearAlgebraScalar>(_ samples: Matrix<Scalar>, along direction: [Double]) {
    let values = projections(of: samples, along: direction)
    self.values = values
    // Ties go to the sample that comes first, so that merging keeps it.
    order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
  }

  enum Outcome {
    case distinct([Int])
    case clash(Int, Int)
  }

  /// One sample for each projection, or two different samples that share one.
  func representatives<Scalar: LinearAlgebraScalar>(
    _ samples: Matrix<Scalar>, _ targets: Matrix<Double>
  ) throws(InterpolationError) -> Outcome {
    var kept: [Int] = []
    for index in order {
      guard let last = kept.last, values[last] == values[index] else {
        kept.append(index)
        continue
      }
      for j in 0..<samples.columns where samples[last, j] != samples[index, j] {
        return .clash(last, index)
      }
      for j in 0..<targets.columns where targets[last, j] != targets[index, j] {
        throw .conflictingDuplicates(first: last, second: index)
      }
    }
    return .distinct(kept)
  }

  func closestNeighbours(among indices: [Int]) -> (first: Int, second: Int) {
    let pairs = zip(indices, indices.dropFirst())
    let closest = pairs.min { values[$0.1] - values[$0.0] < values[$1.1] - values[$1.0] }
    return closest.map { (first: $0.0, second: $0.1) } ?? (first: 0, second: 0)
  }
}
