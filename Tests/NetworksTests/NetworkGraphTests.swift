import Networks
import Testing

@Suite("A graph names and counts what an architecture holds")
struct NetworkGraphTests {
  private func branched() throws -> NetworkGraph {
    try NetworkGraph(
      Architecture("branched", input: .image(channels: 3, height: 9, width: 7)) {
        Convolution(4, size: 3, stride: 2)
        Branches {
          Branch {
            Convolution(5, size: 1)
            BatchNormalization()
          }
          Branch {}
          Branches {
            MaxPooling(size: 3, stride: 1)
            Convolution(2, size: 5, hasBias: false)
          }
        }
        Rectifier()
        AveragePooling(size: 2, stride: 2, padding: .valid)
        GlobalAveragePooling()
        Dropout(0.5)
        Dense(6)
      })
  }

  @Test("Nodes stand after their inputs and carry the places of their layers")
  func nodes() throws {
    let graph = try branched()
    #expect(
      graph.nodes.map(\.name) == [
        "input", "0", "1.0.0", "1.0.1", "1.2.0.0.0", "1.2.0.1.0", "1.2.0", "1", "2", "3", "4", "5",
        "6",
      ])
    #expect(
      graph.nodes.map(\.inputs) == [
        [], [0], [1], [2], [1], [1], [4, 5], [3, 1, 6], [7], [8], [9], [10], [11],
      ])
    #expect(
      graph.nodes.map(\.shape.description) == [
        "9x7x3", "5x4x4", "5x4x5", "5x4x5", "5x4x4", "5x4x2", "5x4x6", "5x4x15", "5x4x15",
        "2x2x15", "15", "15", "6",
      ])
    #expect(graph.nodes[1].title == "0 (convolution)")
    #expect(graph.classCount == 6)
    #expect(graph.input == .image(channels: 3, height: 9, width: 7))
  }

  @Test("Parameters are named as in PyTorch's nested Sequential modules")
  func parameters() throws {
    let graph = try branched()
    #expect(
      graph.parameters.map(\.name) == [
        "0.weight", "0.bias", "1.0.0.weight", "1.0.0.bias", "1.0.1.weight", "1.0.1.bias",
        "1.2.0.1.0.weight", "6.weight", "6.bias",
      ])
    #expect(
      graph.parameters.map(\.dimensions) == [
        [4, 3, 3, 3], [4], [5, 4, 1, 1], [5], [5], [5], [2, 4, 5, 5], [6, 15], [6],
      ])
    #expect(
      graph.parameters.map(\.role) == [
        .weight, .bias, .weight, .bias, .scale, .shift, .weight, .weight, .bias,
      ])
    #expect(graph.statistics.map(\.name) == ["1.0.1.running_mean", "1.0.1.running_var"])
    #expect(graph.statistics.map(\.dimensions) == [[5], [5]])
    #expect(graph.nodes.map(\.parameters.count) == [0, 2, 2, 2, 0, 1, 0, 0, 0, 0, 0, 0, 2])
    #expect(graph.nodes[3].statistics == 0..<2)
  }

  @Test("Counts of parameters and of work")
  func counts() throws {
    let graph = try branched()
    #expect(graph.parameterCount == 108 + 4 + 20 + 5 + 200 + 90 + 6)
    #expect(graph.normalizationParameterCount == 10)
    #expect(graph.parameterCount(of: graph.nodes[1]) == 112)
    let first = 2 * 108 * 20
    let others = 2 * (20 * 20 + 200 * 20 + 90)
    #expect(graph.forwardWork == first + others)
    // The first convolution wants no gradient of its input.
    #expect(graph.trainingWork == 2 * first + 3 * others)
    #expect(
      graph.nodes.map(graph.wantsInputGradient) == [false, false]
        + Array(repeating: true, count: 11))
  }

  @Test("Parameters start with the draw's weights, zeros and ones")
  func start() throws {
    let graph = try branched()
    let parameters = NetworkParameters<Float>(graph, seed: 3)
    #expect(parameters.fits(graph))
    for (parameter, values) in zip(graph.parameters, parameters.values) {
      switch parameter.role {
      case .weight: #expect(Set(values).count == values.count)
      case .bias, .shift: #expect(values.allSatisfy { $0 == 0 })
      case .scale: #expect(values.allSatisfy { $0 == 1 })
      }
    }
    #expect(parameters.statistics == [[0, 0, 0, 0, 0], [1, 1, 1, 1, 1]])
    #expect(NetworkParameters<Float>(graph, seed: 3) == parameters)
    #expect(NetworkParameters<Float>(graph, seed: 4) != parameters)
    let zeros: [[Float]] = NetworkParameters.zeros(graph)
    #expect(zeros.map(\.count) == parameters.values.map(\.count))
    #expect(zeros.joined().allSatisfy { $0 == 0 })
    var other = parameters
    other.statistics[1] = [1]
    #expect(!other.fits(graph))
    #expect(NetworkParameters<Double>(values: [[3], [0, -4]], statistics: [[9]]).norm == 5)
  }
}
