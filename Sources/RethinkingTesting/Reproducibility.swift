public import LinearAlgebra
private import RandomStreams

/// Checks that a fit does not depend on the order of the samples.
///
/// - Parameters:
///   - samples: Z, n × d, one row a sample.
///   - targets: Y, n × C.
///   - inputs: where the fitted functions are compared; nil for the samples.
///   - bound: how far the functions may differ, at least 0; 0 asks for the same bits.
///   - orders: how many other orders are tried; the first one is the reverse.
///   - seed: names the draw of the orders.
///   - fit: fits the samples in any order.
/// - Throws: ``PropertyViolation`` that names the input where the functions differ most, outputs of
///   another shape or not finite, and an error of `fit`.
public func checkPermutationInvariant(
  _ samples: Matrix<Double>, targets: Matrix<Double>, at inputs: Matrix<Double>? = nil,
  bound: Double, orders: Int = 3, seed: UInt64 = 0, _ fit: Fitter
) throws(PropertyViolation) {
  precondition(samples.rows == targets.rows, "a target for each sample")
  precondition(bound >= 0, "a bound is at least 0")
  let inputs = inputs ?? samples
  var stream = RandomStream(seed: seed, purpose: "orders of samples")
  let property = PropertyViolation.Property.permutationInvariance
  func values(_ order: [Int]) throws(PropertyViolation) -> Matrix<Double> {
    let predict = try fitted(fit, samples.rows(order), targets.rows(order), for: property)
    return try outputs(of: predict, at: inputs, columns: targets.columns, for: property)
  }
  let expected = try values(Array(0..<samples.rows))
  for index in 0..<orders {
    let order =
      index == 0
      ? Array((0..<samples.rows).reversed()) : stream.permutation(of: samples.rows)
    try compare(
      values(order), with: expected, bound: bound, for: property,
      advice: "look at sums whose order follows the samples, at how equal samples are merged, and "
        + "at draws that belong to a place instead of a sample")
  }
}

/// Checks that the same fit gives the same function, bit for bit.
///
/// - Parameters:
///   - samples: Z, n × d, one row a sample.
///   - targets: Y, n × C.
///   - inputs: where the fitted functions are compared; nil for the samples.
///   - repetitions: how often the fit is repeated.
///   - fit: fits the samples.
/// - Throws: ``PropertyViolation`` that names the input where the functions differ most, outputs of
///   another shape or not finite, and an error of `fit`.
public func checkDeterministic(
  _ samples: Matrix<Double>, targets: Matrix<Double>, at inputs: Matrix<Double>? = nil,
  repetitions: Int = 2, _ fit: Fitter
) throws(PropertyViolation) {
  precondition(samples.rows == targets.rows, "a target for each sample")
  let inputs = inputs ?? samples
  func values() throws(PropertyViolation) -> Matrix<Double> {
    let predict = try fitted(fit, samples, targets, for: .determinism)
    return try outputs(of: predict, at: inputs, columns: targets.columns, for: .determinism)
  }
  let expected = try values()
  for _ in 0..<repetitions {
    try compare(
      values(), with: expected, bound: 0, for: .determinism,
      advice: "look at draws without a seed, at sums shared out among threads, and at the order of "
        + "sets and dictionaries")
  }
}
