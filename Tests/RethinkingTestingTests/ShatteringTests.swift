import LinearAlgebra
import LinearModels
import ReLUInterpolation
import ReLUNetworks
import RethinkingTesting
import TestSupport
import Testing

private func affineFit(_ samples: Matrix<Double>, _ targets: Matrix<Double>) throws -> Predictor {
  func features(_ inputs: Matrix<Double>) -> Matrix<Double> {
    Matrix(rows: inputs.rows, columns: inputs.columns + 1) { i, j in
      j < inputs.columns ? inputs[i, j] : 1
    }
  }
  let fit = try minimumNormFit(features(samples), targets: targets)
  return { fit.predict(features($0)) }
}

private func reluFit(_ samples: Matrix<Double>, _ targets: Matrix<Double>) throws -> Predictor {
  let network = try ReLUInterpolant.fit(samples, targets: targets, seed: 0).network
  return { network.predict($0) }
}

@Suite("Samples are checked to be shattered")
struct ShatteringTests {
  @Test("The 2n + d network shatters any sample", arguments: PropertyCase.all)
  func interpolant(_ property: PropertyCase) throws {
    var stream = property.stream("shattering")
    let n = min(property.first, 5)
    let samples: Matrix<Double> = randomMatrix(
      rows: n, columns: max(1, property.second), from: &stream)
    try checkShatters(samples, reluFit)
  }

  @Test("All patterns up to 12 samples are tried, and as many as asked for beyond")
  func numberOfPatterns() throws {
    for (n, expected) in [(0, 1), (1, 2), (12, 4096), (13, 5), (200, 5)] {
      var patterns: Set<[Double]> = []
      var fits = 0
      let samples = Matrix(rows: n, columns: 1) { i, _ in Double(i) }
      try checkShatters(samples, randomPatterns: 5) { _, targets in
        patterns.insert(targets.elements)
        fits += 1
        return { _ in targets }
      }
      #expect(fits == expected && patterns.count == expected)
      #expect(patterns.joined().allSatisfy { abs($0) == 1 })
    }
  }

  @Test("An affine map shatters d + 1 points in general position")
  func affineShatters() throws {
    var stream = PropertyCase(seed: 1).stream("general position")
    for d in 1...6 {
      try checkShatters(randomMatrix(rows: d + 1, columns: d, from: &stream), affineFit)
    }
  }

  @Test("An affine map does not shatter three points of a line: - + - is named")
  func affineFails() {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 3])
    let found = violation {
      try checkShatters(samples, affineFit)
    }
    // Patterns count up with sample 0 as their lowest bit: -+- comes before +-+.
    #expect(found?.property == .shattering)
    #expect(found?.advice.contains("were -+-") == true)
    #expect(found?.sample == 1 && found?.expected == "a positive number")
  }

  @Test(
    "A sign that is lost at one sample is named, and zero is no sign", arguments: PropertyCase.all)
  func planted(_ property: PropertyCase) {
    let n = 1 + property.seed % 20
    let samples = Matrix(rows: n, columns: 1) { i, _ in Double(i) }
    let sample = property.seed % n
    for value in [0.0, -1.0] {
      let found = violation {
        try checkShatters(samples) { _, targets in
          var wrong = targets
          if wrong[sample, 0] > 0 { wrong[sample, 0] = value }
          return { _ in wrong }
        }
      }
      #expect(found?.sample == sample && found?.found == "\(value)")
      #expect(found?.expected == "a positive number")
    }
  }

  @Test("Equal samples are refused by name")
  func equalSamples() {
    let samples = Matrix<Double>(rows: 3, columns: 1, columnMajor: [1, 2, 1])
    let found = violation {
      try checkShatters(samples) { _, targets in { _ in targets } }
    }
    #expect(found?.sample == 2 && found?.found == "a copy of sample 0")
  }
}
