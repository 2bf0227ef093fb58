import ExactArithmetic
import LinearAlgebra
import ReLUNetworks

/// A sample told apart by its projections: all of a fit that does not depend on the targets' values.
struct SeparatedSample<Field: OrderedField> {
  /// The direction and how it was found.
  let direction: SeparatingDirection
  /// The projections of all samples, in their own order.
  let projections: [Field]
  /// Which sample each row of ``matrix`` is; of equal samples the first one.
  let representatives: [Int]
  /// Lemma 1's matrix of the distinct samples.
  let matrix: InterleavingMatrix<Field>
}

/// How projections are computed and sorted in one kind of numbers.
struct ProjectionArithmetic<Field: OrderedField> {
  /// The projections of all samples on a direction.
  let project: (_ direction: [Double]) -> [Field]
  /// The numbers in increasing order with their places; of equal ones the first comes first.
  let sort: (_ projections: [Field]) -> (values: [Field], order: [UInt32])
}

extension ProjectionArithmetic<Double> {
  /// Rounded projections and a radix sort.
  static func rounded(_ samples: some SampleSource) -> ProjectionArithmetic {
    ProjectionArithmetic(project: samples.projections) {
      let sorted = SortedProjections($0)
      return (sorted.values, sorted.samples)
    }
  }
}

extension ProjectionArithmetic<Rational> {
  /// Exact projections and a sort by comparisons.
  static func exact<Scalar: LinearAlgebraScalar>(_ samples: Matrix<Scalar>) -> Self {
    ProjectionArithmetic(
      project: { exactProjections(of: samples, along: $0).map { Rational($0) } },
      sort: { values in
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        return (order.map { values[$0] }, order.map { UInt32($0) })
      })
  }
}

/// Finds a direction that separates the samples and places thresholds between the projections.
///
/// - Parameters:
///   - samples: n samples in d dimensions, finite.
///   - targets: Y, n × C; read only to tell whether equal samples have equal targets.
///   - choice: how the direction is chosen.
///   - placement: where thresholds stand.
///   - seed: names the draws.
///   - arithmetic: how projections are computed and sorted.
/// - Returns: the sample with the best of the directions drawn.
/// - Throws: ``InterpolationError``; where no draw serves, why the last one does not.
func separate<Field: OrderedField>(
  _ samples: some SampleSource, _ targets: Matrix<Double>, by choice: DirectionChoice,
  placement: ThresholdPlacement, seed: UInt64, arithmetic: ProjectionArithmetic<Field>
) throws(InterpolationError) -> SeparatedSample<Field> {
  let (n, d, kind) = (samples.count, samples.dimension, choice.kind)
  let compared = d <= 1 ? 1 : choice.draws
  let limit = max(compared, maximalDraws(samples: n, dimension: d, kind: kind))
  var failure = InterpolationError.notSeparated(first: 0, second: 0, draws: limit)
  var best: (gap: Double, sample: SeparatedSample<Field>)?
  for draw in 0..<limit {
    if draw >= compared, best != nil { break }
    let entries = randomDirection(dimension: d, kind: kind, seed: seed, draw: draw)
    let projections = arithmetic.project(entries)
    if let sample = firstOutsideField(projections) { throw .projectionOverflow(sample: sample) }
    let (values, order) = arithmetic.sort(projections)
    if let first = values.first, let last = values.last, !(last - first).isInField {
      throw .projectionOverflow(sample: Int(order[n - 1]))
    }
    switch try DistinctProjections.merging(values, order: order, of: samples, targets: targets) {
    case .clash(let first, let second):
      failure = .notSeparated(first: first, second: second, draws: limit)
    case .distinct(let distinct):
      let gap = distinct.smallestGap
      if let best, gap.relative <= best.gap { continue }
      guard let thresholds = placement.thresholds(for: distinct.points),
        let matrix = InterleavingMatrix(points: distinct.points, thresholds: thresholds)
      else {
        failure = .noRoomForThreshold(first: gap.first, second: gap.second, draws: limit)
        continue
      }
      let direction = SeparatingDirection(
        entries: entries, kind: kind, draw: draw, draws: max(compared, draw + 1),
        smallestRelativeGap: gap.relative,
        drawFailureBound: separationFailureBound(samples: n, dimension: d, kind: kind))
      best = (
        gap.relative,
        SeparatedSample(
          direction: direction, projections: projections,
          representatives: distinct.representatives, matrix: matrix)
      )
    }
  }
  guard let best else { throw failure }
  return best.sample
}

@specialized(where Field == Double)
private func firstOutsideField<Field: OrderedField>(_ values: [Field]) -> Int? {
  values.firstIndex { !$0.isInField }
}
