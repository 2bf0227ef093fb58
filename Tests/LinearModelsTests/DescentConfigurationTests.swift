import LinearAlgebra
import LinearModels
import RandomStreams
import TestSupport
import Testing

@Suite("The options of a descent")
struct DescentConfigurationTests {
  private let one = Matrix<Double>.identity(1)

  private func descend(
    _ configuration: DescentConfiguration, targets: Matrix<Double>? = nil
  ) throws(DescentError) {
    _ = try descentPath(one, targets: targets ?? one, configuration: configuration, steps: 2)
  }

  @Test("The limit is where the path of one weight stops shrinking")
  func limit() throws {
    for momentum in [0, 0.25, 0.5, 0.9] {
      for weightDecay in [0, 0.5, 3] {
        for eigenvalue in [0.5, 1, 7] {
          var configuration = DescentConfiguration(
            stepSize: 1, momentum: momentum, weightDecay: weightDecay)
          let limit = configuration.stepSizeLimit(largestEigenvalue: eigenvalue, samples: 1)
          // The squared loss of one weight with targets 0.
          let feature = Matrix(rows: 1, columns: 1, repeating: eigenvalue.squareRoot())
          func end(_ factor: Double) throws -> Double {
            configuration.stepSize = factor * limit
            return try descentPath(
              feature, targets: Matrix(rows: 1, columns: 1), start: one,
              configuration: configuration, steps: 2000
            ).weights.frobeniusNorm
          }
          #expect(try end(0.99) < 1e-3)
          #expect(throws: DescentError.self) { try end(1.01) }
          // Beyond the limit the recurrence itself grows.
          var (weight, velocity) = (1.0, 0.0)
          for _ in 0..<2000 {
            velocity = momentum * velocity + (eigenvalue + weightDecay) * weight
            weight -= 1.01 * limit * velocity
          }
          #expect(abs(weight) > 1e3)
        }
      }
    }
  }

  @Test("A safe step size takes every step closer to a common minimiser of all batches")
  func safeSteps() throws {
    for seed in 0..<210 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "safe steps")
      let (n, d) = (1 + seed % 7, 1 + seed / 7 % 6)
      let features = randomMatrix(rows: n, columns: d, from: &stream)
      let solution = randomMatrix(rows: d, columns: 2, from: &stream)
      let size = 1 + seed % 3
      let batches: [DescentBatches] = [
        .full, .withReplacement(size: size), .withoutReplacement(size: size),
      ]
      for batches in batches {
        var configuration = DescentConfiguration(
          stepSize: 1, batches: batches, seed: UInt64(seed))
        configuration.stepSize = try safeStepSize(configuration, features)
        var last = Double.infinity
        for steps in 0...12 {
          var stream = RandomStream(seed: UInt64(seed), purpose: "safe start")
          let weights = try descentPath(
            features, targets: features * solution,
            start: randomMatrix(rows: d, columns: 2, from: &stream),
            configuration: configuration, steps: steps, recording: []
          ).weights
          let gap = distance(weights, solution)
          let rounding = Tolerance.arithmetic.bound(
            Double.self, size: 4 * (n + d), scale: solution.frobeniusNorm + gap)
          #expect(gap <= last + rounding)
          last = gap
        }
      }
    }
  }

  @Test("A safe step size lessens losses of labels in every full step")
  func safeLosses() throws {
    for seed in 0..<200 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "safe losses")
      let (n, d) = (1 + seed % 9, 1 + seed / 9 % 6)
      let features = randomMatrix(rows: n, columns: d, from: &stream)
      let labels = Matrix<Double>(rows: n, columns: 1) { _, _ in
        stream.integer(below: 2) == 0 ? 1 : -1
      }
      for loss in DescentLoss.allCases {
        var configuration = DescentConfiguration(loss: loss, stepSize: 1)
        configuration.stepSize = try safeStepSize(configuration, features)
        let losses = try descentPath(
          features, targets: labels, configuration: configuration, steps: 20,
          recording: Array(0...20)
        ).measurements.map(\.trainingLoss)
        for (loss, next) in zip(losses, losses.dropFirst()) {
          #expect(
            next <= loss + Tolerance.arithmetic.bound(Double.self, size: n + d, scale: losses[0]))
        }
      }
    }
  }

  @Test("Safe step sizes by hand")
  func safeByHand() {
    func safe(_ configuration: DescentConfiguration) -> Double {
      configuration.safeStepSize(largestEigenvalue: 8, largestSquaredNorm: 2, samples: 10)
    }
    func configuration(
      _ loss: DescentLoss, _ batches: DescentBatches, decay: Double = 0
    ) -> DescentConfiguration {
      DescentConfiguration(loss: loss, stepSize: 9, batches: batches, weightDecay: decay)
    }
    #expect(safe(configuration(.squared, .full)) == 1 / 8.0)
    #expect(safe(configuration(.squared, .full, decay: 2)) == 1 / 10.0)
    #expect(safe(configuration(.squared, .withoutReplacement(size: 1))) == 1 / 2.0)
    #expect(safe(configuration(.squared, .withoutReplacement(size: 7))) == 1 / 8.0)
    #expect(safe(configuration(.squared, .withReplacement(size: 7))) == 1 / 14.0)
    #expect(safe(configuration(.logistic, .full)) == 1 / 2.0)
    #expect(safe(configuration(.exponential, .full)) == 1 / 20.0)
    #expect(
      DescentConfiguration(stepSize: 3).safeStepSize(
        largestEigenvalue: 0, largestSquaredNorm: 0, samples: 0) == 1)
  }

  private func safeStepSize(
    _ configuration: DescentConfiguration, _ features: Matrix<Double>
  ) throws -> Double {
    let space = try RowSpace(of: features)
    let norms = (0..<features.rows).map { euclideanNorm(features.row($0)) }
    let longest = norms.max() ?? 0
    return configuration.safeStepSize(
      largestEigenvalue: space.largestEigenvalue, largestSquaredNorm: longest * longest,
      samples: features.rows)
  }

  @Test("Batches see their share of the curvature; labels' losses only the decay")
  func share() {
    var configuration = DescentConfiguration(
      stepSize: 1, batches: .withReplacement(size: 2), momentum: 0.5, weightDecay: 1)
    #expect(configuration.stepSizeLimit(largestEigenvalue: 10, samples: 10) == 1)
    configuration.loss = .logistic
    #expect(configuration.stepSizeLimit(largestEigenvalue: 10, samples: 10) == 3)
    configuration.weightDecay = 0
    #expect(configuration.stepSizeLimit(largestEigenvalue: 10, samples: 10) == .infinity)
    configuration = DescentConfiguration(stepSize: 1, batches: .withoutReplacement(size: 9))
    #expect(configuration.stepSizeLimit(largestEigenvalue: 4, samples: 3) == 0.5)
    #expect(configuration.stepSizeLimit(largestEigenvalue: 0, samples: 0) == .infinity)
  }

  @Test("Options out of range are named")
  func ranges() {
    for value in [0, -1, .nan, .infinity] {
      #expect {
        try descend(DescentConfiguration(stepSize: value))
      } throws: { error in
        guard case .optionOutOfRange("step size", _, "a positive number") = error as? DescentError
        else { return false }
        return true
      }
    }
    for (configuration, name, value, range) in [
      (DescentConfiguration(stepSize: 1, momentum: 1), "momentum", 1.0, "0 to below 1"),
      (DescentConfiguration(stepSize: 1, momentum: -0.5), "momentum", -0.5, "0 to below 1"),
      (DescentConfiguration(stepSize: 1, weightDecay: -1), "weight decay", -1, "0 or more"),
      (
        DescentConfiguration(stepSize: 1, batches: .withReplacement(size: 0)), "batch size", 0,
        "1 or more"
      ),
      (
        DescentConfiguration(stepSize: 1, batches: .withoutReplacement(size: -2)), "batch size",
        -2, "1 or more"
      ),
    ] {
      #expect(throws: DescentError.optionOutOfRange(name: name, value: value, range: range)) {
        try descend(configuration)
      }
    }
  }

  @Test("A target that is no label is named")
  func labels() {
    let targets = Matrix<Double>(rows: 1, columns: 2, columnMajor: [1, 0.5])
    for loss in [DescentLoss.logistic, .exponential] {
      #expect(throws: DescentError.notALabel(sample: 0, column: 1, value: 0.5)) {
        try descend(DescentConfiguration(loss: loss, stepSize: 1), targets: targets)
      }
    }
    #expect(throws: Never.self) {
      try descend(DescentConfiguration(stepSize: 1), targets: targets)
    }
  }

  @Test("Errors say what was found and what to try")
  func descriptions() {
    #expect(
      "\(DescentError.stepTooLarge(stepSize: 3, limit: 2))"
        == "the step size 3.0 is above 2.0, beyond which descent diverges; take half of that")
    #expect(
      "\(DescentError.optionOutOfRange(name: "momentum", value: 1, range: "0 to below 1"))"
        == "the momentum is 1.0: 0 to below 1 expected")
    #expect(
      "\(DescentError.notALabel(sample: 2, column: 1, value: 0.5))"
        == "the target 0.5 of sample 2 in column 1 is no label: 1 or -1 expected for this loss")
    #expect(
      "\(DescentError.diverged(step: 9, loss: .infinity))"
        == "descent diverged: at step 9 the training loss is inf; take a smaller step size")
    let inner = LinearAlgebraError.didNotConverge(routine: "gesdd", count: 1)
    #expect("\(DescentError.linearAlgebra(inner))" == "\(inner)")
  }
}
