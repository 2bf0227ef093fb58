public import LinearAlgebra

/// Checks that a function takes given values at given samples: |c(z_i) - y_i| ≤ bound.
///
/// ```swift
/// try checkInterpolates(samples, targets: targets, bound: 1e-9) { network.predict($0) }
/// ```
///
/// - Parameters:
///   - samples: Z, n × d, one row a sample.
///   - targets: Y, n × C.
///   - bound: the largest difference that passes, at least 0.
///   - predict: the function, called once with all samples.
/// - Throws: ``PropertyViolation`` for outputs of another shape, for the first that is no finite
///   number, for the one farthest from its target, and for an error of `predict`.
public func checkInterpolates(
  _ samples: Matrix<Double>, targets: Matrix<Double>, bound: Double, _ predict: Predictor
) throws(PropertyViolation) {
  precondition(samples.rows == targets.rows, "a target for each sample")
  precondition(bound >= 0, "a bound is at least 0")
  let found = try outputs(of: predict, at: samples, columns: targets.columns, for: .interpolation)
  try compare(
    found, with: targets, bound: bound, for: .interpolation,
    advice: "look at samples close to it, and at whether samples and targets are in one order")
}

/// Checks that the outputs of a function stand for the labels of the samples.
///
/// One output stands for the integer nearest to it: |c(z_i) - ℓ_i| < 1/2. Several outputs stand for
/// the place of the largest, which must be larger than all others.
///
/// - Parameters:
///   - samples: Z, n × d, one row a sample.
///   - labels: ℓ, one for each sample, from 0.
///   - classes: the number of outputs; 1 for a single output that is the label.
///   - predict: the function, called once with all samples.
/// - Throws: ``PropertyViolation`` for outputs of another shape, for one that is no finite number,
///   for the first label not recovered, and for an error of `predict`.
public func checkRecoversLabels(
  _ samples: Matrix<Double>, labels: [Int], classes: Int, _ predict: Predictor
) throws(PropertyViolation) {
  precondition(samples.rows == labels.count, "a label for each sample")
  precondition(
    labels.allSatisfy { $0 >= 0 && (classes == 1 || $0 < classes) },
    "labels count from 0, and each has an output")
  let found = try outputs(of: predict, at: samples, columns: classes, for: .labelRecovery)
  for (i, label) in labels.enumerated() {
    let row = found.row(i)
    if classes == 1 {
      if abs(row[0] - Double(label)) < 0.5 { continue }
      throw PropertyViolation(
        .labelRecovery, sample: i, output: 0, expected: "less than 1/2 from \(label)",
        found: "\(row[0])", advice: "look at the residual there, and at samples close to it")
    }
    let largest = found.row(i).indices.filter { $0 != label }.max { row[$0] < row[$1] }
    guard let other = largest, !(row[label] > row[other]) else { continue }
    throw PropertyViolation(
      .labelRecovery, sample: i, output: other,
      expected: "less than the \(row[label]) of output \(label), the label",
      found: "\(row[other])",
      advice: "look at the residual there, and at whether classes count from 0")
  }
}
