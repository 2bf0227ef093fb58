import Capacity
import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("Folding batch normalisation")
struct FoldedNetworkTests {
  @Test("The folded network computes the same function", arguments: 0..<50)
  func sameFunction(seed: Int) throws {
    let graph = try convolutionalGraph()
    let parameters = randomParameters(graph, seed: seed)
    let folded = FoldedNetwork(graph, parameters)
    #expect(folded.graph.statistics.isEmpty)
    var stream = RandomStream(seed: UInt64(seed), purpose: "inputs")
    let inputs: Matrix<Double> = randomMatrix(rows: graph.input.count, columns: 4, from: &stream)
    let (a, b) = (
      logits(graph, parameters, inputs), logits(folded.graph, folded.parameters, inputs)
    )
    let path = try #require(PathNorm(folded, exponent: 1))
    let tolerance = Tolerance.arithmetic.bound(
      Double.self, size: 200, scale: path.value * (1 + inputs.largestAbsoluteEntry))
    #expect((a - b).largestAbsoluteEntry <= tolerance)
  }

  @Test("A network without normalisation stays as it is")
  func unchanged() throws {
    let graph = try denseGraph([3, 4, 2])
    let parameters = randomParameters(graph, seed: 1)
    let folded = FoldedNetwork(graph, parameters)
    #expect(folded.graph == graph && folded.parameters.values == parameters.values)
  }

  @Test("Measures do not depend on the scale that normalisation takes out", arguments: 0..<20)
  func scaleInvariance(seed: Int) throws {
    // x → c x before a normalisation with mean c μ and variance c² (σ² + ε) - ε is no change.
    let graph = try NetworkGraph(
      Architecture("normalised", input: .vector(3)) {
        Dense(4, hasBias: false)
        BatchNormalization()
        Rectifier()
        Dense(2)
      })
    let parameters = randomParameters(graph, seed: seed)
    var scaled = parameters
    let c = 3.0
    scaled.values[0] = parameters.values[0].map { c * $0 }
    scaled.statistics[0] = parameters.statistics[0].map { c * $0 }
    scaled.statistics[1] = parameters.statistics[1].map { c * c * ($0 + 1e-5) - 1e-5 }
    let folds = [parameters, scaled].map { FoldedNetwork(graph, $0) }
    let paths = folds.compactMap { PathNorm($0, exponent: 1)?.value }
    #expect(abs(paths[0] - paths[1]) <= 1e-12 * paths[0])
    let norms = try folds.map { ChainMeasures(try NetworkChain($0)).spectralComplexity }
    #expect(abs(norms[0] - norms[1]) <= 1e-7 * norms[0])
    #expect(parameters.norm != scaled.norm)
  }
}

@Suite("Norms of layers")
struct LayerNormsTests {
  /// The matrix of a layer, by its columns.
  private func matrix(_ layer: LayerOperator<Double>) -> Matrix<Double> {
    var columns: [Double] = []
    for i in 0..<layer.input.count {
      columns += layer.times((0..<layer.input.count).map { $0 == i ? 1 : 0 })
    }
    return Matrix(rows: layer.output.count, columns: layer.input.count, columnMajor: columns)
  }

  private func layer(
    _ convolution: Convolution, on input: TensorShape, seed: Int
  ) throws -> LayerOperator<Double> {
    let graph = try NetworkGraph(
      Architecture("one", input: input) {
        convolution
        GlobalAveragePooling()
      })
    let parameters = randomParameters(graph, seed: seed)
    return try #require(
      LayerOperator(graph.nodes[1], of: graph, weights: parameters.values[0]))
  }

  @Test("A convolution's norms are those of its explicit matrix", arguments: 0..<60)
  func convolution(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "convolutions")
    let input = TensorShape.image(
      channels: 1 + stream.integer(below: 3), height: 3 + stream.integer(below: 4),
      width: 3 + stream.integer(below: 4))
    let paddings: [Padding] = [.same, .valid, .each(1)]
    let layer = try layer(
      Convolution(
        1 + stream.integer(below: 3), size: 1 + stream.integer(below: 3),
        stride: 1 + stream.integer(below: 2), padding: paddings[stream.integer(below: 3)]),
      on: input, seed: seed)
    let matrix = matrix(layer)
    let norms = LayerNorms(name: "0", layer)
    let largest = try matrix.singularValues()[0]
    let tolerance = Tolerance.singularValues.bound(
      Double.self, size: matrix.rows + matrix.columns, scale: matrix.frobeniusNorm)
    #expect(abs(norms.spectral.value - largest) <= tolerance + 1e-8 * largest)
    #expect(abs(norms.operatorFrobenius - matrix.frobeniusNorm) <= tolerance)
    let rows = (0..<matrix.rows).map { euclideanNorm(matrix.row($0)) }
    #expect(abs(norms.rowSum - rows.reduce(0, +)) <= tolerance * Double(rows.count))
    #expect(abs(norms.largestRow - (rows.max() ?? 0)) <= tolerance)
    // The transpose is the matrix's transpose.
    let y = (0..<layer.output.count).map { _ in stream.normal() }
    let difference =
      zip(layer.transposedTimes(y), matrix.times(y, transposingSelf: true))
      .map { abs($0 - $1) }.max() ?? 0
    #expect(difference <= tolerance * (1 + euclideanNorm(y)))
  }

  @Test("The largest singular value is found with its residual", arguments: 0..<100)
  func singularValue(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "singular values")
    let sizes = [1, 2, 3, 5, 10, 50]
    let (m, n) = (sizes[seed % 6], sizes[seed / 6 % 6])
    let a: Matrix<Double> = randomMatrix(rows: m, columns: n, from: &stream)
    let found = LargestSingularValue(
      inputs: n, seed: UInt64(seed), times: { a.times($0) },
      transposedTimes: { a.times($0, transposingSelf: true) })
    let largest = try a.singularValues()[0]
    #expect(abs(found.value - largest) <= 1e-8 * largest)
    #expect(found.residual <= 1e-8 * largest)
    let early = LargestSingularValue(
      inputs: n, maximalSteps: 2, seed: UInt64(seed), times: { a.times($0) },
      transposedTimes: { a.times($0, transposingSelf: true) })
    #expect(early.value <= largest * (1 + 1e-12))
    let nearest = try a.singularValues().map { abs($0 - early.value) }.min() ?? 0
    #expect(nearest <= early.residual + 1e-12 * largest)
  }

  @Test("A layer of zeros has norm zero, and so has an empty start")
  func zeros() {
    let found = LargestSingularValue(
      inputs: 3, times: { _ in [0, 0] }, transposedTimes: { _ in [0, 0, 0] })
    #expect(found.value == 0 && found.residual == 0)
  }
}
