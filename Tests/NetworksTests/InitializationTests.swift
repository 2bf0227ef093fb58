import LinearAlgebra
import Networks
import TestSupport
import Testing

@Suite("Weights start at random, biases at zero")
struct InitializationTests {
  /// Two dense layers, the first of the sizes given.
  private func graph(_ inputs: Int, _ outputs: Int) throws -> NetworkGraph {
    try NetworkGraph(
      Architecture("two", input: .vector(inputs)) {
        Dense(outputs)
        Dense(inputs)
        Dense(outputs)
      })
  }

  private func values(
    _ inputs: Int, _ outputs: Int, _ initialization: Initialization, _ seed: Int
  ) throws -> [[Double]] {
    NetworkParameters(
      try graph(inputs, outputs), initialization: initialization, seed: UInt64(seed)
    ).values
  }

  @Test("Mean and variance are those of He and of Glorot", arguments: 0..<200)
  func moments(_ seed: Int) throws {
    let (inputs, outputs) = (20 + 7 * (seed % 11), 30 + 5 * (seed % 7))
    for initialization in Initialization.allCases {
      let weights = try values(inputs, outputs, initialization, seed)[0]
      check(weights, initialization, inputs: inputs, outputs: outputs)
    }
  }

  @Test("A filter's inputs are those of its whole field", arguments: Initialization.allCases)
  func convolution(_ initialization: Initialization) throws {
    let graph = try NetworkGraph(
      Architecture("filters", input: .image(channels: 4, height: 3, width: 3)) {
        Convolution(40, size: 3)
        GlobalAveragePooling()
      })
    let weights = NetworkParameters<Double>(graph, initialization: initialization, seed: 1)
    check(weights.values[0], initialization, inputs: 4 * 9, outputs: 40 * 9)
  }

  private func check(
    _ weights: [Double], _ initialization: Initialization, inputs: Int, outputs: Int
  ) {
    let count = Double(weights.count)
    let isHe = initialization == .he
    let variance = isHe ? 2 / Double(inputs) : 2 / Double(inputs + outputs)
    // The kurtosis, 3 for the normal and 9/5 for the uniform distribution, sets the variance of
    // the variance. Six standard deviations.
    let kurtosis = isHe ? 3.0 : 1.8
    let mean = weights.reduce(0, +) / count
    let square = weights.reduce(0) { $0 + $1 * $1 } / count
    #expect(abs(mean) <= 6 * (variance / count).squareRoot())
    #expect(abs(square - variance) <= 6 * variance * ((kurtosis - 1) / count).squareRoot())
    let fourth = weights.reduce(0) { $0 + $1 * $1 * $1 * $1 } / count / (square * square)
    #expect(isHe ? fourth > 2.4 : fourth < 2.4)
    if !isHe {
      let reach = (3 * variance).squareRoot()
      #expect(weights.allSatisfy { abs($0) <= reach })
      #expect((weights.max() ?? 0) > 0.98 * reach)
    }
  }

  @Test("Seed, place and distribution name the draw", arguments: PropertyCase.all)
  func names(_ property: PropertyCase) throws {
    let (inputs, outputs) = (max(1, property.first), max(1, property.second))
    for initialization in Initialization.allCases {
      let first = try values(inputs, outputs, initialization, property.seed)
      #expect(try first == values(inputs, outputs, initialization, property.seed))
      #expect(try first[0] != values(inputs, outputs, initialization, property.seed + 1)[0])
      // The third layer has the first one's shape.
      #expect(first[0].count == first[4].count && first[0] != first[4])
      #expect(first[1].allSatisfy { $0 == 0 })
    }
    #expect(
      try values(inputs, outputs, .he, property.seed)[0]
        != values(inputs, outputs, .glorot, property.seed)[0])
  }

  @Test("Batch normalisation starts as the identity of a normalised channel")
  func normalization() throws {
    let graph = try NetworkGraph(
      Architecture("norm", input: .image(channels: 2, height: 1, width: 1)) {
        BatchNormalization()
        Flatten()
        Dense(1)
      })
    let parameters = NetworkParameters<Float>(graph, seed: 0)
    #expect(parameters.values[0] == [1, 1] && parameters.values[1] == [0, 0])
    #expect(parameters.statistics == [[0, 0], [1, 1]])
  }

  @Test("The single-precision draw is the double one, rounded")
  func precision() throws {
    let graph = try graph(17, 5)
    let double = NetworkParameters<Double>(graph, seed: 3)
    let single = NetworkParameters<Float>(graph, seed: 3)
    #expect(single.values == double.values.map { $0.map { Float($0) } })
  }
}
