import LinearAlgebra
import LinearModels
import RandomStreams
import RethinkingTesting
import TestSupport
import Testing

@Suite("The shortest linear map through a sample is told from longer ones")
struct MinimumNormTests {
  /// n < d, so that longer maps exist.
  private func problem(_ property: PropertyCase) -> (x: Matrix<Double>, y: Matrix<Double>) {
    var stream = property.stream("minimum norm")
    let n = property.first
    return (
      randomMatrix(rows: n, columns: n + max(1, property.second), from: &stream),
      randomMatrix(rows: n, columns: max(1, min(5, property.third)), from: &stream)
    )
  }

  @Test("Both ways to the minimum norm pass, at any scale", arguments: PropertyCase.all)
  func passes(_ property: PropertyCase) throws {
    let (x, y) = problem(property)
    for scale in [1, 0x1p40, 0x1p-40] {
      let features = x.map { $0 * scale }
      for fit in [
        try minimumNormFit(features, targets: y), try gramFit(features, targets: y),
      ] {
        try checkMinimumNorm(features, targets: y, weights: fit.weights)
      }
    }
  }

  @Test("Dependent samples pass where their targets agree", arguments: PropertyCase.all)
  func dependentSamples(_ property: PropertyCase) throws {
    let (x, y) = problem(property)
    let twice = Array(0..<x.rows) + Array(0..<x.rows)
    let (features, targets) = (x.rows(twice), y.rows(twice))
    let weights = try minimumNormFit(features, targets: targets).weights
    try checkMinimumNorm(features, targets: targets, weights: weights)
  }

  @Test("A map that is longer by a vector of the null space is named", arguments: PropertyCase.all)
  func longer(_ property: PropertyCase) throws {
    let (x, y) = problem(property)
    var stream = property.stream("null space")
    var weights = try minimumNormFit(x, targets: y).weights
    let length = max(1, weights.frobeniusNorm)
    // The projection of a random vector off the row span.
    let random: Matrix<Double> = randomMatrix(rows: x.columns, columns: 1, from: &stream)
    let inside = try minimumNormFit(x, targets: x * random).weights
    let outside = random - inside
    let column = stream.integer(below: y.columns)
    for i in 0..<x.columns { weights[i, column] += 1e-3 * length * outside[i, 0] }
    let found = violation {
      try checkMinimumNorm(x, targets: y, weights: weights)
    }
    #expect(found?.property == .minimumNorm)
    #expect(found?.sample == nil && found?.output == column)
    #expect(found?.advice.contains("not the shortest") == true)
  }

  @Test("A target that is not met is named, and a ridge is found out", arguments: PropertyCase.all)
  func unmet(_ property: PropertyCase) throws {
    let (x, y) = problem(property)
    if x.rows == 0 { return }
    var stream = property.stream("unmet")
    let weights = try minimumNormFit(x, targets: y).weights
    var targets = y
    let (sample, output) = (stream.integer(below: y.rows), stream.integer(below: y.columns))
    targets[sample, output] += 1e-3
    let found = violation {
      try checkMinimumNorm(x, targets: targets, weights: weights)
    }
    #expect(found?.sample == sample && found?.output == output)
    #expect(found?.expected == "\(targets[sample, output])")
    let shrunk = try ridgeFit(x, targets: y, ridge: 1e-3).weights
    #expect(
      violation {
        try checkMinimumNorm(x, targets: y, weights: shrunk)
      }?.sample != nil)
  }

  @Test("Where rounding hides everything the check says so")
  func undecidable() {
    let x = Matrix<Double>(rows: 2, columns: 2, columnMajor: [1, 1, 1, 1 + 0x1p-48])
    let y = Matrix<Double>(rows: 2, columns: 1, columnMajor: [1, 1])
    let found = violation {
      try checkMinimumNorm(
        x, targets: y, weights: Matrix(rows: 2, columns: 1, columnMajor: [1, 0]))
    }
    #expect(found?.advice.hasPrefix("nothing can be told") == true)
  }

  @Test("Weights of another shape, or that are no numbers, are named")
  func badWeights() {
    let x = Matrix<Double>(rows: 1, columns: 3, repeating: 1)
    let y = Matrix<Double>(rows: 1, columns: 2, repeating: 1)
    let transposed = violation {
      try checkMinimumNorm(x, targets: y, weights: Matrix(rows: 2, columns: 3))
    }
    #expect(transposed?.expected == "3 x 2 weights" && transposed?.found == "2 x 3")
    let missing = violation {
      try checkMinimumNorm(
        x, targets: y,
        weights: Matrix(rows: 3, columns: 2, columnMajor: [0, 0, 0, 0, .nan, 0]))
    }
    #expect(missing?.output == 1 && missing?.found == "nan")
  }
}
