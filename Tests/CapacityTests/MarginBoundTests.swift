import Capacity
import LinearAlgebra
import Networks
import RandomStreams
import RealModule
import TestSupport
import Testing

/// Multiplies the weights into some hidden units by c and those out of them by 1/c.
private func rescaled(
  _ parameters: NetworkParameters<Double>, inputs: Int, hidden: Int, factors: [Double]
) -> NetworkParameters<Double> {
  var result = parameters
  for unit in 0..<hidden {
    for i in 0..<inputs { result.values[0][unit * inputs + i] *= factors[unit] }
    result.values[1][unit] *= factors[unit]
    for o in 0..<parameters.values[3].count {
      result.values[2][o * hidden + unit] /= factors[unit]
    }
  }
  return result
}

/// Hidden units in another order.
private func permuted(
  _ parameters: NetworkParameters<Double>, inputs: Int, hidden: Int, order: [Int]
) -> NetworkParameters<Double> {
  var result = parameters
  for (place, unit) in order.enumerated() {
    for i in 0..<inputs {
      result.values[0][place * inputs + i] = parameters.values[0][unit * inputs + i]
    }
    result.values[1][place] = parameters.values[1][unit]
    for o in 0..<parameters.values[3].count {
      result.values[2][o * hidden + place] = parameters.values[2][o * hidden + unit]
    }
  }
  return result
}

@Suite("Norm measures and their bounds")
struct MarginBoundTests {
  @Test("A network by hand: path norms, products and distances")
  func byHand() throws {
    // x ↦ W₂ relu(W₁ x + b₁) + b₂ with small whole numbers.
    let graph = try denseGraph([2, 2, 2])
    let parameters = NetworkParameters<Double>(
      values: [[3, 4, 0, -5], [1, -2], [1, 0, 2, -1], [0, 7]], statistics: [])
    let folded = FoldedNetwork(graph, parameters)
    // Output 0: (3 + 4 + 1) 1; output 1: (3 + 4 + 1) 2 + (0 + 5 + 2) 1 + 7.
    let path = try #require(PathNorm(folded, exponent: 1))
    #expect(path.outputs == [8, 30] && path.value == 38)
    // Squares: 26; 26 · 4 + 29 + 49.
    let squares = try #require(PathNorm(folded, exponent: 2))
    #expect(abs(squares.outputs[0] - root(26)) < 1e-14)
    #expect(abs(squares.outputs[1] - root(182)) < 1e-14)
    let chain = try NetworkChain(folded)
    #expect(chain.depth == 2 && chain.isPlain && chain.isAugmented && chain.width == 3)
    let measures = ChainMeasures(chain)
    // First layer [[3 4 1], [0 -5 -2], [0 0 1]], second [[1 0 0], [2 -1 7]].
    let first = Matrix(rows: 3, columns: 3, columnMajor: [3.0, 0, 0, 4, -5, 0, 1, -2, 1])
    let second = Matrix(rows: 2, columns: 3, columnMajor: [1.0, 2, 0, -1, 0, 7])
    for (found, matrix) in zip(measures.spectral, [first, second]) {
      #expect(abs(found.value - (try matrix.singularValues()[0])) < 1e-12)
    }
    let rows = [root(26) + root(29) + 1, 1 + root(54)]
    #expect(zip(measures.distances, rows).allSatisfy { abs($0 - $1) < 1e-13 })
    #expect(abs(measures.frobenius[0] - root(56)) < 1e-13)
    #expect(abs(measures.frobenius[1] - root(54)) < 1e-13)
    let (s, b) = (measures.spectral.map(\.value), rows)
    let sum = (0..<2).reduce(0.0) { $0 + Double.exp(Double.log(b[$1] / s[$1]) * 2.0 / 3) }
    let complexity = s[0] * s[1] * Double.pow(sum, 1.5)
    #expect(abs(measures.spectralComplexity - complexity) < 1e-12 * complexity)
    // The start is taken out of the distances: one bias moved by 3.
    var start = parameters
    start.values[1][0] -= 3
    let moved = ChainMeasures(chain, start: try NetworkChain(FoldedNetwork(graph, start)))
    #expect(moved.distances == [3, 0])
  }

  @Test("A linear network has the norms of its matrix and the bound of its formula")
  func linear() throws {
    let graph = try denseGraph([3, 2], hasBias: false)
    let parameters = NetworkParameters<Double>(values: [[0, 0, 4.5, 0, 3, 0]], statistics: [])
    let measures = ChainMeasures(try NetworkChain(FoldedNetwork(graph, parameters)))
    #expect(abs(measures.spectral[0].value - 4.5) < 1e-12 && measures.distances == [7.5])
    // R_A = s (b / s) = b for one layer.
    #expect(abs(measures.spectralComplexity - 7.5) < 1e-12 && measures.frobeniusProduct == 4.5)
    // n samples of margin 8 exactly, inputs of norm 1 each.
    let n = 1_000_000
    let margins = Margins(
      logits: Matrix(rows: 2, columns: n) { row, _ in row == 0 ? 8 : 0 },
      labels: [Int](repeating: 0, count: n))
    let bound = measures.spectralMarginBound(margins: margins, inputNorm: 1000, delta: 0.05)
    // L = 1: s and b are rounded up to 5 and 8, γ to 4: m = 2 is the 4th whole number.
    let root = 2 / 4.0 * 1000 * (Double.log(2.0 * 3 * 3)).squareRoot() * 8
    let dudley = 12 * root / 1e6 * (1 + Double.log(1e6 / (3 * root)))
    let share = 1.0 / (5 * 6) * (1.0 / (8 * 9)) * (1.0 / (4 * 5))
    let confidence = 3 * (Double.log(2 / (0.05 * share)) / 2e6).squareRoot()
    #expect(bound.margin == 4 && bound.marginError == 0)
    #expect(abs(bound.complexityTerm - 2 * dudley) < 1e-12)
    #expect(abs(bound.confidenceTerm - confidence) < 1e-12)
    #expect(abs(bound.value - 2 * dudley - confidence) < 1e-12)
    // Frobenius: the unit class has (√(2 ln 2) + 1) ‖X‖_F / n; γ = 4.5 is m = 0.
    let frobenius = try #require(
      measures.frobeniusMarginBound(
        .logarithmic, margins: margins, inputNorm: 1000, classes: 2, delta: 0.05))
    let unit = ((2 * Double.log(2)).squareRoot() + 1) * 1000 / 1e6
    #expect(frobenius.margin == 4.5)
    #expect(abs(frobenius.complexityTerm - 4 * 2 * unit) < 1e-12)
    #expect(
      abs(frobenius.confidenceTerm - 3 * (Double.log(2 / (0.05 / 2)) / 2e6).squareRoot()) < 1e-12)
    let exponential = try #require(
      measures.frobeniusMarginBound(
        .exponential, margins: margins, inputNorm: 1000, classes: 2, delta: 0.05))
    #expect(abs(exponential.complexityTerm - 4 * 2 * 1e-3) < 1e-12)
    // Path norm: outputs of 4.5 and 3 in 3 coordinates of norm 1000; a bias is one coordinate more.
    let path = try #require(PathNorm(FoldedNetwork(graph, parameters), exponent: 1))
    #expect(path.outputs == [4.5, 3])
    for (layers, hasBias, factor) in [(1, false, 1.0), (3, true, 4.0)] {
      let bound = try #require(
        path.marginBound(
          margins: margins, largestColumnNorm: 1000, inputs: 3, layers: layers, hasBias: hasBias,
          delta: 0.05))
      let coordinates = hasBias ? 4.0 : 3.0
      let unit = factor * 1000 * (2 * Double.log(2 * coordinates)).squareRoot() / 1e6
      #expect(bound.margin == 4.5)
      #expect(abs(bound.complexityTerm - 4 * 2 * unit) < 1e-12)
    }
  }

  @Test("Rescaling hidden units changes no path norm and no output", arguments: 0..<200)
  func rescaling(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "rescaling")
    let (d, h, c) = (
      1 + stream.integer(below: 5), 1 + stream.integer(below: 6), 2 + stream.integer(below: 3)
    )
    let graph = try denseGraph([d, h, c])
    let parameters = randomParameters(graph, seed: seed)
    let factors = (0..<h).map { _ in Double.exp(2 * stream.normal()) }
    let other = rescaled(parameters, inputs: d, hidden: h, factors: factors)
    for exponent in [1.0, 2, 3] {
      let values = [parameters, other].compactMap {
        PathNorm(FoldedNetwork(graph, $0), exponent: exponent)
      }
      let tolerance = Tolerance.arithmetic.bound(
        Double.self, size: 8 * (d + h + c), scale: values[0].value)
      #expect(abs(values[0].value - values[1].value) <= tolerance)
    }
  }

  @Test(
    "Rescaling whole layers of a network without biases changes no product measure",
    arguments: 0..<50)
  func layerRescaling(seed: Int) throws {
    let graph = try denseGraph([4, 5, 3, 2], hasBias: false)
    let parameters = randomParameters(graph, seed: seed)
    var other = parameters
    // Powers of two, so that nothing rounds.
    for (layer, factor) in [4.0, 0.5, 0.5].enumerated() {
      other.values[layer] = parameters.values[layer].map { factor * $0 }
    }
    let a = ChainMeasures(try NetworkChain(FoldedNetwork(graph, parameters)))
    let b = ChainMeasures(try NetworkChain(FoldedNetwork(graph, other)))
    #expect(a.frobeniusProduct == b.frobeniusProduct)
    #expect(abs(a.lipschitzBound - b.lipschitzBound) <= 1e-12 * a.lipschitzBound)
    #expect(abs(a.spectralComplexity - b.spectralComplexity) <= 1e-12 * a.spectralComplexity)
    let paths = [parameters, other].compactMap {
      PathNorm(FoldedNetwork(graph, $0), exponent: 1)?.value
    }
    #expect(paths[0] == paths[1])
  }

  @Test("The order of hidden units changes no measure", arguments: 0..<50)
  func permutation(seed: Int) throws {
    var stream = RandomStream(seed: UInt64(seed), purpose: "unit order")
    let (d, h) = (4, 6)
    let graph = try denseGraph([d, h, 3])
    let parameters = randomParameters(graph, seed: seed)
    let other = permuted(
      parameters, inputs: d, hidden: h, order: stream.permutation(of: h))
    let folds = [parameters, other].map { FoldedNetwork(graph, $0) }
    let paths = folds.compactMap { PathNorm($0, exponent: 1)?.value }
    #expect(abs(paths[0] - paths[1]) <= 1e-13 * paths[0])
    let measures = try folds.map { ChainMeasures(try NetworkChain($0)) }
    for value in [\ChainMeasures.frobeniusProduct, \.lipschitzBound, \.spectralComplexity] {
      #expect(
        abs(measures[0][keyPath: value] - measures[1][keyPath: value])
          <= 1e-11 * measures[0][keyPath: value])
    }
  }

  @Test(
    "No two outputs differ by more than the Lipschitz bound, pooling included", arguments: 0..<50)
  func lipschitz(seed: Int) throws {
    let graph = try NetworkGraph(
      Architecture("pooled", input: .image(channels: 2, height: 6, width: 6)) {
        Convolution(3, size: 3)
        Rectifier()
        MaxPooling(size: 3, stride: 2)
        Convolution(2, size: 3)
        AveragePooling(size: 3, stride: 1)
        Flatten()
        Dense(3)
      })
    let parameters = randomParameters(graph, seed: seed)
    let bound = ChainMeasures(try NetworkChain(FoldedNetwork(graph, parameters))).lipschitzBound
    var stream = RandomStream(seed: UInt64(seed), purpose: "pairs")
    let x: Matrix<Double> = randomMatrix(rows: 72, columns: 2, from: &stream)
    let y = logits(graph, parameters, x)
    let far = euclideanNorm(zip(y.column(0), y.column(1)).map { $0 - $1 })
    let near = euclideanNorm(zip(x.column(0), x.column(1)).map { $0 - $1 })
    #expect(far <= bound * near)
  }

  @Test("Pooling enlarges distances as far as windows share places")
  func pooling() throws {
    func constant(_ pooling: some LayerSequence, hasBias: Bool = false) throws -> Double {
      let graph = try NetworkGraph(
        Architecture("pooled", input: .image(channels: 1, height: 6, width: 6)) {
          Convolution(1, size: 1, hasBias: hasBias)
          pooling
          Flatten()
          Dense(2, hasBias: false)
        })
      return ChainMeasures(try NetworkChain(FoldedNetwork(graph, randomParameters(graph, seed: 1))))
        .lipschitz
    }
    // A place lies in 2 × 2 windows, in 3 × 3, in one.
    #expect(try constant(MaxPooling(size: 3, stride: 2)) == 2)
    #expect(try constant(MaxPooling(size: 3, stride: 1)) == 3)
    #expect(try constant(MaxPooling(size: 2, stride: 2)) == 1)
    // A mean of 4 values: √(4 · 1/16); of 9, met by 9 windows: 1, but for windows cut at the border.
    #expect(try constant(AveragePooling(size: 2, stride: 2)) == 0.5)
    #expect(try constant(AveragePooling(size: 3, stride: 3)) == 1.0 / 3)
    // The 1 of biases goes by.
    #expect(try constant(AveragePooling(size: 2, stride: 2), hasBias: true) == 1)
  }

  @Test("Paths through pooling: a maximum passes all on, a mean its share")
  func pooledPaths() throws {
    func paths(_ pooling: some LayerSequence, _ exponent: Double) throws -> Double {
      let graph = try NetworkGraph(
        Architecture("pooled", input: .image(channels: 1, height: 2, width: 2)) {
          Convolution(1, size: 1, hasBias: false)
          pooling
          Flatten()
          Dense(1, hasBias: false)
        })
      let parameters = NetworkParameters<Double>(values: [[-3], [2]], statistics: [])
      return try #require(PathNorm(FoldedNetwork(graph, parameters), exponent: exponent)).value
    }
    // Four ways of weight 3 · 2, with a share of 1 or of 1/4.
    #expect(try paths(MaxPooling(size: 2, stride: 2), 1) == 24)
    #expect(try paths(MaxPooling(size: 2, stride: 2), 2) == 12)
    #expect(try paths(AveragePooling(size: 2, stride: 2), 1) == 6)
    #expect(try paths(AveragePooling(size: 2, stride: 2), 2) == 3)
    #expect(try paths(GlobalAveragePooling(), 1) == 6)
    #expect(try paths(GlobalAveragePooling(), 2) == 3)
  }

  @Test("The path norm bounds what the network can do at inputs of size one", arguments: 0..<50)
  func pathBound(seed: Int) throws {
    let graph = try convolutionalGraph()
    let parameters = randomParameters(graph, seed: seed)
    let path = try #require(PathNorm(FoldedNetwork(graph, parameters), exponent: 1))
    var stream = RandomStream(seed: UInt64(seed), purpose: "signs")
    let x = Matrix(rows: 60, columns: 5) { _, _ in stream.uniform() < 0.5 ? -1.0 : 1 }
    let y = logits(graph, parameters, x)
    for j in 0..<5 {
      for c in 0..<3 { #expect(abs(y[c, j]) <= path.outputs[c] * (1 + 1e-12)) }
    }
  }

  @Test("What is no chain is named")
  func noChain() throws {
    let graph = try convolutionalGraph()
    let folded = FoldedNetwork(graph, randomParameters(graph, seed: 0))
    #expect(throws: NotAChain.self) { try NetworkChain(folded) }
    let normalised = try NetworkGraph(
      PaperModel.alexnet.architecture(input: .image(channels: 1, height: 8, width: 8), classes: 2))
    let alexnet = FoldedNetwork(normalised, NetworkParameters<Double>(normalised, seed: 0))
    do {
      _ = try NetworkChain(alexnet)
      Issue.record("an AlexNet normalises by neighbours")
    } catch {
      #expect("\(error)".contains("local response normalisation"))
    }
    #expect(PathNorm(alexnet, exponent: 1) == nil)
  }
}

@Suite("Margins")
struct MarginsTests {
  @Test("Wrong answers keep negative margins")
  func signs() {
    let logits = Matrix(rows: 3, columns: 4, columnMajor: [1.0, 0, -2, 3, 5, 1, 0, 0, 0, 2, 2, 9])
    let margins = Margins(logits: logits, labels: [0, 0, 2, 2])
    #expect(margins.sorted == [-2, 0, 1, 7])
    #expect(margins.share(atMost: 0) == 0.5 && margins.share(atMost: -3) == 0)
    #expect(margins.share(atMost: 1) == 0.75 && margins.share(atMost: 100) == 1)
    #expect(margins.quantile(0) == -2 && margins.quantile(0.5) == 0 && margins.quantile(1) == 7)
  }

  @Test("Margins scale with the logits and do not move with a common shift", arguments: 0..<50)
  func invariance(seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "margins")
    let logits: Matrix<Double> = randomMatrix(rows: 4, columns: 10, from: &stream)
    let labels = (0..<10).map { _ in stream.integer(below: 4) }
    let margins = Margins(logits: logits, labels: labels).sorted
    let twice = Margins(logits: logits.map { 2 * $0 }, labels: labels).sorted
    #expect(twice == margins.map { 2 * $0 })
    let shifted = Margins(logits: logits.map { $0 + 1 }, labels: labels).sorted
    #expect(zip(shifted, margins).allSatisfy { abs($0 - $1) < 1e-14 })
  }
}
