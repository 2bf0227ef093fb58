import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("ReLU, flatten, concatenation and dense layers, by hand")
struct SimpleLayerTests {
  @Test("ReLU cuts at zero, and its gradient at zero is zero")
  func rectifier() throws {
    let outputs = LayerOutputs(
      layers: Rectifier().layers, input: .vector(4), samples: [[-1, 0, 2, -0.0], [3, -4, 0, 5]])
    #expect(try outputs.evaluated() == [[0, 0, 2, 0], [3, 0, 0, 5]])
    #expect(try outputs.trained() == outputs.evaluated())
    // Logit max(w x, 0) with w = 0, then 1, then -1: only a positive w x lets the gradient pass.
    let graph = try NetworkGraph(
      Architecture("kink", input: .vector(1)) {
        Dense(3, hasBias: false)
        Rectifier()
      })
    let engine = ReferenceEngine<Double>(
      graph, loss: .squared, batchSize: 1,
      parameters: NetworkParameters(values: [[0, 1, -1]], statistics: []))
    let (score, gradient) = engine.gradient(Batch(labels: [0]), fill: filling([2]))
    #expect(score.loss == 2.5 && score.correct == 0)
    #expect(gradient == [[0, 4, 0]])
  }

  @Test("An image is read channel after channel, row after row")
  func flatten() throws {
    let image = (0..<12).map(Double.init)
    let outputs = LayerOutputs(
      layers: Flatten().layers, input: .image(channels: 2, height: 3, width: 2),
      samples: [image, image.reversed()])
    #expect(try outputs.evaluated() == [image, image.reversed()])
    #expect(try outputs.trained() == [image, image.reversed()])
  }

  @Test("Branches' channels stand one after another, of images and of vectors")
  func concatenation() throws {
    let shape = TensorShape.image(channels: 1, height: 1, width: 2)
    let image = LayerOutputs(
      layers: [
        .branches([
          [], Rectifier().layers, Convolution(2, size: 1).layers, [.branches([[], []])],
        ])
      ],
      input: shape, samples: [[1, -2], [-3, 4]], values: [[10, 100], [0.5, 0.25]])
    let known = [
      [1, -2, 1, 0, 10.5, -19.5, 100.25, -199.75, 1, -2, 1, -2],
      [-3, 4, 0, 4, -29.5, 40.5, -299.75, 400.25, -3, 4, -3, 4],
    ]
    #expect(try image.evaluated() == known)
    #expect(try image.trained() == known)
    let vector = LayerOutputs(
      layers: [.branches([[], Dense(1, hasBias: false).layers])], input: .vector(2),
      samples: [[3, 4]], values: [[1, -1]])
    #expect(try vector.evaluated() == [[3, 4, -1]])
  }

  @Test("A dense layer is W x + b, with and without b", arguments: PropertyCase.all)
  func dense(_ property: PropertyCase) throws {
    var stream = property.stream("dense")
    // Integers, so that no order of summation matters.
    func integers(_ count: Int) -> [Double] {
      (0..<count).map { _ in Double(stream.integer(below: 21) - 10) }
    }
    let (inputs, outputs) = (max(1, property.first), max(1, property.second))
    let samples = (0..<max(1, property.third)).map { _ in integers(inputs) }
    let (weights, bias) = (integers(inputs * outputs), integers(outputs))
    for hasBias in [false, true] {
      let layer = LayerOutputs(
        layers: Dense(outputs, hasBias: hasBias).layers, input: .vector(inputs),
        samples: samples, values: hasBias ? [weights, bias] : [weights])
      let known = samples.map { x in
        (0..<outputs).map { o in
          (0..<inputs).reduce(hasBias ? bias[o] : 0) { $0 + weights[o * inputs + $1] * x[$1] }
        }
      }
      #expect(try layer.evaluated() == known)
    }
  }
}
