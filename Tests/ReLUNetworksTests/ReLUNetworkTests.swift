import ExactArithmetic
import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("A network of layers is evaluated as its matrices stand")
struct ReLUNetworkTests {
  private func network(_ property: PropertyCase, integers: Bool) -> ReLUNetwork {
    var stream = property.stream("network")
    return randomNetwork(
      units: [property.first, property.second, 4, property.third], integers: integers,
      from: &stream)
  }

  private func layers(_ network: ReLUNetwork) -> [(weights: Matrix<Double>, biases: [Double])] {
    network.layers.map { ($0.dense(), $0.biases) }
  }

  private func exact(_ network: ReLUNetwork, _ inputs: Matrix<Double>, row: Int) -> [Rational] {
    exactForward(layers(network), input: inputs.row(row).map { Rational($0) })
  }

  @Test("With small integers everywhere it is exact", arguments: PropertyCase.all)
  func integers(_ property: PropertyCase) {
    var stream = property.stream("integer inputs")
    let network = network(property, integers: true)
    let inputs = Matrix<Double>(rows: 3, columns: property.first) { _, _ in
      Double(stream.integer(below: 9) - 4)
    }
    let predicted = network.predict(inputs)
    #expect(predicted.rows == 3 && predicted.columns == property.third)
    for i in 0..<3 {
      #expect(predicted.row(i).map { Rational($0) } == exact(network, inputs, row: i))
    }
    #expect(network.predict(inputs.converted(to: Float.self)) == predicted)
  }

  @Test("With real weights it is exact up to the stated bound", arguments: PropertyCase.all)
  func reals(_ property: PropertyCase) {
    var stream = property.stream("real inputs")
    let network = network(property, integers: false)
    let inputs: Matrix<Double> = randomMatrix(rows: 2, columns: property.first, from: &stream)
    let predicted = network.predict(inputs)
    let bounds = network.roundingBounds(of: inputs)
    #expect(bounds.rows == 2 && bounds.columns == property.third)
    for i in 0..<2 {
      for (output, value) in exact(network, inputs, row: i).enumerated() {
        #expect(
          (Rational(predicted[i, output]) - value).magnitude <= Rational(bounds[i, output]))
      }
    }
  }

  @Test("The bound is not idle: it stays within the rounding that the sums can have")
  func boundIsTight() {
    // 1 + 2⁻⁵³ is lost whole: an error of ε against a bound of 2 · 4 · ε · (1 + ε).
    let layer = ReLULayer(
      inputs: 2, biases: [0],
      blocks: [
        ReLULayer.Block(
          .weight, firstUnit: 0, firstInput: 0,
          weights: Matrix(rows: 1, columns: 2, columnMajor: [1, 0x1p-53]))
      ])
    let inputs = Matrix<Double>(rows: 1, columns: 2, repeating: 1)
    let network = ReLUNetwork(layers: [layer])
    #expect(network.predict(inputs)[0, 0] == 1)
    let bound = network.roundingBounds(of: inputs)[0, 0]
    #expect(bound >= 0x1p-53 && bound <= 9 * 0x1p-53)
  }

  @Test("Depth, width, inputs, outputs and counts are those of the matrices")
  func counts() {
    for property in PropertyCase.all {
      let network = network(property, integers: true)
      let matrices = layers(network)
      #expect(network.depth == 3 && network.inputs == property.first)
      #expect(network.outputs == property.third)
      #expect(network.width == max(property.second, 4))
      let numbers = matrices.flatMap { $0.weights.elements + $0.biases }
      #expect(network.nonZeroWeights == numbers.count { $0 != 0 })
      #expect(network.largestWeight == numbers.reduce(0) { max($0, abs($1)) })
    }
  }

  @Test("A network by hand: |z| is max(z, 0) + max(-z, 0)")
  func absoluteValue() {
    let network = ReLUNetwork(layers: [
      ReLULayer(
        inputs: 1, biases: [0, 0],
        blocks: [
          ReLULayer.Block(
            .weight, firstUnit: 0, firstInput: 0,
            weights: Matrix(rows: 2, columns: 1, columnMajor: [1, -1]))
        ]),
      ReLULayer(
        inputs: 2, biases: [-3],
        blocks: [
          ReLULayer.Block(
            .weight, firstUnit: 0, firstInput: 0,
            weights: Matrix(rows: 1, columns: 2, repeating: 1))
        ]),
    ])
    let inputs = Matrix<Double>(rows: 3, columns: 1, columnMajor: [-2, 0, 5])
    #expect(network.predict(inputs).elements == [-1, -3, 2])
    #expect(network.nonZeroWeights == 5 && network.largestWeight == 3)
    #expect(network.depth == 2 && network.width == 2)
  }

  @Test("Layers that do not fit together stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) { _ = ReLUNetwork(layers: []) }
    await #expect(processExitsWith: .failure) {
      _ = ReLUNetwork(layers: [
        ReLULayer(inputs: 1, biases: [0], blocks: []),
        ReLULayer(inputs: 2, biases: [0], blocks: []),
      ])
    }
    await #expect(processExitsWith: .failure) {
      let layer = ReLULayer(inputs: 2, biases: [0], blocks: [])
      _ = ReLUNetwork(layers: [layer]).predict(Matrix<Double>(rows: 1, columns: 1))
    }
  }
}
