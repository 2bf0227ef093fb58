import Capacity
import Datasets
import Experiments
import LinearAlgebra
import Networks
import Testing

@Suite("Capacity of networks and classes, as experiments")
struct CapacityStudyTests {
  private let plan = TrainingPlan(
    PaperModel.mlp1x512.architecture(
      input: .image(channels: 3, height: 28, width: 28), classes: 2),
    configuration: TrainingConfiguration(
      epochs: 200, batchSize: 8, learningRate: .constant(0.01),
      stoppingRules: [.loss(below: 0.05)], convergenceAccuracy: 0, evaluatesTest: false, seed: 1))

  @Test("Random signs that are all fitted give complexity one")
  func randomSigns() throws {
    let split = smallSplit(16, test: 4)
    let complexity = try randomLabelComplexity(draws: 2, of: split.train, plan: plan, seed: 1)
    #expect(complexity.draws == [1, 1] && complexity.value == 1 && complexity.fitted == 2)
    #expect(complexity.interval.upper == 1 && complexity.interval.method == .hoeffding)
  }

  @Test("A network that is not trained reaches what its start does")
  func untrained() throws {
    var untrained = plan
    untrained.configuration.epochs = 0
    let split = smallSplit(30, test: 4)
    let complexity = try randomLabelComplexity(draws: 8, of: split.train, plan: untrained, seed: 1)
    // A mean of 240 products of signs: five deviations.
    #expect(abs(complexity.value) < 5 / 240.0.squareRoot() && complexity.fitted == 0)
    #expect(complexity.draws.allSatisfy { (-1...1).contains($0) })
  }

  @Test("The study's correlations are those of its rows, and the same again")
  func study() throws {
    let configuration = CapacityStudyConfiguration(
      samples: 40, corruptions: [0, 1], widths: [8, 16], epochs: 30,
      options: NetworkCapacityOptions(perturbations: 1))
    let record = try studyCapacity(smallSplit(50), configuration: configuration)
    #expect(record.rows.count == 4 && record.sample.samples == 40)
    for row in record.rows {
      let network = row.network
      #expect(network.gap == network.corruptedTestError - network.trainError)
      #expect(network.parameters == 2352 * row.width + row.width + 10 * row.width + 10)
      #expect(network.layers.count == 2)
    }
    let gaps = record.rows.map(\.network.gap)
    #expect(record.measures.count == record.rows[0].network.measures.count)
    for order in record.measures {
      let values = record.rows.compactMap { row in
        row.network.measures.first { $0.name == order.name }?.value
      }
      let areFinite = values.allSatisfy { $0.isFinite }
      #expect(areFinite, "\(order.name)")
      #expect(order.kendall == RankCorrelation.kendall(values, gaps))
      #expect(order.spearman == RankCorrelation.spearman(values, gaps))
    }
    // Of the bound labels are no part; all else here is.
    #expect(record.stability.map(\.corruption) == [0, 0, 1, 1])
    #expect(record.stability.map(\.width) == [0, 8, 0, 8])
    let (linear, random) = (record.stability[0], record.stability[2])
    #expect(linear.bound == random.bound && linear.lossGap != random.lossGap)
    #expect(linear.largestLossChange <= linear.bound ?? 0)
    var again = try studyCapacity(smallSplit(50), configuration: configuration)
    for index in again.rows.indices {
      again.rows[index].network.seconds = record.rows[index].network.seconds
    }
    #expect(again == record)
  }

  @Test("Fewer than eight images are refused")
  func tooFew() throws {
    let sample = smallSplit(7).corrupted(by: .none, seed: 1)
    #expect(throws: ExperimentError.tooFewImages(needed: 8, found: 7, test: false)) {
      try measureCapacity(on: sample, options: SampleCapacityOptions())
    }
  }

  @Test("Replacing an image by itself changes nothing; the convex bound holds")
  func descentStability() throws {
    let split = smallSplit(30, test: 20)
    let same = DatasetSplit(train: split.train, test: split.train)
    let configuration = DescentStabilityConfiguration(replacements: 3, epochs: 3)
    let nothing = try measureDescentStability(
      on: same.corrupted(by: .none, seed: 1), configuration: configuration)
    #expect(nothing.largestLossChange == 0 && nothing.parameterDistance == 0)
    // Of test images that are the training images.
    #expect(nothing.lossGap == 0)
    let stability = try measureDescentStability(
      on: split.corrupted(by: .none, seed: 1), configuration: configuration)
    let bound = try #require(stability.bound)
    // 2 L² / n · Σ α with L² = 2 X², α = 0.1 · 2 / X²: 0.8 T / n, T = 9 steps of 30 images.
    #expect(abs(bound - 0.24) < 1e-12)
    #expect(stability.largestLossChange > 0 && stability.largestLossChange <= bound)
    #expect(stability.meanLossChange <= stability.largestLossChange)
    var network = configuration
    (network.width, network.epochs) = (8, 60)
    let other = try measureDescentStability(
      on: split.corrupted(by: .randomLabels, seed: 1), configuration: network)
    #expect(other.bound == nil && other.corruption == 1 && other.largestLossChange > 0)
    // Fitted random labels are worse than a guess elsewhere, which costs ln 10.
    #expect(other.lossGap > 2)
  }

  @Test("Classes on a sample: signs of 2n + d networks have complexity one, balls less")
  func classes() throws {
    let sample = smallSplit(24, test: 10).corrupted(by: .none, seed: 1)
    let record = try measureCapacity(
      on: sample, options: SampleCapacityOptions(draws: 200, labellings: 8, permutations: 19),
      networkDraws: 0)
    func measure(_ name: String) throws -> CapacityMeasure {
      try #require(record.measures.first { $0.name == name }, "\(name)")
    }
    let networks = try measure("Rademacher complexity: signs of 2n + d networks")
    #expect(networks.value == 1 && networks.vacuous == true)
    let ball = try measure("Rademacher complexity: Gaussian kernel, unit ball")
    let interval = try #require(ball.interval)
    let bound = try #require(ball.bound)
    #expect(interval.contains(ball.value) && ball.value <= bound)
    // The kernel's diagonal is 1, so that the bound is √n / n.
    #expect(abs(bound - 1 / 24.0.squareRoot()) < 1e-12)
    let test = try measure("permutation p-value: Gaussian kernel ridge")
    #expect(test.value >= 1.0 / 20 && test.value <= 1)
    #expect(record.measures.allSatisfy { ($0.bound == nil) == ($0.vacuous == nil) })
  }
}
