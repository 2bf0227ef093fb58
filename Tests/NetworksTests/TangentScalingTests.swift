import LinearAlgebra
import Networks
import RandomStreams
import RealModule
import TestSupport
import Testing

@Suite("The start in the neural tangent parametrisation")
struct TangentScalingTests {
  private func perceptron(_ width: Int, inputs: Int, layers: Int = 1) throws -> NetworkGraph {
    try NetworkGraph(
      Architecture("MLP", input: .vector(inputs)) {
        for _ in 0..<layers {
          Dense(width, hasBias: false)
          Rectifier()
        }
        Dense(1, hasBias: false)
      })
  }

  @Test("All layers have one deviation, and the function is He's up to a factor √2 of the last")
  func sameFunction() throws {
    for layers in 1...3 {
      let graph = try perceptron(40, inputs: 6, layers: layers)
      let he = NetworkParameters<Double>(graph, initialization: .he, seed: 4)
      let (scaled, deviation) = NetworkParameters<Double>.tangentScaled(graph, seed: 4)
      var stream = RandomStream(seed: 1, purpose: "samples")
      let x: Matrix<Double> = randomMatrix(rows: 6, columns: 5, from: &stream)
      let expected = try DenseChain(graph, parameters: he).pass(x).outputs.map {
        $0 / 2.squareRoot()
      }
      let found = try DenseChain(graph, parameters: scaled).pass(x).outputs
      #expect(
        distance(found, expected)
          <= Tolerance.arithmetic.bound(
            Double.self, size: 100 * layers, scale: 10 * expected.frobeniusNorm))
      for (values, parameter) in zip(scaled.values, graph.parameters) {
        // A mean of N squares of normal numbers lies within 5 deviations √(2 / N) of 1.
        let square = values.reduce(0) { $0 + $1 * $1 } / (deviation * deviation)
        let count = Double(parameter.count)
        #expect(abs(square / count - 1) <= 5 * (2 / count).squareRoot())
      }
    }
  }

  /// The kernel of two layers of infinite width with unit variances and factors √(2/d) and √(1/m).
  ///
  /// With κ₀ = (π - θ)/π and κ₁ = (sin θ + (π - θ) cos θ)/π of the angle θ between x and x', the
  /// last layer gives ‖x‖‖x'‖ κ₁ / d and the first ⟨x, x'⟩ κ₀ / d. Source: Cho, Saul, "Kernel
  /// methods for deep learning" (NeurIPS 2009); Jacot, Gabriel, Hongler (2018).
  private func limit(_ x: [Double], _ y: [Double]) -> Double {
    let (a, b) = (euclideanNorm(x), euclideanNorm(y))
    let inner = zip(x, y).reduce(0) { $0 + $1.0 * $1.1 }
    let angle = Double.acos(min(max(inner / (a * b), -1), 1))
    let flat = (.pi - angle) / .pi
    let sloped = (Double.sin(angle) + (.pi - angle) * Double.cos(angle)) / .pi
    return (a * b * sloped + inner * flat) / Double(x.count)
  }

  @Test("s² times the kernel approaches the arc-cosine kernel's closed form", arguments: [0, 1, 2])
  func closedForm(seed: Int) throws {
    let (d, n, width) = (10, 6, 20_000)
    let graph = try perceptron(width, inputs: d)
    let (parameters, s) = NetworkParameters<Double>.tangentScaled(graph, seed: UInt64(seed))
    var stream = RandomStream(seed: UInt64(seed), purpose: "samples")
    let x: Matrix<Double> = randomMatrix(rows: d, columns: n, from: &stream)
    let kernel = try DenseChain(graph, parameters: parameters).pass(x).tangentKernel()
    for i in 0..<n {
      for j in 0..<n {
        let (a, b) = (x.column(i), x.column(j))
        // A mean over units of u² φ'φ' ⟨x,x'⟩ 2/d + 2/d φφ': its variance is at most that of
        // products of four normal numbers, (2/d ‖x‖‖x'‖)² (3 + 3) / m; five deviations are allowed.
        let scale = 2 * euclideanNorm(a) * euclideanNorm(b) / Double(d)
        let deviation = scale * (6 / Double(width)).squareRoot()
        #expect(abs(s * s * kernel[i, j] - limit(a, b)) <= 5 * deviation)
      }
    }
    // The allowed error of a diagonal entry, 2 ‖x‖² / d, is a tenth of it: the test can fail.
    #expect(5 * 2 * (6 / Double(width)).squareRoot() <= 0.1 * 2)
  }
}
