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
    for theta in [0.01, 0.5, 0.99, 0.001 + 0.998 * stream.uniform()] {
      let placement = ThresholdPlacement(fraction: theta)
      let thresholds = try #require(placement.thresholds(for: points))
      #expect(thresholds.count == n)
      #expect(InterleavingMatrix(points: points, thresholds: thresholds) != nil)
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
    #expect(ThresholdPlacement.midpoint.thresholds(for: []) == [])
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
    #expect(ThresholdPlacement.midpoint.thresholds(for: [point, point]) == nil)
    #expect(ThresholdPlacement.midpoint.thresholds(for: [point.nextUp, point]) == nil)
  }

  @Test("A fraction of 0, of 1 or of none stops the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = ThresholdPlacement(fraction: 0) }
    await #expect(processExitsWith: .failure) { _ = ThresholdPlacement(fraction: 1) }
    await #expect(processExitsWith: .failure) { _ = ThresholdPlacement(fraction: .nan) }
  }
}
