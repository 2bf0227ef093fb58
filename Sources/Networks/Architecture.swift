/// A network's layers before any weights: its input's shape and what is done to it.
///
/// ```swift
/// let small = Architecture("small", input: .image(channels: 3, height: 28, width: 28)) {
///   Convolution(16, size: 3)
///   Rectifier()
///   MaxPooling(size: 3, stride: 2)
///   Flatten()
///   Dense(10)
/// }
/// let graph = try NetworkGraph(small)  // shapes checked, parameters counted
/// ```
public struct Architecture: Sendable, Hashable {
  /// The name.
  public var name: String
  /// The shape of a sample.
  public var input: TensorShape
  /// The layers, from the input to the logits.
  public var layers: [Layer]

  /// Creates an architecture from a list of layers.
  ///
  /// - Parameters:
  ///   - name: the name.
  ///   - input: the shape of a sample.
  ///   - layers: from the input to the logits.
  public init(_ name: String, input: TensorShape, layers: [Layer]) {
    self.name = name
    self.input = input
    self.layers = layers
  }

  /// Creates an architecture from layers written one below another.
  public init(_ name: String, input: TensorShape, @LayerBuilder layers: () -> [Layer]) {
    self.init(name, input: input, layers: layers())
  }
}
