import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import TestSupport
import Testing

@Suite("Thresholds stand at a fraction of each gap")
struct ThresholdPlacementTests {
  @Test("They interleave, each at its fraction", arguments: PropertyCase.all)
  func fraction(_ property: PropertyCase) throws {
    var stream = property.stream("thresholds")
    let n = property.first
    let points = (0..<n).map { _ in stream.normal() }.sorted()
    for theta in [0, 0.01, 0.5, 0.99, 0.001 + 0.998 * stream.uniform()] {
      let placement = ThresholdPlacement(fraction: theta)
      let thresholds = try #require(placement.thresholds(for: points))
      #expect(thresholds.count == n)
      let matrix = InterleavingMatrix(points: points, thresholds: thresholds)
      #expect(matrix?.interleavesStrictly == (theta > 0 || n < 2))
      for i in points.indices {
        let gap =
          i > 0
          ? points[i] - points[i - 1] : n > 1 ? (points[n - 1] - points[0]) / Double(n - 1) : 1
        let expected = points[i] - (1 - theta) * gap
        let scale = abs(points[i]) + gap
        #expect(
          abs(thresholds[i] - expected)
            <= Tolerance.arithmetic.bound(Double.self, size: 4, scale: scale))
      }
    }
  }

  @Test("The named placements")
  func named() {
    #expect(ThresholdPlacement.midpoint.thresholds(for: [1, 3, 7]) == [-0.5, 2, 5])
    #expect(ThresholdPlacement.midpoint.fraction == 0.5)
    #expect(ThresholdPlacement.nearPreviousPoint.fraction == 0.01)
    #expect(ThresholdPlacement.previousPoint.thresholds(for: [1, 3, 7]) == [-2, 1, 3])
    #expect(ThresholdPlacement.previousPoint.fraction == 0)
    #expect(ThresholdPlacement.midpoint.thresholds(for: [Double]()) == [])
    #expect(ThresholdPlacement.midpoint.thresholds(for: [4]) == [3.5])
  }

  @Test(
    "Where the fraction is lost in rounding a threshold takes the middle",
    arguments: PropertyCase.all)
  func closePoints(_ property: PropertyCase) {
    var stream = property.stream("close points")
    let point = 1000 * stream.normal()
    let next = point.nextUp.nextUp
    let close = ThresholdPlacement.nearPreviousPoint.thresholds(for: [point, next])
    #expect(close?.last == point.nextUp)
    #expect(close.map { $0[0] < point } == true)
    #expect(ThresholdPlacement.nearPreviousPoint.thresholds(for: [point, point.nextUp]) == nil)
    // On the previous point there is room, and in fractions there always is.
    let weak = ThresholdPlacement.previousPoint.thresholds(for: [point, point.nextUp])
    #expect(weak?.last == point && weak.map { $0[0] < point } == true)
    let fractions = [Rational(point), Rational(point.nextUp)]
    for placement in [ThresholdPlacement.nearPreviousPoint, .midpoint, .previousPoint] {
      #expect(placement.thresholds(for: fractions) != nil)
      #expect(placement.thresholds(for: [point, point]) == nil)
      #expect(placement.thresholds(for: [point.nextUp, point]) == nil)
      #expect(placement.thresholds(for: [point, .nan]) == nil)
      #expect(placement.thresholds(for: [point, .infinity]) == nil)
      #expect(placement.thresholds(for: [-.infinity, point]) == nil)
    }
  }

  @Test("In fractions each threshold is the fraction of its gap", arguments: PropertyCase.all)
  func exactThresholds(_ property: PropertyCase) throws {
    var stream = property.stream("exact thresholds")
    let points = (0..<min(property.first, 10)).map {
      Rational(3 * $0 + stream.integer(below: 3), over: 7)
    }
    for theta in [0, 0.01, 0.5, stream.uniform()] {
      let thresholds = try #require(
        ThresholdPlacement(fraction: theta).thresholds(for: points))
      #expect(thresholds.count == points.count)
      let part = ThresholdPlacement(fraction: theta).exactFraction
      #expect(part.nearestDouble == theta)
      for i in points.indices.dropFirst() {
        #expect(thresholds[i] == (1 - part) * points[i - 1] + part * points[i])
      }
      if points.count > 1 {
        let mean = (points[points.count - 1] - points[0]) / Rational(points.count - 1, over: 1)
        #expect(thresholds[0] == points[0] - (1 - part) * mean)
      }
    }
  }

  @Test(
    "The first threshold lies below the first point, however large that is",
    arguments: [0, 1, -1, 1e300, -1e300, 0x1p-1030, Double.greatestFiniteMagnitude, 0x1p53])
  func firstThreshold(_ point: Double) throws {
    for theta in [0, 0.01, 1 - 0x1p-53] {
      let placement = ThresholdPlacement(fraction: theta)
      let alone = try #require(placement.thresholds(for: [point]))
      #expect(alone[0] < point && alone[0].isFinite)
      let pair = placement.thresholds(for: [-point.nextUp.magnitude, -point.magnitude])
      if let pair { #expect(pair[0] < -point.nextUp.magnitude) }
    }
  }

  @Test("A fraction below 0, of 1 or of none stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = ThresholdPlacement(fraction: -0.01) }
    await #expect(processExitsWith: .failure) { _ = ThresholdPlacement(fraction: 1) }
    await #expect(processExitsWith: .failure) { _ = ThresholdPlacement(fraction: .nan) }
  }
}
