import LinearAlgebra
import RandomStreams
import RethinkingTesting
import TestSupport
import Testing

/// What a check throws; nil where it passes.
func violation(_ check: () throws -> Void) -> PropertyViolation? {
  do {
    try check()
    return nil
  } catch {
    if !(error is PropertyViolation) { Issue.record("a check threw \(error)") }
    return error as? PropertyViolation
  }
}

/// An error that a user's function throws.
struct NotToday: Error {}

/// A sample with targets, and a place in it where a fault is planted.
struct PlantedFault {
  let samples: Matrix<Double>
  let targets: Matrix<Double>
  let sample: Int
  let output: Int

  /// At least one sample and one output.
  init(_ property: PropertyCase) {
    var stream = property.stream("planted fault")
    let (n, outputs) = (max(1, property.first), max(1, min(property.third, 10)))
    samples = randomMatrix(rows: n, columns: max(1, property.second), from: &stream)
    targets = randomMatrix(rows: n, columns: outputs, from: &stream)
    sample = stream.integer(below: n)
    output = stream.integer(below: outputs)
  }

  /// The targets but for one entry.
  func targets(with change: (Double) -> Double) -> Matrix<Double> {
    var changed = targets
    changed[sample, output] = change(changed[sample, output])
    return changed
  }
}
