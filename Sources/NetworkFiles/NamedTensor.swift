internal import LinearAlgebra
internal import ReLUNetworks

/// A named array in row-major order.
///
/// Its bytes are made when they are written, so that an array that is mostly zeros, or one row
/// repeated, is never held whole.
struct NamedTensor: Sendable {
  let name: String
  let shape: [Int]
  let type: ElementType
  private let appendEntries: @Sendable (inout [UInt8]) -> Void

  /// An array of any shape.
  init<Scalar: LinearAlgebraScalar>(_ name: String, shape: [Int], _ entries: [Scalar]) {
    (self.name, self.shape, type) = (name, shape, ElementType(Scalar.self))
    appendEntries = { NetworkFiles.append(entries, to: &$0) }
  }

  /// A vector.
  init(_ name: String, _ entries: [Double]) {
    self.init(name, shape: [entries.count], entries)
  }

  /// A single whole number, an array without sizes.
  init(_ name: String, _ number: Int64) {
    (self.name, shape, type) = (name, [], .int64)
    appendEntries = { NetworkFiles.append([number], to: &$0) }
  }

  /// A matrix of doubles, given by its rows; each is written over the entries of the one before.
  private init(
    _ name: String, rows: Int, columns: Int,
    writeRow: @escaping @Sendable (_ row: Int, _ entries: inout [Double]) -> Void
  ) {
    (self.name, shape, type) = (name, [rows, columns], .float64)
    appendEntries = { bytes in
      var entries = [Double](repeating: 0, count: columns)
      for row in 0..<rows {
        writeRow(row, &entries)
        NetworkFiles.append(entries, to: &bytes)
      }
    }
  }

  /// The size of the entries in bytes.
  var byteCount: Int { shape.reduce(type.size, *) }

  /// Appends the entries, little-endian.
  func append(to bytes: inout [UInt8]) { appendEntries(&bytes) }
}

extension NamedTensor {
  /// A matrix, or its transpose.
  init(_ name: String, _ matrix: Matrix<Double>, transposed: Bool = false) {
    if transposed {
      self.init(name, rows: matrix.columns, columns: matrix.rows) { j, entries in
        for i in entries.indices { entries[i] = matrix[i, j] }
      }
    } else {
      self.init(name, rows: matrix.rows, columns: matrix.columns) { i, entries in
        for j in entries.indices { entries[j] = matrix[i, j] }
      }
    }
  }

  /// A matrix whose rows are all the same.
  init(_ name: String, row: [Double], repeated rows: Int) {
    self.init(name, rows: rows, columns: row.count) { _, entries in entries = row }
  }

  /// The whole matrix W of a layer, a row for each unit.
  init(_ name: String, weightsOf layer: ReLULayer) {
    self.init(name, rows: layer.units, columns: layer.inputs) { unit, entries in
      for j in entries.indices { entries[j] = 0 }
      for block in layer.blocks where block.unitRange.contains(unit) {
        for j in 0..<block.weights.columns {
          entries[block.firstInput + j] = block.weights[unit - block.firstUnit, j]
        }
      }
    }
  }

  /// The layers of a network, from the inputs on: `layers.0.weight`, `layers.0.bias`, and so on.
  static func layers(of network: ReLUNetwork) -> [NamedTensor] {
    network.layers.enumerated().flatMap { index, layer in
      [
        NamedTensor(weightName(index), weightsOf: layer),
        NamedTensor(biasName(index), layer.biases),
      ]
    }
  }

  /// The parts of a network with a shared direction, named and shaped as its properties.
  static func parts(of network: ReLUInterpolant) -> [NamedTensor] {
    [
      NamedTensor("direction", network.direction),
      NamedTensor("thresholds", network.thresholds),
      NamedTensor("outputWeights", network.outputWeights),
    ]
  }

  /// The two dense layers of a network whose direction is repeated for each hidden unit.
  static func expandedLayers(of network: ReLUInterpolant) -> [NamedTensor] {
    [
      NamedTensor(weightName(0), row: network.direction, repeated: network.hiddenUnits),
      NamedTensor(biasName(0), network.thresholds.map { -$0 }),
      NamedTensor(weightName(1), network.outputWeights, transposed: true),
      NamedTensor(biasName(1), [Double](repeating: 0, count: network.outputs)),
    ]
  }

  /// The name of the weights W of a layer, counted from 0.
  static func weightName(_ layer: Int) -> String { "layers.\(layer).weight" }
  /// The name of the biases b of a layer, counted from 0.
  static func biasName(_ layer: Int) -> String { "layers.\(layer).bias" }
}
