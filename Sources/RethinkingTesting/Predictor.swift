public import LinearAlgebra

/// A fitted function: one row of outputs for each row of inputs.
public typealias Predictor = (_ inputs: Matrix<Double>) throws -> Matrix<Double>

/// A way of fitting: it is given samples and targets, a row each, and returns the fitted function.
public typealias Fitter =
  (_ samples: Matrix<Double>, _ targets: Matrix<Double>) throws -> Predictor

/// Runs a function of the user; an error of it violates the property.
func running<Result>(
  _ property: PropertyViolation.Property, expected: String, _ body: () throws -> Result
) throws(PropertyViolation) -> Result {
  do {
    return try body()
  } catch {
    throw PropertyViolation(
      property, expected: expected, found: "the error “\(error)”",
      advice: "look at the function that was checked")
  }
}

/// The outputs of a function at some inputs, of the right shape and finite.
func outputs(
  of predict: Predictor, at inputs: Matrix<Double>, columns: Int,
  for property: PropertyViolation.Property
) throws(PropertyViolation) -> Matrix<Double> {
  let shape = "\(inputs.rows) x \(columns) outputs"
  let values = try running(property, expected: shape) { try predict(inputs) }
  guard values.rows == inputs.rows, values.columns == columns else {
    throw PropertyViolation(
      property, expected: shape, found: "\(values.rows) x \(values.columns)",
      advice: "look at whether samples are rows and outputs columns")
  }
  if let index = values.elements.firstIndex(where: { !$0.isFinite }) {
    throw PropertyViolation(
      property, sample: index % values.rows, output: index / values.rows,
      expected: "a finite number", found: "\(values.elements[index])",
      advice: "look at divisions by a gap of zero and at products beyond the largest double")
  }
  return values
}

/// The function that a fit gives.
func fitted(
  _ fit: Fitter, _ samples: Matrix<Double>, _ targets: Matrix<Double>,
  for property: PropertyViolation.Property
) throws(PropertyViolation) -> Predictor {
  try running(property, expected: "a fit of \(samples.rows) samples") { try fit(samples, targets) }
}

/// Throws where two matrices differ by more than a bound, naming the entry that differs most.
func compare(
  _ found: Matrix<Double>, with expected: Matrix<Double>, bound: Double,
  for property: PropertyViolation.Property, advice: String
) throws(PropertyViolation) {
  let differences = zip(found.elements, expected.elements).map { abs($0 - $1) }
  let wrong = differences.indices.filter { !(differences[$0] <= bound) }
  guard let worst = wrong.max(by: { differences[$0] < differences[$1] }) else { return }
  let samples = Set(wrong.map { $0 % found.rows }).count
  throw PropertyViolation(
    property, sample: worst % found.rows, output: worst / found.rows,
    expected: "\(expected.elements[worst])", found: "\(found.elements[worst])", bound: bound,
    advice: (samples == 1
      ? "no other sample differs" : "\(samples) of \(found.rows) samples differ")
      + ", this one most: \(advice)")
}

/// For each row the first row that equals it.
func firstEqualRows(_ samples: Matrix<Double>) -> [Int] {
  var first: [[Double]: Int] = [:]
  return (0..<samples.rows).map { i in
    let row = samples.row(i)
    if let known = first[row] { return known }
    first[row] = i
    return i
  }
}
