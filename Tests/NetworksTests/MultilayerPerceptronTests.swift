import LinearAlgebra
import Networks
import RandomStreams
import TestSupport
import Testing

@Suite("A perceptron computes its formula and the gradient of its loss")
struct MultilayerPerceptronTests {
  @Test("Logits by the formula, one sample after the other", arguments: PropertyCase.all)
  func logits(_ property: PropertyCase) {
    let tested = NetworkCase(property)
    let logits = tested.network.logits(tested.batch)
    #expect(logits.columns == tested.batch.columns)
    for j in 0..<tested.batch.columns {
      var values = tested.batch.column(j)
      // ‖|W_L| … |W_1| |x|‖: what rounding is measured by.
      var scale = values.map { abs($0) }
      var size = 0
      for (index, layer) in tested.network.layers.enumerated() {
        let isHidden = index < tested.network.layers.count - 1
        size += layer.inputs + 1
        values = (0..<layer.outputs).map { i in
          let sum = (0..<layer.inputs).reduce(layer.biases[i, 0]) {
            $0 + layer.weights[i, $1] * values[$1]
          }
          return isHidden ? max(0, sum) : sum
        }
        scale = (0..<layer.outputs).map { i in
          (0..<layer.inputs).reduce(abs(layer.biases[i, 0])) {
            $0 + abs(layer.weights[i, $1]) * scale[$1]
          }
        }
      }
      for i in values.indices {
        let bound = Tolerance.arithmetic.bound(Double.self, size: size, scale: scale[i])
        #expect(abs(logits[i, j] - values[i]) <= bound)
      }
    }
  }

  @Test(
    "The gradient agrees with central differences, by the figures of PyTorch's gradcheck",
    arguments: PropertyCase.all)
  func gradient(_ property: PropertyCase) {
    let tested = NetworkCase(property)
    let (gradient, score) = tested.gradient
    #expect(
      score
        == Loss.crossEntropy.evaluate(logits: tested.network.logits(tested.batch), labels: tested.labels)
        .score)
    let (step, absolute, relative) = (1e-6, 1e-5, 1e-3)
    func check(
      _ analytic: Double, _ change: (inout MultilayerPerceptron<Double>, Double) -> Void
    ) {
      func loss(_ step: Double) -> Double {
        var moved = tested.network
        change(&moved, step)
        return Loss.crossEntropy.evaluate(logits: moved.logits(tested.batch), labels: tested.labels).score.loss
      }
      let numeric = (loss(step) - loss(-step)) / (2 * step)
      #expect(abs(analytic - numeric) <= absolute + relative * abs(numeric))
    }
    for (index, layer) in tested.network.layers.enumerated() {
      for i in 0..<layer.outputs {
        check(gradient[index].biases[i, 0]) { $0.layers[index].biases[i, 0] += $1 }
        for j in 0..<layer.inputs {
          check(gradient[index].weights[i, j]) { $0.layers[index].weights[i, j] += $1 }
        }
      }
    }
  }

  @Test("A batch's gradient is the mean of its samples'", arguments: PropertyCase.all)
  func gradientOfBatch(_ property: PropertyCase) {
    let tested = NetworkCase(property)
    let count = tested.labels.count
    var sum = tested.network.layers.map(\.zeros)
    var (loss, correct) = (0.0, 0)
    for j in 0..<count {
      let score = tested.network.addGradient(
        to: &sum, keeping: 1, batch: tested.batch.columns(j..<j + 1), labels: [tested.labels[j]])
      loss += score.loss
      correct += score.correct
    }
    let (gradient, score) = tested.gradient
    let mean = sum.map { layer in
      DenseLayer(
        weights: layer.weights.map { $0 / Double(count) },
        biases: layer.biases.elements.map { $0 / Double(count) })
    }
    #expect(score.correct == correct)
    #expect(
      abs(score.loss - loss / Double(count))
        <= Tolerance.arithmetic.bound(Double.self, size: count + 100, scale: 1 + loss))
    let scale = 1 + mean.reduce(0) { max($0, $1.weights.largestAbsoluteEntry) }
    #expect(
      largestDifference(gradient, mean)
        <= Tolerance.linearSystem.bound(Double.self, size: 50, scale: 100 * scale))
  }

  @Test("Kept at μ, the old buffer is added to the gradient μ times", arguments: PropertyCase.all)
  func momentum(_ property: PropertyCase) {
    let tested = NetworkCase(property)
    var stream = property.stream("momentum")
    let old = tested.randomBuffer(from: &stream)
    let gradient = tested.gradient.layers
    for keeping in [0, 0.5, 0.9, 1, -2] {
      var buffer = old
      _ = tested.network.addGradient(
        to: &buffer, keeping: keeping, batch: tested.batch, labels: tested.labels)
      let known = zip(gradient, old).map { gradient, old in
        DenseLayer(
          weights: gradient.weights + old.weights.map { keeping * $0 },
          biases: (gradient.biases + old.biases.map { keeping * $0 }).elements)
      }
      let scale = known.reduce(1) { max($0, $1.weights.largestAbsoluteEntry) } + 10
      #expect(
        largestDifference(buffer, known)
          <= Tolerance.arithmetic.bound(
            Double.self, size: tested.labels.count + 2, scale: scale))
    }
  }

  @Test(
    "The class is that of the largest logit, also across the borders of blocks",
    arguments: [0, 1, 2, 3, 999, 1000, 1001, 2500], 0..<25)
  func predictions(_ count: Int, _ seed: Int) {
    var stream = RandomStream(seed: UInt64(seed), purpose: "predictions")
    let network = MultilayerPerceptron<Float>(sizes: [3, 4, 5], seed: UInt64(seed))
    let samples = randomMatrix(rows: 3, columns: count, of: Float.self, from: &stream)
    let predicted = network.predictedClasses(samples)
    #expect(predicted.count == count)
    let logits = network.logits(samples)
    for j in 0..<count {
      let column = logits.column(j)
      // A block's product may round differently at its border.
      let slack = Float(Tolerance.arithmetic.bound(Float.self, size: 10, scale: 100))
      #expect(column[predicted[j]] >= (column.max() ?? 0) - slack)
    }
    let labels = predicted.enumerated().map { $0 % 3 == 0 ? $1 : ($1 + 1) % 5 }
    let right = (count + 2) / 3
    #expect(
      network.accuracy(samples, labels: labels)
        == (count == 0 ? 0 : Double(right) / Double(count)))
  }

  @Test("Units that were cut off get no gradient")
  func deadUnits() {
    let network = MultilayerPerceptron<Double>(layers: [
      DenseLayer(weights: Matrix(rows: 2, columns: 1, columnMajor: [1, -1]), biases: [0, 0]),
      DenseLayer(weights: Matrix(rows: 2, columns: 2, columnMajor: [1, 2, 3, 4]), biases: [0, 0]),
    ])
    var buffer = network.layers.map(\.zeros)
    _ = network.addGradient(
      to: &buffer, keeping: 0, batch: Matrix(rows: 1, columns: 1, columnMajor: [2]), labels: [0])
    // Logits 2 and 4: softmax gives the second class 1 / (1 + e⁻²), and to the first unit as much.
    #expect(buffer[0].weights[1, 0] == 0 && buffer[0].biases[1, 0] == 0)
    #expect(buffer[1].weights[0, 1] == 0 && buffer[1].weights[1, 1] == 0)
    #expect(buffer[0].biases[0, 0] > 0.88 && buffer[0].biases[0, 0] < 0.8809)
    #expect(abs(buffer[0].weights[0, 0] - 2 * buffer[0].biases[0, 0]) <= Double.ulpOfOne * 4)
  }

  @Test("Layers that do not meet, and no layer, stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = MultilayerPerceptron<Float>(layers: [])
    }
    await #expect(processExitsWith: .failure) {
      _ = MultilayerPerceptron<Float>(sizes: [3], seed: 0)
    }
    await #expect(processExitsWith: .failure) {
      let layer = DenseLayer(weights: Matrix<Float>(rows: 2, columns: 3), biases: [0, 0])
      _ = MultilayerPerceptron(layers: [layer, layer])
    }
  }
}
