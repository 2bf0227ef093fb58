public import Datasets
private import RandomStreams

/// Points with independent standard normal coordinates and random labels.
///
/// Almost surely distinct and in general position: a sample on which every construction applies,
/// also with more points than dimensions.
///
/// - Parameters:
///   - count: n.
///   - dimension: d, at least 1.
///   - classes: C, at least 1.
///   - seed: names the draws.
/// - Returns: n "images" of one row, single precision, with labels uniform in 0..<C.
public func gaussianPoints(
  count: Int, dimension: Int, classes: Int, seed: UInt64
) -> LabeledDataset {
  var coordinates = RandomStream(seed: seed, purpose: "Gaussian points")
  var labels = RandomStream(seed: seed, purpose: "Gaussian points' labels")
  return LabeledDataset(
    shape: ImageShape(height: 1, width: dimension, channels: 1),
    pixels: .reals((0..<count * dimension).map { _ in Float(coordinates.normal()) }),
    labels: (0..<count).map { _ in labels.integer(below: classes) },
    classNames: (0..<classes).map { "class \($0)" },
    provenance: Provenance(
      name: "Gaussian points", steps: ["standard normal coordinates, seed \(seed)"]))
}
