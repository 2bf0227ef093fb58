import Foundation
import Kernels
import LinearAlgebra
import RandomStreams
import TestSupport

/// A kernel with its formula written a second time, plainly, in `Double`.
struct KernelOracle {
  let kernel: any Kernel
  /// k(x, z) from ⟨x, z⟩, ‖x‖² and ‖z‖², monotone in the first, and in the other two alike.
  let value: (_ inner: Double, _ a: Double, _ b: Double) -> Double
  /// k(x, x) from ‖x‖².
  let diagonal: (Double) -> Double
  /// How many operations the kernel makes of the inner product.
  let steps: Int

  init(
    _ kernel: any Kernel, steps: Int, diagonal: @escaping (Double) -> Double,
    value: @escaping (Double, Double, Double) -> Double
  ) {
    self.kernel = kernel
    self.value = value
    self.diagonal = diagonal
    self.steps = steps
  }

  /// The largest error of a value.
  ///
  /// What the rounding of sums of d products can make of the formula, and the rounding of the
  /// formula itself; |k(x, z)| ≤ √(k(x,x) k(z,z)).
  func bound<Scalar: LinearAlgebraScalar>(
    _ type: Scalar.Type, dimension: Int, _ inner: Double, _ a: Double, _ b: Double
  ) -> Double {
    let known = value(inner, a, b)
    let size = dimension + 3 + steps
    let relative = Tolerance.arithmetic.bound(type, size: size, scale: 1)
    let shift = relative * (a * b).squareRoot()
    let spread = [(-1.0, 1.0), (-1, -1), (1, 1), (1, -1)].map { first, second in
      let (a, b) = (a * (1 + second * relative), b * (1 + second * relative))
      return abs(value(inner + first * shift, a, b) - known)
    }
    return (spread.max() ?? 0)
      + Tolerance.arithmetic.bound(
        type, size: steps, scale: (diagonal(a) * diagonal(b)).squareRoot())
  }

  /// Kernels of every kind, with parameters of a case.
  static func all(_ property: PropertyCase) -> [KernelOracle] {
    var stream = property.stream("kernel parameters")
    let d = Double(max(1, property.second))
    let gamma = (0.1 + 2 * stream.uniform()) / d
    let length = (0.3 + 3 * stream.uniform()) * d.squareRoot()
    let constant = 2 * stream.uniform() * Double(stream.integer(below: 2))
    let degree = 1 + stream.integer(below: 7)
    let depth = 1 + stream.integer(below: 4)
    let network = InfiniteReLUNetwork(
      depth: depth, weightVariance: 0.5 + 2 * stream.uniform(), biasVariance: constant,
      inputDimension: max(1, property.second))
    return [
      radial(GaussianKernel(gamma: gamma)) { exp(-gamma * $0 * $0) },
      radial(LaplacianKernel(gamma: gamma)) { exp(-gamma * $0) },
      radial(MaternKernel(.half, lengthScale: length)) { exp(-$0 / length) },
      radial(MaternKernel(.threeHalves, lengthScale: length)) {
        exp(-sqrt(3) * $0 / length) * (1 + sqrt(3) * $0 / length)
      },
      radial(MaternKernel(.fiveHalves, lengthScale: length)) {
        exp(-sqrt(5) * $0 / length)
          * (1 + sqrt(5) * $0 / length + 5 * $0 * $0 / (3 * length * length))
      },
      KernelOracle(LinearKernel(), steps: 1, diagonal: { $0 }, value: { inner, _, _ in inner }),
      KernelOracle(
        PolynomialKernel(degree: degree, gamma: gamma, constant: constant), steps: 4 * degree,
        diagonal: { pow(gamma * $0 + constant, Double(degree)) },
        value: { inner, _, _ in pow(gamma * inner + constant, Double(degree)) }),
      KernelOracle(
        PowerKernel(degree: degree), steps: 4 * degree, diagonal: { $0 == 0 ? 0 : 1 },
        value: { pow(cosine($0, $1, $2), Double(degree)) }),
      KernelOracle(
        ArcCosineKernel(.step, depth: depth), steps: 8 * depth, diagonal: { $0 == 0 ? 0 : 1 }
      ) { inner, a, b in
        if a * b == 0 { return 0 }
        return (0..<depth).reduce(cosine(inner, a, b)) { c, _ in 1 - acos(c) / .pi }
      },
      KernelOracle(ArcCosineKernel(.rectifier, depth: depth), steps: 8 * depth, diagonal: { $0 }) {
        inner, a, b in
        (0..<depth).reduce(inner) { value, _ in
          let angle = acos(cosine(value, a, b))
          return sqrt(a * b) / .pi * (sin(angle) + (.pi - angle) * cos(angle))
        }
      },
      KernelOracle(
        NNGPKernel(network), steps: 12 * depth,
        diagonal: { layers(network, depth, $0, $0, $0, parallel: true).0 },
        value: { layers(network, depth, $0, $1, $2, parallel: false).0 }),
      KernelOracle(
        NeuralTangentKernel(network), steps: 12 * depth,
        diagonal: { layers(network, depth, $0, $0, $0, parallel: true).1 },
        value: { layers(network, depth, $0, $1, $2, parallel: false).1 }),
    ]
  }

  private static func radial(
    _ kernel: any Kernel, _ value: @escaping (Double) -> Double
  ) -> KernelOracle {
    KernelOracle(
      kernel, steps: 8, diagonal: { _ in 1 },
      value: { inner, a, b in value(max(0, a + b - 2 * inner).squareRoot()) })
  }

  static func cosine(_ inner: Double, _ a: Double, _ b: Double) -> Double {
    a * b == 0 ? 0 : min(1, max(-1, inner / sqrt(a * b)))
  }

  /// Σ and Θ of a layer by the recursion over layers, as in the papers: layer by layer downwards.
  static func layers(
    _ network: InfiniteReLUNetwork, _ layer: Int, _ inner: Double, _ a: Double, _ b: Double,
    parallel: Bool
  ) -> (Double, Double) {
    let (w, bias) = (network.weightVariance, network.biasVariance)
    if layer == 1 {
      let value = w * inner / Double(network.inputDimension) + bias
      return (value, value)
    }
    let before = layers(network, layer - 1, inner, a, b, parallel: parallel)
    let x = layers(network, layer - 1, a, a, a, parallel: true).0
    let z = layers(network, layer - 1, b, b, b, parallel: true).0
    let angle = parallel ? 0 : acos(cosine(before.0, x, z))
    // E[max(u, 0) max(v, 0)] and E[1(u > 0) 1(v > 0)].
    let moment = sqrt(x * z) / (2 * .pi) * (sin(angle) + (.pi - angle) * cos(angle))
    let quadrant = (.pi - angle) / (2 * .pi)
    let value = w * moment + bias
    return (value, value + w * quadrant * before.1)
  }
}
