import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport
import Testing

@Suite("Random features approach their kernels")
struct RandomFeaturesTests {
  private func samples(_ seed: Int, rows: Int, columns: Int) -> Matrix<Double> {
    var stream = RandomStream(seed: UInt64(seed), purpose: "samples")
    return Matrix(rows: rows, columns: columns) { _, _ in stream.normal() }
  }

  /// Six standard errors of a mean of N products, none of which is larger than `largest` in scale.
  private func bound(_ count: Int, _ largest: Double) -> Double {
    6 * largest / Double(count).squareRoot()
  }

  @Test("Fourier: inner products are those of the Gaussian kernel in the mean", arguments: 0..<200)
  func fourier(seed: Int) {
    let (count, gamma) = (4000, 0.05)
    let x = samples(seed, rows: 5, columns: 3)
    let features = RandomFeatures(.fourier(gamma: gamma), count: count, seed: UInt64(seed))(x)
    let products = features.times(features.transposed())
    let kernel = GaussianKernel(gamma: gamma).gramMatrix(x)
    #expect((products - kernel).largestAbsoluteEntry <= bound(count, 2))
  }

  @Test("ReLU: inner products are those of the arc-cosine kernel in the mean", arguments: 0..<200)
  func rectified(seed: Int) {
    let (count, d) = (4000, 4)
    let x = samples(seed, rows: 5, columns: d)
    let features = RandomFeatures(.rectified, count: count, seed: UInt64(seed))(x)
    let products = features.times(features.transposed())
    for i in 0..<x.rows {
      for j in 0..<x.rows {
        let (a, b) = (x.row(i), x.row(j))
        let lengths = euclideanNorm(a) * euclideanNorm(b)
        let cosine = min(max(zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } / lengths, -1), 1)
        let angle = acos(cosine)
        let limit = lengths * (sin(angle) + (.pi - angle) * cosine) / (.pi * Double(d))
        #expect(abs(products[i, j] - limit) <= bound(count, 3 * lengths / Double(d)))
      }
    }
  }

  @Test(
    "Fewer features are the first of more, on their own scale", arguments: [1, 2, 3, 5, 10, 50])
  func nested(count: Int) {
    let x = samples(count, rows: 7, columns: 6)
    for kind in [RandomFeatures.Kind.rectified, .fourier(gamma: 0.1)] {
      let few = RandomFeatures(kind, count: count, seed: 3)(x)
      let many = RandomFeatures(kind, count: 64, seed: 3)(x)
      let scale = (64 / Double(count)).squareRoot()
      let difference = few - many.columns(0..<count).map { $0 * scale }
      // One rounding of the scale and one of the product, on values below 4.
      #expect(difference.largestAbsoluteEntry <= 16 * Double.ulpOfOne)
    }
  }

  @Test("The draw is named by the seed; single precision is the same draw")
  func named() {
    let x = samples(1, rows: 4, columns: 5)
    let map = RandomFeatures(.rectified, count: 20, seed: 8)
    #expect(map(x) == map(x))
    #expect(map(x) != RandomFeatures(.rectified, count: 20, seed: 9)(x))
    #expect(map(x) != RandomFeatures(.rectified, count: 20, seed: 8, draw: 1)(x))
    let single = Matrix<Float>(rows: 4, columns: 5, columnMajor: x.elements.map { Float($0) })
    let difference = zip(map(single).elements, map(x).elements).map { abs(Double($0) - $1) }.max()
    #expect((difference ?? 1) <= 64 * Double(Float.ulpOfOne))
  }

  @Test("No samples give no rows, and samples without values the features of zero")
  func empty() {
    let none = RandomFeatures(.rectified, count: 3, seed: 1)(Matrix<Double>(rows: 0, columns: 2))
    #expect(none.rows == 0 && none.columns == 3)
    let zero = RandomFeatures(.rectified, count: 3, seed: 1)(Matrix<Double>(rows: 2, columns: 0))
    #expect(zero == Matrix(rows: 2, columns: 3))
  }
}
