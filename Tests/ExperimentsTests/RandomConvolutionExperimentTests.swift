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

  @Test("random labels are fitted exactly where features are as many as images")
  func randomLabels() throws {
    let corrupted = split.corrupted(by: .randomLabels, seed: 2)
    for gammas in [[], [1.0]] {
      var configuration = configuration([80], form: nil, ridges: [0.01])
      configuration.relativeGammas = gammas
      let record = try fitRandomConvolution(
        DatasetSplit(train: corrupted.train, test: corrupted.test), configuration: configuration)
      let point = record.points[0]
      #expect(record.form == .dual && point.features >= record.samples)
      #expect(point.trainError == 0 && point.testError > 0.6)
      #expect(record.isSound && point.relativeResidual <= 1e-8 && point.relativeResidual > 0)
    }
  }

  @Test("a kernel's fit is that of kernel regression on the features")
  func kernel() throws {
    var configuration = configuration([12], form: nil, ridges: [0.1])
    configuration.relativeGammas = [0.5]
    let point = try fitRandomConvolution(split, configuration: configuration).points[0]
    let images = split.map { $0 }
    let train = images.train.featureMatrix(.scaled, of: Float.self)
    let layer = try RandomConvolutionalFeatures(
      configuration.features, images: train, height: 28, width: 28, channels: 3)
    var (features, others) = (
      layer(train), layer(images.test.featureMatrix(.scaled, of: Float.self))
    )
    // Means and deviations are those of the images that are not held out.
    let scaling = FeatureScaling(features: features.rows(0..<108))
    scaling.apply(to: &features)
    scaling.apply(to: &others)
    let gamma = try #require(point.gamma)
    var targets = split.train.oneHotLabels(of: Double.self)
    targets.add(Matrix(rows: 120, columns: targets.columns, repeating: -0.1))
    let fit = try KernelRegression(
      kernel: GaussianKernel(gamma: gamma), samples: features.converted(to: Double.self), ridge: 0.1
    ).fit(targets)
    let answers = fit.predict(others.converted(to: Double.self)).largestColumnOfRows()
    let wrong = zip(answers, split.test.labels).count { $0 != $1 }
    // Rounding may turn a near tie: one image.
    #expect(abs(point.testError - Double(wrong) / 50) <= 1.01 / 50)
    // The condition is at most 1 + n / λ = 1201.
    #expect(abs(point.norm - fit.rkhsNorm) <= 1201 * 16 * Double(Float.ulpOfOne) * fit.rkhsNorm)
    // γ is one half over the median squared distance: as many pairs lie closer as lie further.
    let distances = (0..<120).flatMap { i in
      (0..<i).map { j in
        (0..<features.columns).reduce(0.0) { sum, k in
          let difference = Double(features[i, k] - features[j, k])
          return sum + difference * difference
        }
      }
    }
    let below = distances.count { $0 < 0.5 / gamma }
    // A share among 1000 random pairs has a deviation of at most 1.6 %.
    #expect(abs(Double(below) / Double(distances.count) - 0.5) < 0.08)
  }

  @Test("the γ and λ of least error on the images held out are taken, without the test images")
  func kernelChoice() throws {
    var configuration = configuration([5, 10], form: nil, ridges: [1e-3, 1e6])
    configuration.relativeGammas = [0.5, 1e6]
    configuration.selectionLimit = 60
    let record = try fitRandomConvolution(split, configuration: configuration)
    for point in record.points {
      #expect(point.candidates.count == 4)
      let best = try #require(point.candidates.compactMap(\.heldOutError).min())
      #expect(point.heldOutError == best)
      let chosen = try #require(point.candidates.first { $0.heldOutError == best })
      #expect(point.ridge == chosen.ridge && chosen.relativeGamma == 0.5)
    }
    let fewer = try fitRandomConvolution(
      DatasetSplit(train: split.train, test: split.test.prefix(3)), configuration: configuration)
    #expect(fewer.points.map(\.candidates) == record.points.map(\.candidates))
    #expect(fewer.points.map(\.norm) == record.points.map(\.norm))
  }

  @Test("residuals are those that refinement leaves, in both forms", arguments: RidgeForm.allCases)
  func residuals(form: RidgeForm) throws {
    var configuration = configuration([2, 80], form: form, ridges: [1e-4])
    let record = try fitRandomConvolution(split, configuration: configuration)
    #expect(record.isSound && record.points.allSatisfy { $0.relativeResidual <= 1e-8 })
    configuration.tolerance = 1
    let coarse = try fitRandomConvolution(split, configuration: configuration)
    // A factor in `Float` alone leaves more: the condition is up to 1 + 640 / 1e-4.
    #expect(coarse.points[1].relativeResidual > 1e-6 && coarse.isSound)
    configuration.tolerance = 0
    #expect(try !fitRandomConvolution(split, configuration: configuration).isSound)
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
