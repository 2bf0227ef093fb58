import Datasets
import Experiments
import Foundation
import Networks
import Testing

@Suite("The paper's claims in words")
struct PaperClaimsTests {
  /// A training whose numbers the tests set.
  private static let base = Result {
    let sample = smallSplit(20, test: 10).corrupted(by: .none, seed: 1)
    return try trainNetwork(
      TrainingPlan(
        .mlp1x512, for: sample, configuration: TrainingConfiguration(epochs: 1, seed: 1)),
      on: sample
    ).record
  }

  private func run(
    _ corruption: Corruption = .none, train: Double = 1, test: Double = 0.5, steps: Int? = 100,
    decay: Double = 0, samples: Int = 50_000, testSamples: Int = 10_000, corrupted: Double? = nil
  ) throws -> RunEvidence {
    var record = try Self.base.get()
    record.sample.corruption = corruption.description
    (record.sample.samples, record.sample.testSamples) = (samples, testSamples)
    (record.trainAccuracy, record.testAccuracy) = (train, test)
    (record.score.testError, record.score.corruptedTestError) = (1 - test, corrupted ?? 1 - test)
    record.stepsToFit = steps
    record.configuration.weightDecay = decay
    return RunEvidence(
      record: try JSONEncoder().encode(record), folder: "f", command: "rethink train",
      identity: UUID().uuidString)
  }

  private func claims(
    _ plan: String, _ runs: [(name: String, runs: [RunEvidence])],
    paper: [String: Double] = ["x": 1]
  ) -> [String: Cell] {
    let plan = PaperPlan(
      name: plan, title: "t", source: "s", quantities: [],
      cells: runs.map {
        PaperCell(name: $0.name, title: $0.name, command: "train", options: [:], paper: paper)
      })
    let record = ReproductionRecord(
      [plan], scale: .full, seeds: 1,
      evidence: Dictionary(
        uniqueKeysWithValues: runs.map { ("\(plan.name)/\($0.name)", $0.runs) }))
    return Dictionary(uniqueKeysWithValues: record.cells.map { ($0.name, $0) })
  }

  @Test("random labels are fitted from 99 % on, by the worst seed", arguments: [0.98, 0.99, 1])
  func fitted(accuracy: Double) throws {
    let cells = try claims(
      "table1",
      [
        (
          "mlp1x512/random-labels",
          [
            run(.randomLabels, train: 1, test: 0.1),
            run(.randomLabels, train: accuracy, test: 0.1),
          ]
        )
      ])
    let cell = try #require(cells["claims/random-labels-fitted/mlp1x512"])
    #expect((cell.verdict == .agrees) == (accuracy >= 0.99))
    #expect(cell.commands.count == 2)
  }

  @Test("test error at chance is one that chance explains")
  func chance() throws {
    // The standard deviation is √(0.09 (1/50000 + 1/10000)) = 0.00329; 0.1 % is at 3.29 of them.
    for (test, holds) in [(0.1, true), (0.11, true), (0.09, true), (0.112, false), (0.088, false)] {
      let cells = try claims(
        "table1", [("m/random-labels", [run(.randomLabels, test: test)])])
      let cell = try #require(cells["claims/random-labels-at-chance/m"])
      #expect((cell.verdict == .agrees) == holds, "\(test)")
    }
    let cells = try claims("table1", [("m/random-labels", [run(.randomLabels, test: 0.1)])])
    #expect(
      cells["claims/random-labels-at-chance/m"]?.measured
        == .text("test error 90 %, p-value 1"))
  }

  @Test("weight decay on random labels is no case of random labels without regularisers")
  func regularized() throws {
    let cells = try claims("table1", [("m/x", [run(.randomLabels, decay: 1e-4)])])
    #expect(cells.isEmpty)
  }

  @Test("settings are fitted in the paper's order or not, and random labels slower or not")
  func order() throws {
    func figure(_ steps: [Int?]) throws -> [String: Cell] {
      let settings: [Corruption] = [
        .none, .shuffledPixels, .gaussian, .randomPixels, .randomLabels,
      ]
      return try claims(
        "figure1a",
        zip(settings, steps).map { ($0.description, [try run($0, steps: $1)]) })
    }
    let paper = try figure([10, 15, 21, 23, 36])
    #expect(paper["claims/order-of-convergence"]?.verdict == .agrees)
    #expect(paper["claims/slowdown"]?.measured == .text("factor 3.6"))
    #expect(paper["claims/slowdown"]?.verdict == .agrees)
    // The paper leaves the two noises near each other.
    #expect(try figure([10, 15, 23, 21, 36])["claims/order-of-convergence"]?.verdict == .agrees)
    #expect(try figure([10, 24, 21, 23, 36])["claims/order-of-convergence"]?.verdict == .differs)
    let late = try figure([10, 15, 21, 23, 101])
    #expect(late["claims/slowdown"]?.verdict == .differs)
    let never = try figure([10, 15, 21, 23, nil])
    #expect(never["claims/slowdown"]?.verdict == .differs)
    #expect(never["claims/order-of-convergence"]?.verdict == .agrees)
  }

  @Test("error grows with corruption but for drops that sampling explains")
  func growth() throws {
    func figure(_ errors: [Double]) throws -> Cell? {
      let levels = [0, 0.5, 1]
      return try claims(
        "figure1c",
        zip(levels, errors).map { level, error in
          let corruption: Corruption = level == 0 ? .none : .partialLabels(probability: level)
          return ("mlp1x512/p=\(level)", [try run(corruption, corrupted: error)])
        })["claims/error-grows-with-corruption/mlp-1x512"]
    }
    #expect(try figure([0.5, 0.8, 0.9])?.verdict == .agrees)
    #expect(try figure([0.5, 0.9, 0.895])?.verdict == .agrees)
    #expect(try figure([0.5, 0.9, 0.8])?.verdict == .differs)
    #expect(try figure([0.5, 0.9, 0.8])?.measured == .text("increasing but for a drop of 10 %"))
  }

  @Test("regularisers are not necessary where most of the accuracy remains without them")
  func necessary() throws {
    func table(_ plain: Double, _ best: Double) throws -> Cell? {
      try claims(
        "table1",
        [
          ("m/true-labels", [run(test: plain)]), ("m/decay", [run(test: best, decay: 5e-4)]),
          ("m/worse", [run(test: 0.1, decay: 1e-3)]),
        ])["claims/regularisers-not-necessary/m"]
    }
    #expect(try table(0.5, 0.52)?.verdict == .agrees)
    #expect(try table(0.25, 0.52)?.verdict == .differs)
    #expect(
      try table(0.5, 0.52)?.measured == .text("50 % without, 52 % with (m/decay)"))
  }

  @Test("a regulariser under which random labels are fitted is not sufficient")
  func sufficient() throws {
    func table(_ accuracy: Double, paper: [String: Double]) throws -> Verdict? {
      try claims(
        "table4", [("m/decay", [run(.randomLabels, train: accuracy, decay: 5e-4)])], paper: paper
      )["claims/regularisers-not-sufficient/m/decay"]?.verdict
    }
    #expect(try table(1, paper: ["x": 100]) == .agrees)
    #expect(try table(0.9, paper: ["x": 100]) == .differs)
    // The paper's own did not converge.
    #expect(try table(0.9, paper: [:]) == .agrees)
    #expect(try table(1, paper: [:]) == .differs)
  }

  @Test("Theorem 1 is counted and certified on the network itself")
  func theorem() throws {
    let sample = smallSplit(20, test: 10).corrupted(by: .randomLabels, seed: 1)
    let found = try interpolate(sample, configuration: InterpolationConfiguration(seed: 1)).record
    func cell(_ record: InterpolationRecord) throws -> Cell? {
      let run = RunEvidence(
        record: try JSONEncoder().encode(record), folder: "f", command: "c", identity: "i")
      return claims("theorem1", [("random-labels", [run])])["claims/theorem1/random-labels"]
    }
    #expect(try cell(found)?.verdict == .agrees)
    var more = found
    more.weights += 1
    #expect(try cell(more)?.verdict == .differs)
    var doubtful = found
    doubtful.certified = false
    #expect(try cell(doubtful)?.verdict == .differs)
  }
}
