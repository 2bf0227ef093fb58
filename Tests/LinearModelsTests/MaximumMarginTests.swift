import Foundation
import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("The hard margin, and descent on losses of labels towards it")
struct MaximumMarginTests {
  /// A sample with a known solution.
  ///
  /// Support vectors are γ u + t_i with Σ α_i t_i = 0 for some α > 0, so w = u / γ; the others lie
  /// farther out.
  private struct KnownMargin {
    let features: Matrix<Double>
    let labels: [Double]
    let solution: [Double]

    init(pairs: Int, others: Int, columns d: Int, from stream: inout RandomStream) throws {
      let basis = try randomOrthonormal(rows: d, columns: d, from: &stream)
      let margin = 0.5 + stream.uniform()
      var rows: [[Double]] = []
      for pair in 0..<max(1, pairs) {
        // With one dimension alone there is nothing orthogonal.
        let size = d > 1 ? 0.5 + stream.uniform() : 0
        for side in pair < pairs ? [1.0, -0.5] : [] {
          rows.append((0..<d).map { $0 == 0 ? margin : $0 == 1 + pair % (d - 1) ? side * size : 0 })
        }
      }
      if pairs == 0 { rows.append((0..<d).map { $0 == 0 ? margin : 0 }) }
      for _ in 0..<others {
        rows.append(
          (0..<d).map { $0 == 0 ? margin * (1.25 + stream.uniform()) : stream.normal() })
      }
      let labels = rows.map { _ in stream.integer(below: 2) == 0 ? 1.0 : -1.0 }
      let coordinates = Matrix(rows: rows.count, columns: d) { labels[$0] * rows[$0][$1] }
      features = coordinates.times(basis, transposingOther: true)
      self.labels = labels
      solution = basis.column(0).map { $0 / margin }
    }
  }

  @Test("Problems built backwards from their conditions give their solution")
  func known() throws {
    for seed in 0..<210 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "known margin")
      let d = 1 + seed % 7
      let problem = try KnownMargin(
        pairs: d == 1 ? 0 : seed % 4, others: seed / 3 % 10, columns: d, from: &stream)
      let found = try maximumMargin(problem.features, labels: problem.labels)
      let gap = euclideanNorm(zip(found.weights, problem.solution).map { $0 - $1 })
      #expect(gap <= found.distanceBound)
      #expect(found.distanceBound <= 1e-5 * euclideanNorm(problem.solution))
      #expect(found.relativeGap <= found.tolerance)
    }
  }

  @Test("The conditions of Karush, Kuhn and Tucker hold, with d > n and any labels")
  func conditions() throws {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "conditions")
      let n = 1 + seed % 10
      let features = randomMatrix(rows: n, columns: n + 5, from: &stream)
      let labels = (0..<n).map { _ in stream.integer(below: 2) == 0 ? 1.0 : -1.0 }
      let found = try maximumMargin(features, labels: labels)
      let margins = zip(features.times(found.weights), labels).map { $0 * $1 }
      let combination = features.times(
        zip(found.dual, labels).map { $0 * $1 }, transposingSelf: true)
      let size = 1 / found.margin
      // The last digits of half a gap: a margin is first order in it.
      let rounding = found.tolerance
      #expect(zip(margins, found.dual).allSatisfy { $0 >= 1 - rounding && $1 >= 0 })
      #expect(
        zip(margins, found.dual).allSatisfy { ($0 - 1) * $1 <= rounding * size * size })
      #expect(
        euclideanNorm(zip(combination, found.weights).map { $0 - $1 }) <= rounding * size)
      #expect(
        abs(found.margin * euclideanNorm(found.weights) - 1)
          <= Tolerance.arithmetic.bound(Double.self, size: n + 7, scale: 1))
    }
  }

  @Test("Pivoting finds the margin of nearly parallel samples after a single pass")
  func pivoting() throws {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "pivoting")
      let n = PropertyCase.sizes[1 + seed % 6]
      // A large common part, as images have: coordinate ascent alone takes thousands of passes.
      let features = randomMatrix(rows: n, columns: n + 3, from: &stream).map { $0 + 30 }
      let labels = (0..<n).map { _ in stream.integer(below: 2) == 0 ? 1.0 : -1.0 }
      let found = try maximumMargin(features, labels: labels, maximalPasses: 1)
      #expect(found.passes == 1 && found.relativeGap <= found.tolerance)
      let margins = zip(features.times(found.weights), labels).map { $0 * $1 }
      #expect(
        zip(margins, found.dual).allSatisfy {
          $0 >= 1 - found.tolerance && $1 >= 0
            && ($0 - 1) * $1 <= found.tolerance / (found.margin * found.margin)
        })
    }
  }

  @Test("Descent on losses of labels turns to the maximum margin as 1 / log t")
  func descentDirection() throws {
    // y x = (1, 2) and (1, -1), so w* = (1, 0) with α = (1/3, 2/3).
    let features = Matrix<Double>(rows: 2, columns: 2, columnMajor: [1, -1, 2, 1])
    let labels = [1.0, -1.0]
    let found = try maximumMargin(features, labels: labels)
    for (value, known) in zip(found.weights + found.dual, [1, 0, 1 / 3.0, 2 / 3.0]) {
      #expect(abs(value - known) <= Tolerance.linearSystem.bound(Double.self, size: 2, scale: 3))
    }
    // Soudry et al. (2018): w(t) = w* log t + v + o(1) with η exp(-y ⟨x, v⟩) = α on the margin. A
    // departure from v fades by the eigenvalues of Σ α x xᵀ, 1 and 2: o(1) is O(log t / t).
    let stepSize = 0.25
    let v = [log(1.5 * stepSize) + log(2) / 3, log(2) / 3]
    for loss in [DescentLoss.logistic, .exponential] {
      for steps in [1 << 8, 1 << 11, 1 << 14] {
        let path = try descentPath(
          features, targets: Matrix(rows: 2, columns: 1, columnMajor: labels),
          direction: Matrix(rows: 2, columns: 1, columnMajor: found.weights.map { 7 * $0 }),
          configuration: DescentConfiguration(loss: loss, stepSize: stepSize), steps: steps,
          recording: [0, steps])
        let weights = path.weights.column(0)
        let time = log(Double(steps))
        let rest = 4 * (time + 1) / Double(steps)
        #expect(abs(weights[0] - time - v[0]) <= rest && abs(weights[1] - v[1]) <= rest)
        // The sine of the angle to w* is log 2 / (3 log t), up to the rest and the next order.
        let sine = weights[1] / euclideanNorm(weights)
        // Its half angle gives the distance of the unit vectors.
        let gap = 2 * sin(asin(sine) / 2)
        let rounding = Tolerance.linearSystem.bound(Double.self, size: 2, scale: 3 / sine)
        #expect(path.measurements[0].directionGap == nil)
        #expect(abs(try #require(path.measurements[1].directionGap) - gap) <= rounding)
        #expect(abs(sine * time - v[1]) <= v[1] * (abs(v[0]) + v[1]) / (time + v[0]) + time * rest)
      }
    }
  }

  @Test("Labels that nothing separates, and what is none, are named")
  func errors() throws {
    let same = Matrix<Double>(rows: 2, columns: 2, columnMajor: [1, 1, 2, 2])
    #expect {
      try maximumMargin(same, labels: [1, -1], maximalPasses: 64)
    } throws: { error in
      guard case .notSeparated(let margin, 64) = error as? MaximumMarginError else { return false }
      return margin >= 0 && margin < 0.1
    }
    for row in [0, 1] {
      let withZeros = Matrix<Double>(rows: 2, columns: 2) { i, _ in i == row ? 0 : 1 }
      #expect(throws: MaximumMarginError.notSeparated(marginAtMost: 0, passes: 0)) {
        try maximumMargin(withZeros, labels: [1, -1])
      }
    }
    #expect(throws: MaximumMarginError.notALabel(sample: 1, value: 0)) {
      try maximumMargin(same, labels: [1, 0])
    }
    let bad = Matrix<Double>(rows: 1, columns: 1, repeating: .nan)
    let inner = LinearAlgebraError.notFinite(argument: "the features", row: 0, column: 0)
    #expect(throws: MaximumMarginError.linearAlgebra(inner)) {
      try maximumMargin(bad, labels: [1])
    }
    #expect("\(MaximumMarginError.linearAlgebra(inner))" == "\(inner)")
    #expect(
      "\(MaximumMarginError.notALabel(sample: 1, value: 0))"
        == "the label 0.0 of sample 1 is none: 1 or -1 expected")
    #expect(
      MaximumMarginError.notSeparated(marginAtMost: 0, passes: 0).description
        == "a sample is 0 in every feature, so no direction separates it: leave it out")
    #expect(
      "\(MaximumMarginError.notSeparated(marginAtMost: 0.5, passes: 3))"
        == "no direction was found to separate the labels in 3 passes; the margin of any is at "
        + "most 0.5: take more features than samples, or fewer samples")
  }
}
