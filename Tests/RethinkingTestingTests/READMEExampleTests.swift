import LinearAlgebra
import ReLUInterpolation
import ReLUNetworks
import RethinkingTesting
import Testing

// The example of README.md, word for word but for its imports.
@Test func fitsAnything() throws {
  for kind in HostileSamples.allCases {
    let samples = kind.samples(count: 50, dimension: 8, seed: 1)
    let targets = Matrix(rows: 50, columns: 1) { i, _ in Double(i * i % 10) }
    let network = try ReLUInterpolant.fit(samples, targets: targets, seed: 0).network
    try checkInterpolates(samples, targets: targets, bound: 1e-6) { network.predict($0) }
    try checkInterleaving(
      points: projections(of: samples, along: network.direction).sorted(),
      thresholds: network.thresholds)
    try checkWeightBudget(network, samples: 50)
  }
}
