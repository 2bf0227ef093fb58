internal import ExactArithmetic
internal import LinearAlgebra
internal import ReLUNetworks

/// The largest miss of a feed-forward network at some samples; nil where a number is not finite.
func largestMiss<Failure>(
  of network: ReLUNetwork, at samples: SampleBlocks<Failure>, targets: Matrix<Double>
) throws(Failure) -> LargestMiss? {
  let layers = network.layers.map { SparseLayer($0) }
  guard layers.allSatisfy(\.isFinite) else { return nil }
  var largest: LargestMiss? = LargestMiss()
  try samples.forEachBlock { range, values in
    let d = samples.dimension
    let misses: [LargestMiss?] = mapInParallel(count: (range.count + pieceCount - 1) / pieceCount) {
      let first = $0 * pieceCount
      var evaluation = ExactEvaluation(layers)
      var miss = LargestMiss()
      for i in first..<min(first + pieceCount, range.count) {
        let input = values.doubles(i * d..<(i + 1) * d)
        guard input.allSatisfy(\.isFinite) else { return nil }
        let sample = range.lowerBound + i
        evaluation.forEachMiss(at: input, target: { targets[sample, $0] }) {
          miss.consider($1, sample: sample, output: $0)
        } fraction: {
          miss.consider($1, sample: sample, output: $0)
        }
      }
      return miss
    }
    for miss in misses {
      if let miss { largest?.merge(miss) } else { largest = nil }
    }
  }
  return largest
}

/// Samples that one thread evaluates at a time.
private let pieceCount = 16

/// A layer by the weights of each unit that are not zero.
private struct SparseLayer: Sendable {
  var biases: [Double]
  /// Where each unit's weights end in `inputs` and `weights`.
  var ends: [Int] = []
  var inputs: [Int] = []
  var weights: [Double] = []

  var isFinite: Bool { biases.allSatisfy(\.isFinite) && weights.allSatisfy(\.isFinite) }

  init(_ layer: ReLULayer) {
    biases = layer.biases
    var rows = [[(input: Int, weight: Double)]](repeating: [], count: layer.units)
    for block in layer.blocks {
      for j in 0..<block.weights.columns {
        for i in 0..<block.weights.rows where block.weights[i, j] != 0 {
          rows[block.firstUnit + i].append((block.firstInput + j, block.weights[i, j]))
        }
      }
    }
    for row in rows {
      inputs += row.map(\.input)
      weights += row.map(\.weight)
      ends.append(inputs.count)
    }
  }
}

/// Values of a layer's units, each the sum of some doubles; no double where a unit is inactive.
private struct Activations {
  var components: [Double] = []
  var ends: [Int] = []

  mutating func removeAll() {
    components.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }
}

/// The exact evaluation of a network at one sample after the other.
private struct ExactEvaluation {
  let layers: [SparseLayer]
  private var values = Activations()
  private var next = Activations()
  private var sum = ExactSum()

  init(_ layers: [SparseLayer]) { self.layers = layers }

  /// Calls a closure with each output minus its target, as a sum, or as a fraction where a hidden
  /// value is no sum of doubles.
  mutating func forEachMiss(
    at input: [Double], target: (Int) -> Double, sum consider: (Int, ExactSum) -> Void,
    fraction considerFraction: (Int, Rational) -> Void
  ) {
    values.removeAll()
    for x in input {
      if x != 0 { values.components.append(x) }
      values.ends.append(values.components.count)
    }
    for layer in layers.dropLast() {
      if !evaluateHidden(layer) {
        let outputs = fractions(at: input)
        for (output, value) in outputs.enumerated() {
          considerFraction(output, value - Rational(target(output)))
        }
        return
      }
      swap(&values, &next)
    }
    guard let last = layers.last else { return }
    for unit in last.biases.indices {
      addPreactivation(unit, of: last)
      sum.add(-target(unit))
      consider(unit, sum)
    }
  }

  private mutating func evaluateHidden(_ layer: SparseLayer) -> Bool {
    next.removeAll()
    for unit in layer.biases.indices {
      addPreactivation(unit, of: layer)
      let first = next.components.count
      if !sum.appendExpansion(to: &next.components) { return false }
      // The first double has the sign of the sum.
      if first < next.components.count && next.components[first] < 0 {
        next.components.removeLast(next.components.count - first)
      }
      next.ends.append(next.components.count)
    }
    return true
  }

  private mutating func addPreactivation(_ unit: Int, of layer: SparseLayer) {
    sum.removeAll()
    sum.add(layer.biases[unit])
    for k in (unit == 0 ? 0 : layer.ends[unit - 1])..<layer.ends[unit] {
      let input = layer.inputs[k]
      var component = input == 0 ? 0 : values.ends[input - 1]
      let end = values.ends[input]
      while component < end {
        sum.addProduct(layer.weights[k], values.components[component])
        component += 1
      }
    }
  }

  /// The outputs in fractions, for numbers near the ends of the doubles' range.
  private func fractions(at input: [Double]) -> [Rational] {
    var values = input.map { Rational($0) }
    for (index, layer) in layers.enumerated() {
      values = layer.biases.indices.map { unit in
        var sum = Rational(layer.biases[unit])
        for k in (unit == 0 ? 0 : layer.ends[unit - 1])..<layer.ends[unit] {
          sum = sum + Rational(layer.weights[k]) * values[layer.inputs[k]]
        }
        return index + 1 < layers.count && sum < 0 ? 0 : sum
      }
    }
    return values
  }
}
