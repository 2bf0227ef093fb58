import ExactArithmetic
import Foundation
import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("Paths of descent on linear models")
struct DescentPathTests {
  private static let batches: [DescentBatches] = [
    .full, .withReplacement(size: 1), .withReplacement(size: 3), .withoutReplacement(size: 1),
    .withoutReplacement(size: 2),
  ]

  /// The batches of the first steps.
  private func firstBatches(
    _ steps: Int, _ configuration: DescentConfiguration, samples: Int
  ) -> [[Int]] {
    Array(
      (0..<steps).flatMap {
        configuration.batches.batches(inPass: $0, of: samples, seed: configuration.seed)
      }.prefix(steps))
  }

  @Test("Every kind of step is the one in fractions, on the squared loss")
  func exactSteps() throws {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "exact descent")
      let problem = ExactDescentProblem(rows: 1 + seed % 4, columns: 1 + seed % 3, from: &stream)
      var configuration = DescentConfiguration(
        stepSize: 0x1p-8, batches: Self.batches[seed % Self.batches.count],
        momentum: [0, 0.5][seed % 2], weightDecay: [0, 0.25, 2][seed % 3], seed: UInt64(seed))
      let steps = seed % 9
      let exact = problem.exactDescent(
        batches: firstBatches(steps, configuration, samples: problem.features.rows),
        stepSize: Rational(0x1p-8), momentum: Rational(configuration.momentum),
        weightDecay: Rational(configuration.weightDecay))
      for averages in [false, true] {
        configuration.averagesIterates = averages
        let path = try descentPath(
          problem.features, targets: problem.targets, start: problem.start,
          configuration: configuration, steps: steps)
        let scale = problem.start.frobeniusNorm + problem.targets.frobeniusNorm
        #expect(
          distance(path.weights, averages ? exact.mean : exact.weights)
            <= Tolerance.arithmetic.bound(Double.self, size: 10 * (steps + 1), scale: scale))
      }
    }
  }

  @Test("Every kind of step is the plain one, on losses of labels")
  func plainSteps() throws {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "plain descent")
      let problem = ExactDescentProblem(
        rows: 1 + seed % 4, columns: 1 + seed % 3, labels: true, from: &stream)
      let loss = [DescentLoss.logistic, .exponential][seed / 7 % 2]
      let configuration = DescentConfiguration(
        loss: loss, stepSize: 0x1p-9, batches: Self.batches[seed % Self.batches.count],
        momentum: [0, 0.5][seed % 2], weightDecay: [0, 0.25, 2][seed % 3], seed: UInt64(seed))
      let steps = seed % 9
      // The derivatives as the exponentials alone give them.
      let plain = problem.plainDescent(
        batches: firstBatches(steps, configuration, samples: problem.features.rows),
        stepSize: 0x1p-9, momentum: configuration.momentum,
        weightDecay: configuration.weightDecay
      ) { output, target in
        let e = exp(-target * output)
        return loss == .exponential ? -target * e : -target * e / (1 + e)
      }.weights
      let path = try descentPath(
        problem.features, targets: problem.targets, start: problem.start,
        configuration: configuration, steps: steps)
      // Outputs of the start are below 4, the second derivative of a loss below exp 4 there.
      let size = problem.features.frobeniusNorm
      #expect(
        distance(path.weights, plain)
          <= Tolerance.linearSystem.bound(
            Double.self, size: steps + 1, scale: 1 + problem.start.frobeniusNorm + size * exp(4)))
    }
  }

  @Test(
    "With d > n, from any start, descent ends at minimum norm plus the start's orthogonal part",
    arguments: PropertyCase.all)
  func limit(_ property: PropertyCase) throws {
    var stream = property.stream("limit")
    let (n, d) = (property.first, max(property.second, property.first + 1))
    let features = try KnownSingularValues(
      rows: n, columns: d,
      values: geometricSpectrum(
        count: n, largest: 1 + stream.uniform(), condition: 1 + stream.uniform()),
      from: &stream)
    let (targets, start) = (
      randomMatrix(rows: n, columns: 2, from: &stream),
      randomMatrix(rows: d, columns: 2, from: &stream)
    )
    let v = features.right
    let outside = start - v * v.times(start, transposingSelf: true)
    let end = features.pseudoInverse * targets + outside
    let square = (features.values.first ?? 1) * (features.values.first ?? 1)
    let stepSize = 1.5 / square
    let path = try descentPath(
      features.matrix, targets: targets, start: start,
      configuration: DescentConfiguration(stepSize: stepSize), steps: 120,
      recording: [0, 5, 20, 120])
    let size = start.frobeniusNorm + 4 * targets.frobeniusNorm
    let floor = Tolerance.linearSystem.bound(Double.self, size: d, scale: 4 * size)
    #expect(distance(path.weights, end) <= floor)
    // It is no minimum-norm solution, by as much as the start is orthogonal to the samples.
    let last = try #require(path.measurements.last)
    #expect(abs(last.distanceToMinimumNorm - outside.frobeniusNorm) <= floor)
    #expect(abs(last.outsideNorm - outside.frobeniusNorm) <= floor)
    // Its rate: the squared distance to the limit falls by max (1 - η λ)² a step.
    let rate = features.values.map { abs(1 - stepSize * $0 * $0) }.max() ?? 0
    let first = distance(start, end)
    for point in path.measurements {
      let outsideSquare = outside.frobeniusNorm * outside.frobeniusNorm
      let square = point.distanceToMinimumNorm * point.distanceToMinimumNorm - outsideSquare
      let known = pow(rate, Double(point.step)) * first
      #expect(square <= known * known + floor * (size + floor))
    }
  }

  @Test(
    "No kind of descent leaves the span of start and samples, up to the bound on rounding",
    arguments: PropertyCase.all)
  func rowSpan(_ property: PropertyCase) throws {
    var stream = property.stream("row span")
    let problem = try KnownLinearProblem(property)
    let features = problem.features.matrix
    let labels = problem.targets.map { $0 > 0 ? 1 : -1 }
    let (n, k) = (features.rows, labels.columns)
    let square = max(1, problem.largest * problem.largest)
    let fromZero = property.seed % 2 == 0
    let start =
      fromZero ? nil : randomMatrix(rows: features.columns, columns: k, from: &stream)
    for loss in DescentLoss.allCases {
      let configuration = DescentConfiguration(
        // Small steps from a random start, for exponentials of its outputs.
        loss: loss, stepSize: (loss == .exponential ? 0x1p-12 : 0.2) / square,
        batches: Self.batches[property.seed / 2 % Self.batches.count],
        momentum: [0, 0.5, 0.9][property.seed % 3], weightDecay: [0, 0.25][property.seed / 3 % 2],
        averagesIterates: property.seed / 5 % 3 == 0, seed: UInt64(property.seed))
      let path = try descentPath(
        features, targets: loss == .squared ? problem.targets : labels, start: start,
        configuration: configuration, steps: 60)
      #expect(path.measurements.map(\.step) == [0, 1, 2, 4, 8, 16, 32, 60])
      for point in path.measurements {
        #expect(point.outsideDrift <= point.outsideDriftBound)
        // The bound leaves digits: it is no licence.
        #expect(point.outsideDriftBound <= 1e-9 * (1 + Double(n)) * (1 + point.norm))
        if fromZero { #expect(point.outsideNorm <= point.outsideDriftBound) }
      }
    }
  }

  @Test(
    "From zero distances fall at the rate of the smallest singular value, and norms grow",
    arguments: PropertyCase.all)
  func fromZero(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    let minimum = problem.minimumNorm
    guard minimum.frobeniusNorm > 0 else { return }
    // No direction overshoots with η ≤ 1 / σ₁², so each comes closer to the end from one side.
    let share = 0.9
    let path = try descentPath(
      problem.features.matrix, targets: problem.targets,
      configuration: DescentConfiguration(stepSize: share / (problem.largest * problem.largest)),
      steps: 60, recording: Array(0...60)
    ).measurements
    let size = minimum.frobeniusNorm
    let condition = problem.largest / problem.smallest
    // A step rounds by ε (‖X‖ ‖W‖ + ‖Y‖) / ‖X‖, and the steps after it shrink this by 1 - 0.9/κ².
    let floor = Tolerance.linearSystem.bound(
      Double.self, size: problem.size,
      scale: condition * condition * (size + problem.targets.frobeniusNorm / problem.largest))
    for (point, next) in zip(path, path.dropFirst()) {
      #expect(next.distanceToMinimumNorm <= point.distanceToMinimumNorm + floor)
      #expect(next.norm >= point.norm - floor)
    }
    for point in path {
      let bound = pow(1 - share / (condition * condition), Double(point.step)) * size
      #expect(point.distanceToMinimumNorm <= bound + floor)
    }
  }

  @Test("No sample, no feature, and features that are 0, leave the weights where they were")
  func nothingToDescend() throws {
    for (n, d) in [(0, 0), (0, 3), (3, 0), (3, 3)] {
      let start = Matrix<Double>(rows: d, columns: 2, repeating: 1)
      let path = try descentPath(
        Matrix(rows: n, columns: d), targets: Matrix(rows: n, columns: 2, repeating: 1),
        start: start, configuration: DescentConfiguration(stepSize: 1), steps: 5,
        recording: Array(0...5))
      #expect(path.weights == start)
      #expect(path.measurements.map(\.step) == [0, 1, 2, 3, 4, 5])
      let bound = Tolerance.arithmetic.bound(Double.self, size: 2 * n, scale: Double(n))
      #expect(path.measurements.allSatisfy { abs($0.trainingLoss - Double(n)) <= bound })
      #expect(path.measurements.allSatisfy { $0.outsideNorm == start.frobeniusNorm })
    }
  }

  @Test("A span found before gives the same path, and the same closed form")
  func knownSpace() throws {
    for seed in 0..<20 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "known space")
      let features = randomMatrix(rows: 1 + seed % 5, columns: 1 + seed % 4, from: &stream)
      let targets = randomMatrix(rows: features.rows, columns: 2, from: &stream)
      let space = try RowSpace(of: features)
      let configuration = DescentConfiguration(stepSize: 1 / space.largestEigenvalue)
      let path = try descentPath(
        features, targets: targets, configuration: configuration, steps: 9, space: space)
      let other = try descentPath(
        features, targets: targets, configuration: configuration, steps: 9)
      #expect(path.weights == other.weights && path.measurements == other.measurements)
      let solutions = try [space, nil].map {
        try gradientDescentSolution(
          features, targets: targets, stepSize: configuration.stepSize, steps: 9, space: $0)
      }
      #expect(solutions[0].weights == solutions[1].weights)
      let best = try minimumNormFit(features, targets: targets).weights
      let scale = best.frobeniusNorm + targets.frobeniusNorm
      let condition =
        (space.positiveSingularValues.first ?? 1) / (space.positiveSingularValues.last ?? 1)
      #expect(
        distance(space.minimumNorm(targets), best)
          <= Tolerance.singularValues.bound(
            Double.self, size: 5,
            scale: condition * condition * scale / (space.positiveSingularValues.last ?? 1)))
    }
  }

  @Test("Eigendirections decay as (1 - η λ)^t", arguments: PropertyCase.all)
  func decay(_ property: PropertyCase) throws {
    var stream = property.stream("decay")
    let problem = try KnownLinearProblem(property)
    let features = problem.features.matrix
    let start = randomMatrix(
      rows: features.columns, columns: problem.targets.columns, from: &stream)
    let square = max(1, problem.largest * problem.largest)
    let path = try descentPath(
      features, targets: problem.targets, start: start,
      configuration: DescentConfiguration(stepSize: 1.7 / square), steps: 20,
      recording: Array(0...20), eigendirections: 4)
    let error = start - problem.minimumNorm
    let right = try SingularValueDecomposition(of: features).rightTransposed
    let size = start.frobeniusNorm + problem.targets.frobeniusNorm * (1 + 1 / problem.smallest)
    let condition = problem.largest / problem.smallest
    for point in path.measurements {
      let count = min(4, problem.features.values.count)
      #expect(point.eigendirectionDecay.count == count && point.predictedDecay.count == count)
      for i in 0..<count {
        let value = problem.features.values[i]
        let predicted = pow(1 - 1.7 / square * value * value, Double(point.step))
        #expect(
          abs(point.predictedDecay[i] - predicted)
            <= Tolerance.singularValues.bound(
              Double.self, size: problem.size * (point.step + 1), scale: 4))
        guard let measured = point.eigendirectionDecay[i] else {
          #expect(problem.targets.columns == 0)
          continue
        }
        let share = error.times(
          Matrix(rows: 1, columns: right.columns) { right[i, $1] }, transposingSelf: true,
          transposingOther: true
        ).frobeniusNorm
        let bound = Tolerance.singularValues.bound(
          Double.self, size: problem.size * (point.step + 1),
          scale: 4 * condition * condition * size / share)
        #expect(abs(measured - point.predictedDecay[i]) <= bound)
      }
    }
  }

  @Test("With decay gradient descent ends at the ridge solution, with momentum too")
  func ridge() throws {
    for seed in 0..<40 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "ridge limit")
      let (n, d) = (1 + seed % 4, 1 + seed % 6)
      let features = randomMatrix(rows: n, columns: d, from: &stream)
      let targets = randomMatrix(rows: n, columns: 2, from: &stream)
      let square = features.frobeniusNorm * features.frobeniusNorm
      let decay = square / 4
      let path = try descentPath(
        features, targets: targets, start: randomMatrix(rows: d, columns: 2, from: &stream),
        configuration: DescentConfiguration(
          stepSize: 1 / (square + decay), momentum: seed % 2 == 0 ? 0 : 0.3, weightDecay: decay),
        steps: 300)
      let fit = try ridgeFit(features, targets: targets, ridge: decay)
      let scale = targets.frobeniusNorm / features.frobeniusNorm
      #expect(
        distance(path.weights, fit.weights)
          <= Tolerance.linearSystem.bound(Double.self, size: 10 * d, scale: 5 * scale))
    }
  }

  @Test("One pass over orthonormal samples with η = 1 ends at the limit")
  func orthonormalSamples() throws {
    for seed in 0..<60 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "orthonormal samples")
      let (n, d) = (1 + seed % 6, 6 + seed % 4)
      let features = try randomOrthonormal(rows: d, columns: n, from: &stream).transposed()
      let targets = randomMatrix(rows: n, columns: 2, from: &stream)
      let start = randomMatrix(rows: d, columns: 2, from: &stream)
      let end =
        start + features.times(targets - features * start, transposingSelf: true)
      let size = 1 + seed % 3
      let path = try descentPath(
        features, targets: targets, start: start,
        configuration: DescentConfiguration(
          stepSize: 1, batches: .withoutReplacement(size: size), seed: UInt64(seed)),
        steps: (n + size - 1) / size)
      #expect(
        distance(path.weights, end)
          <= Tolerance.linearSystem.bound(
            Double.self, size: d, scale: start.frobeniusNorm + targets.frobeniusNorm))
    }
  }

  @Test("Losses, errors and norms are those of the weights", arguments: PropertyCase.all)
  func measures(_ property: PropertyCase) throws {
    let problem = try KnownLinearProblem(property)
    let features = problem.features.matrix
    let steps = property.seed % 4
    let stepSize = 0.5 / max(1, problem.largest * problem.largest)
    let test = DescentTestSample(features: features, targets: problem.targets.map { -$0 })
    let path = try descentPath(
      features, targets: problem.targets, test: test,
      configuration: DescentConfiguration(stepSize: stepSize), steps: steps, recording: [steps])
    let point = try #require(path.measurements.first)
    #expect(point.step == steps && path.measurements.count == 1)
    let outputs = features * path.weights
    let misfit = (outputs - problem.targets).frobeniusNorm
    let rounding = Tolerance.arithmetic.bound(
      Double.self, size: problem.targets.elements.count + 2, scale: misfit * misfit)
    #expect(abs(point.trainingLoss - misfit * misfit / 2) <= rounding)
    #expect(point.norm == path.weights.frobeniusNorm)
    #expect(point.directionGap == nil)
    let gap = abs(point.distanceToMinimumNorm - distance(path.weights, problem.minimumNorm))
    let condition = problem.largest / problem.smallest
    #expect(
      gap
        <= Tolerance.singularValues.bound(
          Double.self, size: problem.size,
          scale: condition * condition * problem.targets.frobeniusNorm / problem.smallest))
    #expect(point.trainingError == answerError(outputs: outputs, targets: problem.targets))
    #expect(point.testError == answerError(outputs: outputs, targets: test.targets))
  }

  @Test("The least margin is that of the weights, of one column alone", arguments: PropertyCase.all)
  func leastMargin(_ property: PropertyCase) throws {
    var stream = property.stream("least margin")
    let (n, d) = (1 + property.seed % 6, 1 + property.seed % 4)
    let features = randomMatrix(rows: n, columns: d, from: &stream)
    let start = randomMatrix(rows: d, columns: 2, from: &stream)
    let labels = Matrix(rows: n, columns: 2) { i, j in (i + j) % 2 == 0 ? 1.0 : -1 }
    func margin(_ weights: Matrix<Double>, _ columns: Range<Int>) throws -> Double? {
      try descentPath(
        features, targets: labels.columns(columns), start: weights.columns(columns),
        configuration: DescentConfiguration(loss: .logistic, stepSize: 1), steps: 0
      ).measurements[0].leastMargin
    }
    #expect(try margin(start, 0..<2) == nil)
    #expect(try margin(start.map { _ in 0 }, 0..<1) == nil)
    let outputs = (features * start).column(0)
    let least = zip(outputs, labels.column(0)).map { $0 * $1 }.min() ?? 0
    let expected = least / euclideanNorm(start.column(0))
    #expect(
      abs((try margin(start, 0..<1) ?? .nan) - expected)
        <= Tolerance.arithmetic.bound(Double.self, size: d + 4, scale: features.frobeniusNorm))
  }

  @Test("The distance to a limit is that of the weights")
  func distanceToLimit() throws {
    for seed in 0..<60 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "distance to a limit")
      let (n, d) = (1 + seed % 4, 1 + seed % 6)
      let features = randomMatrix(rows: n, columns: d, from: &stream)
      let targets = randomMatrix(rows: n, columns: 2, from: &stream)
      let limit = randomMatrix(rows: d, columns: 2, from: &stream)
      func path(_ limit: Matrix<Double>?) throws -> DescentPath {
        try descentPath(
          features, targets: targets, limit: limit,
          configuration: DescentConfiguration(
            stepSize: 1 / (features.frobeniusNorm * features.frobeniusNorm)), steps: seed % 5)
      }
      let end = try path(limit)
      #expect(
        end.measurements.last?.distanceToLimit == (end.weights - limit).frobeniusNorm)
      #expect(end.measurements.first?.distanceToLimit == (limit.map { -$0 }).frobeniusNorm)
      #expect(try path(nil).measurements.allSatisfy { $0.distanceToLimit == nil })
    }
  }

  @Test("A combination of nearly dependent samples has no outside part but its own rounding")
  func outsideOfCombinations() throws {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "nearly dependent samples")
      let (n, d) = (2 + seed % 5, 12)
      let common = randomMatrix(rows: 1, columns: d, from: &stream)
      let noise = randomMatrix(rows: n, columns: d, from: &stream)
      // The samples differ by a ten-millionth: the condition is 10⁷ at least.
      let features = Matrix(rows: n, columns: d) { common[0, $1] + 1e-7 * noise[$0, $1] }
      let shares = Matrix(rows: n, columns: 1) { i, _ in 1 + Double((seed + i) % 3) }
      let weights = features.times(shares, transposingSelf: true)
      let path = try descentPath(
        features, targets: Matrix(rows: n, columns: 1), start: weights,
        configuration: DescentConfiguration(stepSize: 0.1 / Double(n * d)), steps: 0)
      let measured = try #require(path.measurements.first)
      #expect(
        measured.outsideNorm
          <= Tolerance.arithmetic.bound(Double.self, size: n, scale: weights.frobeniusNorm))
      // What does lie outside is seen.
      let other = randomMatrix(rows: d, columns: 1, from: &stream)
      let fit = try minimumNormFit(features, targets: features * other)
      let outside = try descentPath(
        features, targets: Matrix(rows: n, columns: 1), start: other,
        configuration: DescentConfiguration(stepSize: 0.1 / Double(n * d)), steps: 0
      ).measurements[0].outsideNorm
      #expect(abs(outside - (other - fit.weights).frobeniusNorm) <= 1e-6 * other.frobeniusNorm)
    }
  }

  @Test("Answers are signs of one column, and the largest of several")
  func answers() {
    let one = Matrix<Double>(rows: 4, columns: 1, columnMajor: [1, -2, 0, 3])
    let targets = Matrix<Double>(rows: 4, columns: 1, columnMajor: [1, -1, 1, -1])
    #expect(answerError(outputs: one, targets: targets) == 0.5)
    let outputs = Matrix<Double>(rows: 2, columns: 2, columnMajor: [3, 1, 2, 5])
    let classes = Matrix<Double>(rows: 2, columns: 2, columnMajor: [1, 1, 0, 0])
    #expect(answerError(outputs: outputs, targets: classes) == 0.5)
    #expect(
      answerError(outputs: Matrix(rows: 0, columns: 1), targets: .init(rows: 0, columns: 1)) == 0)
  }

  @Test("A descent that no limit forbids and that diverges says at which step")
  func divergence() throws {
    // Each pass over orthonormal samples with η = 3 multiplies the error by -2; the limit is 2 n.
    let features = Matrix<Double>.identity(4)
    let targets = Matrix<Double>(rows: 4, columns: 1, repeating: 1)
    let configuration = DescentConfiguration(
      stepSize: 3, batches: .withoutReplacement(size: 1))
    // The loss, 2 at zero, is to exceed 4 · 2⁵³: it is 2 · 4^p after p passes.
    #expect(throws: DescentError.diverged(step: 4 * 28, loss: 0x1p57)) {
      try descentPath(
        features, targets: targets, configuration: configuration, steps: 200,
        recording: Array(stride(from: 0, through: 200, by: 4)))
    }
    let heavy = Matrix<Double>(rows: 2, columns: 1, repeating: 1e3)
    #expect(throws: DescentError.self) {
      try descentPath(
        heavy, targets: Matrix(rows: 2, columns: 1, columnMajor: [1, -1]),
        start: Matrix(rows: 1, columns: 1, repeating: 0.01),
        configuration: DescentConfiguration(loss: .exponential, stepSize: 1), steps: 50)
    }
    #expect(throws: DescentError.stepTooLarge(stepSize: 3, limit: 2)) {
      try descentPath(
        features, targets: targets, configuration: DescentConfiguration(stepSize: 3), steps: 1)
    }
  }

  @Test("Entries that are no numbers are named")
  func notFinite() {
    let one = Matrix<Double>.identity(1)
    let bad = Matrix<Double>(rows: 1, columns: 1, repeating: .infinity)
    for (features, targets, start, name) in [
      (bad, one, one, "the matrix"), (one, bad, one, "the targets"), (one, one, bad, "the start"),
    ] {
      #expect(
        throws: DescentError.linearAlgebra(.notFinite(argument: name, row: 0, column: 0))
      ) {
        try descentPath(
          features, targets: targets, start: start,
          configuration: DescentConfiguration(stepSize: 1), steps: 1)
      }
    }
  }

  @Test("Counts and steps that are none stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      let one = Matrix<Double>.identity(1)
      _ = try descentPath(
        one, targets: one, configuration: DescentConfiguration(stepSize: 1), steps: -1)
    }
    await #expect(processExitsWith: .failure) {
      let one = Matrix<Double>.identity(1)
      _ = try descentPath(
        one, targets: one, configuration: DescentConfiguration(stepSize: 1), steps: 1,
        recording: [2])
    }
  }
}
