import Datasets
import Experiments
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("The speed of kernel regression")
struct KernelBenchmarkTests {
  private func small(_ precision: KernelPrecision) -> KernelBenchmarkConfiguration {
    KernelBenchmarkConfiguration(
      sizes: [40, 90], dimension: 10, targets: 3, precision: precision, productSize: 64)
  }

  @Test(
    "each size has its rates and a residual within the tolerance",
    arguments: KernelPrecision.allCases)
  func rates(precision: KernelPrecision) throws {
    let record = try measureKernelSpeed(small(precision))
    #expect(record.sizes.map(\.samples) == [40, 90])
    #expect(record.product == (precision == .double ? "dgemm" : "sgemm"))
    #expect(record.isSound)
    for size in record.sizes {
      let n = Double(size.samples)
      let work = [
        (size.gramSeconds, size.gramGigaflops, n * (n + 1) * 10),
        (size.factorSeconds, size.factorGigaflops, n * n * n / 3),
        (size.solveSeconds, size.solveGigaflops, 2 * n * n * 3),
        (size.residualSeconds, size.residualGigaflops, n * (n + 1) * 10 + 2 * n * n * 3),
      ]
      for (seconds, rate, operations) in work {
        #expect(seconds > 0)
        #expect(
          abs(rate * seconds * 1e9 - operations)
            <= Tolerance.arithmetic.bound(Double.self, size: 10, scale: operations))
      }
      #expect(size.shareOfProduct == size.factorGigaflops / record.productGigaflops)
      #expect(size.fitSeconds > 0)
      #expect(size.relativeResidual > 0 && size.relativeResidual <= record.configuration.tolerance)
      #expect(
        size.plannedBytes
          == KernelMemoryPlan(
            samples: size.samples, dimension: 10, targets: 3, precision: precision
          ).totalBytes)
    }
    var strict = record
    strict.configuration.tolerance = 0
    #expect(!strict.isSound)
  }

  @Test("the closest two of the points have a kernel value of about a half", arguments: [1, 2, 10])
  func closestPair(dimension: Int) {
    // The median over draws lies near the value at which one pair is expected.
    var values: [Double] = []
    for seed in 0..<101 {
      var stream = RandomStream(seed: UInt64(seed), purpose: "points")
      let x = randomMatrix(rows: 300, columns: dimension, from: &stream)
      let gamma = KernelBenchmarkConfiguration.gammaOfClosestPair(
        samples: 300, dimension: dimension)
      let gram = GaussianKernel(gamma: gamma).gramMatrix(x)
      values.append(
        (0..<300).flatMap { j in (0..<j).map { gram[$0, j] } }.max() ?? 0)
    }
    let median = values.sorted()[50]
    #expect(median > 0.3 && median < 0.82, "\(median)")
  }

  @Test("what does not fit the memory is refused before it is begun")
  func memory() {
    var configuration = small(.double)
    configuration.memoryLimit = 1000
    #expect {
      try measureKernelSpeed(configuration)
    } throws: {
      guard case .kernelMemory? = $0 as? ExperimentError else { return false }
      return true
    }
  }

  @Test("a factor that is there already gives the record that the fit alone gives")
  func preparedFactor() throws {
    let split = ProceduralImages.split(trainCount: 40, testCount: 30, seed: 3)
    let configuration = KernelConfiguration(precision: .mixed, leavesOneOut: true)
    let clean = split.corrupted(by: .none, seed: 1)
    var factorization = try beginKernelFactorization([clean], configuration: configuration)
    while !factorization.isComplete { try factorization.factorNextPanel() }
    let factor = PreparedFactor(factorization, gramSeconds: 2, factorSeconds: 3)
    for corruption in [Corruption.none, .randomLabels] {
      let sample = split.corrupted(by: corruption, seed: 1)
      var made = try #require(fitKernel([sample], configuration: configuration).first)
      let kept = try #require(
        fitKernel([sample], configuration: configuration, factor: factor).first)
      #expect(kept.gramSeconds == 2 && kept.factorSeconds == 3 && kept.fitSeconds > 5)
      (made.gramSeconds, made.factorSeconds) = (2, 3)
      (made.fitSeconds, made.predictSeconds) = (kept.fitSeconds, kept.predictSeconds)
      made.seconds = kept.seconds
      #expect(kept == made)
    }
    var limited = configuration
    limited.memoryLimit = 1000
    #expect(throws: ExperimentError.self) {
      try beginKernelFactorization([clean], configuration: limited)
    }
  }
}
