public import LinearAlgebra
private import RandomStreams

/// Checks that a part of a fit is the same whatever the targets are.
///
/// The paper's construction places direction and thresholds before it looks at a label; only the
/// output weights depend on them. The fit is repeated with the targets exchanged among the samples,
/// with opposite signs, all zero, and random. Equal samples keep equal targets.
///
/// ```swift
/// try checkLabelBlind(samples, targets: targets) {
///   let network = try ReLUInterpolant.fit($0, targets: $1, seed: 0).network
///   return network.direction + network.thresholds
/// }
/// ```
///
/// - Parameters:
///   - samples: Z, n × d, one row a sample.
///   - targets: Y, n × C; equal samples have equal ones.
///   - seed: names the draw of the other targets.
///   - part: fits and returns the numbers that should not depend on the targets.
/// - Throws: ``PropertyViolation`` that names the other targets and the first number that changed,
///   and for an error of `part`.
public func checkLabelBlind(
  _ samples: Matrix<Double>, targets: Matrix<Double>, seed: UInt64 = 0,
  _ part: (_ samples: Matrix<Double>, _ targets: Matrix<Double>) throws -> [Double]
) throws(PropertyViolation) {
  precondition(samples.rows == targets.rows, "a target for each sample")
  let expected = try running(.labelBlindness, expected: "a fit of the given targets") {
    try part(samples, targets)
  }
  for (name, others) in otherTargets(samples, targets, seed: seed) {
    let found = try running(.labelBlindness, expected: "a fit of \(name) targets") {
      try part(samples, others)
    }
    guard expected.count == found.count else {
      throw PropertyViolation(
        .labelBlindness, expected: "\(expected.count) numbers, as with the given targets",
        found: "\(found.count) with \(name) targets",
        advice: "look at what depends on the targets besides the output weights")
    }
    guard let index = expected.indices.first(where: { expected[$0] != found[$0] }) else { continue }
    throw PropertyViolation(
      .labelBlindness, expected: "number \(index) to be \(expected[index]) for all targets",
      found: "\(found[index]) with \(name) targets",
      advice: "look at what depends on the targets besides the output weights")
  }
}

private func otherTargets(
  _ samples: Matrix<Double>, _ targets: Matrix<Double>, seed: UInt64
) -> [(name: String, targets: Matrix<Double>)] {
  var stream = RandomStream(seed: seed, purpose: "other targets")
  let first = firstEqualRows(samples)
  let distinct = first.indices.filter { first[$0] == $0 }
  let order = stream.permutation(of: distinct.count)
  var partner = [Int](repeating: 0, count: first.count)
  for (place, sample) in distinct.enumerated() { partner[sample] = distinct[order[place]] }
  let random = Matrix(rows: targets.rows, columns: targets.columns) { _, _ in stream.normal() }
  return [
    ("exchanged", targets.rows(first.map { partner[$0] })),
    ("opposite", targets.map { -$0 }),
    ("zero", targets.map { _ in 0 }),
    ("random", random.rows(first)),
  ]
}
