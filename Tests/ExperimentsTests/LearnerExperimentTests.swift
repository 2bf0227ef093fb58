import Datasets
import Experiments
import Kernels
import LinearAlgebra
import LinearModels
import ReLUInterpolation
import ReLUNetworks
import TestSupport
import Testing

@Suite("Experiments with single learners")
struct LearnerExperimentTests {
  @Test("the interpolant fits any labels with 2n + d weights", arguments: [1, 2, 3, 5, 10, 50])
  func interpolant(count: Int) throws {
    let sample = smallSplit(count).corrupted(by: .randomLabels, seed: 1)
    let record = try interpolate(sample, configuration: InterpolationConfiguration()).record
    #expect(record.weights == 2 * count + 2352)
    #expect(record.certified && record.projectionsExact && record.interleavesStrictly)
    #expect(record.score?.trainError == 0)
    #expect(record.sample.sha256 == sample.train.sha256)
  }

  @Test("one-hot outputs take n (1 + C) + d weights, by either solver")
  func oneHot() throws {
    let sample = smallSplit(40).corrupted(by: .randomLabels, seed: 2)
    for solver in OutputWeightSolver.allCases {
      let record = try interpolate(
        sample, configuration: InterpolationConfiguration(targets: .oneHot, solver: solver)
      ).record
      #expect(record.weights == 40 * 11 + 2352)
      #expect(record.outputs == 10 && record.certified && record.score?.trainError == 0)
    }
  }

  @Test("real images are projected with rounding, and the record says so")
  func realImages() throws {
    let sample = smallSplit(30).corrupted(by: .gaussian, seed: 3)
    let result = try interpolate(sample, configuration: InterpolationConfiguration())
    #expect(result.record.certified && !result.record.projectionsExact)
    #expect(result.record.direction == "normal")
    // The score is that of the network itself at the test images.
    let outputs = result.network.predict(sample.test.featureMatrix(.raw, of: Float.self)).elements
    let wrong = zip(outputs, sample.test.labels).count { Int(min(max($0.rounded(), 0), 9)) != $1 }
    #expect(result.record.score?.testError == Double(wrong) / Double(sample.test.count))
  }

  @Test("real targets are fitted and NaN among them is refused by name")
  func realTargets() throws {
    let sample = smallSplit(3).corrupted(by: .none, seed: 0)
    let targets = Matrix(rows: 3, columns: 1, columnMajor: [0.5, -2, 1e6])
    let record = try interpolate(
      sample, targets: targets, configuration: InterpolationConfiguration()
    ).record
    #expect(record.certified && record.score == nil)
    var broken = targets
    broken[1, 0] = .nan
    #expect(
      throws: ExperimentError.interpolation(
        .notFinite(argument: "the targets", row: 1, column: 0))
    ) {
      try interpolate(sample, targets: broken, configuration: InterpolationConfiguration())
    }
  }

  @Test("equal images with unequal labels are an error that names the pair")
  func conflict() {
    let sample = tinySplit(
      train: [([0, 1], 0), ([5, 5], 1), ([0, 1], 2)], test: [([0, 0], 0)]
    ).corrupted(by: .none, seed: 0)
    #expect(
      throws: ExperimentError.interpolation(.conflictingDuplicates(first: 0, second: 2))
    ) { try interpolate(sample, configuration: InterpolationConfiguration()) }
  }

  @Test("kernel regression of several label sets equals that of each alone")
  func kernelSharesItsFactor() throws {
    let split = smallSplit(50)
    let samples = [0, 0.3, 1].map {
      split.corrupted(by: .partialLabels(probability: $0), seed: 4)
    }
    let configuration = KernelConfiguration(kernel: .gaussian(gamma: 0.005))
    let together = try fitKernel(samples, configuration: configuration)
    for (sample, record) in zip(samples, together) {
      let alone = try fitKernel([sample], configuration: configuration)[0]
      #expect(record.testError == alone.testError && record.trainError == alone.trainError)
      let scale = try 100 * #require(alone.conditionEstimate) * Double.ulpOfOne
      #expect(abs(record.rkhsNorm - alone.rkhsNorm) <= scale * alone.rkhsNorm)
      #expect(try #require(record.testRatio) <= 30)
      #expect(record.sample == SampleRecord(sample))
    }
  }

  @Test("a kernel fit beyond its memory is refused with the numbers, before it allocates")
  func memory() {
    let sample = smallSplit(10).corrupted(by: .none, seed: 0)
    let plan = KernelMemoryPlan(
      samples: 10, dimension: 2352, targets: 10, inputs: sample.test.count)
    let needed = plan.totalBytes
    #expect(throws: ExperimentError.kernelMemory(plan, limit: needed - 1)) {
      try fitKernel([sample], configuration: KernelConfiguration(memoryLimit: needed - 1))
    }
  }

  @Test("equal images stop an exact kernel fit, and the error names the second of them")
  func singularKernel() {
    let sample = tinySplit(
      train: [([0, 1], 0), ([9, 9], 1), ([0, 1], 0)], test: [([0, 0], 0)]
    ).corrupted(by: .none, seed: 0)
    #expect(
      throws: ExperimentError.kernel(
        .notPositiveDefinite(
          SingularGram(
            pivot: 2, nearest: 0, cosineGap: 0, isSameInput: true,
            sufficientRidge: 3 * Double.ulpOfOne)))
    ) { try fitKernel([sample], configuration: KernelConfiguration(kernel: .gaussian(gamma: 1))) }
  }
}
