public import LinearAlgebra
private import RandomStreams

/// Checks that a way of fitting shatters a sample: that it realises any signs at the n samples.
///
/// Up to n = 12 all 2ⁿ patterns of signs are fitted, one after another; beyond, some random ones. A
/// sign is realised where the output has it, and is not 0.
///
/// - Parameters:
///   - samples: Z, n × d, different rows.
///   - randomPatterns: how many patterns to try for n > 12.
///   - seed: names the draw of the random patterns.
///   - fit: fits targets of ±1, one output.
/// - Throws: ``PropertyViolation`` that names the first sample of the first pattern whose sign is
///   not realised, two samples that are equal, and an error of `fit`.
/// - Complexity: 2ⁿ fits for n ≤ 12.
public func checkShatters(
  _ samples: Matrix<Double>, randomPatterns: Int = 64, seed: UInt64 = 0, _ fit: Fitter
) throws(PropertyViolation) {
  let first = firstEqualRows(samples)
  if let copy = first.indices.first(where: { first[$0] != $0 }) {
    throw PropertyViolation(
      .shattering, sample: copy, expected: "different samples",
      found: "a copy of sample \(first[copy])",
      advice: "no function gives equal samples different signs")
  }
  let n = samples.rows
  var stream = RandomStream(seed: seed, purpose: "sign patterns")
  let isComplete = n <= 12
  for pattern in 0..<(isComplete ? 1 << n : randomPatterns) {
    let signs = (0..<n).map { i in
      (isComplete ? pattern >> i & 1 : stream.integer(below: 2)) == 1 ? 1.0 : -1
    }
    let targets = Matrix(rows: n, columns: 1, columnMajor: signs)
    let predict = try fitted(fit, samples, targets, for: .shattering)
    let values = try outputs(of: predict, at: samples, columns: 1, for: .shattering)
    guard let wrong = signs.indices.first(where: { !(values[$0, 0] * signs[$0] > 0) }) else {
      continue
    }
    let word = signs.map { $0 > 0 ? "+" : "-" }.joined()
    throw PropertyViolation(
      .shattering, sample: wrong, output: 0,
      expected: signs[wrong] > 0 ? "a positive number" : "a negative number",
      found: "\(values[wrong, 0])",
      advice: "the signs to realise were \(n <= 64 ? word : word.prefix(64) + "…"): look at the "
        + "capacity of the fit, and at whether it was given enough steps")
  }
}
