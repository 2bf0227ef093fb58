import Certificates
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("A network is built through any sample of different points")
struct InterpolantFitTests {
  /// Checks all that a fit promises, for a sample without equal points.
  private func check(
    _ fit: InterpolantFit, targets: Matrix<Double>
  ) -> InterpolationCertificate {
    let network = fit.network
    let (n, outputs) = (targets.rows, targets.columns)
    #expect(network.hiddenUnits == n && network.outputs == outputs)
    #expect(network.weightCount == n * (1 + outputs) + network.direction.count)
    #expect(fit.mergedDuplicates == 0)
    #expect(fit.representatives.sorted() == Array(0..<n))
    #expect(fit.matrix.points == fit.representatives.map { fit.projections[$0] })
    #expect(fit.matrix.thresholds == network.thresholds)

    let certificate = InterpolationCertificate(
      checking: network, projections: ExactProjections(fit.projections), targets: targets)
    #expect(
      certificate.interleaving == (fit.matrix.interleavesStrictly ? .strict : .weak))
    let bound =
      (0..<outputs).map {
        recurrenceResidualBound(
          points: fit.matrix.points, thresholds: network.thresholds,
          weights: network.outputWeights.column($0))
      }.max() ?? 0
    #expect(certificate.maxAbsoluteResidual <= bound)
    #expect(
      (network.predict(projections: fit.projections) - targets).largestAbsoluteEntry
        <= bound
        + Tolerance.arithmetic.bound(
          Double.self, size: 1, scale: targets.largestAbsoluteEntry))
    return certificate
  }

  @Test("Random real samples, every placement", arguments: PropertyCase.all)
  func realSamples(_ property: PropertyCase) throws {
    var stream = property.stream("real samples")
    let (n, d) = (property.first, max(1, property.second))
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(
      rows: n, columns: min(property.third, 5), from: &stream)
    for theta in [0, 0.01, 0.3, 0.5, 0.9] {
      let placement = ThresholdPlacement(fraction: theta)
      let fit = try ReLUInterpolant.fit(
        samples, targets: targets, placement: placement, seed: UInt64(property.seed))
      #expect(fit.direction.draws == 1 && fit.direction.draw == 0)
      #expect(fit.direction.kind == .normal && fit.solver == .recurrence)
      #expect(fit.network.direction == fit.direction.entries)
      #expect(fit.matrix.interleavesStrictly == (theta > 0 || n < 2))
      #expect(
        fit.network.direction
          == randomDirection(
            dimension: d, kind: .normal, seed: UInt64(property.seed), draw: 0))
      #expect(fit.projections == projections(of: samples, along: fit.network.direction))
      #expect(fit.network.thresholds == placement.thresholds(for: fit.matrix.points))
      let certificate = check(fit, targets: targets)
      if theta <= 0.5 { #expect(certificate.recoversTargets) }
      // ρ = θ / (1 - θ) = 9: weights of 9⁵⁰, and the certificate hides nothing.
      if theta == 0.9 && n == 50 && targets.columns > 0 {
        #expect(!certificate.recoversTargets)
      }
    }
  }

  @Test(
    "Bytes along an integer direction, one-hot targets, both scalar types",
    arguments: PropertyCase.all)
  func byteSamples(_ property: PropertyCase) throws {
    var stream = property.stream("byte samples")
    let (n, d) = (property.first, max(1, property.second))
    let samples = distinctByteRows(n, dimension: d, from: &stream)
    let classes = (0..<n).map { _ in stream.integer(below: 10) }
    let targets = Matrix<Double>(rows: n, columns: 10) { i, j in classes[i] == j ? 1 : 0 }
    let fit = try ReLUInterpolant.fit(
      samples, targets: targets, direction: .integer, seed: UInt64(property.seed))
    #expect(fit.direction.kind == .integer)
    #expect(check(fit, targets: targets).recoversTargets)
    let predicted = fit.network.predict(samples)
    for i in 0..<n {
      #expect(predicted.transposed().columns(i..<i + 1).largestRowOfColumns() == [classes[i]])
    }
    let single = try ReLUInterpolant.fit(
      samples.converted(to: Float.self), targets: targets, direction: .integer,
      seed: UInt64(property.seed))
    #expect(single.network == fit.network)
  }

  @Test(
    "LAPACK's weights fit as well, within the rounding of a dense solve",
    arguments: PropertyCase.all)
  func lapack(_ property: PropertyCase) throws {
    var stream = property.stream("dense")
    let n = property.first
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: 5, from: &stream)
    let targets: Matrix<Double> = randomMatrix(
      rows: n, columns: min(property.third, 5), from: &stream)
    let fit = try ReLUInterpolant.fit(
      samples, targets: targets, solver: .lapack, seed: UInt64(property.seed))
    #expect(fit.solver == .lapack)
    let certificate = InterpolationCertificate(
      checking: fit.network, projections: ExactProjections(fit.projections), targets: targets)
    #expect(certificate.interleaving == .strict)
    let scale =
      n == 0
      ? 0
      : Double(fit.matrix.dense().matrix.largestAbsoluteEntry)
        * fit.network.outputWeights.oneNorm
    #expect(
      certificate.maxAbsoluteResidual
        <= Tolerance.linearSystem.bound(Double.self, size: n, scale: scale))
  }

  @Test("The same call gives the same network, another seed another one")
  func reproducible() throws {
    var stream = RandomStream(seed: 2, purpose: "reproducible")
    let samples: Matrix<Double> = randomMatrix(rows: 20, columns: 4, from: &stream)
    let targets: Matrix<Double> = randomMatrix(rows: 20, columns: 2, from: &stream)
    let first = try ReLUInterpolant.fit(samples, targets: targets, seed: 8)
    let second = try ReLUInterpolant.fit(samples, targets: targets, seed: 8)
    let third = try ReLUInterpolant.fit(samples, targets: targets, seed: 9)
    #expect(first.network == second.network && first.projections == second.projections)
    #expect(first.network.direction != third.network.direction)
  }

  @Test("Equal samples with equal targets share a unit", arguments: PropertyCase.all)
  func mergedDuplicates(_ property: PropertyCase) throws {
    var stream = property.stream("duplicates")
    let distinct = max(1, property.first)
    let rows = distinctByteRows(distinct, dimension: max(1, property.second), from: &stream)
    let values = (0..<distinct).map { _ in stream.normal() }
    // Each point at least once, then some again.
    let chosen =
      Array(0..<distinct)
      + (0..<property.third).map { _ in stream.integer(below: distinct) }
    let order = stream.permutation(of: chosen.count).map { chosen[$0] }
    let targets = Matrix<Double>(rows: order.count, columns: 1) { i, _ in values[order[i]] }
    let fit = try ReLUInterpolant.fit(
      rows.rows(order), targets: targets, direction: .integer, seed: UInt64(property.seed))
    #expect(fit.mergedDuplicates == order.count - distinct)
    #expect(fit.network.hiddenUnits == distinct)
    #expect(fit.projections.count == order.count)
    #expect(fit.representatives.allSatisfy { order.firstIndex(of: order[$0]) == $0 })
    let certificate = InterpolationCertificate(
      checking: fit.network, projections: ExactProjections(fit.projections), targets: targets)
    #expect(certificate.samples == order.count)
    #expect(certificate.interleaving == .strict && certificate.recoversTargets)
  }

  @Test(
    "Equal samples with different targets are named, the first pair of them",
    arguments: PropertyCase.all)
  func conflictingDuplicates(_ property: PropertyCase) {
    var stream = property.stream("conflicts")
    let n = max(2, property.first)
    let d = max(1, property.second)
    var samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    var targets = Matrix<Double>(rows: n, columns: 2, repeating: 1)
    let pair = stream.permutation(of: n).prefix(2).sorted()
    for j in 0..<d { samples[pair[1], j] = samples[pair[0], j] }
    targets[pair[1], 1] = 1.0.nextUp
    #expect(
      throws: InterpolationError.conflictingDuplicates(first: pair[0], second: pair[1])
    ) { try ReLUInterpolant.fit(samples, targets: targets, seed: UInt64(property.seed)) }
  }

  @Test("Entries that are no numbers are named", arguments: PropertyCase.all)
  func notFinite(_ property: PropertyCase) {
    var stream = property.stream("not finite")
    let (n, d) = (max(1, property.first), max(1, property.second))
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets = Matrix<Double>(rows: n, columns: 2)
    let row = stream.integer(below: n)
    let column = stream.integer(below: d)
    for value in [Double.nan, .infinity, -.infinity] {
      var bad = samples
      bad[row, column] = value
      #expect(
        throws: InterpolationError.notFinite(argument: "the samples", row: row, column: column)
      ) { try ReLUInterpolant.fit(bad, targets: targets, seed: 0) }
      var wrong = targets
      wrong[row, 1] = value
      #expect(
        throws: InterpolationError.notFinite(argument: "the targets", row: row, column: 1)
      ) { try ReLUInterpolant.fit(samples, targets: wrong, seed: 0) }
    }
  }

  @Test("Samples that differ by less than rounding are named, not fitted", arguments: 0..<200)
  func notSeparated(_ seed: Int) {
    // 10²⁹⁰ swallows the second coordinate, whatever the direction.
    let far = Matrix<Double>(rows: 3, columns: 2, columnMajor: [0, 1e290, 1e290, 5, 0, 1])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [0, 1, 2])
    for kind in DirectionKind.allCases {
      #expect(throws: InterpolationError.notSeparated(first: 1, second: 2, draws: 16)) {
        try ReLUInterpolant.fit(
          far, targets: targets, direction: DirectionChoice(kind), seed: UInt64(seed))
      }
    }
  }

  @Test(
    "Neighbouring doubles leave no room for a threshold but on the previous point",
    arguments: 0..<200)
  func noRoom(_ seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "no room")
    let point = 1 + stream.uniform()
    let near = Matrix<Double>(rows: 2, columns: 1, columnMajor: [point.nextUp, point])
    let targets = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 1])
    for placement in [ThresholdPlacement.nearPreviousPoint, .midpoint] {
      #expect(throws: InterpolationError.noRoomForThreshold(first: 1, second: 0, draws: 1)) {
        try ReLUInterpolant.fit(near, targets: targets, placement: placement, seed: 0)
      }
    }
    let fit = try ReLUInterpolant.fit(near, targets: targets, placement: .previousPoint, seed: 0)
    #expect(fit.network.direction == [1] && fit.projections == near.elements)
    #expect(!fit.matrix.interleavesStrictly && fit.network.thresholds[1] == point)
    #expect(fit.network.predict(near) == targets)
  }

  @Test("Of m draws the one with the largest relative gap wins", arguments: PropertyCase.all)
  func bestOfDraws(_ property: PropertyCase) throws {
    var stream = property.stream("best of draws")
    let (n, d) = (property.first, max(2, property.second))
    let samples: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
    let targets = Matrix<Double>(rows: n, columns: 1)
    let kind = DirectionKind.allCases[property.third % 2]
    let fit = try ReLUInterpolant.fit(
      samples, targets: targets, direction: DirectionChoice(kind, bestOf: 5), seed: 3)
    func gap(_ draw: Int) -> Double {
      let direction = randomDirection(dimension: d, kind: kind, seed: 3, draw: draw)
      let points = projections(of: samples, along: direction).sorted()
      let gaps = zip(points, points.dropFirst()).map { $1 - $0 }
      return n < 2 ? 1 : (gaps.min() ?? 0) / (points[n - 1] - points[0])
    }
    let gaps = (0..<5).map(gap)
    #expect(fit.direction.draws == 5 && fit.direction.smallestRelativeGap == gaps.max())
    #expect(fit.direction.draw == gaps.firstIndex(of: gaps.max() ?? 0))
    #expect(
      fit.direction.entries
        == randomDirection(dimension: d, kind: kind, seed: 3, draw: fit.direction.draw))
    #expect(
      fit.direction.drawFailureBound
        == separationFailureBound(samples: n, dimension: d, kind: kind))
  }

  @Test("Projections beyond the largest double are an error of their own")
  func overflow() {
    let largest = Double.greatestFiniteMagnitude
    let targets = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 1])
    let wide = Matrix<Double>(rows: 2, columns: 1, columnMajor: [largest, -largest])
    #expect(throws: InterpolationError.projectionOverflow(sample: 0)) {
      try ReLUInterpolant.fit(wide, targets: targets, seed: 0)
    }
    let far = Matrix<Double>(
      rows: 2, columns: 2, columnMajor: [0, largest, 1, largest])
    #expect(throws: InterpolationError.projectionOverflow(sample: 1)) {
      try ReLUInterpolant.fit(far, targets: targets, direction: .integer, seed: 0)
    }
  }

  @Test("Another direction is drawn when the first one does not separate", arguments: 0..<200)
  func furtherDraws(_ seed: Int) throws {
    // One draw fails when the rounding of 2⁵² a₁ + a₂ swallows a₂ and, or leaves no room.
    let samples = Matrix<Double>(rows: 2, columns: 2, columnMajor: [0x1p52, 0x1p52, 0, 1.5])
    let targets = Matrix<Double>(rows: 2, columns: 1, columnMajor: [0, 1])
    let fit = try ReLUInterpolant.fit(samples, targets: targets, seed: UInt64(seed))
    #expect(
      fit.network.direction
        == randomDirection(
          dimension: 2, kind: .normal, seed: UInt64(seed), draw: fit.direction.draws - 1))
    #expect(Set(fit.projections).count == 2)
    for draw in 0..<fit.direction.draws - 1 {
      let direction = randomDirection(
        dimension: 2, kind: .normal, seed: UInt64(seed), draw: draw)
      let points = projections(of: samples, along: direction).sorted()
      #expect(points[0].nextUp >= points[1])
    }
  }

  @Test("Targets of extreme size make an error, not a network of infinities")
  func extremeTargets() {
    let samples = Matrix<Double>(rows: 2, columns: 1, columnMajor: [1, 1 + 0x1p-40])
    let targets = Matrix<Double>(rows: 2, columns: 1, columnMajor: [1e300, -1e300])
    #expect {
      try ReLUInterpolant.fit(samples, targets: targets, seed: 0)
    } throws: { error in
      guard case InterpolationError.notFinite(let argument, _, 0) = error else { return false }
      return argument.hasPrefix("the output weights")
    }
  }

  @Test("Different numbers of samples and targets stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = try ReLUInterpolant.fit(
        Matrix<Double>(rows: 1, columns: 1), targets: Matrix(rows: 2, columns: 1), seed: 0)
    }
  }
}
