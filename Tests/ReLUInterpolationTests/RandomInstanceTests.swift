import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("1,000 random samples of every kind are fitted as promised")
struct RandomInstanceTests {
  private let placements = [
    ThresholdPlacement.nearPreviousPoint, .previousPoint, ThresholdPlacement(fraction: 0.3),
  ]

  @Test(
    "In doubles, exact arithmetic finds a residual within its bound",
    arguments: RandomInstance.seeds)
  func doubles(_ seed: Int) throws {
    let instance = RandomInstance(seed: seed)
    let (samples, targets) = (instance.samples, instance.targets)
    let (n, d) = (samples.rows, samples.columns)
    let placement = placements[seed / 6 % 3]
    let kind = DirectionKind.allCases[seed / 18 % 2]
    let fit = try ReLUInterpolant.fit(
      samples, targets: targets, direction: DirectionChoice(kind), placement: placement,
      seed: UInt64(seed))
    let network = fit.network
    #expect(network.weightCount == n * (1 + targets.columns) + d, "\(instance)")
    #expect(fit.mergedDuplicates == 0 && fit.representatives.sorted() == Array(0..<n))
    #expect(
      interleaves(fit.projections, network.thresholds, strictly: placement.fraction > 0),
      "\(instance)")

    // One rounding for each projection, and what is of second order.
    let projected = exactProjections(of: samples, along: network.direction).map { Rational($0) }
    let second = Rational(Double(d * d) * 0x1p-105)
    var largestError: Rational = 0
    for i in 0..<n {
      let terms = zip(samples.row(i), network.direction).reduce(0) { $0 + abs($1.0 * $1.1) }
      let error = (Rational(fit.projections[i]) - projected[i]).magnitude
      #expect(
        error <= projected[i].magnitude * Rational(Double.roundingUnit) + Rational(terms) * second)
      largestError = max(largestError, error)
    }

    // At the points themselves, not at their rounded projections.
    let order = (0..<n).sorted { projected[$0] < projected[$1] }
    let thresholds = network.thresholds.map { Rational($0) }
    for output in 0..<targets.columns {
      let weights = network.outputWeights.column(output)
      let (values, slopes) = exactOutputs(
        at: order.map { projected[$0] }, thresholds: thresholds,
        weights: weights.map { Rational($0) })
      let steepest = slopes.map(\.magnitude).max() ?? 0
      let bound =
        Rational(
          recurrenceResidualBound(
            points: fit.matrix.points, thresholds: network.thresholds, weights: weights))
        + steepest * largestError
      for (i, value) in zip(order, values) {
        #expect((value - Rational(targets[i, output])).magnitude <= bound, "\(instance)")
      }
    }
  }

  @Test("In fractions the residual is 0", arguments: RandomInstance.seeds)
  func fractions(_ seed: Int) throws {
    // Thresholds inside the gaps make weights as long as all gaps together.
    let placement = placements[seed / 6 % 3]
    let instance = RandomInstance(seed: seed, maximalSize: placement.fraction > 0 ? 30 : 200)
    let (samples, targets) = (instance.samples, instance.targets)
    let (n, d) = (samples.rows, samples.columns)
    let kind = DirectionKind.allCases[seed / 18 % 2]
    let fit = try RationalInterpolant.fit(
      samples, targets: targets, direction: DirectionChoice(kind), placement: placement,
      seed: UInt64(seed))
    let network = fit.network
    #expect(network.weightCount == n * (1 + targets.columns) + d)
    #expect(interleaves(fit.projections, network.thresholds, strictly: placement.fraction > 0))
    #expect(network.predict(samples) == (0..<n).map { targets.row($0).map { Rational($0) } })
    if placement.fraction == 0 || n <= 10 {
      let order = (0..<n).sorted { fit.projections[$0] < fit.projections[$1] }
      for output in 0..<targets.columns {
        let (values, _) = exactOutputs(
          at: order.map { fit.projections[$0] }, thresholds: network.thresholds,
          weights: network.outputWeights.map { $0[output] })
        #expect(values == order.map { Rational(targets[$0, output]) }, "\(instance)")
      }
    }
    // The i-th weight is Δy_i/Δx_i - Δy_{i-1}/Δx_{i-1}: as long as those two and no longer.
    if placement.fraction == 0, let first = fit.matrix.thresholds.first {
      let points = [first] + fit.matrix.points
      for output in 0..<targets.columns {
        var values: [Rational] = [0]
        for sample in fit.representatives { values.append(Rational(targets[sample, output])) }
        var slopes: [Rational] = []
        for i in 0..<n {
          let rise: Rational = values[i + 1] - values[i]
          let run: Rational = points[i + 1] - points[i]
          slopes.append(rise / run)
        }
        for i in 0..<n {
          let before: Rational = i > 0 ? slopes[i - 1] : 0
          #expect(network.outputWeights[i][output] == slopes[i] - before)
        }
      }
    }
  }

  @Test("Direction and thresholds do not depend on the targets", arguments: RandomInstance.seeds)
  func labelBlind(_ seed: Int) throws {
    let instance = RandomInstance(seed: seed)
    let samples = instance.samples
    var stream = RandomStream(seed: UInt64(seed), purpose: "other targets")
    let others: Matrix<Double> = randomMatrix(rows: samples.rows, columns: 1, from: &stream)
    let choice = DirectionChoice(DirectionKind.allCases[seed % 2], bestOf: 1 + seed % 3)
    let placement = placements[seed / 6 % 3]
    func fit(_ targets: Matrix<Double>) throws -> InterpolantFit {
      try ReLUInterpolant.fit(
        samples, targets: targets, direction: choice, placement: placement, seed: UInt64(seed))
    }
    let (first, second) = (try fit(instance.targets), try fit(others))
    #expect(first.network.direction == second.network.direction)
    #expect(first.network.thresholds == second.network.thresholds)
    #expect(first.direction == second.direction && first.matrix == second.matrix)
    if seed % 5 > 0 || samples.rows > 50 { return }
    let exact = try [instance.targets, others].map { targets in
      try RationalInterpolant.fit(
        samples, targets: targets, direction: choice, placement: placement, seed: UInt64(seed))
    }
    #expect(exact[0].direction == exact[1].direction && exact[0].matrix == exact[1].matrix)
  }

  /// Whether the k-th point in order lies behind the k-th threshold, and not behind the next.
  private func interleaves<Field: OrderedField>(
    _ projections: [Field], _ thresholds: [Field], strictly: Bool
  ) -> Bool {
    let points = projections.sorted()
    return points.count == thresholds.count
      && points.indices.allSatisfy { i in
        thresholds[i] < points[i]
          && (i == 0 || (strictly ? points[i - 1] < thresholds[i] : points[i - 1] == thresholds[i]))
      }
  }
}
