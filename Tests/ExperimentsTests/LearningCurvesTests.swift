import Datasets
import Experiments
import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Learning curves of the four learners")
struct LearningCurvesTests {
  private func comparison(_ n: Int, seed: UInt64 = 1, epochs: Int = 2) -> ComparisonConfiguration {
    ComparisonConfiguration(
      interpolation: InterpolationConfiguration(seed: seed),
      kernel: KernelConfiguration(seed: seed),
      training: PaperModel.mlp1x512.training(samples: n, epochs: epochs, seed: seed))
  }

  /// A comparison without what two runs of it may differ in.
  private func timeless(_ record: ComparisonRecord) -> ComparisonRecord {
    var record = record
    for index in record.fits.indices { record.fits[index].seconds = 0 }
    return record
  }

  @Test(
    "each point is the comparison of that prefix alone, at any corruption",
    arguments: Corruption.paperSettings)
  func points(corruption: Corruption) throws {
    let split = smallSplit(12, test: 10)
    let sizes = [2, 5, 12]
    let configuration = LearningCurvesConfiguration(sizes: sizes) {
      comparison($0, epochs: 1 + $0 / 5)
    }
    let record = try learningCurves(
      split, corruption: corruption, seed: 1, configuration: configuration)
    #expect(record.curves.map(\.sample.samples) == sizes)
    let samples = split.corrupted(by: corruption, seed: 1, prefixes: sizes)
    for (curve, sample) in zip(record.curves, samples) {
      let n = sample.train.count
      let alone = try compare(sample, configuration: comparison(n, epochs: 1 + n / 5))
      #expect(timeless(curve) == timeless(alone))
      #expect(curve.fits.count == 4)
      #expect(curve.sampleSHA256 == sample.train.sha256)
    }
    #expect(record.sampleSHA256 == samples[2].train.sha256)
    #expect(record.sample == record.curves[2].sample)
  }

  @Test("an exact fit of one-hot or class targets has a margin of 1", arguments: [3, 5, 10, 50])
  func exactMargins(n: Int) throws {
    let sample = smallSplit(n).corrupted(by: .randomLabels, seed: 4)
    let linear = try #require(fitMinimumNorm([sample], by: .singularValues).first)
    let margin = try #require(linear.smallestMargin)
    #expect(abs(margin - 1) <= 2 * linear.residual + 4 * .ulpOfOne)
    let kernel = try #require(fitKernel([sample], configuration: KernelConfiguration()).first)
    #expect(
      try abs(#require(kernel.smallestMargin) - 1) <= 2 * kernel.maxAbsoluteResidual + 4 * .ulpOfOne
    )
    for targets in InterpolationTargets.allCases {
      let network = try interpolate(
        sample, configuration: InterpolationConfiguration(targets: targets)
      ).record
      // The outputs that are scored are summed otherwise than the certificate's.
      #expect(try abs(#require(network.smallestMargin) - 1) <= 1e-9)
    }
    let parity = try fitMinimumNorm([sample], targets: .parity, by: .singularValues)
    #expect(parity[0].smallestMargin == nil)
  }

  @Test("a trained network's margin is positive exactly where it answers all images right")
  func trainedMargin() throws {
    let sample = smallSplit(20).corrupted(by: .none, seed: 2)
    for epochs in [1, 60] {
      let plan = TrainingPlan(
        .mlp1x512, for: sample,
        configuration: comparison(20, epochs: epochs).training, engine: .reference)
      let result = try trainNetwork(plan, on: sample)
      let margin = try #require(result.record.smallestMargin)
      #expect((margin > 0) == (result.record.trainAccuracy == 1))
      #expect((epochs == 60) == (margin > 0), "one epoch does not fit, sixty do")
    }
  }

  @Test("the margin of a ridge fit shrinks as the ridge grows")
  func ridge() throws {
    let sample = smallSplit(20).corrupted(by: .randomLabels, seed: 5)
    let margins = try [0, 0.1, 1, 10].map { ridge in
      try #require(
        fitKernel([sample], configuration: KernelConfiguration(ridge: ridge)).first?.smallestMargin)
    }
    #expect(zip(margins, margins.dropFirst()).allSatisfy { $0 > $1 })
  }

  @Test("progress grows from point to point and names the size")
  func progress() throws {
    let split = smallSplit(6, test: 4)
    let configuration = LearningCurvesConfiguration(sizes: [3, 6]) { comparison($0) }
    nonisolated(unsafe) var fractions: [Double] = []
    nonisolated(unsafe) var activities: [String] = []
    _ = try learningCurves(split, corruption: .none, seed: 1, configuration: configuration) {
      fractions.append($0.fraction)
      activities.append($0.activity)
    }
    #expect(zip(fractions, fractions.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(fractions.first == 0 && (fractions.last ?? 2) <= 1)
    #expect(activities.first == "n = 3: interpolating network")
    #expect(activities.contains("n = 6: kernel regression"))
  }
}
