import Datasets
import Experiments
import Kernels
import LinearAlgebra
import Testing

@Suite("Ridge regression on random convolutional features")
struct RandomConvolutionExperimentTests {
  private let split = smallSplit(120, test: 50)

  private func configuration(
    _ counts: [Int], form: RidgeForm?, ridges: [Double] = [0.01, 1], limit: Int? = nil
  ) -> RandomConvolutionConfiguration {
    RandomConvolutionConfiguration(
      features: .init(
        filters: counts.last ?? 1, threshold: 0.25, contrastFloor: 0.001, whiteningPatches: 500,
        seed: 4),
      filterCounts: counts, ridges: ridges, form: form, memoryLimit: limit)
  }

  @Test("primal and dual equations give the same answers and norms")
  func forms() throws {
    let primal = try fitRandomConvolution(
      split, configuration: configuration([1, 3, 10, 20], form: .primal))
    let dual = try fitRandomConvolution(
      split, configuration: configuration([1, 3, 10, 20], form: .dual))
    #expect(primal.form == .primal && dual.form == .dual)
    for (a, b) in zip(primal.points, dual.points) {
      #expect(a.filters == b.filters && a.features == 8 * a.filters && a.features == b.features)
      #expect(a.ridge == b.ridge)
      // Rounding may turn a near tie: one image of each set.
      for (x, y) in zip(a.candidates, b.candidates) {
        let (p, q) = (try #require(x.heldOutError), try #require(y.heldOutError))
        #expect(abs(p - q) <= 1.01 / Double(primal.heldOut))
      }
      #expect(abs(a.testError - b.testError) <= 1.01 / 50)
      // The condition of either system is at most 1 + n D / (λ n), D = 160 and λ = 0.01.
      #expect(abs(a.norm - b.norm) <= a.norm * 160 / 0.01 * 16 * Double(Float.ulpOfOne))
    }
  }

  @Test("the smaller equations are chosen")
  func choice() throws {
    let few = try fitRandomConvolution(split, configuration: configuration([15], form: nil))
    let many = try fitRandomConvolution(split, configuration: configuration([16], form: nil))
    #expect(few.form == .primal && many.form == .dual)
    #expect(few.samples == 120 && few.heldOut == 12 && few.testSamples == 50)
    #expect(few.seconds == few.featureSeconds + few.solveSeconds && few.seconds > 0)
  }

  @Test("a point of the curve is the fit with that many filters", arguments: RidgeForm.allCases)
  func nested(form: RidgeForm) throws {
    let curve = try fitRandomConvolution(
      split, configuration: configuration([2, 6, 14], form: form))
    for point in curve.points {
      let alone = try fitRandomConvolution(
        split, configuration: configuration([point.filters], form: form)
      ).points[0]
      #expect(abs(alone.testError - point.testError) <= 1.01 / 50)
      #expect(alone.ridge == point.ridge)
      #expect(abs(alone.norm - point.norm) <= point.norm * 160 / 0.01 * 16 * Double(Float.ulpOfOne))
    }
  }

  @Test("it learns: the answers are better than chance, and random labels are not learned")
  func learns() throws {
    let larger = smallSplit(400, test: 200)
    let record = try fitRandomConvolution(
      larger, configuration: configuration([40], form: nil, ridges: [0.03, 0.3]))
    #expect(record.points[0].testError < 0.6)
    let random = larger.corrupted(by: .randomLabels, seed: 1)
    let blind = try fitRandomConvolution(
      DatasetSplit(train: random.train, test: larger.test),
      configuration: configuration([40], form: nil, ridges: [0.03, 0.3]))
    #expect(blind.points[0].testError > 0.75)
  }

  @Test("more λ makes less norm, and a ridge of none may leave the equations singular")
  func ridges() throws {
    let norms = try [0.01, 0.1, 1, 10].map { ridge in
      try fitRandomConvolution(
        split, configuration: configuration([5], form: .primal, ridges: [ridge])
      ).points[0].norm
    }
    #expect(norms == norms.sorted(by: >) && norms[3] > 0)
    let record = try fitRandomConvolution(
      split, configuration: configuration([30], form: .primal, ridges: [0, 0.1]))
    #expect(record.points[0].ridge == 0.1 && record.points[0].candidates[0].heldOutError == nil)
    #expect {
      try fitRandomConvolution(
        split, configuration: configuration([30], form: .primal, ridges: [0]))
    } throws: { error in
      guard case ExperimentError.linearAlgebra(let learner, .notPositiveDefinite) = error else {
        return false
      }
      return learner == "random convolutional features"
    }
  }

  @Test("a memory limit is kept before anything is computed")
  func memory() throws {
    for form in RidgeForm.allCases {
      let needed = try fitRandomConvolution(
        split, configuration: configuration([10], form: form)
      ).plannedBytes
      #expect(
        throws: ExperimentError.memory(
          learner: "random convolutional features", needed: needed, limit: needed - 1)
      ) {
        try fitRandomConvolution(
          split, configuration: configuration([10], form: form, limit: needed - 1))
      }
      #expect(throws: Never.self) {
        try fitRandomConvolution(
          split, configuration: configuration([10], form: form, limit: needed))
      }
    }
  }

  @Test("progress never goes back", arguments: RidgeForm.allCases)
  func progress(form: RidgeForm) throws {
    var fractions: [Double] = []
    _ = try fitRandomConvolution(split, configuration: configuration([2, 4], form: form)) {
      fractions.append($0.fraction)
    }
    #expect(!fractions.isEmpty && fractions == fractions.sorted())
    #expect(fractions.allSatisfy { (0...1).contains($0) })
  }

  @Test("two images and a test image are enough")
  func smallest() throws {
    let record = try fitRandomConvolution(
      smallSplit(2, test: 1), configuration: configuration([1], form: nil))
    #expect(record.heldOut == 1 && record.points.count == 1)
  }
}
