import Foundation
import Networks
import Testing

@Suite("An outcome has words and a configuration its numbers")
struct TrainingOutcomeTests {
  private let outcomes: [TrainingOutcome] =
    [
      .finishedEpochs, .lossReached, .accuracyReached, .patienceExhausted, .failedToConverge,
      .interrupted,
    ] + DivergenceReason.allCases.map { .diverged($0) }

  @Test("Words are told apart and read back")
  func words() throws {
    #expect(Set(outcomes.map(\.rawValue)).count == 9)
    for outcome in outcomes { #expect(TrainingOutcome(rawValue: outcome.rawValue) == outcome) }
    #expect(TrainingOutcome(rawValue: "") == nil)
    #expect(TrainingOutcome(rawValue: "diverged: ") == nil)
    let data = try JSONEncoder().encode(outcomes)
    #expect(try JSONDecoder().decode([TrainingOutcome].self, from: data) == outcomes)
    let text = String(decoding: try JSONEncoder().encode([outcomes[4]]), as: UTF8.self)
    #expect(text == "[\"failed to converge\"]")
  }

  @Test("The defaults are the paper's")
  func defaults() throws {
    let configuration = TrainingConfiguration(epochs: 1)
    #expect(configuration.learningRate == .exponential(0.01, factor: 0.95))
    #expect(configuration.momentum == 0.9 && configuration.weightDecay == 0)
    #expect(configuration.batchSize == 128 && configuration.fittedLoss == 0.05)
    #expect(configuration.loss == .crossEntropy && configuration.stoppingRules.isEmpty)
    let rule = StepRule(learningRate: 0.01 * 0.95, momentum: 0.9)
    #expect(configuration.stepRule(epoch: 1) == rule)
    let data = try JSONEncoder().encode(configuration)
    #expect(try JSONDecoder().decode(TrainingConfiguration.self, from: data) == configuration)
  }

  @Test("The steps of an epoch, the last one smaller")
  func steps() {
    let configuration = TrainingConfiguration(epochs: 1, batchSize: 4)
    #expect(
      [0, 1, 3, 4, 5, 8, 9].map { configuration.stepsPerEpoch(samples: $0) }
        == [0, 1, 1, 1, 2, 2, 3])
  }
}
