public import ReLUNetworks

/// Checks that a network has at most the theorem's number of weights, n (1 + C) + d.
///
/// With one output that is the 2n + d of Theorem 1.
///
/// - Parameters:
///   - count: the number of weights of the network.
///   - samples: n, at least 0.
///   - dimension: d, at least 0.
///   - outputs: C, at least 1.
/// - Throws: ``PropertyViolation``.
///
/// Source: Zhang et al. (2017), Theorem 1.
public func checkWeightBudget(
  _ count: Int, samples: Int, dimension: Int, outputs: Int = 1
) throws(PropertyViolation) {
  let budget = samples * (1 + outputs) + dimension
  if count <= budget { return }
  throw PropertyViolation(
    .weightBudget,
    expected: "at most n (1 + C) + d = \(budget) weights for n = \(samples), C = \(outputs), "
      + "d = \(dimension)", found: "\(count)",
    advice: "look at whether all hidden units share one direction")
}

/// Checks that an interpolating network has at most n (1 + C) + d weights.
///
/// - Parameters:
///   - network: the network; its dimension and outputs count.
///   - samples: n, the number of samples that it was built for.
/// - Throws: ``PropertyViolation``.
public func checkWeightBudget(
  _ network: ReLUInterpolant, samples: Int
) throws(PropertyViolation) {
  try checkWeightBudget(
    network.weightCount, samples: samples, dimension: network.direction.count,
    outputs: network.outputs)
}
