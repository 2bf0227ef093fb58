import LinearAlgebra
import Networks
import RandomStreams
import Testing

/// One layer behind a convolution whose weights are the layer's input, value by value.
///
/// The network's input is an image of one pixel with a channel for each sample, 1 in the sample's
/// own channel and 0 elsewhere. With a margin of k - 1, filters of size k then write their weights
/// as an image: y_o(p) of sample j is W_oj(k - 1 - p). So the gradient of W is the whole gradient
/// of the layer's input, and the values of the input can be chosen.
private struct LayerBehindPixels: CustomStringConvertible {
  let layers: [Layer]
  let seed: Int
  let (channels, size, samples): (Int, Int, Int)

  init(_ layers: [Layer], seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "pixels")
    self.layers = layers
    self.seed = seed
    channels = [1, 2, 3, 5][stream.integer(below: 4)]
    size = [1, 2, 3, 4, 5][stream.integer(below: 5)]
    samples = seed % 4 == 0 ? 1 : 1 + stream.integer(below: 3)
  }

  func check() throws {
    let graph = try NetworkGraph(
      Architecture("pixels", input: .image(channels: samples, height: 1, width: 1)) {
        Convolution(channels, size: size, padding: .each(size - 1), hasBias: false)
        layers
        Flatten()
        Dense(3)
      })
    var parameters: NetworkParameters<Double> = randomParameters(of: graph, seed: seed)
    // All different by 0.1 and no nearer to 0 than 0.05: no tie of a maximum, no kink of ReLU.
    var stream = RandomStream(seed: UInt64(seed), purpose: "pixel values")
    let count = parameters.values[0].count
    parameters.values[0] = stream.permutation(of: count).map {
      0.1 * (Double($0 - count / 2) + 0.5)
    }
    var input = [Double](repeating: 0, count: samples * samples)
    for j in 0..<samples { input[j * samples + j] = 1 }
    let engine = ReferenceEngine(
      graph, loss: .crossEntropy, batchSize: samples, parameters: parameters)
    let batch = Batch(labels: (0..<samples).map { $0 % 3 }, seed: UInt64(seed))
    var check = GradientCheck(engine, batch: batch, input: input)
    check.checkAll(most: 40, seed: seed)
    #expect(check.tried > 0 && check.skipped == 0)
  }

  var description: String { "\(layers), seed \(seed)" }
}

@Suite("Each layer's gradients, of its input and of its parameters")
struct LayerGradientTests {
  private func check(_ layers: [Layer], _ seed: Int) throws {
    try LayerBehindPixels(layers, seed: seed).check()
  }

  @Test("Dense", arguments: 0..<20)
  func dense(_ seed: Int) throws {
    try check(Flatten().layers + Dense(1 + seed % 5, hasBias: seed % 2 == 0).layers, seed)
  }

  @Test("Convolution", arguments: 0..<40)
  func convolution(_ seed: Int) throws {
    let size = 1 + seed % 5
    let padding: Padding = [.same, .each(size), .each(size / 2), .each(size - 1)][seed % 4]
    try check(
      Convolution(
        1 + seed % 3, size: size, stride: 1 + seed / 4 % 3, padding: padding, hasBias: seed % 2 == 0
      ).layers, seed)
  }

  @Test("Max pooling", arguments: 0..<20)
  func maxPooling(_ seed: Int) throws {
    try check(
      MaxPooling(
        size: 1 + seed % 3, stride: 1 + seed / 3 % 3,
        padding: seed % 3 == 2 ? .each(1) : .same
      ).layers, seed)
  }

  @Test("Average pooling", arguments: 0..<20)
  func averagePooling(_ seed: Int) throws {
    try check(
      AveragePooling(
        size: 1 + seed % 3, stride: 1 + seed / 3 % 3,
        padding: seed % 3 == 2 ? .each(1) : .same
      ).layers, seed)
  }

  @Test("Global average pooling", arguments: 0..<20)
  func globalAveragePooling(_ seed: Int) throws {
    try check(GlobalAveragePooling().layers, seed)
  }

  @Test("Batch normalisation, of images and of vectors", arguments: 0..<40)
  func batchNormalization(_ seed: Int) throws {
    let layers = BatchNormalization(epsilon: 0.01, learnsScaleAndShift: seed % 3 > 0).layers
    try check(seed % 2 == 0 ? layers : Flatten().layers + layers, seed)
  }

  @Test("Local response normalisation", arguments: 0..<20)
  func localResponseNormalization(_ seed: Int) throws {
    try check(
      LocalResponseNormalization(
        radius: seed % 4, bias: 1 + Double(seed % 2), alpha: [0, 0.01, 1][seed % 3],
        beta: [0.5, 0.75, 1][seed / 3 % 3]
      ).layers, seed)
  }

  @Test("ReLU", arguments: 0..<20)
  func rectifier(_ seed: Int) throws { try check(Rectifier().layers, seed) }

  @Test("Dropout", arguments: 0..<20)
  func dropout(_ seed: Int) throws { try check(Dropout([0, 0.3, 0.8][seed % 3]).layers, seed) }

  @Test("Branches: the gradients of all that take a result are summed", arguments: 0..<20)
  func branches(_ seed: Int) throws {
    try check(
      [
        .branches([
          Convolution(2, size: 3).layers, [], Rectifier().layers,
          BatchNormalization(epsilon: 0.01).layers,
        ])
      ], seed)
  }

  @Test("Layers on layers, as in the paper's modules", arguments: 0..<20)
  func stacks(_ seed: Int) throws {
    try check(
      MaxPooling(size: 3, stride: 1).layers
        + LocalResponseNormalization(alpha: 0.1).layers
        + Convolution(2, size: 3, stride: 2).layers
        + AveragePooling(size: 2, stride: 1).layers
        + BatchNormalization(epsilon: 0.1).layers, seed)
  }
}
