import ExactArithmetic
import LinearAlgebra

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

/// Finds a direction that separates the samples and places thresholds between the projections.
///
/// - Parameters:
///   - samples: Z, n × d, finite, one row a sample.
///   - targets: Y, n × C; read only to tell whether equal samples have equal targets.
///   - choice: how the direction is chosen.
///   - placement: where thresholds stand.
///   - seed: names the draws.
///   - project: the projections along a direction.
/// - Returns: the sample with the best of the directions drawn.
/// - Throws: ``InterpolationError``; where no draw serves, why the last one does not.
func separate<Scalar: LinearAlgebraScalar, Field: OrderedField>(
  _ samples: Matrix<Scalar>, _ targets: Matrix<Double>, by choice: DirectionChoice,
  placement: ThresholdPlacement, seed: UInt64, project: (_ direction: [Double]) -> [Field]
) throws(InterpolationError) -> SeparatedSample<Field> {
  let (n, d, kind) = (samples.rows, samples.columns, choice.kind)
  let compared = d <= 1 ? 1 : choice.draws
  let limit = max(compared, maximalDraws(samples: n, dimension: d, kind: kind))
  var failure = InterpolationError.notSeparated(first: 0, second: 0, draws: limit)
  var best: (draw: Int, gap: Double, sample: SeparatedSample<Field>)?
  for draw in 0..<limit {
    if draw >= compared, best != nil { break }
    let entries = randomDirection(dimension: d, kind: kind, seed: seed, draw: draw)
    let projected = try LinearProjection(project(entries))
    switch try projected.representatives(samples, targets) {
    case .clash(let first, let second):
      failure = .notSeparated(first: first, second: second, draws: limit)
    case .distinct(let representatives):
      let gap = projected.smallestGap(among: representatives)
      if let best, gap.relative <= best.gap { continue }
      let points = representatives.map { projected.values[$0] }
      guard let thresholds = placement.thresholds(for: points),
        let matrix = InterleavingMatrix(points: points, thresholds: thresholds)
      else {
        failure = .noRoomForThreshold(first: gap.first, second: gap.second, draws: limit)
        continue
      }
      let direction = SeparatingDirection(
        entries: entries, kind: kind, draw: draw, draws: max(compared, draw + 1),
        smallestRelativeGap: gap.relative,
        drawFailureBound: separationFailureBound(samples: n, dimension: d, kind: kind))
      best = (
        draw, gap.relative,
        SeparatedSample(
          direction: direction, projections: projected.values, representatives: representatives,
          matrix: matrix)
      )
    }
  }
  guard let best else { throw failure }
  return best.sample
}

/// Throws where an entry of a matrix is no finite number.
func checkFinite<Scalar: LinearAlgebraScalar>(
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
