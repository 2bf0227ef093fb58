import Networks
import Testing

@Suite("The chain rule gives the gradient of whole networks")
struct NetworkGradientTests {
  @Test(
    "Random networks against central differences, by the figures of PyTorch's gradcheck",
    arguments: RandomArchitecture.seeds)
  func centralDifferences(_ seed: Int) throws {
    let tested = try RandomArchitecture(seed: seed)
    let engine = try tested.engine(ReferenceEngine<Double>.self)
    var check = GradientCheck(engine, batch: tested.batch, input: tested.input(Double.self))
    check.checkAll(most: 4, atKinks: true, seed: seed)
    #expect(10 * check.skipped <= check.tried, "\(check.skipped) of \(check.tried), \(tested)")
  }

  @Test("All operations, paddings, strides and odd shapes are among the random networks")
  func coverage() throws {
    let cases = try RandomArchitecture.seeds.map { try RandomArchitecture(seed: $0) }
    let operations = cases.flatMap { $0.graph.nodes.map(\.operation) }
    let names = Set(operations.map(\.name))
    #expect(
      names == [
        "input", "dense", "convolution", "max pooling", "average pooling",
        "global average pooling", "batch normalisation", "local response normalisation", "ReLU",
        "dropout", "flatten", "concatenation",
      ])
    let windows = operations.compactMap { operation -> Window? in
      switch operation {
      case .convolution(let layer): layer.window
      case .maxPooling(let layer): layer.window
      case .averagePooling(let layer): layer.window
      default: nil
      }
    }
    #expect(Set(windows.map(\.padding)).isSuperset(of: [.same, .valid, .each(1), .each(2)]))
    #expect(Set(windows.map(\.stride)) == [1, 2, 3])
    let shapes = cases.map(\.graph.input)
    #expect(shapes.contains { if case .vector = $0 { true } else { false } })
    #expect(shapes.contains { $0.area == 1 && $0 != .vector($0.count) })
    #expect(shapes.contains { $0.height != $0.width })
    #expect(Set(cases.map(\.batch.count)) == [1, 2, 3, 4])
    let channels = Set(cases.flatMap { $0.graph.nodes.map(\.shape.channels) })
    #expect(channels.isSuperset(of: [1, 3, 8, 16, 17]))
    // A result that several nodes take, and branches inside branches.
    #expect(cases.contains { $0.graph.nodes.contains { $0.name.split(separator: ".").count > 4 } })
    let sums = cases.flatMap { tested in
      tested.graph.nodes.indices.map { index in
        tested.graph.nodes.count { $0.inputs.contains(index) }
      }
    }
    #expect(sums.contains { $0 >= 3 })
  }
}
