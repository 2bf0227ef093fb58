import Foundation
import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("A stopping rule is a function of the history")
struct StoppingRuleTests {
  private func history(
    losses: [Double], running: [Double]? = nil, train: [Double?]? = nil, test: [Double?]? = nil
  ) -> [EpochRecord] {
    losses.enumerated().map { index, loss in
      func evaluation(_ values: [Double?]?) -> Evaluation? {
        values?[index].map { Evaluation(loss: 1, accuracy: $0) }
      }
      return EpochRecord(
        epoch: index + 1, steps: 3 * (index + 1), learningRate: 0.1, loss: loss,
        runningAccuracy: running?[index] ?? 0, train: evaluation(train), test: evaluation(test))
    }
  }

  /// The epoch, counted from 1, after which the rule ends the training.
  private func end(_ rule: StoppingRule, _ history: [EpochRecord]) -> Int? {
    (0...history.count).first { rule.outcome(after: Array(history.prefix($0))) != nil }
  }

  @Test("A loss below the threshold ends, one at it does not")
  func loss() {
    let history = history(losses: [2, 0.5, 0.4, 1])
    #expect(end(.loss(below: 0.5), history) == 3)
    #expect(end(.loss(below: 3), history) == 1)
    #expect(end(.loss(below: 0.4), history) == nil)
    #expect(StoppingRule.loss(below: 1).outcome(after: history.dropLast()) == .lossReached)
  }

  @Test("The accuracy of the pass at the epoch's end counts before the running one")
  func accuracy() {
    let running = history(losses: [1, 1, 1], running: [0.5, 0.9, 1])
    #expect(end(.accuracy(atLeast: 0.9), running) == 2)
    #expect(end(.accuracy(atLeast: 1), running) == 3)
    let clean = history(losses: [1, 1, 1], running: [0.5, 0.9, 1], train: [0.95, 0.2, nil])
    #expect(end(.accuracy(atLeast: 0.9), clean) == 1)
    #expect(end(.accuracy(atLeast: 0.96), clean) == 3)
    #expect(StoppingRule.accuracy(atLeast: 0).outcome(after: clean) == .accuracyReached)
  }

  @Test("Patience counts epochs since the best one, the first of equals")
  func patience() {
    let losses = history(losses: [5, 3, 4, 3, 2, 2, 2, 1])
    #expect(end(.patience(epochs: 1, .trainingLoss), losses) == 3)
    #expect(end(.patience(epochs: 2, .trainingLoss), losses) == 4)
    #expect(end(.patience(epochs: 3, .trainingLoss), losses) == nil)
    let accuracies = history(
      losses: [1, 1, 1, 1, 1, 1], test: [0.1, 0.3, 0.2, nil, 0.3, 0.4])
    #expect(end(.patience(epochs: 1, .testAccuracy), accuracies) == 3)
    #expect(end(.patience(epochs: 3, .testAccuracy), accuracies) == 5)
    #expect(end(.patience(epochs: 4, .testAccuracy), accuracies) == nil)
    #expect(
      StoppingRule.patience(epochs: 1, .testAccuracy).outcome(after: history(losses: [1, 2]))
        == nil)
  }

  @Test("Patience by its definition", arguments: PropertyCase.all)
  func patienceByDefinition(_ property: PropertyCase) {
    var stream = property.stream("patience")
    let losses = (0..<property.first).map { _ in Double(stream.integer(below: 8)) }
    let epochs = max(1, property.second)
    let met = StoppingRule.patience(epochs: epochs, .trainingLoss)
      .outcome(after: history(losses: losses))
    // Met when none of the last epochs is better than the best of those before.
    let before = losses.dropLast(epochs).min()
    let isMet = before.map { best in losses.suffix(epochs).allSatisfy { $0 >= best } } ?? false
    #expect(met == (isMet ? .patienceExhausted : nil))
  }

  @Test("Before the first epoch no rule is met, and rules survive their JSON")
  func rest() throws {
    let rules: [StoppingRule] = [
      .loss(below: .infinity), .accuracy(atLeast: 0), .patience(epochs: 1, .trainingLoss),
      .patience(epochs: 2, .testAccuracy),
    ]
    #expect(rules.allSatisfy { $0.outcome(after: []) == nil })
    let data = try JSONEncoder().encode(Array(rules.dropFirst()))
    #expect(try JSONDecoder().decode([StoppingRule].self, from: data) == Array(rules.dropFirst()))
  }

  @Test("Divergence wants all of the last epochs above the multiple of the start's loss")
  func divergence() {
    let losses = history(losses: [9, 2, 5, 5, 4, 5])
    func end(_ rule: DivergenceRule, _ start: Double) -> Int? {
      (0...losses.count).first {
        rule.isMet(by: Array(losses.prefix($0)), startingLoss: start)
      }
    }
    #expect(end(DivergenceRule(epochs: 1, factor: 1), 3) == 1)
    #expect(end(DivergenceRule(epochs: 2, factor: 1), 3) == 4)
    #expect(end(DivergenceRule(epochs: 4, factor: 1), 3) == 6)
    #expect(end(DivergenceRule(epochs: 4, factor: 4.0 / 3), 3) == nil)
    #expect(end(DivergenceRule(epochs: 2, factor: 1.5), 3) == 4)
    #expect(end(DivergenceRule(epochs: 5, factor: 1), 3) == nil)
    #expect(end(DivergenceRule(epochs: 1), 7.2) == nil)
    #expect(end(DivergenceRule(epochs: 1), 7.1) == 1)
  }

  @Test("Equal logits lose what the loss says they lose", arguments: [1, 2, 3, 10, 100])
  func atChance(_ classes: Int) {
    for loss in Loss.allCases {
      // The mean over all labels, at the best constant logits.
      let logits = Matrix<Double>(
        rows: classes, columns: classes, repeating: 1 / Double(classes))
      let known = loss.evaluate(logits: logits, labels: Array(0..<classes)).score.loss
      #expect(
        abs(loss.atChance(classes: classes) - known)
          <= Tolerance.arithmetic.bound(Double.self, size: 3 * classes, scale: 1 + known))
    }
  }

  @Test("The history knows its fit, its best epoch and the gain of stopping there")
  func summaries() {
    let none: [EpochRecord] = []
    #expect(none.timeToFit(lossBelow: 1) == nil && none.best == nil)
    #expect(none.earlyStoppingGain == nil)
    let records = history(
      losses: [2, 0.05, 0.04, 0.06], test: [0.2, 0.625, 0.625, 0.5])
    #expect(records.timeToFit(lossBelow: 0.05)?.epochs == 3)
    #expect(records.timeToFit(lossBelow: 0.05)?.steps == 9)
    #expect(records.timeToFit(lossBelow: 0.04) == nil)
    #expect(records.best?.epoch == 2 && records.earlyStoppingGain == 0.125)
    #expect(history(losses: [1]).best == nil && history(losses: [1]).earlyStoppingGain == nil)
  }
}
