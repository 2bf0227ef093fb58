import LinearAlgebra
import RandomStreams
import ReLUNetworks
import TestSupport

/// How the weights of a random network are drawn.
enum WeightKind: CaseIterable {
  /// Whole numbers from -2 to 2, so that every sum of a small network is exact.
  case integer
  /// Standard normal numbers.
  case normal
  /// Any bit pattern: zeros of both signs, subnormal numbers, infinities, NaN.
  case bits

  func draw(from stream: inout RandomStream) -> Double {
    switch self {
    case .integer: Double(stream.integer(below: 5) - 2)
    case .normal: stream.normal()
    case .bits:
      switch stream.integer(below: 8) {
      case 0: -0.0
      case 1: .infinity
      case 2: .leastNonzeroMagnitude
      default:
        Double(
          bitPattern: UInt64(stream.integer(below: 1 << 32)) << 32
            | UInt64(stream.integer(below: 1 << 32)))
      }
    }
  }
}

extension PropertyCase {
  /// A network with a shared direction: n, d and C are the case's sizes.
  func interpolant(_ kind: WeightKind) -> ReLUInterpolant {
    var stream = stream("interpolant to store")
    // Thresholds are increasing whatever the other numbers are.
    var thresholds: [Double] = []
    var last = -10.0
    for _ in 0..<first {
      last += kind == .integer ? 1 : 0.1 + abs(stream.normal())
      thresholds.append(last)
    }
    return ReLUInterpolant(
      direction: (0..<second).map { _ in kind.draw(from: &stream) }, thresholds: thresholds,
      outputWeights: Matrix(rows: first, columns: third) { _, _ in kind.draw(from: &stream) })
  }

  /// A feed-forward network of depth 1 to 4 whose layers have one, two or no blocks.
  func network(_ kind: WeightKind) -> ReLUNetwork {
    var stream = stream("network to store")
    let hidden = [first, third, second].prefix(stream.integer(below: 4))
    let sizes = [second] + hidden + [third]
    return ReLUNetwork(
      layers: zip(sizes, sizes.dropFirst()).map { inputs, units in
        // The two blocks leave zeros in two corners.
        let (row, column) = (units / 2, inputs / 3)
        let corners = [(0..<row, 0..<column), (row..<units, column..<inputs)]
        return ReLULayer(
          inputs: inputs, biases: (0..<units).map { _ in kind.draw(from: &stream) },
          blocks: corners.dropFirst(stream.integer(below: 3)).map { rows, columns in
            ReLULayer.Block(
              .weight, firstUnit: rows.lowerBound, firstInput: columns.lowerBound,
              weights: Matrix(rows: rows.count, columns: columns.count) { _, _ in
                kind.draw(from: &stream)
              })
          })
      })
  }

  /// Five inputs for the network or the interpolant.
  func inputs(_ kind: WeightKind) -> Matrix<Double> {
    var stream = stream("inputs of a stored network")
    return Matrix(rows: 5, columns: second) { _, _ in kind.draw(from: &stream) }
  }
}

extension ReLUNetwork {
  /// All weights and biases, layer after layer, as bits.
  var bitPatterns: [[UInt64]] {
    layers.flatMap { [$0.dense().elements.map(\.bitPattern), $0.biases.map(\.bitPattern)] }
  }

  /// The numbers of inputs and of units.
  var sizes: [[Int]] { layers.map { [$0.inputs, $0.units] } }

  /// The largest outputs of a network of these absolute weights at these absolute inputs.
  func absoluteOutputs(_ inputs: Matrix<Double>) -> Matrix<Double> {
    ReLUNetwork(
      layers: layers.map { layer in
        ReLULayer(
          inputs: layer.inputs, biases: layer.biases.map(abs),
          blocks: layer.blocks.map {
            .init(
              $0.purpose, firstUnit: $0.firstUnit, firstInput: $0.firstInput,
              weights: $0.weights.map { abs($0) })
          })
      }
    ).predict(inputs.map { abs($0) })
  }
}

extension ReLUInterpolant {
  /// All weights as bits.
  var bitPatterns: [[UInt64]] {
    [direction, thresholds, outputWeights.elements].map { $0.map(\.bitPattern) }
  }

  /// The same network with its direction repeated for each hidden unit.
  var expanded: ReLUNetwork {
    ReLUNetwork(layers: [
      ReLULayer(
        inputs: direction.count, biases: thresholds.map { -$0 },
        blocks: [
          .init(
            .direction, firstUnit: 0, firstInput: 0,
            weights: Matrix(rows: hiddenUnits, columns: direction.count) { _, j in direction[j] })
        ]),
      ReLULayer(
        inputs: hiddenUnits, biases: [Double](repeating: 0, count: outputs),
        blocks: [
          .init(
            .outputWeight, firstUnit: 0, firstInput: 0, weights: outputWeights.transposed())
        ]),
    ])
  }
}
