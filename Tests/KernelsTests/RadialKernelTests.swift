import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Radial kernels take their scale from the samples and cohere with each other")
struct RadialKernelTests {
  @Test("The median heuristic gives every kernel one scale", arguments: PropertyCase.all)
  func medianHeuristic(_ property: PropertyCase) {
    var stream = property.stream("median")
    let samples: Matrix<Double> = randomMatrix(
      rows: property.first, columns: property.second, from: &stream)
    let seed = UInt64(property.seed)
    let gaussian = GaussianKernel.medianHeuristic(samples, seed: seed)
    func close(_ a: Double, _ b: Double) -> Bool { abs(a - b) <= 8 * Double.ulpOfOne * b }
    let laplacian = LaplacianKernel(gamma: 3).scaledToMedianDistance(of: samples, seed: seed)
    #expect(close(laplacian.gamma, gaussian.gamma.squareRoot()))
    for smoothness in MaternKernel.Smoothness.allCases {
      let matern = MaternKernel(smoothness, lengthScale: 3)
        .scaledToMedianDistance(of: samples, seed: seed)
      #expect(matern.smoothness == smoothness)
      #expect(close(matern.lengthScale, 1 / gaussian.gamma.squareRoot()))
      #expect(close(matern.squaredScale, gaussian.squaredScale))
    }
    #expect(close(laplacian.squaredScale, gaussian.squaredScale))
    if property.first < 2 || property.second == 0 { #expect(laplacian.gamma == 1) }
  }

  @Test("Smoothness 1/2 is the Laplacian kernel, bit for bit", arguments: PropertyCase.all)
  func half(_ property: PropertyCase) {
    var stream = property.stream("half")
    let samples: Matrix<Double> = randomMatrix(
      rows: property.first, columns: property.second, from: &stream)
    for gamma in [0.125, 1, 4] {
      #expect(
        LaplacianKernel(gamma: gamma).gramMatrix(samples)
          == MaternKernel(.half, lengthScale: 1 / gamma).gramMatrix(samples))
    }
  }

  @Test("A scale divides the inputs", arguments: [0.25, 2])
  func scale(factor: Double) {
    // Powers of two and integers: the same bits.
    let samples = Matrix<Double>(rows: 4, columns: 1, columnMajor: [0, 1, 3, 7])
    let scaled = samples.map { $0 / factor }
    for kernel: any RadialKernel in [
      GaussianKernel(gamma: 1), LaplacianKernel(gamma: 1),
      MaternKernel(.threeHalves, lengthScale: 1),
      MaternKernel(.fiveHalves, lengthScale: 1),
    ] {
      let stretched = kernel.with(squaredScale: factor * factor)
      #expect(stretched.squaredScale == factor * factor)
      #expect(stretched.gramMatrix(samples) == kernel.gramMatrix(scaled), "\(kernel)")
    }
  }
}
