/// Why layers do not make a network.
public enum ArchitectureError: Error, Equatable, CustomStringConvertible {
  /// There are no layers, or a branch of `layer` has none where one is needed.
  case noLayers(layer: String)
  /// The shape of the input has a size below 1.
  case emptyInput(TensorShape)
  /// An option of a layer is out of its range.
  case option(layer: String, name: String, value: String, expected: String)
  /// A layer does not take what the one before gives.
  case shape(layer: String, found: TensorShape, expected: String)
  /// The branches of a layer give images of different sizes, or vectors beside images.
  case branches(layer: String, shapes: [TensorShape])
  /// A layer has more values or more work than can be counted.
  case tooLarge(layer: String, shape: TensorShape)
  /// The last layer does not give a vector of logits.
  case output(TensorShape)

  /// What is wrong, where, and what to try.
  public var description: String {
    switch self {
    case .noLayers(let layer):
      layer.isEmpty
        ? "The architecture has no layers: give at least one dense layer."
        : "Layer \(layer) has no branches: give at least one."
    case .emptyInput(let shape):
      "The input's shape is \(shape): every size must be at least 1."
    case .option(let layer, let name, let value, let expected):
      "Layer \(layer): \(name) is \(value), expected \(expected)."
    case .shape(let layer, let found, let expected):
      "Layer \(layer) is given \(found), expected \(expected)."
    case .branches(let layer, let shapes):
      "Layer \(layer): its branches give \(shapes.map(\.description).joined(separator: ", ")); "
        + "all must be vectors, or images of the same height and width."
    case .tooLarge(let layer, let shape):
      "Layer \(layer), whose result is \(shape), has more values or more work than any computer: "
        + "make it smaller."
    case .output(let shape):
      "The last layer gives \(shape), expected a vector of logits: "
        + "end with flatten or global average pooling and a dense layer."
    }
  }
}
