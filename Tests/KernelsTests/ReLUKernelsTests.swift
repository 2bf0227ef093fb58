import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Arc-cosine, NNGP and neural tangent kernels are limits of ReLU networks")
struct ReLUKernelsTests {
  private func samples(_ seed: Int, rows: Int = 5, columns: Int = 4) -> Matrix<Double> {
    var stream = RandomStream(seed: UInt64(seed), purpose: "samples")
    return randomMatrix(rows: rows, columns: columns, from: &stream)
  }

  /// The largest difference of entries that makes up six standard errors of a mean of N products.
  private func bound(_ count: Int, _ largest: Double) -> Double {
    6 * largest / Double(count).squareRoot()
  }

  @Test("Random ReLU features have the arc-cosine kernel in the mean", arguments: 0..<200)
  func randomFeatures(seed: Int) {
    let (count, d) = (4000, 4)
    let x = samples(seed, columns: d)
    let features = RandomFeatures(.rectified, count: count, seed: UInt64(seed))(x)
    let products = features.times(features, transposingOther: true)
    let kernel = ScaledKernel(ArcCosineKernel(.rectifier), by: 1 / Double(d)).gramMatrix(x)
    for i in 0..<x.rows {
      for j in 0..<x.rows {
        let lengths = euclideanNorm(x.row(i)) * euclideanNorm(x.row(j))
        #expect(abs(products[i, j] - kernel[i, j]) <= bound(count, 3 * lengths / Double(d)))
      }
    }
  }

  @Test("Random half-spaces have the kernel of order 0 in the mean", arguments: 0..<200)
  func halfSpaces(seed: Int) {
    let count = 4000
    let x = samples(seed)
    var stream = RandomStream(seed: UInt64(seed), purpose: "half-spaces")
    let weights: Matrix<Double> = randomMatrix(rows: x.columns, columns: count, from: &stream)
    let features = (x * weights).map { $0 > 0 ? (2 / Double(count)).squareRoot() : 0 }
    let products = features.times(features, transposingOther: true)
    let kernel = ArcCosineKernel(.step).gramMatrix(x)
    // A product is 0 or 2, of standard deviation 1 at most.
    #expect((products - kernel).largestAbsoluteEntry <= bound(count, 1))
  }

  @Test("A wide network's gradients have the neural tangent kernel in the mean", arguments: 0..<200)
  func wideNetwork(seed: Int) {
    // f = σ Σ v_j max(h_j, 0)/√N + s c, h = σ W x/√d + s b. The gradients of v and c give
    // Σ², those of W and b the rest.
    let (width, d) = (4000, 4)
    let x = samples(seed, rows: 4, columns: d)
    let network = InfiniteReLUNetwork(
      depth: 2, weightVariance: 1.5, biasVariance: 0.25, inputDimension: d)
    var stream = RandomStream(seed: UInt64(seed), purpose: "network")
    let weights: Matrix<Double> = randomMatrix(rows: d, columns: width, from: &stream)
    let biases = (0..<width).map { _ in stream.normal() }
    let outputs = (0..<width).map { _ in stream.normal() }
    let product = x * weights
    let hidden = Matrix<Double>(rows: x.rows, columns: width) { i, j in
      (1.5 / Double(d)).squareRoot() * product[i, j] + 0.5 * biases[j]
    }
    let process = NNGPKernel(network).gramMatrix(x)
    let tangent = NeuralTangentKernel(network).gramMatrix(x)
    for i in 0..<x.rows {
      for j in 0...i {
        let first =
          1.5 * zip(x.row(i), x.row(j)).reduce(0) { $0 + $1.0 * $1.1 } / Double(d) + 0.25
        var (mean, gradient) = (0.0, 0.0)
        for unit in 0..<width {
          let (u, v) = (hidden[i, unit], hidden[j, unit])
          mean += 1.5 * max(u, 0) * max(v, 0) / Double(width)
          if u > 0 && v > 0 {
            gradient += 1.5 * outputs[unit] * outputs[unit] * first / Double(width)
          }
        }
        let size =
          1.5 * (euclideanNorm(x.row(i)) * euclideanNorm(x.row(j)) / Double(d) * 1.5 + 0.25)
        #expect(abs(mean + 0.25 - process[i, j]) <= bound(width, 3 * size))
        #expect(abs(mean + 0.25 + gradient - tangent[i, j]) <= bound(width, 5 * size))
      }
    }
  }

  @Test("Without biases NNGP of variance 2 is the arc-cosine kernel of a layer less")
  func relation() {
    let x = samples(7, rows: 20, columns: 6)
    for depth in 1...4 {
      let process = NNGPKernel(InfiniteReLUNetwork(depth: depth + 1)).gramMatrix(x)
      let arcCosine = ScaledKernel(ArcCosineKernel(.rectifier, depth: depth), by: 2).gramMatrix(x)
      #expect(
        (process - arcCosine).largestAbsoluteEntry
          <= Tolerance.arithmetic.bound(
            Double.self, size: 12 * depth, scale: process.largestAbsoluteEntry))
      // The diagonal: Σ stays, and Θ adds it for each layer.
      let tangent = NeuralTangentKernel(InfiniteReLUNetwork(depth: depth)).gramMatrix(x)
      for i in 0..<20 {
        let bound = Tolerance.arithmetic.bound(
          Double.self, size: depth, scale: Double(depth) * process[i, i])
        #expect(abs(tangent[i, i] - Double(depth) * process[i, i]) <= bound)
      }
    }
    let linear = InfiniteReLUNetwork(
      depth: 1, weightVariance: 3, biasVariance: 1, inputDimension: 6)
    let polynomial = PolynomialKernel(degree: 1, gamma: 0.5, constant: 1).gramMatrix(x)
    #expect(NNGPKernel(linear).gramMatrix(x) == polynomial)
    #expect(NeuralTangentKernel(linear).gramMatrix(x) == polynomial)
  }

  @Test("Values by hand: right angles, opposite and parallel inputs")
  func byHand() {
    // (1, 0), (0, 1), (-1, 0), (2, 0).
    let x = Matrix<Double>(rows: 4, columns: 2, columnMajor: [1, 0, -1, 2, 0, 1, 0, 0])
    let tolerance = 8 * Double.ulpOfOne
    let step = ArcCosineKernel(.step).crossMatrix(x, x)
    #expect(abs(step[0, 1] - 0.5) <= tolerance && step[0, 2] == 0 && step[0, 3] == 1)
    let rectifier = ArcCosineKernel(.rectifier).crossMatrix(x, x)
    #expect(abs(rectifier[0, 1] - 1 / .pi) <= tolerance)
    #expect(abs(rectifier[0, 2]) <= tolerance && abs(rectifier[0, 3] - 2) <= tolerance)
    // Depth 2, σ_w² = 2: Σ¹ = 0 and 2, Σ² = 2/π at a right angle, Θ² = Σ² + Θ¹/2 = 2/π.
    let network = InfiniteReLUNetwork(depth: 2)
    #expect(abs(NNGPKernel(network).crossMatrix(x, x)[0, 1] - 2 / .pi) <= tolerance)
    #expect(abs(NeuralTangentKernel(network).crossMatrix(x, x)[0, 1] - 2 / .pi) <= tolerance)
    #expect(abs(NeuralTangentKernel(network).crossMatrix(x, x)[0, 3] - 8) <= 4 * tolerance)
    #expect(NeuralTangentKernel(network).gramMatrix(x)[3, 3] == 16)
    // Opposite inputs share no active unit.
    #expect(abs(NeuralTangentKernel(network).crossMatrix(x, x)[0, 2]) <= tolerance)
  }
}
