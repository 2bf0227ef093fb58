import LinearAlgebra
import LinearModels
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
