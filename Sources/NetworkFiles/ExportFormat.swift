public import ReLUNetworks

/// A format in which other programs read a network.
public enum ExportFormat: String, Sendable, Codable, CaseIterable {
  /// Named arrays, see ``SafetensorsFile``.
  case safetensors
  /// A graph that onnxruntime evaluates, see ``ONNXFile``.
  case onnx

  /// The format that a path's extension names; nil for any other extension.
  ///
  /// - Parameter path: a path or a name such as `network.onnx`.
  public init?(pathExtensionOf path: String) {
    guard let dot = path.lastIndex(of: ".") else { return nil }
    self.init(rawValue: path[path.index(after: dot)...].lowercased())
  }

  /// A two-layer network as a file.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - layout: how its direction is kept.
  /// - Returns: the file's bytes.
  /// - Throws: ``ONNXFileError/tooLarge(byteCount:limit:whatToTry:)``.
  public func bytes(
    of network: ReLUInterpolant, layout: DirectionLayout
  ) throws(ONNXFileError) -> [UInt8] {
    switch self {
    case .safetensors: SafetensorsFile.bytes(of: network, layout: layout)
    case .onnx: try ONNXFile.bytes(of: network, layout: layout)
    }
  }

  /// A feed-forward network as a file.
  ///
  /// - Parameter network: the network.
  /// - Returns: the file's bytes.
  /// - Throws: ``ONNXFileError/tooLarge(byteCount:limit:whatToTry:)``.
  public func bytes(of network: ReLUNetwork) throws(ONNXFileError) -> [UInt8] {
    switch self {
    case .safetensors: SafetensorsFile.bytes(of: network)
    case .onnx: try ONNXFile.bytes(of: network)
    }
  }
}
