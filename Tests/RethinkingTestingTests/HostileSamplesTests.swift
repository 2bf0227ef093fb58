import LinearAlgebra
import ReLUInterpolation
import ReLUNetworks
import RethinkingTesting
import TestSupport
import Testing

@Suite("Hostile samples are what they are called, and the construction fits them")
struct HostileSamplesTests {
  @Test("Rows are finite and different, and the seed names them", arguments: PropertyCase.all)
  func different(_ property: PropertyCase) {
    let (n, d) = (property.first, max(1, property.second))
    for kind in HostileSamples.allCases {
      let samples = kind.samples(count: n, dimension: d, seed: UInt64(property.seed))
      #expect(samples.rows == n && samples.columns == d)
      #expect(samples.elements.allSatisfy { $0.isFinite })
      #expect(Set((0..<n).map { samples.row($0) }).count == n)
      #expect(samples == kind.samples(count: n, dimension: d, seed: UInt64(property.seed)))
      if n == 50 {
        #expect(samples != kind.samples(count: n, dimension: d, seed: UInt64(property.seed) + 1))
      }
    }
  }

  @Test("Clusters are a millionth as wide as they lie apart")
  func clustered() {
    let samples = HostileSamples.clustered.samples(count: 100, dimension: 3, seed: 5)
    let clusters = Dictionary(grouping: 0..<100) { Int(samples[$0, 0]) }
    #expect(clusters.count == 10)
    for members in clusters.values {
      let spread = samples.rows(members).column(1)
      #expect((spread.max() ?? 0) - (spread.min() ?? 0) <= 0x1p-16)
    }
  }

  @Test("Collinear points have two singular values that count, and one after centring")
  func collinear() throws {
    let samples = HostileSamples.collinear.samples(count: 40, dimension: 6, seed: 5)
    let values = try samples.singularValues()
    #expect(values[1] > 1e-3 * values[0])
    #expect(
      values[2] <= Tolerance.singularValues.bound(Double.self, size: 40, scale: values[0]))
  }

  @Test("A lattice has few different coordinates")
  func lattice() {
    let samples = HostileSamples.lattice.samples(count: 64, dimension: 3, seed: 5)
    #expect(Set(samples.elements) == [0, 1, 2, 3])
    let wide = HostileSamples.lattice.samples(count: 64, dimension: 100, seed: 5)
    #expect(Set(wide.elements) == [0, 1])
  }

  @Test("Huge numbers overflow when squared, tiny ones come close to the smallest")
  func scales() {
    let huge = HostileSamples.huge.samples(count: 50, dimension: 5, seed: 5).largestAbsoluteEntry
    #expect(huge * huge > 1e301)
    let tiny = HostileSamples.tiny.samples(count: 50, dimension: 5, seed: 5).largestAbsoluteEntry
    #expect(tiny * tiny < 1e-299 && tiny > 0)
  }

  @Test("Near-duplicates come in pairs")
  func nearDuplicates() {
    let samples = HostileSamples.nearDuplicates.samples(count: 50, dimension: 5, seed: 5)
    for i in 0..<50 {
      let partners = (0..<50).filter { k in
        k != i
          && (0..<5).allSatisfy {
            abs(samples[k, $0] - samples[i, $0]) <= 0x1p-28 * abs(samples[i, $0])
          }
      }
      #expect(partners.count == 1)
    }
  }

  @Test("The construction passes every check on every kind", arguments: PropertyCase.all)
  func construction(_ property: PropertyCase) throws {
    let (n, d) = (property.first, max(1, min(property.second, 20)))
    var stream = property.stream("hostile targets")
    let targets: Matrix<Double> = randomMatrix(rows: n, columns: 1, from: &stream)
    for kind in HostileSamples.allCases {
      let samples = kind.samples(count: n, dimension: d, seed: UInt64(property.seed))
      let fit = try ReLUInterpolant.fit(samples, targets: targets, seed: 1)
      let network = fit.network
      let bound =
        recurrenceResidualBound(
          points: fit.matrix.points, thresholds: network.thresholds,
          weights: network.outputWeights.elements)
        + Tolerance.arithmetic.bound(Double.self, size: 1, scale: targets.largestAbsoluteEntry)
      try checkInterpolates(samples, targets: targets, bound: bound) { network.predict($0) }
      try checkInterleaving(points: fit.matrix.points, thresholds: network.thresholds)
      try checkWeightBudget(network, samples: n)
    }
  }
}
