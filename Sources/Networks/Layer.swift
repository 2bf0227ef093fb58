/// A layer of an architecture: an operation, or branches whose results are concatenated.
public indirect enum Layer: Sendable, Hashable {
  /// One operation.
  case operation(Operation)
  /// Several sequences of layers on the same input, their channels one after another.
  case branches([[Layer]])
}

/// What may stand in an architecture: a layer, or a sequence of layers with a name of its own.
///
/// Conform a type of yours to write a module once and use it often:
///
/// ```swift
/// struct Module: LayerSequence {
///   var filters: Int
///   var layers: [Layer] {
///     Convolution(filters, size: 3).layers + BatchNormalization().layers + Rectifier().layers
///   }
/// }
/// ```
public protocol LayerSequence {
  /// The layers, from the input to the output.
  var layers: [Layer] { get }
}

/// Collects the layers that are written one below another.
@resultBuilder
public enum LayerBuilder {
  /// One layer or module.
  public static func buildExpression(_ part: any LayerSequence) -> [Layer] { part.layers }
  /// Layers from elsewhere.
  public static func buildExpression(_ layers: [Layer]) -> [Layer] { layers }
  /// All, in order.
  public static func buildBlock(_ parts: [Layer]...) -> [Layer] { parts.flatMap { $0 } }
  /// The layers of an `if` without `else`.
  public static func buildOptional(_ part: [Layer]?) -> [Layer] { part ?? [] }
  /// The layers of an `if`.
  public static func buildEither(first part: [Layer]) -> [Layer] { part }
  /// The layers of an `else`.
  public static func buildEither(second part: [Layer]) -> [Layer] { part }
  /// The layers of a loop.
  public static func buildArray(_ parts: [[Layer]]) -> [Layer] { parts.flatMap { $0 } }
}

/// Several sequences of layers on the same input; their results' channels are concatenated.
public struct Branches: LayerSequence {
  /// The sequences.
  public var branches: [[Layer]]

  /// Creates branches, each written as a ``Branch``.
  public init(@BranchBuilder _ branches: () -> [[Layer]]) {
    self.branches = branches()
  }

  /// The branches as one layer.
  public var layers: [Layer] { [.branches(branches)] }
}

/// One of the sequences of ``Branches``.
public struct Branch: LayerSequence {
  /// The layers.
  public var layers: [Layer]

  /// Creates a branch.
  public init(@LayerBuilder _ layers: () -> [Layer]) {
    self.layers = layers()
  }
}

/// Collects the branches that are written one below another.
@resultBuilder
public enum BranchBuilder {
  /// One branch, or a layer that is a branch by itself.
  public static func buildExpression(_ branch: any LayerSequence) -> [[Layer]] { [branch.layers] }
  /// All, in order.
  public static func buildBlock(_ branches: [[Layer]]...) -> [[Layer]] { branches.flatMap { $0 } }
}

extension Dense: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.dense(self))] }
}

extension Convolution: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.convolution(self))] }
}

extension MaxPooling: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.maxPooling(self))] }
}

extension AveragePooling: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.averagePooling(self))] }
}

extension GlobalAveragePooling: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.globalAveragePooling)] }
}

extension BatchNormalization: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.batchNormalization(self))] }
}

extension LocalResponseNormalization: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.localResponseNormalization(self))] }
}

extension Rectifier: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.rectifier)] }
}

extension Dropout: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.dropout(self))] }
}

extension Flatten: LayerSequence {
  /// This layer.
  public var layers: [Layer] { [.operation(.flatten)] }
}
