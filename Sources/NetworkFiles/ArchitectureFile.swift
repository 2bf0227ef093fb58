public import Networks

/// Architectures as YAML that people read and write.
///
///     name: small
///     input: 28x28x3            # height x width x channels; a whole number for a vector
///     layers:
///       - convolution: {filters: 64, size: 5, stride: 1, padding: same, bias: true}
///       - batch-normalisation   # {epsilon: 1e-05, decay: 0.9, scale-and-shift: true}
///       - relu
///       - max-pooling: {size: 3, stride: 2}         # also average-pooling
///       - local-response-normalisation: {radius: 4, bias: 1, alpha: 0.001, beta: 0.75}
///       - branches:             # their channels are concatenated
///           - - convolution: {filters: 32, size: 1}
///             - relu
///           - - max-pooling: {size: 3, stride: 1, padding: 1}
///       - dropout: 0.5
///       - flatten               # or global-average-pooling
///       - dense: 10             # {outputs: 10, bias: true}
///
/// What a layer does not say is as in its initialiser in Swift. Padding is `same`, `valid` or a
/// number. JSON of the same structure is read too, since it is YAML. Anchors with aliases are not.
public enum ArchitectureFile {
  /// The longest text that is read, in bytes.
  public static let largestBytes = 1 << 20
  /// The most layers that are read.
  public static let mostLayers = 10_000
  /// The most branches inside branches that are read.
  public static let deepestBranches = 32
  /// The largest whole number that is read.
  public static let largestNumber = 1 << 31 - 1

  /// Reads an architecture from a file.
  ///
  /// - Parameters:
  ///   - path: a regular file of at most ``largestBytes``.
  ///   - input: the shape of a sample, in place of the file's.
  /// - Returns: an architecture whose shapes are checked.
  /// - Throws: ``ArchitectureFileError``, which names the file, the line and the key.
  public static func read(
    at path: String, input: TensorShape? = nil
  ) throws(ArchitectureFileError) -> Architecture {
    try architecture(path: path, input: input) { () throws(YAMLFileError) in
      try YAMLValue.read(at: path, largestBytes: largestBytes)
    }
  }

  /// Reads an architecture from a text.
  ///
  /// - Parameters:
  ///   - text: YAML or JSON, at most ``largestBytes`` in UTF-8.
  ///   - path: what errors call the text.
  ///   - input: the shape of a sample, in place of the text's.
  /// - Returns: an architecture whose shapes are checked.
  /// - Throws: ``ArchitectureFileError``, which names the line and the key.
  public static func architecture(
    parsing text: String, path: String, input: TensorShape? = nil
  ) throws(ArchitectureFileError) -> Architecture {
    try architecture(path: path, input: input) { () throws(YAMLFileError) in
      try YAMLValue(text, path: path, largestBytes: largestBytes)
    }
  }

  private static func architecture(
    path: String, input: TensorShape?, from root: () throws(YAMLFileError) -> YAMLValue
  ) throws(ArchitectureFileError) -> Architecture {
    var reader = ArchitectureReader(path: path)
    var architecture: Architecture
    do throws(YAMLFileError) {
      architecture = try reader.architecture(root())
    } catch {
      throw .file(error)
    }
    if let input { architecture.input = input }
    do throws(ArchitectureError) {
      _ = try NetworkGraph(architecture)
    } catch {
      throw .notANetwork(path: path, line: reader.line(of: error), error)
    }
    return architecture
  }

  /// The text of an architecture's file, a layer a line.
  ///
  /// - Parameter architecture: the layers.
  /// - Returns: YAML with a line break at its end.
  /// - Throws: ``ArchitectureFileError/unwritable(layer:reason:)`` for an input or a concatenation
  ///   that stands among the layers, and for numbers that are not finite.
  public static func yaml(of architecture: Architecture) throws(ArchitectureFileError) -> String {
    try ArchitectureDescription(architecture).yaml
  }

  /// The same as JSON in one line.
  ///
  /// - Parameter architecture: the layers.
  /// - Returns: JSON without a line break.
  /// - Throws: as ``yaml(of:)``.
  public static func json(of architecture: Architecture) throws(ArchitectureFileError) -> String {
    try ArchitectureDescription(architecture).json
  }

  /// The same as a value that encodes itself.
  ///
  /// - Parameter architecture: the layers.
  /// - Returns: the description.
  /// - Throws: as ``yaml(of:)``.
  public static func description(
    of architecture: Architecture
  ) throws(ArchitectureFileError) -> ArchitectureDescription {
    try ArchitectureDescription(architecture)
  }
}
