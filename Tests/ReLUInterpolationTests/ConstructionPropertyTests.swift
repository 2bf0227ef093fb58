import Certificates
import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("A thousand samples of every kind, each certified exactly")
struct ConstructionPropertyTests {
  /// How the points of an instance lie.
  private enum Shape: Int, CaseIterable {
    case gaussian, clustered, collinear, huge, tiny
  }

  /// n in 1...200, d in 1...20, targets in [-1, 1] times a power of ten up to 10¹².
  private struct Instance {
    let shape: Shape
    let samples: Matrix<Double>
    let targets: [Double]
    let scale: Double

    init(_ seed: Int) {
      var stream = RandomStream(seed: UInt64(seed), purpose: "construction instance")
      let shape = Shape.allCases[seed % Shape.allCases.count]
      let n = 1 + stream.integer(below: 200)
      let d = 1 + stream.integer(below: 20)
      let noise: Matrix<Double> = randomMatrix(rows: n, columns: d, from: &stream)
      let along = (0..<d).map { _ in stream.normal() }
      let centres: Matrix<Double> = randomMatrix(rows: 5, columns: d, from: &stream)
      samples = Matrix(rows: n, columns: d) { i, j in
        switch shape {
        case .gaussian: noise[i, j]
        case .clustered: centres[i % 5, j] + 1e-3 * noise[i, j]
        case .collinear: noise[i, 0] * along[j]
        case .huge: 1e100 * noise[i, j]
        case .tiny: 1e-100 * noise[i, j]
        }
      }
      scale = [1, 1e3, 1e12][stream.integer(below: 3)]
      targets = (0..<n).map { _ in 2 * stream.uniform() - 1 }
      self.shape = shape
    }
  }

  private func certificate(
    _ network: ReLUNetwork, _ samples: Matrix<Double>, _ targets: Matrix<Double>
  ) -> InterpolationCertificate {
    InterpolationCertificate(
      checking: network, samples: SampleBlocks(samples), targets: targets)
  }

  @Test("Every method fits within its rounding bound, or says why not", arguments: 0..<1000)
  func methods(_ seed: Int) throws {
    let instance = Instance(seed)
    let (n, d) = (instance.samples.rows, instance.samples.columns)
    for method in ConstructionMethod.allCases {
      // Exact evaluation of n dense rows at n samples is slow.
      if [.sharedDirection, .ownDirections].contains(method) && n * n * d > 30_000 { continue }
      let scale = method == .clippedSums ? 1 : instance.scale
      let targets = instance.targets.map { scale * $0 }
      do throws(ConstructionError) {
        let built = try NetworkConstruction.build(
          method, samples: instance.samples, targets: targets, depth: 3 + seed % 20,
          seed: UInt64(seed))
        let bound = built.network.roundingBounds(of: instance.samples).largestAbsoluteEntry
        let found = certificate(
          built.network, instance.samples,
          Matrix(rows: n, columns: 1, columnMajor: targets))
        #expect(
          found.maxAbsoluteResidual <= bound, "\(method), \(instance.shape), n \(n), d \(d)")
      } catch {
        #expect(
          mayRefuse(method, instance, error),
          "\(method), \(instance.shape), n \(n), d \(d): \(error)")
      }
    }
  }

  /// Only points on a line in several dimensions, or nearly so, are not in general position.
  private func mayRefuse(
    _ method: ConstructionMethod, _ instance: Instance, _ error: ConstructionError
  ) -> Bool {
    guard method == .slabs && instance.samples.columns > 1 else { return false }
    switch error {
    case .affinelyDependent, .onHyperplane:
      return instance.shape == .collinear || instance.shape == .clustered
    default: return false
    }
  }

  @Test(
    "The network of depth k has the very residual of the two-layer one", arguments: 0..<1000)
  func depth(_ seed: Int) throws {
    let instance = Instance(seed)
    let (n, d) = (instance.samples.rows, instance.samples.columns)
    let targets = Matrix(
      rows: n, columns: 1, columnMajor: instance.targets.map { instance.scale * $0 })
    let fit = try ReLUInterpolant.fit(instance.samples, targets: targets, seed: UInt64(seed))
    let depth = 3 + (seed * 7) % 62
    let deep = ReLUNetwork(deepening: fit.network, depth: depth)
    let bounds = DepthBounds(hinges: n, dimension: d, outputs: 1, depth: depth)
    #expect(deep.depth == depth && deep.width <= bounds.width)
    #expect(deep.nonZeroWeights <= bounds.nonZeroWeights)
    // Some samples are enough for a check that costs the whole network at each.
    let some = Array(Set([0, n / 3, n / 2, n - 1])).sorted()
    let (samples, wanted) = (instance.samples.rows(some), targets.rows(some))
    let known = InterpolationCertificate(
      checking: fit.network, samples: SampleBlocks(samples), targets: wanted)
    let found = certificate(deep, samples, wanted)
    #expect(found.exactResidual != nil && found.exactResidual == known.exactResidual)
  }
}
