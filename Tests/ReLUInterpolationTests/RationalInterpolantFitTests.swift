import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("A network of fractions passes through its sample exactly")
struct RationalInterpolantFitTests {
  @Test("By hand: a tent on the previous points, and halfway between them")
  func byHand() throws {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [3, 1, 2])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [0, 0.5, 2])
    let weak = try RationalInterpolant.fit(samples, targets: targets, seed: 0)
    #expect(weak.network.direction == [1] && weak.network.thresholds == [0, 1, 2])
    // Slopes 1/2, 3/2, -2.
    #expect(weak.network.outputWeights == [[Rational(1, over: 2)], [1], [Rational(-7, over: 2)]])
    #expect(weak.projections == [3, 1, 2] && weak.representatives == [1, 2, 0])
    #expect(!weak.matrix.interleavesStrictly && weak.mergedDuplicates == 0)
    let strict = try RationalInterpolant.fit(
      samples, targets: targets, placement: .midpoint, seed: 0)
    let half = Rational(1, over: 2)
    #expect(strict.network.thresholds == [half, 3 * half, 5 * half])
    // Slopes 1, 2, -6 from (1/2, 0), (3/2, 1), (5/2, 3).
    #expect(strict.network.outputWeights == [[1], [1], [-8]])
    #expect(strict.matrix.interleavesStrictly)
  }

  @Test("Doubles and fractions take the same steps", arguments: PropertyCase.all)
  func sameSteps(_ property: PropertyCase) throws {
    var stream = property.stream("same steps")
    let (n, d) = (min(property.first, 10), max(1, property.second))
    let samples = distinctByteRows(n, dimension: d, from: &stream)
    let targets: Matrix<Double> = randomMatrix(
      rows: n, columns: min(property.third, 3), from: &stream)
    for placement in [ThresholdPlacement.previousPoint, .nearPreviousPoint] {
      let exact = try RationalInterpolant.fit(
        samples, targets: targets, placement: placement, seed: 4)
      let double = try ReLUInterpolant.fit(
        samples, targets: targets, direction: .integer, placement: placement, seed: 4)
      #expect(exact.direction.entries == double.direction.entries)
      #expect(exact.representatives == double.representatives)
      #expect(exact.projections == double.projections.map { Rational($0) })
      #expect(exact.network.direction == double.network.direction)
      // Weights of doubles solve the system with rounded thresholds: each a few roundings away,
      // of the slopes before and after it.
      let rounded = try #require(exact.network.rounded)
      for i in 0..<n {
        let gap = exact.matrix.eigenvalues[i].nearestDouble
        let scale = abs(double.projections[exact.representatives[i]]) + gap
        #expect(
          abs(rounded.thresholds[i] - double.network.thresholds[i])
            <= Tolerance.arithmetic.bound(Double.self, size: 4, scale: scale))
      }
      #expect(
        exact.network.predict(samples) == (0..<n).map { targets.row($0).map { Rational($0) } })
    }
  }

  @Test("Equal samples share a unit, and conflicts are named")
  func duplicates() throws {
    let samples = Matrix<Double>(rows: 3, columns: 2, columnMajor: [1, 2, 1, 0.5, 7, 0.5])
    let agreeing = Matrix<Double>(rows: 3, columns: 1, columnMajor: [4, 5, 4])
    let fit = try RationalInterpolant.fit(samples, targets: agreeing, seed: 1)
    #expect(fit.mergedDuplicates == 1 && fit.network.hiddenUnits == 2)
    #expect(fit.network.predict(samples) == [[4], [5], [4]])
    let conflicting = Matrix<Double>(rows: 3, columns: 1, columnMajor: [4, 5, 4.0.nextUp])
    #expect(throws: InterpolationError.conflictingDuplicates(first: 0, second: 2)) {
      try RationalInterpolant.fit(samples, targets: conflicting, seed: 1)
    }
  }

  @Test("What doubles cannot tell apart fractions can", arguments: DirectionKind.allCases)
  func farApart(_ kind: DirectionKind) throws {
    let far = Matrix<Double>(rows: 3, columns: 2, columnMajor: [0, 1e300, 1e300, 5, 0, 1e-300])
    let targets = Matrix<Double>(rows: 3, columns: 1, columnMajor: [0, 1, 2])
    for placement in [ThresholdPlacement.previousPoint, .nearPreviousPoint, .midpoint] {
      let fit = try RationalInterpolant.fit(
        far, targets: targets, direction: DirectionChoice(kind), placement: placement, seed: 2)
      #expect(fit.network.predict(far) == [[0], [1], [2]])
    }
  }

  @Test("No sample, no output, and entries that are no numbers")
  func degenerate() async throws {
    let none = try RationalInterpolant.fit(
      Matrix<Double>(rows: 0, columns: 3), targets: Matrix(rows: 0, columns: 2), seed: 0)
    #expect(none.network.hiddenUnits == 0 && none.network.weightCount == 3)
    #expect(none.direction.smallestRelativeGap == 1 && none.direction.drawFailureBound == 0)
    let silent = try RationalInterpolant.fit(
      Matrix<Float>(rows: 1, columns: 1, repeating: 2), targets: Matrix(rows: 1, columns: 0),
      seed: 0)
    #expect(silent.network.weightCount == 2 && silent.network.outputs == 0)
    let point = Matrix<Double>(rows: 1, columns: 1, repeating: 2)
    for value in [Double.nan, .infinity, -.infinity] {
      #expect(throws: InterpolationError.notFinite(argument: "the samples", row: 0, column: 0)) {
        try RationalInterpolant.fit(point.map { _ in value }, targets: point, seed: 0)
      }
      #expect(throws: InterpolationError.notFinite(argument: "the targets", row: 0, column: 0)) {
        try RationalInterpolant.fit(point, targets: point.map { _ in value }, seed: 0)
      }
    }
    await #expect(processExitsWith: .failure) {
      _ = try RationalInterpolant.fit(
        Matrix<Double>(rows: 1, columns: 1), targets: Matrix(rows: 2, columns: 1), seed: 0)
    }
  }
}
