internal import ExactArithmetic
internal import LinearAlgebra
internal import ReLUNetworks

extension ExactProjections {
  /// How thresholds and distinct projections interleave.
  ///
  /// - Parameters:
  ///   - order: the samples by increasing projection.
  ///   - thresholds: the number of thresholds.
  ///   - signBeyond: the sign of a sample's projection minus a threshold.
  /// - Returns: strict where every comparison is, weak where a threshold stands on the point before.
  func interleaving(
    _ order: [Int], thresholds: Int, signBeyond: (_ threshold: Int, _ sample: Int) -> Int
  ) -> Interleaving {
    var result = Interleaving.strict
    var unit = 0
    var last: Int?
    for sample in order {
      if let last {
        if sign(last, minus: sample) == 0 { continue }
        guard unit < thresholds else { return .none }
        switch signBeyond(unit, last) {
        case -1: break
        case 0: result = .weak
        default: return .none
        }
      }
      guard unit < thresholds && signBeyond(unit, sample) > 0 else { return .none }
      unit += 1
      last = sample
    }
    return unit == thresholds ? result : .none
  }

  /// All projections as fractions.
  var values: [Rational] { (0..<count).map { value($0) } }
}

/// The largest miss of a network at some projections, all numbers being finite.
///
/// Between two neighbouring projections the network's value changes by the slope times their
/// distance, and by what units that begin there add. Value and slope are exact sums, so that nothing
/// drifts.
func largestMiss(
  of network: ReLUInterpolant, at projections: ExactProjections, order: [Int],
  targets: Matrix<Double>
) -> LargestMiss {
  if projections.areExpansions {
    let misses = mapInParallel(count: network.outputs) {
      largestMiss(of: network, output: $0, at: projections, order: order, targets: targets)
    }
    var largest: LargestMiss? = LargestMiss()
    for miss in misses {
      if let miss { largest?.merge(miss) } else { largest = nil }
    }
    if let largest { return largest }
  }
  // Numbers near the ends of the doubles' range.
  return largestMiss(
    thresholds: network.thresholds.map { Rational($0) },
    weights: (0..<network.hiddenUnits).map { network.outputWeights.row($0).map { Rational($0) } },
    at: projections.values, order: order, targets: targets)
}

/// The same for one output; nil where a slope is no sum of doubles.
private func largestMiss(
  of network: ReLUInterpolant, output: Int, at projections: ExactProjections, order: [Int],
  targets: Matrix<Double>
) -> LargestMiss? {
  let weights = network.outputWeights.column(output)
  let wanted = targets.column(output)
  var miss = LargestMiss()
  var (value, slope) = (ExactSum(), ExactSum())
  var slopeParts: [Double] = []
  var unit = 0
  var last = 0
  for sample in order {
    for part in slopeParts {
      projections.forEachComponent(of: sample) { value.addProduct(part, $0) }
      projections.forEachComponent(of: last) { value.addProduct(-part, $0) }
    }
    last = sample
    let active = unit
    while unit < weights.count && projections.sign(sample, minus: network.thresholds[unit]) > 0 {
      let weight = weights[unit]
      projections.forEachComponent(of: sample) { value.addProduct(weight, $0) }
      value.addProduct(-weight, network.thresholds[unit])
      slope.add(weight)
      unit += 1
    }
    if unit > active {
      slopeParts.removeAll(keepingCapacity: true)
      if !slope.appendExpansion(to: &slopeParts) { return nil }
    }
    value.add(-wanted[sample])
    miss.consider(value, sample: sample, output: output)
    value.add(wanted[sample])
  }
  return miss
}

/// The largest miss of a network of fractions at some projections.
func largestMiss(
  thresholds: [Rational], weights: [[Rational]], at points: [Rational], order: [Int],
  targets: Matrix<Double>
) -> LargestMiss {
  let misses = mapInParallel(count: targets.columns) { output in
    var miss = LargestMiss()
    // Long sums are cancelled only where they are compared.
    var (slope, offset) = (UnreducedFraction(0), UnreducedFraction(0))
    var unit = 0
    for sample in order {
      while unit < thresholds.count && thresholds[unit] < points[sample] {
        var term = UnreducedFraction(weights[unit][output])
        slope.add(term)
        term.multiply(by: thresholds[unit])
        offset.add(term.negative)
        unit += 1
      }
      var value = slope
      value.multiply(by: points[sample])
      value.add(offset)
      miss.consider(
        value.reduced - Rational(targets[sample, output]), sample: sample, output: output)
    }
    return miss
  }
  return misses.reduce(into: LargestMiss()) { $0.merge($1) }
}
