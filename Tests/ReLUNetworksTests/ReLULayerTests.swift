import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport
import Testing

@Suite("A layer of blocks is its dense matrix")
struct ReLULayerTests {
  @Test("Blocks give what the whole matrix gives", arguments: PropertyCase.all)
  func denseMatrix(_ property: PropertyCase) {
    var stream = property.stream("layer")
    let layer = randomLayer(
      inputs: property.first, units: property.second, integers: true, from: &stream)
    let values = Matrix<Double>(rows: property.third, columns: property.first) { _, _ in
      Double(stream.integer(below: 9) - 4)
    }
    let dense = layer.dense()
    #expect(dense.rows == layer.units && dense.columns == layer.inputs)
    var known = values.times(dense, transposingOther: true)
    for j in 0..<layer.units { for i in 0..<values.rows { known[i, j] += layer.biases[j] } }
    #expect(layer.preactivations(values) == known)
  }

  @Test("Each block stands in its place, and zeros elsewhere", arguments: PropertyCase.all)
  func places(_ property: PropertyCase) {
    var stream = property.stream("layer")
    let layer = randomLayer(
      inputs: property.first, units: property.second, integers: false, from: &stream)
    let dense = layer.dense()
    var rest = dense
    for block in layer.blocks {
      for (i, unit) in block.unitRange.enumerated() {
        for (j, input) in block.inputRange.enumerated() {
          #expect(dense[unit, input] == block.weights[i, j])
          rest[unit, input] = 0
        }
      }
      #expect(block.nonZeroWeights == block.weights.elements.count { $0 != 0 })
    }
    #expect(rest.elements.allSatisfy { $0 == 0 })
    #expect(layer.nonZeroWeights == (dense.elements + layer.biases).count { $0 != 0 })
  }

  @Test("Blocks outside the matrix or over each other stop the program")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      _ = ReLULayer(inputs: 2, biases: [0], blocks: [unitBlock(1, 0)])
    }
    await #expect(processExitsWith: .failure) {
      _ = ReLULayer(inputs: 2, biases: [0], blocks: [unitBlock(0, 2)])
    }
    await #expect(processExitsWith: .failure) {
      _ = ReLULayer(inputs: 2, biases: [0], blocks: [unitBlock(0, -1)])
    }
    await #expect(processExitsWith: .failure) {
      _ = ReLULayer(inputs: 2, biases: [0], blocks: [unitBlock(0, 1), unitBlock(0, 1)])
    }
    await #expect(processExitsWith: .failure) {
      _ = ReLULayer(inputs: 2, biases: [0], blocks: []).preactivations(
        Matrix(rows: 1, columns: 3))
    }
  }
}

/// A block of one weight.
private func unitBlock(_ unit: Int, _ input: Int) -> ReLULayer.Block {
  ReLULayer.Block(
    .weight, firstUnit: unit, firstInput: input,
    weights: Matrix(rows: 1, columns: 1, repeating: 1))
}
