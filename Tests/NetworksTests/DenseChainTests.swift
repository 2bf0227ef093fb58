import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Chains of dense layers and their neural tangent kernel")
struct DenseChainTests {
  /// Sums of so many products stand behind an entry of a kernel.
  private func size(_ graph: NetworkGraph) -> Int {
    graph.parameters.reduce(0) { $0 + $1.count } + 8 * graph.nodes.count
  }

  @Test(
    "Kernel, products with the Jacobian and its transpose are those of the plain Jacobian",
    arguments: DenseChainCase.seeds)
  func plain(seed: Int) throws {
    let chain = try DenseChainCase(seed: seed)
    let (graph, samples) = (chain.graph, chain.samples)
    let (n, classes) = (samples.columns, graph.classCount)
    let pass = try DenseChain(graph, parameters: chain.parameters).pass(samples)
    let jacobian = try graph.outputJacobian(parameters: chain.parameters, samples: samples)
    let norm = jacobian.frobeniusNorm
    let bound = Tolerance.arithmetic.bound(Double.self, size: size(graph), scale: norm * norm)
    #expect(distance(pass.tangentKernel(), jacobian.timesOwnTranspose()) <= bound, "\(chain)")
    let half = samples.columns(0..<n / 2)
    let halfPass = try DenseChain(graph, parameters: chain.parameters).pass(half)
    let halfJacobian = jacobian.rows(0..<n / 2 * classes)
    #expect(
      distance(
        pass.tangentKernel(with: halfPass), jacobian.times(halfJacobian, transposingOther: true))
        <= bound, "\(chain)")

    var stream = RandomStream(seed: UInt64(seed), purpose: "vectors")
    let coefficients: Matrix<Double> = randomMatrix(rows: classes, columns: n, from: &stream)
    let gradient = Array(pass.transposedJacobian(times: coefficients).joined())
    let expected = jacobian.times(coefficients.elements, transposingSelf: true)
    let vectorBound = Tolerance.arithmetic.bound(
      Double.self, size: size(graph), scale: norm * coefficients.frobeniusNorm)
    #expect(euclideanNorm(zip(gradient, expected).map { $0 - $1 }) <= vectorBound, "\(chain)")

    let direction = chain.parameters.values.map { $0.map { _ in stream.normal() } }
    let flat = Array(direction.joined())
    let slope = jacobian.times(flat)
    #expect(
      euclideanNorm(zip(pass.jacobian(times: direction).elements, slope).map { $0 - $1 })
        <= Tolerance.arithmetic.bound(
          Double.self, size: size(graph), scale: norm * euclideanNorm(flat)), "\(chain)")
  }

  @Test("Its logits are those of the engine", arguments: DenseChainCase.seeds)
  func logits(seed: Int) throws {
    let chain = try DenseChainCase(seed: seed)
    let n = chain.samples.columns
    if n == 0 { return }
    let engine = ReferenceEngine(
      chain.graph, loss: .squared, batchSize: n, parameters: chain.parameters)
    let expected = engine.logits(count: n, fill: filling(chain.samples.elements))
    let pass = try DenseChain(chain.graph, parameters: chain.parameters).pass(chain.samples)
    let scale = chain.parameters.values.reduce(1 + chain.samples.frobeniusNorm) {
      $0 * (1 + euclideanNorm($1))
    }
    #expect(
      distance(pass.outputs, expected)
        <= Tolerance.arithmetic.bound(Double.self, size: size(chain.graph), scale: scale))
  }

  @Test("A linear model's kernel is X Xᵀ + 1 for each logit, and 0 between two")
  func linearModel() throws {
    let (d, n, classes) = (7, 6, 3)
    var stream = RandomStream(seed: 3, purpose: "samples")
    let x: Matrix<Double> = randomMatrix(rows: d, columns: n, from: &stream)
    let graph = try NetworkGraph(
      Architecture("linear", input: .vector(d)) { Dense(classes) })
    let kernel = try DenseChain(
      graph, parameters: randomParameters(of: graph, seed: 1) as NetworkParameters<Double>
    )
    .pass(x).tangentKernel()
    let gram = x.timesOwnTranspose(transposingSelf: true)
    for row in 0..<n * classes {
      for column in 0..<n * classes {
        let expected =
          row % classes == column % classes ? gram[row / classes, column / classes] + 1 : 0
        #expect(
          abs(kernel[row, column] - expected)
            <= Tolerance.arithmetic.bound(Double.self, size: d, scale: abs(expected) + 10))
      }
    }
  }

  @Test("A kernel is symmetric and positive semidefinite", arguments: 0..<40)
  func semidefinite(seed: Int) throws {
    let chain = try DenseChainCase(seed: seed)
    let kernel = try DenseChain(chain.graph, parameters: chain.parameters).pass(chain.samples)
      .tangentKernel()
    if kernel.rows == 0 { return }
    #expect(kernel == kernel.transposed())
    let eigenvalues = try SymmetricEigen(of: kernel).values
    let scale = eigenvalues.last ?? 0
    #expect(
      (eigenvalues.first ?? 0) >= -Tolerance.symmetricEigenvalues.bound(
        Double.self, size: kernel.rows, scale: scale))
  }

  @Test("Without biases the kernel of L layers grows as the samples squared, and as W^(2 L - 2)")
  func homogeneity() throws {
    for layers in 1...4 {
      let graph = try NetworkGraph(
        Architecture("chain", input: .vector(5)) {
          for _ in 1..<layers {
            Dense(8, hasBias: false)
            Rectifier()
          }
          Dense(2, hasBias: false)
        })
      var stream = RandomStream(seed: 9, purpose: "samples")
      let x: Matrix<Double> = randomMatrix(rows: 5, columns: 4, from: &stream)
      let parameters: NetworkParameters<Double> = randomParameters(of: graph, seed: 2)
      func kernel(_ samples: Matrix<Double>, _ scale: Double) throws -> Matrix<Double> {
        var scaled = parameters
        for index in scaled.values.indices {
          scaled.values[index] = scaled.values[index].map { scale * $0 }
        }
        return try DenseChain(graph, parameters: scaled).pass(samples).tangentKernel()
      }
      let plain = try kernel(x, 1)
      // Powers of two scale without rounding.
      #expect(try kernel(x.map { 4 * $0 }, 1) == plain.map { 16 * $0 })
      let factor = (1..<layers).reduce(1.0) { power, _ in 4 * power }
      #expect(try kernel(x, 2) == plain.map { factor * $0 })
    }
  }

  @Test("With W₁ negated every unit has switched, with W₁ alone unchanged none")
  func switched() throws {
    let graph = try NetworkGraph(
      Architecture("chain", input: .vector(4)) {
        Dense(9, hasBias: false)
        Rectifier()
        Dense(3)
      })
    var stream = RandomStream(seed: 5, purpose: "samples")
    let x: Matrix<Double> = randomMatrix(rows: 4, columns: 6, from: &stream)
    let parameters: NetworkParameters<Double> = randomParameters(of: graph, seed: 2)
    let pass = try DenseChain(graph, parameters: parameters).pass(x)
    func share(_ change: (inout NetworkParameters<Double>) -> Void) throws -> Double {
      var changed = parameters
      change(&changed)
      return pass.switchedShare(try DenseChain(graph, parameters: changed).pass(x))
    }
    #expect(try share { $0.values[0] = $0.values[0].map { -$0 } } == 1)
    #expect(try share { $0.values[1] = $0.values[1].map { -$0 } } == 0)
    #expect(try share { for i in 0..<4 { $0.values[0][i] *= -1 } } == 1.0 / 9)
  }

  @Test("Layers of other kinds are named in the error")
  func otherLayers() throws {
    let graph = try NetworkGraph(
      Architecture("pooled", input: .image(channels: 1, height: 4, width: 4)) {
        MaxPooling(size: 2, stride: 2)
        Flatten()
        Dense(2)
      })
    #expect(throws: LinearisationError.notInChain(layer: "0 (max pooling)")) {
      try DenseChain(graph, parameters: NetworkParameters<Double>(graph, seed: 0))
    }
    let without = try NetworkGraph(Architecture("none", input: .vector(3)) { Rectifier() })
    #expect(throws: LinearisationError.notInChain(layer: "input (input)")) {
      try DenseChain(without, parameters: NetworkParameters<Double>(without, seed: 0))
    }
  }
}
