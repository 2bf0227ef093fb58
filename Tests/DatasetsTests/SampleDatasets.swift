import Datasets
import RandomStreams
import TestSupport

/// Three images of 2 × 3 pixels and two channels whose bytes follow a rule.
func patternDataset() -> LabeledDataset {
  LabeledDataset(
    shape: ImageShape(height: 2, width: 3, channels: 2),
    pixels: .bytes((0..<36).map { UInt8((37 * $0 + 11) % 256) }), labels: [3, 0, 2],
    classNames: ["a", "b", "c", "d"], provenance: Provenance(name: "pattern"))
}

/// Random bytes and labels, up to ten images and three classes.
func randomDataset(_ property: PropertyCase) -> LabeledDataset {
  var stream = property.stream("dataset")
  let count = min(property.third, 10)
  let shape = ImageShape(
    height: max(1, min(property.first, 10)), width: max(1, min(property.second, 10)),
    channels: 1 + stream.integer(below: 3))
  return LabeledDataset(
    shape: shape,
    pixels: .bytes((0..<count * shape.count).map { _ in UInt8(stream.integer(below: 256)) }),
    labels: (0..<count).map { _ in stream.integer(below: 3) }, classNames: ["a", "b", "c"],
    provenance: Provenance(name: "random"))
}

extension LabeledDataset {
  /// The same dataset with its bytes as real numbers.
  var withReals: LabeledDataset {
    guard case .bytes(let values) = pixels else { return self }
    return LabeledDataset(
      shape: shape, pixels: .reals(values.map { Float($0) }), labels: labels,
      classNames: classNames, provenance: provenance)
  }

  /// The value of a pixel, found by the documented order of values.
  func value(image: Int, channel: Int, row: Int, column: Int) -> Double {
    let place =
      ((image * shape.channels + channel) * shape.height + row) * shape.width + column
    switch pixels {
    case .bytes(let values): return Double(values[place])
    case .reals(let values): return Double(values[place])
    }
  }
}
