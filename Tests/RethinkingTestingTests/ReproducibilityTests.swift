import LinearAlgebra
import RandomStreams
import ReLUInterpolation
import ReLUNetworks
import RethinkingTesting
import TestSupport
import Testing

@Suite("Fits are checked not to depend on order or luck")
struct ReproducibilityTests {
  private func reluFit(_ samples: Matrix<Double>, _ targets: Matrix<Double>) throws -> Predictor {
    let network = try ReLUInterpolant.fit(samples, targets: targets, seed: 0).network
    return { network.predict($0) }
  }

  @Test("The 2n + d network passes both, bit for bit", arguments: PropertyCase.all)
  func interpolant(_ property: PropertyCase) throws {
    let fault = PlantedFault(property)
    var stream = property.stream("elsewhere")
    let elsewhere: Matrix<Double> = randomMatrix(
      rows: 5, columns: fault.samples.columns, from: &stream)
    for inputs in [nil, elsewhere] {
      try checkPermutationInvariant(
        fault.samples, targets: fault.targets, at: inputs, bound: 0, reluFit)
      try checkDeterministic(fault.samples, targets: fault.targets, at: inputs, reluFit)
    }
  }

  @Test("A fit that treats a place of the sample in its own way is found out")
  func orderDependent() {
    let samples = Matrix<Double>(rows: 4, columns: 1, columnMajor: [1, 2, 3, 4])
    let targets = Matrix<Double>(rows: 4, columns: 1, columnMajor: [1, 1, 1, 1])
    // The sample that comes first is missed by 1/4.
    let fit: Fitter = { samples, targets in
      let first = samples[0, 0]
      return { $0.map { $0 == first ? 1.25 : 1 } }
    }
    func outcome(bound: Double) -> PropertyViolation? {
      violation {
        try checkPermutationInvariant(samples, targets: targets, bound: bound, orders: 1, fit)
      }
    }
    // In reverse sample 3 comes first: samples 0 and 3 both change by 1/4, the first is named.
    #expect(outcome(bound: 0.25) == nil)
    let found = outcome(bound: 0.2)
    #expect(found?.property == .permutationInvariance)
    #expect(found?.sample == 0 || found?.sample == 3)
    #expect(found?.bound == 0.2)
    #expect(found?.advice.hasPrefix("2 of 4 samples differ") == true)
  }

  @Test(
    "A fit that draws anew each time is found out where it differs", arguments: PropertyCase.all)
  func notDeterministic(_ property: PropertyCase) {
    let fault = PlantedFault(property)
    var calls = 0
    let found = violation {
      try checkDeterministic(fault.samples, targets: fault.targets, repetitions: 3) { _, targets in
        calls += 1
        let values = calls == 4 ? fault.targets { $0.nextUp } : targets
        return { _ in values }
      }
    }
    #expect(found?.property == .determinism && found?.bound == 0)
    #expect(found?.sample == fault.sample && found?.output == fault.output)
  }
}
